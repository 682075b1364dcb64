#include "tests/packets/runner/play.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <deque>
#include <memory>
#include <utility>

#include "tests/packets/runner/assertion.hpp"
#include "tests/packets/runner/host.hpp"
#include "tests/packets/runner/settings.hpp"
#include "tests/packets/runner/values.hpp"

namespace vmlab::packets {

using namespace vmlab::stack;

namespace {

constexpr Duration kAnyTime = hours{24}, kLongest = hours{24 * 365 * 100};
constexpr std::uint16_t kFirstPeerPort = 40000;
/// How long an ACK may wait here, and at others; not all wait at the beginning of a connection.
constexpr Duration kAckDelay = milliseconds{40};

struct Failure : std::runtime_error {
    Failure(Place where, const std::string& what) : std::runtime_error(what), at(where) {}
    Place at;
};

bool is_bare_ack(const TcpSpec& tcp) {
    return tcp.flags.ack && tcp.size == 0 && !tcp.flags.syn && !tcp.flags.fin && !tcp.flags.rst;
}

/// The ACK is of less than was expected.
bool says_less(const Live& live, const TcpSpec& expected, const Flow& flow) {
    const std::uint32_t said = *live.tcp.acknowledgment - flow.peer_base;
    return flow.anchored && expected.acknowledgment && std::int32_t(*expected.acknowledgment - said) > 0;
}

std::uint32_t part_end(const PacketSpec& part) {
    const TcpSpec& tcp = std::get<TcpSpec>(part.content);
    return tcp.sequence + tcp.size;
}

/// A call that waits for room in the send buffer.
bool writes(const Event& event) {
    const std::string& name = std::get<Call>(event.action).name;
    return name == "write" || name == "send" || name == "sendto" || name == "sendmsg" || name == "writev";
}

class Player {
public:
    Outcome play(const Script& script, const std::vector<Setting>& given);

private:
    struct Waiting {  // a call that has not returned
        const Event* event = nullptr;
        Instant ends_at{};
        Host::Progress progress{};
    };

    Host& host();
    void take_fast_open();
    void play_event(const Event& event);
    void arrive(const PacketSpec& packet, const Event& event);
    bool reaches_beyond(const PacketSpec& packet, const Flow& flow);
    void leave(const PacketSpec& packet, const Event& event, Instant from, Instant to);
    void call(const Event& event, Instant base);
    void finish_call();
    void try_waiting();
    void check_result(const Event& event, const Result& result);
    void advance(Instant to);
    void check_end();
    const Live& next_sent(const Event& event, Instant latest);
    void check_payload(const Live& live, const Flow& flow, const Event& event);
    Flow& flow_of(const PacketSpec& packet);
    Flow& flow_of(const Live& live);
    Flow& add_flow(Flow flow);
    void note(const std::string& line) { note(line, now()); }
    void note(const std::string& line, Instant at) {
        road_.push_back(fmt::format("{:9.6f} {}", double((at - kStart) / microseconds{1}) / 1e6, line));
    }
    Instant now() const { return host_ ? host_->now() : kStart; }

    Settings settings_;
    std::unique_ptr<Host> host_;
    std::deque<Flow> flows_;
    Flow* current_ = nullptr;
    Instant base_ = kStart;  // what + counts from
    bool listens_anew_ = false;
    Duration drift_{};  // behind the script's times: ACKs that were waited for
    std::optional<Waiting> waiting_;
    Variables variables_;
    Cookies cookies_;
    std::vector<std::string> road_;
};

// ── the script
// ────────────────────────────────────────────────────────────────────────────────────────────────

Outcome Player::play(const Script& script, const std::vector<Setting>& given) {
    Outcome outcome;
    Place at{};
    try {
        apply(script, given, settings_);
        for (const auto& event : script.events) {
            at = event.at;
            play_event(event);
        }
        check_end();
    } catch (const Failure& failure) {
        outcome = {Outcome::Kind::failed, failure.at, failure.what(), road_, {}};
        if (!settings_.not_had.empty())  // it may pass without; when it does not, nobody knows why
            outcome = {Outcome::Kind::not_ours, failure.at, settings_.not_had, {}, {}};
    } catch (const NotOurs& reason) {
        outcome = {Outcome::Kind::not_ours, at, reason.what(), {}, {}};
    } catch (const ScriptError& error) {
        outcome = {Outcome::Kind::failed, at, error.what(), road_, {}};
    }
    outcome.skipped = settings_.skipped;
    if (host_) outcome.not_compared = host_->not_compared;
    return outcome;
}

Host& Player::host() {
    if (!host_) {
        host_ = std::make_unique<Host>(settings_.host);
        host_->defaults = settings_.defaults;
        host_->window_shift = settings_.window_shift;
        take_fast_open();
    }
    return *host_;
}

void Player::take_fast_open() {
    host_->listeners_open_fast = settings_.listeners_open_fast;
    host_->other_kernel = settings_.other_kernel;
    if (settings_.fast_open_key) host_->set_fast_open_key(*settings_.fast_open_key);
    if (std::exchange(settings_.forgets_servers, false)) host_->forget_fast_open_servers();
}

void Player::play_event(const Event& event) {
    const Instant base = event.when.kind == When::Kind::absolute ? kStart + drift_ : base_;
    Instant from = base + event.when.from, to = base + event.when.to;
    if (event.when.kind == When::Kind::any) from = kStart, to = now() + kAnyTime;
    if (from > kStart + kLongest) throw Failure(event.at, "no script lasts a hundred years");
    if (const auto* packet = std::get_if<PacketSpec>(&event.action); packet && packet->outbound)
        return leave(*packet, event, from, to);
    if (from < now() - settings_.tolerance) throw Failure(event.at, "its time is over");
    if (host_) advance(std::max(from, now()));
    base_ = from;
    if (const auto* packet = std::get_if<PacketSpec>(&event.action)) return arrive(*packet, event);
    if (std::holds_alternative<Call>(event.action)) return call(event, base);
    if (const auto* command = std::get_if<Command>(&event.action)) {
        apply_command(command->text, settings_);
        if (host_) host_->set_stack_options(settings_.host.options), host_->defaults = settings_.defaults;
        if (host_) take_fast_open();
        return;
    }
    const Flow flow = current_ ? *current_ : Flow{};
    const auto row = host().row({flow.host, flow.host_port}, {flow.peer, flow.peer_port});
    const Checked checked = check_assertions(
        std::get<Code>(event.action).text,
        [&](std::string_view name) { return value_named(name, host(), row); }, variables_);
    for (const auto& what : checked.skipped) host().not_compare(what);
    if (checked.wrong.empty()) return;
    const bool counts_window = checked.wrong.find("tcpi_snd_cwnd") != std::string::npos ||
                               checked.wrong.find("tcpi_snd_ssthresh") != std::string::npos;
    if (settings_.other_kernel && counts_window)
        throw NotOurs("how its kernel's congestion window grows: " + checked.wrong);
    throw Failure(event.at, checked.wrong);
}

/// What left before the last event's time and was expected by nobody.
void Player::check_end() {
    finish_call();
    if (!host_ || host_->sent.empty() || settings_.other_kernel) return;  // packetdrill asks no more
    const Live& live = host_->sent.front();
    if (live.at >= now()) return;
    throw Failure(
        {}, fmt::format("left at {:.6f}, and nobody expected it: {}",
                        double((live.at - kStart) / microseconds{1}) / 1e6, line_of(live, flow_of(live))));
}

/// As Host::advance; and a call that waits is tried again after each thing that happens.
void Player::advance(Instant to) {
    while (waiting_) {
        const auto next = host_->next_deadline();
        if (!next || *next > to) break;
        host_->advance(*next);
        try_waiting();
    }
    host_->advance(to);
    try_waiting();
}

// ── conversations
// ─────────────────────────────────────────────────────────────────────────────────────────────

Flow& Player::add_flow(Flow flow) {
    flow.cookies = &cookies_;
    flows_.push_back(flow);
    current_ = &flows_.back();
    return *current_;
}

/// Of a packet that arrives: by its ports; without them the conversation of the moment.
Flow& Player::flow_of(const PacketSpec& packet) {
    const auto& setup = host().setup();
    if (packet.ports) {
        for (auto& flow : flows_)
            if (flow.peer_port == packet.ports->source && flow.host_port == packet.ports->destination) {
                current_ = &flow;
                return flow;
            }
        Flow flow;
        flow.host = setup.host;
        flow.peer = packet.from.value_or(setup.peer);
        flow.peer_port = packet.ports->source;
        flow.host_port = packet.ports->destination;
        return add_flow(flow);
    }
    const auto* const tcp = std::get_if<TcpSpec>(&packet.content);
    const bool begins = tcp && tcp->flags.syn && !tcp->flags.ack;
    if (begins && std::exchange(listens_anew_, false) && current_) {
        // Whoever comes to a new listener is another one than before.
        Flow flow;
        flow.host = setup.host;
        flow.peer = setup.peer;
        flow.peer_port = std::uint16_t(kFirstPeerPort + flows_.size());
        flow.host_port = setup.bind_port;
        return add_flow(flow);
    }
    const auto& opened = host().opened;
    if (opened && (!current_ || current_->host_port != opened->first.port)) {
        for (auto& flow : flows_)
            if (flow.host_port == opened->first.port && flow.peer_port == opened->second.port) return flow;
        Flow flow;
        flow.host = opened->first.address;
        flow.peer = opened->second.address;
        flow.host_port = opened->first.port;
        flow.peer_port = opened->second.port;
        return add_flow(flow);
    }
    if (current_) return *current_;
    Flow flow;
    flow.host = setup.host;
    flow.peer = setup.peer;
    flow.peer_port = kFirstPeerPort;
    flow.host_port = setup.bind_port;
    return add_flow(flow);
}

/// Of a packet that left: by its ports; an active open begins a new one.
Flow& Player::flow_of(const Live& live) {
    if (live.kind == Live::Kind::icmp && current_) return *current_;
    for (auto& flow : flows_)
        if (flow.host_port == live.ports.source && flow.peer_port == live.ports.destination &&
            flow.peer == live.destination)
            return flow;
    Flow flow;
    flow.host = live.source;
    flow.peer = live.destination;
    flow.host_port = live.ports.source;
    flow.peer_port = live.ports.destination;
    return add_flow(flow);
}

// ── packets
// ───────────────────────────────────────────────────────────────────────────────────────────────────

/// Whether it carries bytes that our window does not let the peer send.
bool Player::reaches_beyond(const PacketSpec& packet, const Flow& flow) {
    const auto* const tcp = std::get_if<TcpSpec>(&packet.content);
    if (!tcp || tcp->size == 0 || tcp->flags.syn || !flow.peer_known) return false;
    const auto row = host().row({flow.host, flow.host_port}, {flow.peer, flow.peer_port});
    const std::uint32_t end = flow.peer_base + tcp->sequence + tcp->size - flow.peer_initial - 1;
    return row.id != 0 && end > row.bytes_in + row.receive_window;
}

void Player::arrive(const PacketSpec& packet, const Event& event) {
    Flow& flow = flow_of(packet);
    if (const auto* tcp = std::get_if<TcpSpec>(&packet.content))
        if (tcp->flags.syn && !tcp->flags.ack && (!flow.peer_known || flow.peer_initial != tcp->sequence) &&
            !(host().opened && host().opened->first.port == flow.host_port))
            flow.reopened = true;
    note(event.source.substr(event.source.find('<')));
    if (settings_.other_kernel && host().has_other_buffers() && reaches_beyond(packet, flow))
        throw NotOurs("data beyond the window that this stack offers");
    host().receive(frame_of(packet, flow));
    try_waiting();
}

const Live& Player::next_sent(const Event& event, Instant latest) {
    Host& h = host();
    while (h.sent.empty()) {
        const auto next = h.next_deadline();
        if (!next || *next > latest) throw Failure(event.at, "nothing left: expected " + event.source);
        advance(std::max(*next, now()));
    }
    return h.sent.front();
}

void Player::leave(const PacketSpec& packet, const Event& event, Instant from, Instant to) {
    PacketSpec expected = packet;
    TcpSpec* const tcp = std::get_if<TcpSpec>(&expected.content);
    bool whole = false;
    while (!whole) {
        const bool may_wait = settings_.other_kernel && tcp && is_bare_ack(*tcp);
        const Live live = next_sent(event, to + settings_.tolerance + (may_wait ? kAckDelay : Duration{}));
        if (settings_.other_kernel && tcp && live.kind == Live::Kind::tcp && is_bare_ack(live.tcp) &&
            (!may_wait || says_less(live, *tcp, flow_of(live)))) {
            host().not_compare("when ACKs leave");  // of a window that has opened, or a challenge
            host().sent.pop_front();
            continue;
        }
        if (may_wait && live.at > to + settings_.tolerance && live.payload.empty()) {
            host().not_compare("when ACKs leave");
            drift_ += live.at - to;
            from += live.at - to;
            to = live.at;
        }
        Flow& flow = flow_of(live);
        current_ = &flow;
        // One long packet of the script may be several of ours: other hosts cut late.
        PacketSpec part = expected;
        whole = !tcp || live.payload.empty() || live.payload.size() >= tcp->size;
        if (!whole) {
            TcpSpec& first = std::get<TcpSpec>(part.content);
            first.size = std::uint32_t(live.payload.size());
            first.flags.psh = first.flags.fin = false;
            tcp->sequence += first.size;
            tcp->size -= first.size;
        }
        flow.other_kernel = settings_.other_kernel;
        if (settings_.other_kernel && tcp && tcp->flags.cwr && !live.tcp.flags.cwr && !tcp->flags.syn &&
            flow.anchored && std::int32_t(flow.sent_end - tcp->sequence) > 0)
            throw NotOurs("CWR on a retransmission (RFC 3168 has it on new data)");
        flow.compares_stamps = settings_.compares_stamps;
        const std::string wrong = difference(part, live, flow, settings_.tolerance);
        for (const auto what : std::exchange(flow.differs, {})) host().not_compare(std::string(what));
        note(line_of(live, flow), live.at);
        if (!wrong.empty()) throw Failure(event.at, fmt::format("expected {}\n    {}", event.source, wrong));
        check_payload(live, flow, event);
        if (tcp) flow.sent_end = std::max(flow.sent_end, part_end(part));
        const bool early = live.at < from - settings_.tolerance;
        if (early && may_wait) host().not_compare("when ACKs leave");
        const bool in_time = (!early || may_wait) && live.at <= to + settings_.tolerance;
        if (!in_time)
            throw Failure(event.at, fmt::format("expected {}\n    it left at {:.6f}", event.source,
                                                double((live.at - kStart) / microseconds{1}) / 1e6));
        host().sent.pop_front();
        if (event.when.kind == When::Kind::relative && !event.when.is_range) base_ = from;
        else if (event.when.kind == When::Kind::absolute && !event.when.is_range) base_ = from;
        else base_ = live.at;
    }
}

/// The bytes are those that the user wrote.
void Player::check_payload(const Live& live, const Flow& flow, const Event& event) {
    if (live.kind != Live::Kind::tcp || live.payload.empty() || !flow.anchored) return;
    const std::string& written = host().written({flow.host, flow.host_port}, {flow.peer, flow.peer_port});
    const std::uint32_t at =
        live.tcp.sequence + (live.tcp.flags.syn ? 1u : 0u) - flow.offset - flow.initial - 1;
    if (at > written.size() || written.compare(at, live.payload.size(), live.payload) != 0)
        throw Failure(event.at, "the bytes of " + line_of(live, flow) + " are not those that were written");
}

// ── calls
// ─────────────────────────────────────────────────────────────────────────────────────────────────────

void Player::call(const Event& event, Instant base) {
    finish_call();
    Host& h = host();
    Waiting waiting;
    waiting.event = &event;
    const Call& what = std::get<Call>(event.action);
    waiting.ends_at = what.ends_at ? base + *what.ends_at : now();
    note(event.source);
    const auto result = h.attempt(what, waiting.progress);
    if (what.name == "listen") listens_anew_ = true;
    if (result) return check_result(event, *result);
    if (!what.ends_at) throw Failure(event.at, "it blocks: " + event.source);
    waiting_ = waiting;
}

void Player::try_waiting() {
    if (!waiting_) return;
    const Event& event = *waiting_->event;
    const auto result = host().attempt(std::get<Call>(event.action), waiting_->progress);
    if (!result) return;
    const Duration early = waiting_->ends_at - now();
    waiting_.reset();
    note("... = " + std::to_string(result->value));
    check_result(event, *result);
    if (std::chrono::abs(early) > settings_.tolerance && settings_.other_kernel && writes(event))
        return host().not_compare("when a write returns");
    if (std::chrono::abs(early) > settings_.tolerance)
        throw Failure(event.at, fmt::format("{}\n    it returned at {:.6f}", event.source,
                                            double((now() - kStart) / microseconds{1}) / 1e6));
}

void Player::finish_call() {
    if (!waiting_) return;
    const Event& event = *waiting_->event;
    advance(std::max(waiting_->ends_at + settings_.tolerance, now()));
    if (waiting_ && settings_.other_kernel && writes(event)) return waiting_.reset();
    if (waiting_) throw Failure(event.at, "it still blocks: " + event.source);
}

void Player::check_result(const Event& event, const Result& result) {
    const Call& call = std::get<Call>(event.action);
    if (call.result.kind == Expression::Kind::ellipsis) return;
    const std::int64_t wanted = value_of(call.result);
    const bool opens = call.name == "socket" || call.name == "accept" || call.name == "accept4";
    const bool value_right = wanted == result.value || (opens && result.error.empty() && wanted >= 0 &&
                                                        host().rename(result.value, wanted));
    const bool error_right =
        call.error.empty() ? result.error.empty() || value_of(call.result) == -1 : call.error == result.error;
    if (value_right && error_right && !result.error.starts_with("(")) return;
    throw Failure(event.at, fmt::format("{}\n    it gives {} {}", event.source, result.value, result.error));
}

}  // namespace

Outcome play(const Script& script, const std::vector<Setting>& given) { return Player().play(script, given); }

}  // namespace vmlab::packets

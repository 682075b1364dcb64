#include "services/dns/resolver.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "stack/base/names.hpp"
#include "stack/base/overloaded.hpp"

namespace vmlab::services {
namespace {

constexpr std::size_t kMostAliases = 8;

std::vector<DnsName> names_to_try(const Lookup& what, const ResolverConfig& config) {
    std::vector<DnsName> names;
    if (what.type == DnsType::ptr)
        if (const auto address = IpAddress::parse(what.name)) return {DnsName::reverse_of(*address)};
    const auto typed = DnsName::parse(what.name);
    if (!typed) return names;
    const bool absolute = what.name.ends_with('.');
    const bool dotted = typed->labels().size() > 1;
    if (absolute || dotted) names.push_back(*typed);
    if (absolute) return names;
    for (const auto& domain : config.domains) {
        DnsName whole = *typed;
        const auto parsed = DnsName::parse(*domain);
        if (parsed && whole.append(*parsed) && std::find(names.begin(), names.end(), whole) == names.end())
            names.push_back(std::move(whole));
    }
    if (!dotted) names.push_back(*typed);
    return names;
}

std::string words_of(const LookupOutcome& outcome) {
    std::string words = outcome.name;
    for (const auto& address : outcome.addresses) words += " " + address.str();
    return words;
}

}  // namespace

Resolver::Resolver(ResolverConfig config, Lookup what, std::uint32_t first_tag, std::uint64_t secret)
    : config_(std::move(config)),
      what_(std::move(what)),
      tag_(first_tag),
      dice_(seed_from_number(secret), "resolver") {
    for (const auto& source : config_.order) sources_.push_back(*source);
    if (sources_.empty()) sources_ = {LookupSource::dns, LookupSource::file};
}

Endpoint Resolver::server() const { return {*config_.servers[server_], *config_.port}; }

void Resolver::say(ResolverSink& out, std::string line) const {
    if (*config_.trace) out.trace("Resolver: " + std::move(line));
}

void Resolver::start(Instant now, ResolverSink& out) {
    names_ = names_to_try(what_, config_);
    if (names_.empty()) {
        last_.kind = LookupOutcome::Kind::bad_name;
        last_.why = "it is no host name";
        return end(std::move(last_), out);
    }
    say(out, fmt::format("{} of {}", name_of(what_.type), what_.name));
    next_source(now, out);
}

void Resolver::next_source(Instant now, ResolverSink& out) {
    if (source_ == sources_.size()) return end(std::move(last_), out);
    if (sources_[source_++] == LookupSource::file) {
        look_in_file(out);
        if (!outcome_) next_source(now, out);
        return;
    }
    if (config_.servers.empty()) {
        say(out, "no NSINTERADDR in TCPIP DATA");
        last_.why = "TCPIP DATA names no name server";
        rests_on_.push_back(config_.data_where);
        return next_source(now, out);
    }
    name_ = 0;
    next_name(now, out);
}

// ── ETC HOSTS
// ──────────────────────────────────────────────────────────────────────────────────────────

void Resolver::look_in_file(ResolverSink& out) {
    const auto address = what_.type == DnsType::ptr ? IpAddress::parse(what_.name) : std::nullopt;
    const auto has_name = [&](const HostLine& line) {
        return std::any_of(line.names.begin(), line.names.end(), [&](const std::string& known) {
            const auto name = DnsName::parse(known);
            return name && std::find(names_.begin(), names_.end(), *name) != names_.end();
        });
    };
    const auto is_it = [&](const HostLine& line) {
        if (address) return *line.address == *address;
        return line.address->is_v4() == (what_.type == DnsType::a) && has_name(line);
    };
    const bool asks = address || what_.type == DnsType::a || what_.type == DnsType::aaaa;
    const auto found =
        asks ? std::find_if(config_.hosts.begin(), config_.hosts.end(), is_it) : config_.hosts.end();
    if (found != config_.hosts.end() && !found->names.empty()) {
        LookupOutcome outcome;
        outcome.kind = LookupOutcome::Kind::found;
        outcome.name = found->names[0];
        outcome.addresses = {*found->address};
        say(out, "ETC HOSTS: " + words_of(outcome));
        out.record({RecordKind::decision,
                    fmt::format("{} is {} by ETC HOSTS", what_.name, words_of(outcome)),
                    {found->address.where}});
        return end(std::move(outcome), out);
    }
    say(out, "not in ETC HOSTS");
    rests_on_.push_back(config_.hosts_where);
    if (asks && !address && std::any_of(config_.hosts.begin(), config_.hosts.end(), has_name)) {
        last_.kind = LookupOutcome::Kind::no_data;
        last_.why = "ETC HOSTS has only an address of the other family";
    } else if (last_.why.empty()) {
        last_.kind = LookupOutcome::Kind::no_such_name;
        last_.why = "it is not in ETC HOSTS";
    }
}

// ── name servers
// ───────────────────────────────────────────────────────────────────────────────────────

void Resolver::next_name(Instant now, ResolverSink& out) {
    if (name_ == names_.size()) return next_source(now, out);
    ++name_;
    aliases_.clear();
    server_ = 0;
    round_ = 0;
    by_tcp_ = *config_.by_tcp;
    ask(now, out);
}

void Resolver::ask(Instant now, ResolverSink& out) {
    ++tag_;
    id_ = std::uint16_t(dice_.u32());
    DnsMessage query;
    query.id = id_;
    query.recursion_desired = true;
    query.questions = {{names_[name_ - 1], what_.type}};
    deadline_ = now + *config_.timeout;
    say(out, fmt::format("query {} of {} to {} by {}", name_of(what_.type), names_[name_ - 1].str(),
                         server().str(), by_tcp_ ? "TCP" : "UDP"));
    if (!by_tcp_) {
        phase_ = Phase::asking;
        return out.request(
            DatagramRequest{tag_, server(), Buffer::copy_of(emit_dns(query, kMostUdpMessage)), 0});
    }
    const auto bytes = emit_dns(query, kMostTcpMessage);
    stream_.assign({char(bytes.size() >> 8), char(bytes.size() & 0xff)});
    stream_.append(bytes.begin(), bytes.end());
    phase_ = Phase::connecting;
    out.request(ConnectRequest{tag_, server(), 0, false});
}

/// The socket of the question in flight is wanted no more.
void Resolver::close(ResolverSink& out, bool abort) {
    if (phase_ == Phase::asking) out.request(CloseDatagramsRequest{tag_});
    if (phase_ == Phase::sent) {
        if (abort) out.request(AbortRequest{socket_});
        else out.request(CloseRequest{socket_});
    }
    phase_ = Phase::idle;
    stream_.clear();
}

void Resolver::next_server(const std::string& why, bool silent, Instant now, ResolverSink& out) {
    close(out, true);
    say(out, fmt::format("{}: {}", server().str(), why));
    out.record({RecordKind::refusal,
                fmt::format("{} is not resolved by {} port {}: {}", names_[name_ - 1].str(),
                            server().address.str(), server().port, why),
                {config_.servers[server_].where, config_.port.where}});
    by_tcp_ = *config_.by_tcp;
    if (++server_ == config_.servers.size()) {
        server_ = 0;
        if (!silent) {
            if (last_.why.empty()) last_.why = why;
            return next_name(now, out);
        }
        if (by_tcp_ || ++round_ > *config_.retries) {
            // Nobody answers: another name would fare no better.
            last_.kind = LookupOutcome::Kind::no_answer;
            last_.why = why;
            for (const auto& each : config_.servers) rests_on_.push_back(each.where);
            rests_on_.push_back(config_.port.where);
            return next_source(now, out);
        }
    }
    ask(now, out);
}

void Resolver::receive(const SocketNotice& notice, Instant now, ResolverSink& out) {
    const auto nothing_answers = [&] {
        return fmt::format("nothing answers at {} port {}", server().address.str(), server().port);
    };
    std::visit(overloaded{
                   [&](const DatagramArrived& n) {
                       if (phase_ != Phase::asking || n.tag != tag_) return;
                       if (n.from == server()) return heard(n.data.span(), now, out);
                       out.record({RecordKind::drop,
                                   "DNS answer ignored: from " + n.from.str() + ", who was not asked"});
                   },
                   [&](const DatagramFailed& n) {
                       if (phase_ != Phase::asking || n.tag != tag_) return;
                       next_server(n.icmp_type == 0 ? n.why : nothing_answers(), true, now, out);
                   },
                   [&](const Connected& n) {
                       if (phase_ != Phase::connecting || n.tag != tag_) return;
                       socket_ = n.socket;
                       phase_ = Phase::sent;
                       out.request(SendRequest{socket_, Buffer::copy_of(std::exchange(stream_, {})), false});
                   },
                   [&](const ConnectFailed& n) {
                       if (phase_ == Phase::connecting && n.tag == tag_)
                           next_server(nothing_answers(), true, now, out);
                   },
                   [&](const Received& n) {
                       if (phase_ != Phase::sent || n.socket != socket_) return;
                       stream_ += n.data.view();
                       if (stream_.size() < 2) return;
                       const auto byte = [&](std::size_t i) { return std::uint8_t(stream_[i]); };
                       const std::size_t length = std::size_t(byte(0)) << 8 | byte(1);
                       if (stream_.size() < length + 2) return;
                       const std::string answer = stream_.substr(2, length);
                       heard({reinterpret_cast<const std::uint8_t*>(answer.data()), answer.size()}, now, out);
                   },
                   [&](const PeerClosed& n) {
                       if (phase_ == Phase::sent && n.socket == socket_)
                           next_server("the server closed the connection without an answer", true, now, out);
                   },
                   [&](const Closed& n) {
                       if (phase_ != Phase::sent || n.socket != socket_) return;
                       phase_ = Phase::idle;  // there is no socket to close any more
                       next_server("the connection to the server ended: " + n.why, true, now, out);
                   },
                   [](const auto&) {},
               },
               notice);
}

void Resolver::tick(Instant now, ResolverSink& out) {
    if (phase_ == Phase::idle || now < deadline_) return;
    next_server(fmt::format("nothing answers at {} port {} within {} seconds", server().address.str(),
                            server().port, duration_cast<seconds>(*config_.timeout).count()),
                true, now, out);
}

std::optional<Instant> Resolver::next_deadline() const {
    return phase_ == Phase::idle ? std::nullopt : std::optional(deadline_);
}

void Resolver::stop(ResolverSink& out) { close(out, true); }

void Resolver::heard(std::span<const std::uint8_t> bytes, Instant now, ResolverSink& out) {
    const auto answer = parse_dns(bytes);
    const bool expected = answer && answer->response && answer->id == id_ && answer->questions.size() == 1 &&
                          answer->questions[0] == DnsQuestion{names_[name_ - 1], what_.type};
    if (!expected) {
        // Over UDP anybody may send anything: the right answer may still come.
        out.record({RecordKind::drop,
                    fmt::format("DNS answer ignored: {}", answer ? "not to this question" : "malformed")});
        if (phase_ == Phase::sent) next_server("its answer makes no sense", false, now, out);
        return;
    }
    if (answer->truncated && phase_ == Phase::asking) {
        say(out, "the answer is truncated");
        close(out, false);
        by_tcp_ = true;
        return ask(now, out);
    }
    if (answer->code == DnsCode::ok || answer->code == DnsCode::no_such_name) return take(*answer, now, out);
    next_server(fmt::format("the server says: {}", name_of(answer->code)), false, now, out);
}

void Resolver::take(const DnsMessage& answer, Instant now, ResolverSink& out) {
    close(out, false);
    LookupOutcome outcome;
    outcome.server = server();
    outcome.authoritative = answer.authoritative;
    outcome.additional = answer.additional;
    outcome.aliases = aliases_;
    DnsName name = names_[name_ - 1];
    bool leads_away = false;
    for (std::size_t i = 0; i < kMostAliases && outcome.records.empty(); ++i) {
        const DnsRecord* alias = nullptr;
        for (const auto& r : answer.answers) {
            if (!(r.name == name) || r.klass != kDnsInternet) continue;
            if (r.type == what_.type || what_.type == DnsType::any) outcome.records.push_back(r);
            else if (r.type == DnsType::cname) alias = &r;
        }
        leads_away = !alias && i > 0;
        if (!alias) break;
        outcome.aliases.push_back(name.str());
        name = std::get<DnsName>(alias->data);
    }
    if (leads_away && outcome.records.empty() && follow(answer, outcome, name)) return ask(now, out);
    outcome.name = name.str();
    for (const auto& r : outcome.records)
        if (const auto* v4 = std::get_if<Ipv4Address>(&r.data)) outcome.addresses.push_back(*v4);
        else if (const auto* v6 = std::get_if<IpAddress>(&r.data)) outcome.addresses.push_back(*v6);
    if (!outcome.records.empty()) {
        outcome.kind = LookupOutcome::Kind::found;
        if (what_.type == DnsType::ptr)
            if (const auto* host = std::get_if<DnsName>(&outcome.records[0].data)) outcome.name = host->str();
        say(out, fmt::format("{}: {}", server().str(), words_of(outcome)));
        out.record({RecordKind::decision,
                    fmt::format("{} is {} by {} port {}", what_.name, words_of(outcome),
                                server().address.str(), server().port),
                    {config_.servers[server_].where}});
        return end(std::move(outcome), out);
    }
    const bool exists = answer.code == DnsCode::ok;
    outcome.kind = exists ? LookupOutcome::Kind::no_data : LookupOutcome::Kind::no_such_name;
    outcome.why = fmt::format("{} port {} knows {}", server().address.str(), server().port,
                              exists ? "no such record of it" : "no such name");
    say(out,
        fmt::format("{}: {} of {}", server().str(), exists ? "no such record" : "no such name", name.str()));
    // That a name exists without such a record says more than that another one does not.
    if (last_.kind != LookupOutcome::Kind::no_data) last_ = std::move(outcome);
    if (std::find(rests_on_.begin(), rests_on_.end(), config_.servers[server_].where) == rests_on_.end())
        rests_on_.push_back(config_.servers[server_].where);
    next_name(now, out);
}

bool Resolver::follow(const DnsMessage& answer, const LookupOutcome& so_far, const DnsName& target) {
    const bool says_more = answer.code != DnsCode::ok || !answer.authority.empty();  // that there is nothing
    if (says_more || so_far.aliases.size() >= kMostAliases) return false;
    aliases_ = so_far.aliases;
    names_[name_ - 1] = target;
    return true;
}

void Resolver::end(LookupOutcome outcome, ResolverSink& out) {
    if (outcome.kind != LookupOutcome::Kind::found) {
        for (const auto& domain : config_.domains) rests_on_.push_back(domain.where);
        out.record(
            {RecordKind::refusal, fmt::format("{} is not resolved: {}", what_.name, outcome.why), rests_on_});
        say(out, "not resolved: " + outcome.why);
    }
    outcome_ = std::move(outcome);
}

}  // namespace vmlab::services

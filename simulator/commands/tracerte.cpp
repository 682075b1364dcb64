// TRACERTE: the routers on the way to a host. Datagrams to a port at which nobody listens go out with TTL 1,
// 2, …: each router on the way says "time exceeded", the host itself "port unreachable". Options and layout
// are those of the command of the same name on z/OS, as remembered.
#include <fmt/format.h>

#include <charconv>
#include <utility>

#include "simulator/commands/commands.hpp"
#include "simulator/commands/lookup_command.hpp"
#include "simulator/commands/messages.hpp"

namespace vmlab::sim {
namespace {

constexpr std::size_t kProbeBytes = 12;
constexpr std::uint8_t kUnreachable = 3, kTimeExceeded = 11;  // ICMP (RFC 792)
constexpr std::uint8_t kPortUnreachable = 3;

struct RoutePlan {
    std::string host{};
    std::optional<services::DnsType> family{};  ///< ADDRTYPE IPV4 or IPV6
    unsigned max = 30;                          ///< MAX: the largest TTL
    unsigned tries = 3;                         ///< TRY: datagrams for each TTL
    unsigned port = 4096;                       ///< PORT: the first one; each datagram goes to another
    unsigned wait = 5;                          ///< WAIT: seconds for each
};

class RunningTracerte final : public LookupCommand {
public:
    RunningTracerte(const Call& call, const Userid& tcpip, RoutePlan plan)
        : LookupCommand(call, tcpip), plan_(std::move(plan)) {}

    void begin(Operations& world, std::vector<ConsoleLine>& out) override {
        look_up_host(plan_.host, world, out, plan_.family);
    }
    void give_up(Operations& world) override {
        LookupCommand::give_up(world);
        if (ttl_ != 0) world.socket(by_, tcpip_, CloseDatagramsRequest{probe_});
    }

private:
    void resolved(const services::LookupOutcome& outcome, Operations& world,
                  std::vector<ConsoleLine>& out) override {
        if (outcome.addresses.empty()) return fail(8, say<DTCPIN901E>(plan_.host), world, out);
        to_ = outcome.addresses[0];
        out.push_back({fmt::format("Trace route to {} ({})", upper(outcome.name), to_.str())});
        next_hop();
        send(world);
    }
    void hear(const SocketNotice& notice, Operations& world, std::vector<ConsoleLine>& out) override {
        if (const auto* answer = std::get_if<DatagramArrived>(&notice); answer && answer->tag == probe_) {
            note(answer->from.address, world);
            reached_ = true;
            return next(world, out);
        }
        const auto* failed = std::get_if<DatagramFailed>(&notice);
        if (!failed || failed->tag != probe_) return;
        if (failed->icmp_type != kUnreachable && failed->icmp_type != kTimeExceeded) {
            out.push_back({say<DTCPIN905E>(failed->why).text});
            return end(8);
        }
        note(failed->from, world);
        if (failed->icmp_type == kUnreachable) {
            reached_ = failed->icmp_code == kPortUnreachable;
            refused_ = !reached_;
            if (refused_) line_ += failed->icmp_code == 0 ? " !N" : failed->icmp_code == 1 ? " !H" : " !P";
        }
        next(world, out);
    }
    void wake(Operations& world, std::vector<ConsoleLine>& out) override {
        line_ += " *";
        next(world, out);
    }

    void next_hop() {
        ++ttl_;
        tried_ = 0;
        from_ = {};
        line_ = fmt::format("{:>2}", ttl_);
    }
    void send(Operations& world) {
        probe_ = next_tag();
        sent_ = world.now();
        deadline_ = sent_ + seconds{plan_.wait};
        const auto port = std::uint16_t(plan_.port + sent_probes_++);
        world.socket(
            by_, tcpip_,
            DatagramRequest{
                probe_, {to_, port}, Buffer::copy_of(std::string(kProbeBytes, '\0')), std::uint8_t(ttl_)});
    }
    /// An answer in the line; who gave it, once for every line.
    void note(const IpAddress& from, const Operations& world) {
        if (from != from_ && !from.is_unspecified()) line_ += fmt::format(" ({})", from.str());
        from_ = from;
        line_ += fmt::format(" {} ms", duration_cast<milliseconds>(world.now() - sent_).count());
    }
    void next(Operations& world, std::vector<ConsoleLine>& out) {
        world.socket(by_, tcpip_, CloseDatagramsRequest{probe_});
        if (++tried_ < plan_.tries) return send(world);
        out.push_back({std::exchange(line_, {})});
        if (reached_) return end(0);
        if (refused_ || ttl_ == plan_.max) return end(4);
        next_hop();
        send(world);
    }

    RoutePlan plan_;
    IpAddress to_{}, from_{};
    std::string line_{};
    std::uint32_t probe_ = 0;
    unsigned ttl_ = 0, tried_ = 0, sent_probes_ = 0;
    Instant sent_{};
    bool reached_ = false, refused_ = false;
};

/// False, with the word that is wrong said, when an option makes no sense.
bool read_options(Call& call, RoutePlan& plan) {
    struct Option {
        std::string_view name;
        unsigned RoutePlan::*value;
        unsigned most;
    };
    constexpr Option kOptions[] = {{"MAX", &RoutePlan::max, 255},
                                   {"TRY", &RoutePlan::tries, 20},
                                   {"PORT", &RoutePlan::port, 60'000},
                                   {"WAIT", &RoutePlan::wait, 255}};
    const auto& options = call.args.options();
    for (std::size_t i = 0; i < options.size(); i += 2) {
        const auto word = i + 1 < options.size() ? options[i + 1] : std::string_view();
        if (abbreviates(options[i], "TCPserver") || read_family(options[i], word, plan.family)) continue;
        bool known = false;
        for (const auto& option : kOptions) {
            if (!iequals(options[i], option.name)) continue;
            unsigned number = 0;
            const auto read = std::from_chars(word.data(), word.data() + word.size(), number);
            known = !word.empty() && read.ec == std::errc() && read.ptr == word.data() + word.size() &&
                    number >= 1 && number <= option.most;
            plan.*option.value = number;
        }
        if (known) continue;
        call.line(say<DTCPIN902E>(upper(options[i])).text);
        return false;
    }
    return true;
}

}  // namespace

Outcome run_tracerte(Call& call) {
    const auto tcpip = chosen_stack(call);
    RoutePlan plan;
    if (call.args.size() != 1) return call.fail(24, say<DTCPIN902E>(call.args.upper_word(1)));
    if (!read_options(call, plan)) return 24;
    const auto snapshot = call.world.stack(tcpip);
    if (!snapshot || !snapshot->up) return call.fail(8, say<DTCNET901E>(tcpip));
    plan.host = std::string(call.args.word(0));
    return start_command<RunningTracerte>(call, tcpip, std::move(plan));
}

}  // namespace vmlab::sim

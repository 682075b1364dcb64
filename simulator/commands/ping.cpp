// PING: echo requests, one after the other, while the world goes on.
#include <fmt/format.h>

#include <charconv>

#include "simulator/commands/commands.hpp"
#include "simulator/commands/lookup_command.hpp"
#include "simulator/commands/messages.hpp"

namespace vmlab::sim {
namespace {

constexpr unsigned kMostRequests = 1000;

struct PingPlan {
    std::string host{};
    std::optional<services::DnsType> family{};  ///< ADDRTYPE IPV4 or IPV6
    unsigned count = 1;
    std::uint16_t length = 256;
    Duration timeout = seconds{10};
};

class RunningPing final : public LookupCommand {
public:
    RunningPing(const Call& call, const Userid& tcpip, std::string level, PingPlan plan)
        : LookupCommand(call, tcpip), level_(std::move(level)), plan_(std::move(plan)) {}

    void begin(Operations& world, std::vector<ConsoleLine>& out) override {
        look_up_host(plan_.host, world, out, plan_.family);
    }

private:
    void resolved(const services::LookupOutcome& outcome, Operations& world,
                  std::vector<ConsoleLine>& out) override {
        if (outcome.addresses.empty()) return fail(8, say<DTCPIN901E>(plan_.host), world, out);
        to_ = outcome.addresses[0];
        out.push_back({fmt::format("Ping Level {}: Pinging host {}.", level_, to_.str())});
        out.push_back({"               Enter #CP EXT to interrupt."});
        send(world);
    }
    void hear(const SocketNotice& notice, Operations& world, std::vector<ConsoleLine>& out) override {
        const auto* answer = std::get_if<PingAnswer>(&notice);
        if (!answer || answer->tag != asked_) return;
        if (answer->answered) {
            ++successes_;
            const double seconds_taken =
                double(duration_cast<microseconds>(answer->round_trip).count()) / 1e6;
            out.push_back({fmt::format("PING: Ping #{} response took {:.3f} seconds. Successes so far {}.",
                                       number_, seconds_taken, successes_)});
        } else {
            out.push_back(
                {fmt::format("PING: Ping #{} {}", number_, answer->why.empty() ? "timed out" : answer->why)});
        }
        next(world);
    }
    void wake(Operations& world, std::vector<ConsoleLine>& out) override {
        // The stack answers every request; this is for a stack that went away meanwhile.
        out.push_back({fmt::format("PING: Ping #{} timed out", number_)});
        next(world);
    }
    void send(Operations& world) {
        ++number_;
        asked_ = next_tag();
        deadline_ = world.now() + plan_.timeout + seconds{1};
        world.socket(by_, tcpip_, PingRequest{asked_, to_, plan_.length, plan_.timeout});
    }
    void next(Operations& world) {
        if (number_ < plan_.count) return send(world);
        end(successes_ == 0 ? 4 : 0);
    }

    std::string level_;
    PingPlan plan_;
    IpAddress to_{};
    std::uint32_t asked_ = 0;  ///< answers to an earlier PING, given up, are not this one's
    unsigned number_ = 0, successes_ = 0;
};

std::optional<unsigned> read_count(std::string_view word, unsigned most) {
    unsigned value = 0;
    const auto read = std::from_chars(word.data(), word.data() + word.size(), value);
    if (word.empty() || read.ec != std::errc() || read.ptr != word.data() + word.size()) return std::nullopt;
    return value >= 1 && value <= most ? std::optional(value) : std::nullopt;
}

/// False, with the word that is wrong said, when an option makes no sense.
bool read_options(Call& call, PingPlan& plan) {
    const auto& options = call.args.options();
    for (std::size_t i = 0; i < options.size(); i += 2) {
        const auto value = i + 1 < options.size() ? options[i + 1] : std::string_view();
        if (abbreviates(options[i], "TCPserver") || read_family(options[i], value, plan.family)) continue;
        const bool count = abbreviates(options[i], "COUNT");
        const bool length = abbreviates(options[i], "Length");
        const bool timeout = abbreviates(options[i], "Timeout");
        const auto number = read_count(value, length ? 1472 : timeout ? 100 : kMostRequests);
        if ((!count && !length && !timeout) || !number) {
            call.line(say<DTCPIN902E>(upper(options[i])).text);
            return false;
        }
        if (count) plan.count = *number;
        if (length) plan.length = std::uint16_t(*number);
        if (timeout) plan.timeout = seconds{*number};
    }
    return true;
}

}  // namespace

Outcome run_ping(Call& call) {
    PingPlan plan;
    const auto tcpip = chosen_stack(call);
    if (call.args.size() != 1) return call.fail(24, say<DTCPIN902E>(call.args.upper_word(1)));
    if (!read_options(call, plan)) return 24;
    const auto snapshot = call.world.stack(tcpip);
    if (!snapshot || !snapshot->up) return call.fail(8, say<DTCNET901E>(tcpip));
    plan.host = std::string(call.args.word(0));
    return start_command<RunningPing>(call, tcpip, snapshot->config.level.tcpip(), std::move(plan));
}

}  // namespace vmlab::sim

// IPWIZARD: its last step, in which it verifies what it has configured: the interface's own address, the
// gateway and the name servers must answer a PING. Its panels and the files that it writes are not simulated.
#include <fmt/format.h>

#include "simulator/commands/commands.hpp"
#include "simulator/commands/messages.hpp"
#include "simulator/commands/running_command.hpp"

namespace vmlab::sim {
namespace {

constexpr Duration kPatience = seconds{10};

/// Somebody who must answer, and the line that names him.
struct Target {
    std::string_view role;
    IpAddress address{};
    SourceLocation where{};
};

class RunningIpwizard final : public RunningCommand {
public:
    RunningIpwizard(const Call& call, const Userid& tcpip, std::vector<Target> targets)
        : by_(call.session.userid),
          tcpip_(tcpip),
          targets_(std::move(targets)),
          tag_(std::uint32_t(call.session.commands) << 16) {
        send(call.world);
    }

    void receive(const SocketNotice& notice, Operations& world, std::vector<ConsoleLine>& out) override {
        const auto* answer = std::get_if<PingAnswer>(&notice);
        if (answer && answer->tag == tag_ + at_ && !rc_) hear(answer->answered, world, out);
    }
    void tick(Operations& world, std::vector<ConsoleLine>& out) override { hear(false, world, out); }
    Instant next_deadline() const override { return deadline_; }
    std::optional<int> ended() const override { return rc_; }

private:
    void send(Operations& world) {
        deadline_ = world.now() + kPatience + seconds{1};
        world.socket(by_, tcpip_,
                     PingRequest{tag_ + std::uint32_t(at_), targets_[at_].address, 56, kPatience});
    }
    void hear(bool answered, Operations& world, std::vector<ConsoleLine>& out) {
        const auto& target = targets_[at_];
        if (answered) {
            out.push_back({fmt::format("Successfully PINGed {} ({})", target.role, target.address.str())});
        } else {
            const auto said = say<DTCIPW901E>(target.role, target.address.str()).because(target.where);
            out.push_back({said.text});
            world.record(by_, {RecordKind::message, said.text, said.rests_on});
            failed_ = true;
        }
        if (++at_ < targets_.size()) return send(world);
        if (failed_) out.push_back({say<DTCIPW902E>().text});
        else {
            out.push_back({say<DTCIPW2519I>().text});
            out.push_back({say<IUGIPW8392I>().text});
        }
        rc_ = failed_ ? 8 : 0;
    }

    Userid by_, tcpip_;
    std::vector<Target> targets_;
    std::uint32_t tag_;
    std::size_t at_ = 0;
    bool failed_ = false;
    Instant deadline_{};
    std::optional<int> rc_{};
};

}  // namespace

Outcome run_ipwizard(Call& call) {
    const auto tcpip = chosen_stack(call);
    if (call.args.size() != 0) return call.fail(24, say<DTCPIN902E>(call.args.upper_word(0)));
    const auto snapshot = call.world.stack(tcpip);
    if (!snapshot || !snapshot->up) return call.fail(8, say<DTCNET901E>(tcpip));
    std::vector<Target> targets;
    const auto& config = snapshot->config;
    if (!config.home.empty()) targets.push_back({"Interface", config.home[0].address, config.home[0].where});
    for (const auto& entry : config.gateway)
        if (entry.prefix == 0) targets.push_back({"Gateway", entry.first_hop, entry.where});
    for (const auto& server : call.world.tcpip_data(call.session.userid).name_servers)
        targets.push_back({"DNS", *server, server.where});
    if (targets.empty()) return call.fail(8, say<DTCIPW902E>().because(config.gateway_where));
    return Outcome(std::make_unique<RunningIpwizard>(call, tcpip, std::move(targets)));
}

}  // namespace vmlab::sim

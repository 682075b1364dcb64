// SSLADMIN while it runs: what was sent to the SSL servers, who has answered, and who has not in time.
//
//   sent to each ──all have answered, or kAnswerTime──► reported ──RESTART: until they are active again──►
//   over
//                    └─ who has not: DTCSSL2421E            └─ MONITOR: sent again after so many seconds
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "simulator/commands/command.hpp"

namespace vmlab::sim {

/// How long a server that is logged on may take to answer. The product's figure is not known.
inline constexpr Duration kAnswerTime = seconds{20};

enum class SslOrder { summary, details, sessions, traces, cache, refresh, restart, trace, system };

/// Waits until every member has got where it should be, its session has ended instead, or time is up.
class RunningSslAction final : public RunningCommand {
public:
    RunningSslAction(const std::vector<Userid>& members, bool wants_active, Instant now);
    void tick(Operations& world, std::vector<ConsoleLine>& out) override;
    Instant next_deadline() const override { return next_; }
    std::optional<int> ended() const override { return rc_; }

private:
    struct Member {
        Userid userid{};
        Instant last_seen{};
    };
    bool has_arrived(const Member& member, const Operations& world) const;

    std::vector<Member> waiting_;
    bool wants_active_;
    int result_ = 0;
    Instant next_, until_;
    std::optional<int> rc_{};
};

class RunningSslOrder final : public RunningCommand {
public:
    struct What {
        SslOrder order{};
        std::string text{};               ///< what the servers are told; SYSTEM: the command
        std::optional<Duration> every{};  ///< MONITOR
    };
    /// Sends to `members`, all of which are logged on.
    RunningSslOrder(Call& call, What what, std::vector<Userid> members);

    using RunningCommand::receive;
    void receive(const AdminAnswered& answer, Operations& world, std::vector<ConsoleLine>& out) override;
    void tick(Operations& world, std::vector<ConsoleLine>& out) override;
    Instant next_deadline() const override;
    std::optional<int> ended() const override { return rc_; }

private:
    void send(Operations& world);
    void run_there(const Userid& server, Operations& world, std::vector<ConsoleLine>& out);
    void say_silent(Operations& world, std::vector<ConsoleLine>& out);
    void report(Operations& world, std::vector<ConsoleLine>& out);
    void await_restart(Operations& world, std::vector<ConsoleLine>& out);

    Userid user_;
    What what_;
    std::vector<Userid> members_, waiting_{}, answered_{};
    std::uint32_t tag_;
    Instant next_{};
    int result_ = 0;
    std::optional<int> rc_{};
    std::unique_ptr<RunningSslAction> restart_{};
};

}  // namespace vmlab::sim

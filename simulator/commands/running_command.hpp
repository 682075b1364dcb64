// A command that takes the world's time: it has printed its first lines and waits for an answer or a moment.
#pragma once

#include <optional>
#include <vector>

#include "simulator/commands/operations.hpp"
#include "simulator/commands/session.hpp"
#include "simulator/system/event.hpp"

namespace vmlab::sim {

class RunningCommand {
public:
    virtual ~RunningCommand() = default;
    /// What a stack says to the user's virtual machine; also what is for an earlier command.
    virtual void receive(const SocketNotice& notice, Operations& world, std::vector<ConsoleLine>& out);
    /// What an SSL server answers; also what is for an earlier command.
    virtual void receive(const AdminAnswered& answer, Operations& world, std::vector<ConsoleLine>& out);
    /// Called at or after next_deadline().
    virtual void tick(Operations& world, std::vector<ConsoleLine>& out) = 0;
    /// When to look again. Not asked once it has ended.
    virtual Instant next_deadline() const = 0;
    /// It is ended from outside (PA1): whatever it has open is closed.
    virtual void give_up(Operations& world);
    /// The return code, once it has ended.
    virtual std::optional<int> ended() const = 0;
};

}  // namespace vmlab::sim

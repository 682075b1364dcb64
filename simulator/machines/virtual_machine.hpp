// A virtual machine of z/VM: a session that begins with LOGON or XAUTOLOG, runs one program, and ends.
//
//   logged off ──LogonStarted──► logged on ──Program ends, FORCE, SHUTDOWN──► logged off
// What it runs is made at logon by the installation (TCPRUN for servers, CMS for people). When a session ends
// its console is closed into the reader of its owner and every stack is told (IUCV severs).
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "simulator/system/system.hpp"

namespace vmlab::sim {

class VirtualMachine;

/// What a virtual machine runs between logon and logoff.
class Program {
public:
    virtual ~Program() = default;
    virtual void start(VirtualMachine& vm, System& world) = 0;
    /// Any event of the machine that is not about its session, DeadlinePassed among them.
    virtual void receive(Event& event, VirtualMachine& vm, System& world) = 0;
    virtual std::optional<Instant> next_deadline() const { return std::nullopt; }
    /// #CP EXT: true when the program will end by itself, later (it then calls VirtualMachine::end).
    virtual bool end_in_order(VirtualMachine& /*vm*/, System& /*world*/) { return false; }
    /// What is typed at its console is for CP alone; `#CP EXT` ends it. Not for people: theirs is for CMS.
    virtual bool takes_console_input() const { return false; }
    /// The session ends. `silent`: at once (FORCE), the program cannot say goodbye.
    virtual void stop(VirtualMachine& /*vm*/, System& /*world*/, bool /*silent*/) {}
};

/// What the virtual machines of one z/VM system share: implemented by the composition root.
class Installation {
public:
    virtual ~Installation() = default;
    /// IPL: runs the start-up (TCPRUN) with its console lines; nothing when the machine is not to run (it
    /// then logs off).
    virtual std::unique_ptr<Program> ipl(VirtualMachine& vm, const LogonStarted& how, System& world) = 0;
    /// The session has ended, by itself or forced off `by` somebody: console to the owner's reader, stacks
    /// told, operator informed.
    virtual void logged_off(VirtualMachine& vm, const Userid& by, System& world) = 0;
    virtual void logged_on(VirtualMachine& vm, const LogonStarted& how, System& world) = 0;
};

class VirtualMachine final : public Machine {
public:
    VirtualMachine(Userid userid, Installation& installation)
        : Machine(userid), installation_(installation) {}
    ~VirtualMachine() override;

    void receive(Event& event, System& world) override;
    std::optional<Instant> next_deadline() const override;

    bool logged_on() const { return logged_on_; }
    Instant logon_time() const { return logon_time_; }
    Program* program() { return program_.get(); }
    const Program* program() const { return program_.get(); }
    /// Asks for the end of the session after the event in flight.
    void end() { end_wanted_ = true; }

private:
    void log_on(const LogonStarted& how, System& world);
    /// `by` is empty when the machine ends by itself or was asked to.
    void log_off(const Userid& by, bool silent, System& world);

    Installation& installation_;
    std::unique_ptr<Program> program_;
    bool logged_on_ = false;
    Instant logon_time_{};
    bool end_wanted_ = false;
};

}  // namespace vmlab::sim

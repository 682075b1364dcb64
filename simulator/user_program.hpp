// What a person's virtual machine runs: CMS, with the command interpreter at its console.
#pragma once

#include <string>
#include <vector>

#include "simulator/commands/interpreter.hpp"
#include "simulator/machines/virtual_machine.hpp"

namespace vmlab::sim {

class UserProgram final : public Program {
public:
    /// `first_input`: the logon screen's COMMAND field.
    UserProgram(const Userid& user, Operations& world, std::string first_input, Name8 cp)
        : operations_(world), interpreter_(user, world), first_input_(std::move(first_input)), cp_(cp) {}

    void start(VirtualMachine& vm, System& world) override;
    bool takes_console_input() const override { return true; }
    void receive(Event& event, VirtualMachine& vm, System& world) override;
    std::optional<Instant> next_deadline() const override { return interpreter_.next_deadline(); }

    const Interpreter& interpreter() const { return interpreter_; }

private:
    void show(std::vector<ConsoleLine> lines, VirtualMachine& vm, System& world);

    Operations& operations_;
    Interpreter interpreter_;
    std::string first_input_;
    Name8 cp_;
};

}  // namespace vmlab::sim

// Servers without sockets: file pool servers, the SSL DCSS management agent, and AUTOLOG1, which starts the
// system.
#pragma once

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "simulator/cms/file_pools.hpp"
#include "simulator/cp/racf.hpp"
#include "simulator/machines/virtual_machine.hpp"

namespace vmlab::sim {

/// A file pool server: its pools are there while it runs.
class FilePoolProgram final : public Program {
public:
    explicit FilePoolProgram(FilePools& pools) : pools_(pools) {}
    void start(VirtualMachine& vm, System& world) override;
    void receive(Event&, VirtualMachine&, System&) override {}
    void stop(VirtualMachine& vm, System& world, bool silent) override;

private:
    FilePools& pools_;
};

/// RACFVM: RACF answers while it runs.
class RacfProgram final : public Program {
public:
    explicit RacfProgram(Racf& racf) : racf_(racf) {}
    void start(VirtualMachine& vm, System& world) override;
    void receive(Event&, VirtualMachine&, System&) override {}
    void stop(VirtualMachine&, System&, bool) override { racf_.set_running(false); }

private:
    Racf& racf_;
};

/// Runs and waits: SSLDCSSM once it owns the segment, RSCS (not simulated).
class WaitingProgram final : public Program {
public:
    explicit WaitingProgram(std::string line) : line_(std::move(line)) {}
    void start(VirtualMachine& vm, System& world) override;
    void receive(Event&, VirtualMachine&, System&) override {}

private:
    std::string line_;
};

/// XAUTOLOGs a list of userids in order and logs off: AUTOLOG1.
class AutologProgram final : public Program {
public:
    explicit AutologProgram(std::vector<Userid> users) : users_(std::move(users)) {}
    void start(VirtualMachine& vm, System& world) override;
    void receive(Event&, VirtualMachine&, System&) override {}

private:
    std::vector<Userid> users_;
};

}  // namespace vmlab::sim

// What a service virtual machine runs: a services::Service behind its Host.
#pragma once

#include <memory>
#include <optional>

#include "services/service.hpp"
#include "simulator/machines/virtual_machine.hpp"

namespace vmlab::sim {

/// The Host of a service for the duration of one call: its words become events.
class ServiceHost final : public services::Host {
public:
    /// `client` is the name under which TCPIP knows the service (its userid; INTCLIEN for Telnet).
    ServiceHost(VirtualMachine& vm, System& world, services::Files& files, Userid tcpip, Userid client,
                Name8 cp)
        : vm_(vm), world_(world), files_(files), tcpip_(tcpip), client_(client), cp_(cp) {}

    CauseId record(Record what) override { return world_.record(std::move(what)); }
    void request(SocketRequest what) override { world_.post(tcpip_, FromClient{client_, std::move(what)}); }
    void console(Said what) override;
    void console_line(std::string text) override { world_.console_line(vm_.name(), std::move(text)); }
    void smsg(const Userid& to, std::string text) override;
    void terminal(TerminalInput what) override {
        world_.post(cp_, FromTerminal{vm_.name(), std::move(what)});
    }
    void end(int return_code) override;
    services::Files& files() override { return files_; }

private:
    VirtualMachine& vm_;
    System& world_;
    services::Files& files_;
    Userid tcpip_, client_;
    Name8 cp_;
};

class ServiceProgram final : public Program {
public:
    ServiceProgram(std::unique_ptr<services::Service> service, services::Files& files, Userid tcpip)
        : service_(std::move(service)), files_(files), tcpip_(tcpip) {}

    void start(VirtualMachine& vm, System& world) override;
    void receive(Event& event, VirtualMachine& vm, System& world) override;
    std::optional<Instant> next_deadline() const override { return service_->next_deadline(); }

    const services::Service& service() const { return *service_; }
    const Userid& tcpip() const { return tcpip_; }

private:
    std::unique_ptr<services::Service> service_;
    services::Files& files_;
    Userid tcpip_;
};

}  // namespace vmlab::sim

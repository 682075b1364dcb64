#include "simulator/machines/service_program.hpp"

#include <fmt/core.h>

namespace vmlab::sim {

void ServiceHost::console(Said what) { world_.console(vm_.name(), what); }

void ServiceHost::smsg(const Userid& to, std::string text) {
    world_.post(to, MsgSent{vm_.name(), fmt::format("* MSG FROM {:<8}: {}", vm_.name().view(), text)});
}

void ServiceHost::end(int return_code) {
    world_.console_line(vm_.name(),
                        return_code == 0 ? std::string("Ready;") : fmt::format("Ready({:05});", return_code));
    vm_.end();
}

void ServiceProgram::start(VirtualMachine& vm, System& world) {
    ServiceHost host(vm, world, files_, tcpip_, vm.name(), Name8{});
    service_->start(world.now(), host);
}

void ServiceProgram::receive(Event& event, VirtualMachine& vm, System& world) {
    ServiceHost host(vm, world, files_, tcpip_, vm.name(), Name8{});
    const Instant now = world.now();
    if (auto* notice = std::get_if<FromTcpip>(&event.payload)) {
        if (notice->tcpip == tcpip_) service_->receive(std::move(notice->notice), now, host);
    } else if (auto* smsg = std::get_if<SmsgSent>(&event.payload)) {
        service_->receive(services::SmsgArrived{smsg->from, std::move(smsg->text)}, now, host);
    } else if (auto* gone = std::get_if<MachineGone>(&event.payload)) {
        if (gone->who != tcpip_) return;
        world.console_line(vm.name(), fmt::format("{} is gone: the server ends", tcpip_.view()));
        vm.end();
    } else if (std::holds_alternative<DeadlinePassed>(event.payload)) {
        service_->tick(now, host);
    }
}

}  // namespace vmlab::sim

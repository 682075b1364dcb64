#include "simulator/user_program.hpp"

#include <fmt/core.h>

#include "simulator/cp/console_lines.hpp"

namespace vmlab::sim {
void UserProgram::start(VirtualMachine& vm, System& world) {
    const auto files = operations_.storage().spool.reader_of(vm.name()).size();
    for (auto& text : report_logon(operations_.level(), operations_.zone(), files, world.now()))
        world.console_line(vm.name(), std::move(text));
    show(interpreter_.start(operations_), vm, world);
    if (!first_input_.empty()) {
        std::vector<ConsoleLine> lines;
        interpreter_.receive(first_input_, operations_, lines);
        show(std::move(lines), vm, world);
    }
}

void UserProgram::receive(Event& event, VirtualMachine& vm, System& world) {
    std::vector<ConsoleLine> lines;
    if (auto* typed = std::get_if<ConsoleTyped>(&event.payload)) {
        world.record(typed_record(typed->text));
        world.console_echo(vm.name(), typed->text);
        interpreter_.receive(typed->text, operations_, lines);
    } else if (auto* notice = std::get_if<FromTcpip>(&event.payload)) {
        interpreter_.receive(notice->notice, operations_, lines);
    } else if (auto* answer = std::get_if<AdminAnswered>(&event.payload)) {
        interpreter_.receive(*answer, operations_, lines);
    } else if (auto* smsg = std::get_if<SmsgSent>(&event.payload)) {
        lines.push_back({fmt::format("* SMSG FROM {:<8}: {}", smsg->from.view(), smsg->text), true});
    } else if (std::holds_alternative<AttentionPressed>(event.payload)) {
        interpreter_.attention(operations_, lines);
    } else if (std::holds_alternative<DeadlinePassed>(event.payload)) {
        const auto due = interpreter_.next_deadline();
        if (!due || *due > world.now()) return;
        interpreter_.tick(operations_, lines);
    } else {
        return;
    }
    show(std::move(lines), vm, world);
    if (interpreter_.logged_off()) {
        world.console_line(vm.name(), "LOGOFF AT " + report_moment(world.now(), operations_.zone()));
        vm.end();
    } else if (interpreter_.disconnected()) {
        world.console_line(vm.name(), report_disconnect(operations_.zone(), world.now()));
        world.post(cp_, Disconnected{vm.name()});
    }
}

void UserProgram::show(std::vector<ConsoleLine> lines, VirtualMachine& vm, System& world) {
    for (auto& line : lines) world.console_line(vm.name(), std::move(line.text), line.priority);
    world.console_state(vm.name(), interpreter_.state());
    // RUNNING is what CMS shows while it waits for a line too; busy is only who has a command under way.
    world.outside().console_ready(vm.name(), !interpreter_.next_deadline());
}

}  // namespace vmlab::sim

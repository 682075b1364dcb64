#include "simulator/user_program.hpp"

#include <fmt/core.h>

namespace vmlab::sim {
namespace {

std::string logon_time(Instant at, const Zone& zone, const char* what) {
    const auto calendar = calendar_of(at, zone.offset);
    return fmt::format("{} AT {} {} {} {}", what, hh_mm_ss(at, zone.offset), zone.name,
                       upper(weekday_name(calendar.weekday)), mm_dd_yy(at, zone.offset));
}

}  // namespace

void UserProgram::start(VirtualMachine& vm, System& world) {
    const SystemLevel& level = operations_.level();
    const auto files = operations_.storage().spool.reader_of(vm.name()).size();
    for (auto& text :
         {fmt::format("z/VM {}, Service Level {} (64-bit),", level.release, level.service_level),
          std::string("built on IBM Virtualization Technology"), std::string("There is no logmsg data"),
          files == 0 ? std::string("FILES:   NO RDR,   NO PRT,   NO PUN")
                     : fmt::format("FILES: {:04} RDR,   NO PRT,   NO PUN", files),
          logon_time(world.now(), operations_.zone(), "LOGON")})
        world.console_line(vm.name(), text);
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
        world.record({RecordKind::input, fmt::format("{} typed: {}", vm.name().view(), typed->text), {}});
        world.console_echo(vm.name(), typed->text);
        interpreter_.receive(typed->text, operations_, lines);
    } else if (auto* notice = std::get_if<FromTcpip>(&event.payload)) {
        if (auto* answer = std::get_if<PingAnswer>(&notice->notice))
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
        world.console_line(vm.name(), logon_time(world.now(), operations_.zone(), "LOGOFF"));
        vm.end("");
    } else if (interpreter_.disconnected()) {
        world.console_line(vm.name(), logon_time(world.now(), operations_.zone(), "DISCONNECT"));
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

#include "simulator/machines/virtual_machine.hpp"

#include <utility>

namespace vmlab::sim {
namespace {

/// "#CP EXT": CP's EXTERNAL command, abbreviated or not.
bool is_external_interrupt(std::string_view typed) {
    constexpr std::string_view kCp = "#CP ";
    if (typed.size() <= kCp.size() || !iequals(typed.substr(0, kCp.size()), kCp)) return false;
    return abbreviates(trimmed(typed.substr(kCp.size())), "EXTernal");
}

}  // namespace

VirtualMachine::~VirtualMachine() = default;

std::optional<Instant> VirtualMachine::next_deadline() const {
    return program_ ? program_->next_deadline() : std::nullopt;
}

void VirtualMachine::receive(Event& event, System& world) {
    if (auto* logon = std::get_if<LogonStarted>(&event.payload)) {
        if (!logged_on_) log_on(*logon, world);
    } else if (auto* force = std::get_if<ForcedOff>(&event.payload)) {
        if (logged_on_) log_off(force->by, true, world);
    } else if (auto* shutdown = std::get_if<ShutdownRequested>(&event.payload)) {
        if (!logged_on_) return;
        if (shutdown->how == "EXT" && program_ && program_->end_in_order(*this, world)) return;
        const bool again = shutdown->how == "RESTART";
        const auto by = shutdown->by;
        log_off({}, false, world);
        if (again) world.post(index(), LogonStarted{by});
    } else if (auto* typed = std::get_if<ConsoleTyped>(&event.payload);
               typed && program_ && !program_->takes_console_input()) {
        world.record(typed_record(typed->text));
        world.console_echo(name(), typed->text);
        if (is_external_interrupt(typed->text) && !program_->end_in_order(*this, world))
            log_off({}, false, world);
    } else if (auto* message = std::get_if<MsgSent>(&event.payload)) {
        if (logged_on_) world.console_line(name(), message->text, true);
    } else if (program_) {
        program_->receive(event, *this, world);
    }
    if (std::exchange(end_wanted_, false) && logged_on_) log_off({}, false, world);
}

void VirtualMachine::log_on(const LogonStarted& how, System& world) {
    logged_on_ = true;
    logon_time_ = world.now();
    installation_.logged_on(*this, how, world);
    program_ = installation_.ipl(*this, how, world);
    if (program_) program_->start(*this, world);
    else end();
}

void VirtualMachine::log_off(const Userid& by, bool silent, System& world) {
    if (program_) program_->stop(*this, world, silent);
    program_.reset();
    logged_on_ = false;
    const std::string how = by.empty() ? "" : ": forced off by " + by.str();
    world.record(
        {RecordKind::state, "session of " + name().str() + " ended" + how, {}, about_machine(name())});
    installation_.logged_off(*this, by, world);
}

}  // namespace vmlab::sim

#include "simulator/machines/cp_machine.hpp"

#include <fmt/core.h>

#include "simulator/cp/console_lines.hpp"
#include "simulator/cp/messages.hpp"
#include "stack/base/overloaded.hpp"

namespace vmlab::sim {
namespace {

/// Words of a command line.
std::vector<std::string_view> words_of(std::string_view line) {
    std::vector<std::string_view> words;
    while (!(line = trimmed(line)).empty()) {
        const auto end = std::min(line.find(' '), line.size());
        words.push_back(line.substr(0, end));
        line.remove_prefix(end);
    }
    return words;
}

}  // namespace

void CpMachine::receive(Event& event, System& world) {
    if (auto* terminal = std::get_if<FromTerminal>(&event.payload)) {
        const Userid tcpip = terminal->tcpip;
        const auto device = [&](LogicalDevice number) -> Device* {
            const auto found = devices_.find({tcpip, number});
            return found == devices_.end() ? nullptr : &found->second;
        };
        std::visit(overloaded{
                       [&](const TerminalOpened& e) { opened(tcpip, e, world); },
                       [&](const LogonEntered& e) {
                           if (Device* d = device(e.device)) logon_entered(*d, e, world);
                       },
                       [&](const LineEntered& e) {
                           if (Device* d = device(e.device)) line_entered(*d, e, world);
                       },
                       [&](const TerminalLost& e) {
                           lost({tcpip, e.device}, world);
                       },
                   },
                   terminal->input);
    } else if (auto* shown = std::get_if<ConsoleShown>(&event.payload)) {
        if (Device* d = device_of(shown->machine)) line(*d, std::move(shown->text), world, shown->priority);
    } else if (auto* changed = std::get_if<ConsoleStateChanged>(&event.payload)) {
        if (Device* d = device_of(changed->machine))
            show(*d, ShowState{d->number, changed->state, false}, world);
    } else if (auto* left = std::get_if<Disconnected>(&event.payload)) {
        sessions_.disconnect(left->user);
        session_ended(left->user, world);
    } else if (auto* gone = std::get_if<MachineGone>(&event.payload)) {
        session_ended(gone->who, world);
        std::vector<Key> theirs;
        for (const auto& [key, d] : devices_)
            if (key.first == gone->who) theirs.push_back(key);
        for (const auto& key : theirs) lost(key, world);
    }
}

void CpMachine::opened(const Userid& tcpip, const TerminalOpened& e, System& world) {
    Device& device = devices_[{tcpip, e.device}];
    device = {tcpip, e.device, e.peer.address.str(), {}, {}};
    world.record(
        {RecordKind::state, fmt::format("logical device {} for {}", ldev_name(e.device), e.peer.str()), {}});
    show(device, ShowLogo{e.device, system_name_}, world);
}

void CpMachine::logon_entered(Device& device, const LogonEntered& e, System& world) {
    const auto user = trimmed(e.userid);
    if (user.empty()) {
        if (!trimmed(e.command).empty()) return before_logon(device, e.command, world);
        for (const char* text :
             {"Enter one of the following commands:", "",
              "   LOGON userid                (example:  LOGON VMUSER1)",
              "   DIAL userid                 (example:  DIAL VMUSER2)",
              "   MSG userid message          (example:  MSG VMUSER2 GOOD MORNING)", "   LOGOFF"})
            line(device, text, world);
        show(device, ShowState{device.number, ConsoleState::cp_read, false}, world);
        return;
    }
    const auto parsed = Name8::parse(user);
    if (!parsed || trimmed(e.password).empty()) {
        const std::string command = fmt::format("LOGON {} {}", user, trimmed(e.password));
        return before_logon(device, command, world);
    }
    log_on(device, {*parsed}, trimmed(e.password), e.command, world);
}

void CpMachine::line_entered(Device& device, const LineEntered& e, System& world) {
    if (!device.user.empty()) {
        if (e.key == TerminalKey::enter) world.post(device.user, ConsoleTyped{e.text});
        else if (e.key == TerminalKey::pa1) world.post(device.user, AttentionPressed{});
        else line(device, fmt::format("PF{:02} UNDEFINED", unsigned(e.pf)), world, true);
        return;
    }
    if (!device.logon.user.empty()) {
        const Logon wanted = std::exchange(device.logon, Logon{});
        return log_on(device, wanted, trimmed(e.text), "", world);
    }
    before_logon(device, e.text, world);
}

/// LOGON, MSG and LOGOFF are all that CP takes from a terminal without a user.
void CpMachine::before_logon(Device& device, std::string_view text, System& world) {
    const auto words = words_of(text);
    if (words.empty()) {
        show(device, ShowState{device.number, ConsoleState::cp_read, false}, world);
        return;
    }
    if (abbreviates(words[0], "LOGoff")) {
        line(device, "LOGOFF AT " + report_moment(world.now(), zone_), world);
        show(device, CloseTerminal{device.number}, world);
        return;
    }
    if (!abbreviates(words[0], "Logon") && !abbreviates(words[0], "LOGIN")) {
        say_to(device, say<HCPCFC015E>(upper(words[0])), world);
        show(device, ShowState{device.number, ConsoleState::cp_read, false}, world);
        return;
    }
    Logon wanted;
    if (words.size() > 1) wanted.user = Name8::parse(words[1]).value_or(Userid{});
    std::string_view password;
    for (std::size_t i = 2; i < words.size(); ++i) {
        if (abbreviates(words[i], "HERE")) wanted.here = true;
        else if (iequals(words[i], "BY") && i + 1 < words.size())
            wanted.by = Name8::parse(words[++i]).value_or(Userid{});
        else if (password.empty()) password = words[i];
    }
    if (wanted.user.empty()) {
        say_to(device, say<HCPLGA050E>(), world);
        show(device, ShowState{device.number, ConsoleState::cp_read, false}, world);
        return;
    }
    const bool none_asked =
        directory_.decide_logon(wanted.user, wanted.by, {}) == LogonVerdict::accepted;  // NOPASS
    if (!password.empty() || none_asked) return log_on(device, wanted, password, "", world);
    device.logon = wanted;
    for (const char* prompt : {"Enter your password,", "or", "To change your password, enter: ccc/nnn/nnn",
                               "where ccc = current password, and nnn = new password"})
        line(device, prompt, world);
    show(device, ShowState{device.number, ConsoleState::cp_read, true}, world);
}

void CpMachine::log_on(Device& device, const Logon& wanted, std::string_view password, std::string command,
                       System& world) {
    const Userid& user = wanted.user;
    if (directory_.decide_logon(user, wanted.by, password) != LogonVerdict::accepted) {
        say_to(device, say<HCPLGA050E>(), world);
        world.record(
            {RecordKind::refusal, fmt::format("LOGON {} from {} refused", user.view(), device.from), {}});
        show(device, ShowState{device.number, ConsoleState::cp_read, false}, world);
        return;
    }
    const CpSession* session = sessions_.find(user);
    if (session && session->how != CpSession::How::disconnected && !wanted.here) {
        say_to(device, say<HCPLGA054E>(session->where()), world);
        show(device, ShowState{device.number, ConsoleState::cp_read, false}, world);
        return;
    }
    if (Device* other = device_of(user)) {
        other->user = {};
        show(*other, CloseTerminal{other->number}, world);
    }
    if (session) {
        connect(device, user, world);
        line(device, "RECONNECTED AT " + report_moment(world.now(), zone_), world);
        show(device, ShowState{device.number, world.console_state_of(user), false}, world);
        return;
    }
    sessions_.log_on({user, CpSession::How::terminal, device.number, world.now(), device.from});
    connect(device, user, world);
    world.post(user, LogonStarted{user, std::move(command)});
}

void CpMachine::connect(Device& device, const Userid& user, System& world) {
    device.user = user;
    sessions_.reconnect(user, device.number, device.from);
    world.watch_console(user, index());
    world.record(
        {RecordKind::state,
         fmt::format("{} is connected at {} from {}", user.view(), ldev_name(device.number), device.from),
         {}});
}

void CpMachine::session_ended(const Userid& user, System& world) {
    Device* device = device_of(user);
    if (!device) return;
    world.watch_console(user, std::nullopt);
    device->user = {};
    show(*device, CloseTerminal{device->number}, world);
}

/// The client is gone: its user goes on disconnected.
void CpMachine::lost(const Key& key, System& world) {
    const auto found = devices_.find(key);
    if (found == devices_.end()) return;
    const Userid user = found->second.user;
    devices_.erase(found);
    if (user.empty()) return;
    world.watch_console(user, std::nullopt);
    sessions_.disconnect(user);
    world.record(
        {RecordKind::state, fmt::format("{} is disconnected: its terminal is gone", user.view()), {}});
}

void CpMachine::show(const Device& device, TerminalOutput what, System& world) {
    world.post(device.tcpip, ToTerminal{std::move(what)});
}

void CpMachine::line(const Device& device, std::string text, System& world, bool priority) {
    show(device, ShowLine{device.number, std::move(text), priority}, world);
}

void CpMachine::say_to(const Device& device, const Said& said, System& world) {
    world.record({RecordKind::message, said.text, said.rests_on});
    line(device, said.text, world, true);
}

CpMachine::Device* CpMachine::device_of(const Userid& user) {
    if (user.empty()) return nullptr;
    for (auto& [key, device] : devices_)
        if (device.user == user) return &device;
    return nullptr;
}

}  // namespace vmlab::sim

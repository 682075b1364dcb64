// The world as commands see it: questions copy out, requests become events.
#include <fmt/format.h>

#include "profiles/etc_files.hpp"
#include "profiles/profile_tcpip.hpp"
#include "profiles/tcpip_data.hpp"
#include "simulator/commands/messages.hpp"
#include "simulator/cp/console_lines.hpp"
#include "simulator/cp/messages.hpp"
#include "simulator/machines/ssl_program.hpp"
#include "simulator/machines/tcpip_program.hpp"
#include "simulator/network/wire_command.hpp"
#include "simulator/world.hpp"

namespace vmlab::sim {

profiles::TcpipData World::tcpip_data(const Userid&) const {
    const CmsFile* file = storage_.disks.find_file("TCPMAINT", "0592", "TCPIP", "DATA");
    const auto source =
        profiles::SourceText::from_host({"TCPIP", "DATA", {'F', '1'}}, file ? file->text() : std::string());
    return profiles::read_tcpip_data(source, *Name8::parse(level_.node));
}

profiles::EtcHosts World::etc_hosts(const Userid&) const {
    const CmsFile* file = storage_.disks.find_file("TCPMAINT", "0592", "ETC", "HOSTS");
    return profiles::read_etc_hosts(
        profiles::SourceText::from_host({"ETC", "HOSTS", {'F', '1'}}, file ? file->text() : std::string()));
}

Userid World::default_stack(const Userid& user) const { return *tcpip_data(user).tcpip_userid; }

std::optional<stack::ServerSnapshot> World::stack(const Userid& tcpip) const {
    const VirtualMachine* vm = virtual_machine(tcpip);
    if (!vm) return std::nullopt;
    if (const auto* program = dynamic_cast<const TcpipProgram*>(vm->program())) return program->snapshot();
    return std::nullopt;
}

std::optional<sslserv::ServerSnapshot> World::ssl_server(const Userid& member) const {
    const VirtualMachine* vm = virtual_machine(member);
    if (!vm) return std::nullopt;
    if (const auto* program = dynamic_cast<const SslProgram*>(vm->program())) return program->snapshot();
    return std::nullopt;
}

std::vector<Sourced<Userid>> World::ssl_admins(const Userid& tcpip) const {
    const auto found = admins_.find(tcpip);
    if (found != admins_.end()) return found->second;
    return {{Userid("TCPMAINT"), {}}, {Userid("GSKADMIN"), {}}};
}

const std::deque<std::string>* World::console_of(const Userid& machine) const {
    return system_.find(machine) ? &system_.console_of(machine) : nullptr;
}

std::string World::service_name(std::uint16_t port) const {
    const CmsFile* file = storage_.disks.find_file("TCPMAINT", "0592", "ETC", "SERVICES");
    const auto services = profiles::read_etc_services(profiles::SourceText::from_host(
        {"ETC", "SERVICES", {'F', '1'}}, file ? file->text() : std::string()));
    const auto* entry = services.find(port, false);
    return entry ? upper(*entry->name) : std::string();
}

std::vector<std::string> World::wires(std::string_view wire) const { return report_wires(network_, wire); }

std::optional<std::string> World::change_wire(const Userid& by, std::string_view wire,
                                              const std::vector<std::string>& words) {
    auto wrong = sim::change_wire(network_, wire, words, now());
    if (!wrong)
        system_.record(by, {RecordKind::input,
                            fmt::format("wire {} changed: {}", wire, fmt::join(words, " ")),
                            {},
                            fmt::format("wire {}", wire)});
    return wrong;
}

void World::xautolog(const Userid& by, const Userid& user, std::string console_input) {
    system_.post(user, LogonStarted{by, std::move(console_input)}, milliseconds{10});
}

void World::force(const Userid& by, const Userid& user) { system_.post(user, ForcedOff{by}); }

void World::signal_shutdown(const Userid& by, const Userid& user) {
    system_.post(user, ShutdownRequested{by, "SIGNAL"});
}

void World::type_at(const Userid& user, std::string text) {
    system_.post(user, ConsoleTyped{std::move(text)});
}

void World::smsg(const Userid& from, const Userid& to, std::string text) {
    system_.post(to, SmsgSent{from, std::move(text)});
}

void World::msg(const Userid& from, const Userid& to, std::string text, bool warning) {
    system_.post(to, MsgSent{from, report_msg(system_.now(), zone_, from, text, warning)});
}

void World::ssl_admin(const Userid& by, const Userid& member, SslAction action) {
    switch (action) {
        case SslAction::start: xautolog(by, member, {}); break;
        case SslAction::stop: system_.post(member, ShutdownRequested{by, "STOP"}); break;
    }
}

void World::ssl_command(const Userid& by, const Userid& member, std::uint32_t tag, std::string text) {
    system_.post(member, AdminCommand{by, tag, std::move(text)});
}

std::optional<unsigned> World::close_console(const Userid& machine, const Userid& to) {
    const auto lines = system_.close_console(machine);
    if (lines.empty()) return std::nullopt;
    auto text = std::make_shared<std::string>();
    for (const auto& line : lines) *text += line + "\n";
    SpoolFile file{0, machine, 'T', "CON", "", "", system_.now(), std::move(text)};
    const auto reader = racf_.check("VMRDR", to.view(), machine, RacfAccess::update);
    if (reader.refused()) {
        Said said = say<ICH408I>(machine.view(), reader.profile, "VMRDR", name_of(RacfAccess::update),
                                 name_of(reader.allowed));
        if (reader.where.known()) said.rests_on.push_back(reader.where);
        system_.record(machine, {RecordKind::refusal, said.text, said.rests_on, about_machine(machine)});
        system_.console_line(kRacfMachine, said.text);
        return std::nullopt;
    }
    const unsigned id = storage_.spool.send(to, file);
    file.id = id;
    system_.record(machine, {RecordKind::state,
                             fmt::format("console of {} closed to the reader of {} as spool file {:04}",
                                         machine.view(), to.view(), id),
                             {}});
    if (sessions_.find(to)) system_.post(to, MsgSent{machine, report_arrival(file)});
    return id;
}

std::vector<std::string> World::obey(const Userid& by, const Userid& tcpip, const FileId& file,
                                     std::string_view text) {
    const auto running = stacks_.find(tcpip);
    if (running == stacks_.end()) return {say<DTCNET901E>(tcpip).text};
    const auto change =
        profiles::read_profile_tcpip(profiles::SourceText::from_host(file, text), &running->second.profile);
    std::vector<std::string> wrong;
    for (const auto& finding : change.findings.items)
        if (finding.severity == profiles::Severity::error) wrong.push_back(finding.said.text);
    system_.post(tcpip, StatementsObeyed{by, file, std::string(text)});
    return wrong;
}

void World::set_blocked(const Userid& by, const Userid& tcpip, const IpAddress& address, bool blocked) {
    system_.post(tcpip, AddressBlocked{by, address, blocked});
}

void World::forget_neighbour(const Userid& by, const Userid& tcpip, const IpAddress& address) {
    system_.post(tcpip, NeighbourForgotten{by, address});
}

void World::forget_attacks(const Userid& by, const Userid& tcpip) {
    system_.post(tcpip, AttacksForgotten{by});
}

void World::reset_pools(const Userid& by, const Userid& tcpip) { system_.post(tcpip, PoolsReset{by}); }

void World::note_message(const Userid& user, const Said& what) {
    system_.record(user, {RecordKind::message, what.text, what.rests_on});
}

const profiles::ProfileTcpip* World::running_profile(const Userid& tcpip) const {
    const auto running = stacks_.find(tcpip);
    return running == stacks_.end() ? nullptr : &running->second.profile;
}

std::vector<services::TelnetSessionSnapshot> World::telnet_sessions(const Userid& tcpip) const {
    const VirtualMachine* vm = virtual_machine(tcpip);
    const auto* program = vm ? dynamic_cast<const TcpipProgram*>(vm->program()) : nullptr;
    return program && program->telnet() ? program->telnet()->snapshot()
                                        : std::vector<services::TelnetSessionSnapshot>{};
}

std::vector<std::string> World::prove(const WhyQuestion& question, const WhyAnswer& answer) {
    if (!prover_) return {"There is no good system here to compare with."};
    return prover_(*this, question, answer);
}

bool World::drop_connection(const Userid& by, const Userid& tcpip, std::uint32_t connection) {
    const auto snapshot = stack(tcpip);
    if (!snapshot) return false;
    for (const auto& socket : snapshot->sockets)
        if (socket.connection.id == connection) return system_.post(tcpip, ConnectionDropped{by, connection});
    return false;
}

void World::socket(const Userid& by, const Userid& tcpip, SocketRequest request) {
    system_.post(tcpip, FromClient{by, std::move(request)});
}

bool World::can_edit(const Userid& user) const {
    const CpSession* session = sessions_.find(user);
    return session && session->how == CpSession::How::system_console && system_.outside().can_edit();
}

std::optional<std::string> World::edit(const FileId& file, const std::string& text) {
    std::string edited = text;
    if (!system_.outside().edit_text(file.str(), edited) || edited == text) return std::nullopt;
    return edited;
}

void World::note_change(const Userid& by, const std::string& what) {
    system_.record(by, {RecordKind::input, what, {}});
}

}  // namespace vmlab::sim

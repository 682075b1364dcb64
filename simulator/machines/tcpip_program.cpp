#include "simulator/machines/tcpip_program.hpp"

#include <fmt/core.h>

#include <utility>

#include "simulator/cp/console_lines.hpp"
#include "stack/server/messages.hpp"

namespace vmlab::sim {

/// TCPIP's consequences: frames to the network, notices and requests to other machines, lines to its console.
class TcpipProgram::Out final : public stack::ServerSink {
public:
    Out(TcpipProgram& program, VirtualMachine& vm, System& world)
        : program_(program), vm_(vm), world_(world) {}

    CauseId record(Record what) override { return world_.record(std::move(what)); }
    void send_frame(stack::InterfaceId interface, Buffer frame) override {
        world_.transmit(vm_, interface, std::move(frame));
    }
    void notify(const Userid& client, SocketNotice notice) override {
        const Name8 to = client == stack::kInternalClient ? vm_.name() : client;
        world_.post(to, FromTcpip{vm_.name(), std::move(notice)});
    }
    void ssl(const Userid& server, SslRequest request) override {
        world_.post(server, ToSslServer{vm_.name(), std::move(request)});
    }
    void xautolog(const Userid& userid, const SourceLocation& where) override {
        auto* machine = dynamic_cast<VirtualMachine*>(world_.find(userid));
        if (!machine) return console(say<stack::DTCIPI908E>(userid).because(where));
        if (machine->logged_on()) world_.post(machine->index(), ForcedOff{vm_.name()});
        world_.post(machine->index(), LogonStarted{vm_.name()}, milliseconds{10});
    }
    void console(Said what) override {
        world_.console(vm_.name(), what, hh_mm_ss(world_.now(), program_.server_.config().zone.offset) + " ");
    }
    void trace(std::string line) override { program_.trace(std::move(line), vm_, world_); }
    void inform(const Userid& user, const Said& what) override {
        const Zone& zone = program_.server_.config().zone;
        world_.post(user, MsgSent{vm_.name(), report_msg(world_.now(), zone, vm_.name(), what.text, false)});
    }
    void listening(const Endpoint& where, bool now) override {
        if (!where.address.is_unspecified()) return world_.outside().listening(where, now);
        // Everywhere: for who is outside at the first address of each family.
        for (const bool v4 : {true, false})
            for (const auto& home : program_.server_.config().home) {
                if (home.address.is_v4() != v4) continue;
                world_.outside().listening({home.address, where.port}, now);
                break;
            }
    }

private:
    TcpipProgram& program_;
    VirtualMachine& vm_;
    System& world_;
};

TcpipProgram::TcpipProgram(stack::ServerConfig config, RandomStream random,
                           std::unique_ptr<services::TelnetServer> telnet, services::Files& files, Name8 cp,
                           Reader read)
    : server_(std::move(config), std::move(random)),
      telnet_(std::move(telnet)),
      files_(files),
      cp_(cp),
      read_(std::move(read)) {}

void TcpipProgram::trace(std::string line, VirtualMachine& vm, System& world) {
    constexpr std::size_t kLinesAtOnce = 100;
    const auto& config = server_.config();
    line = hh_mm_ss(world.now(), config.zone.offset) + " " + line;
    if (!config.trace.file) return world.console_line(vm.name(), std::move(line));
    traced_ += line + "\n";
    if (++traced_lines_ >= kLinesAtOnce) write_trace(vm, world);
}

void TcpipProgram::write_trace(VirtualMachine& vm, System& world) {
    const auto settings = server_.config().trace;
    if (!settings.file || std::exchange(traced_lines_, 0) == 0) return;
    const std::string name = settings.file->name.str() + "." + settings.file->type.str();
    const auto error = files_.write(vm.name(), files_.home_of(vm.name()), name, services::Transfer::text,
                                    traced_, 0, world.now());
    if (error == services::FileError::none) return;
    world.console(
        vm.name(),
        say<stack::DTCTRC901E>(settings.file->str(), services::text_of(error)).because(settings.where));
    server_.set_trace({});
}

void TcpipProgram::start(VirtualMachine& vm, System& world) {
    Out out(*this, vm, world);
    server_.start(world.now(), out);
    if (!telnet_) return;
    world.begin_anew();
    ServiceHost host(vm, world, files_, vm.name(), stack::kInternalClient, cp_);
    telnet_->start(world.now(), host);
}

void TcpipProgram::receive(Event& event, VirtualMachine& vm, System& world) {
    Out out(*this, vm, world);
    ServiceHost host(vm, world, files_, vm.name(), stack::kInternalClient, cp_);
    const Instant now = world.now();
    if (auto* arrived = std::get_if<FramesArrived>(&event.payload)) {
        for (std::uint16_t i = 1; i < arrived->interfaces; ++i) {
            Buffer frame = arrived->frames.front();
            server_.receive_frames(std::uint16_t(arrived->interface + i - 1), {&frame, 1}, now, out);
        }
        server_.receive_frames(std::uint16_t(arrived->interface + arrived->interfaces - 1), arrived->frames,
                               now, out);
    } else if (auto* asked = std::get_if<FromClient>(&event.payload)) {
        server_.receive_request(asked->client, std::move(asked->request), now, out);
    } else if (auto* said = std::get_if<FromSslServer>(&event.payload)) {
        server_.receive_ssl(said->server, std::move(said->notice), now, out);
    } else if (auto* gone = std::get_if<MachineGone>(&event.payload)) {
        server_.receive_gone(gone->who, now, out);
    } else if (auto* notice = std::get_if<FromTcpip>(&event.payload)) {
        if (telnet_) telnet_->receive(std::move(notice->notice), now, host);
    } else if (auto* shown = std::get_if<ToTerminal>(&event.payload)) {
        if (telnet_) telnet_->receive(std::move(shown->output), now, host);
    } else if (auto* drop = std::get_if<ConnectionDropped>(&event.payload)) {
        server_.drop(drop->connection, now, out);
    } else if (auto* order = std::get_if<StatementsObeyed>(&event.payload)) {
        obey(*order, now, out);
    } else if (auto* block = std::get_if<AddressBlocked>(&event.payload)) {
        out.record({RecordKind::decision,
                    fmt::format("{} {} {}", block->by.view(), block->blocked ? "blocks" : "no longer blocks",
                                block->address.str()),
                    {}});
        server_.set_blocked({block->address, block->address.is_v4() ? 32u : 128u, {}}, block->blocked);
    } else if (auto* forget = std::get_if<NeighbourForgotten>(&event.payload)) {
        server_.forget_neighbour(forget->address);
    } else if (std::holds_alternative<AttacksForgotten>(event.payload)) {
        server_.reset_attacks();
    } else if (std::holds_alternative<PoolsReset>(event.payload)) {
        server_.reset_pools();
    } else if (std::holds_alternative<DeadlinePassed>(event.payload)) {
        server_.tick(now, out);
        if (server_.shutdown_over(now)) vm.end();
        if (telnet_ && telnet_->next_deadline() && *telnet_->next_deadline() <= now) telnet_->tick(now, host);
    }
}

void TcpipProgram::obey(const StatementsObeyed& order, Instant now, Out& out) {
    out.console(say<stack::DTCIPI911I>(order.by, order.file.str()));
    Change change = read_(order.file, order.text);
    for (auto& said : change.said) out.console(std::move(said));
    server_.apply(std::move(change.server), now, out);
    if (telnet_) telnet_->apply(std::move(change.telnet));
}

std::optional<Instant> TcpipProgram::next_deadline() const {
    auto next = server_.next_deadline();
    if (telnet_)
        if (const auto at = telnet_->next_deadline(); at && (!next || *at < *next)) next = at;
    return next;
}

bool TcpipProgram::end_in_order(VirtualMachine& vm, System& world) {
    Out out(*this, vm, world);
    if (!server_.begin_shutdown(world.now(), out)) return false;
    if (telnet_) {
        ServiceHost host(vm, world, files_, vm.name(), stack::kInternalClient, cp_);
        telnet_->close_down(world.now(), host);
        telnet_.reset();
    }
    return true;
}

void TcpipProgram::stop(VirtualMachine& vm, System& world, bool silent) {
    Out out(*this, vm, world);
    if (telnet_ && !silent) {
        ServiceHost host(vm, world, files_, vm.name(), stack::kInternalClient, cp_);
        telnet_->close_down(world.now(), host);
    }
    server_.stop(silent, world.now(), out);
    write_trace(vm, world);
}

}  // namespace vmlab::sim

#include "simulator/machines/ssl_program.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <utility>

#include "sslserv/messages.hpp"

namespace vmlab::sim {

class SslProgram::Out final : public sslserv::Sink {
public:
    Out(SslProgram& program, VirtualMachine& vm, System& world) : program_(program), vm_(vm), world_(world) {}

    CauseId record(Record what) override { return world_.record(std::move(what)); }
    /// A server that ends takes its machine along, which tells TCPIP: stop().
    void answer(SslNotice what) override {
        if (std::holds_alternative<SslServerGone>(what)) return vm_.end();
        const Instant at = std::max(world_.now(), program_.busy_until_);
        world_.post(program_.setup_.tcpip, FromSslServer{vm_.name(), std::move(what)}, at - world_.now());
    }
    void spend(Duration work) override {
        program_.busy_until_ = std::max(world_.now(), program_.busy_until_) + work;
    }
    void console(Said what) override { world_.console(vm_.name(), what, prefix()); }
    void console_line(std::string text) override { world_.console_line(vm_.name(), prefix() + text); }
    void key_log(std::string line) override { world_.outside().key_log(line); }
    bool logs_keys() const override { return world_.outside().logs_keys(); }

private:
    std::string prefix() const {
        return program_.setup_.timestamp ? hh_mm_ss(world_.now(), program_.setup_.zone.offset) + " "
                                         : std::string();
    }

    SslProgram& program_;
    VirtualMachine& vm_;
    System& world_;
};

void SslProgram::start(VirtualMachine& vm, System& world) {
    Out out(*this, vm, world);
    auto found = setup_.read_database(world.now());
    if (auto* refused = std::get_if<Said>(&found)) {
        out.record({RecordKind::refusal,
                    fmt::format("{} does not start: {}", vm.name().view(), refused->text), refused->rests_on,
                    about_machine(vm.name())});
        out.console(std::move(*refused));
        vm.end();
        return;
    }
    server_ = std::make_unique<sslserv::Server>(
        setup_.options, std::move(std::get<sslserv::KeyDatabase>(found)), setup_.cache, std::move(random_));
    server_->start(world.now(), out);
}

void SslProgram::receive(Event& event, VirtualMachine& vm, System& world) {
    if (!server_) return;
    Out out(*this, vm, world);
    const Instant now = world.now();
    if (auto* asked = std::get_if<ToSslServer>(&event.payload)) {
        if (asked->tcpip == setup_.tcpip) server_->receive(std::move(asked->request), now, out);
    } else if (auto* admin = std::get_if<AdminCommand>(&event.payload)) {
        unanswered_.push_back(std::move(*admin));
    } else if (auto* gone = std::get_if<MachineGone>(&event.payload)) {
        if (gone->who == setup_.tcpip) vm.end();
    } else if (std::holds_alternative<DeadlinePassed>(event.payload)) {
        server_->tick(now, out);
    }
    if (server_->waiting()) return;
    for (const auto& command : std::exchange(unanswered_, {})) receive_command(command, world, out);
    restart_when_drained(vm, world, out);
}

void SslProgram::receive_command(const AdminCommand& command, System& world, Out& out) {
    AdminAnswered answer{setup_.options.userid, command.tag, 0, {}};
    if (command.text == "REFRESH") {
        refresh(answer, world, out);
    } else if (command.text == "RESTART") {
        restarted_by_ = command.from;
        server_->quiesce(world.now(), out);
    } else if (const auto trace = setup_.read_trace ? setup_.read_trace(command.text) : std::nullopt) {
        server_->set_trace(*trace, world.now(), out);
    }
    world.post(command.from, std::move(answer));
}

void SslProgram::refresh(AdminAnswered& answer, System& world, Out& out) {
    auto found = setup_.read_database(world.now());
    std::optional<Said> refused;
    if (auto* why = std::get_if<Said>(&found)) {
        refused = *why;
        out.console(std::move(*why));
    } else {
        refused = server_->refresh(std::move(std::get<sslserv::KeyDatabase>(found)), world.now(), out);
    }
    if (!refused) return;
    constexpr int kNotRefreshed = 8;
    answer.rc = kNotRefreshed;
    answer.lines.push_back(refused->text);
}

void SslProgram::restart_when_drained(VirtualMachine& vm, System& world, Out& out) {
    if (!restarted_by_ || !server_->drained()) return;
    out.console(say<sslserv::DTCSSL921I>());
    // Not before its last answers have gone.
    const Duration busy = std::max(world.now(), busy_until_) - world.now();
    world.post(vm.index(), ShutdownRequested{*std::exchange(restarted_by_, {}), "RESTART"}, busy);
}

std::optional<Instant> SslProgram::next_deadline() const {
    return server_ ? server_->next_deadline() : std::nullopt;
}

void SslProgram::stop(VirtualMachine& vm, System& world, bool silent) {
    if (!silent && server_) world.post(setup_.tcpip, FromSslServer{vm.name(), SslServerGone{}});
}

std::optional<sslserv::ServerSnapshot> SslProgram::snapshot() const {
    if (!server_) return std::nullopt;
    return server_->snapshot();
}

}  // namespace vmlab::sim

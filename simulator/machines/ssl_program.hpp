// What a member of the SSL pool runs: an sslserv::Server, its key database read from the byte file system.
//
// Where the server's work takes time, its answers to TCPIP come when that is over, in their order.
//
// SSLADMIN's commands are answered one by one, as they come. A member that waits for its session cache keeps
// them, too, and whoever asked hears nothing. RESTART: quiescing, and when the last session is over the
// machine logs off and on again.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "simulator/machines/virtual_machine.hpp"
#include "sslserv/server.hpp"

namespace vmlab::sim {

/// A key database as found on the byte file system, or the console line that says why not.
using FoundDatabase = std::variant<sslserv::KeyDatabase, Said>;

class SslProgram final : public Program {
public:
    struct Setup {
        sslserv::ServerOptions options{};
        Userid tcpip{};
        bool timestamp = true;         ///< :timestamp.
        Zone zone{};                   ///< :timezone.
        std::vector<Userid> admins{};  ///< :admin_id_list.
        std::shared_ptr<sslserv::SessionCache> cache{};
        /// Reads the database again (start, SSLADMIN REFRESH) with the rights of this virtual machine.
        std::function<FoundDatabase(Instant)> read_database{};
        /// TRACE and NOTRACE with their operands; nothing when they cannot be understood.
        std::function<std::optional<sslserv::Trace>(const std::string&)> read_trace{};
    };
    SslProgram(Setup setup, RandomStream random) : setup_(std::move(setup)), random_(std::move(random)) {}

    void start(VirtualMachine& vm, System& world) override;
    void receive(Event& event, VirtualMachine& vm, System& world) override;
    std::optional<Instant> next_deadline() const override;
    void stop(VirtualMachine& vm, System& world, bool silent) override;

    std::optional<sslserv::ServerSnapshot> snapshot() const;
    const Setup& setup() const { return setup_; }

private:
    class Out;

    void receive_command(const AdminCommand& command, System& world, Out& out);
    void refresh(AdminAnswered& answer, System& world, Out& out);
    void restart_when_drained(VirtualMachine& vm, System& world, Out& out);

    Setup setup_;
    std::vector<AdminCommand> unanswered_{};
    std::optional<Userid> restarted_by_{};
    RandomStream random_;
    Instant busy_until_{};  ///< what the server answers comes no sooner
    std::unique_ptr<sslserv::Server> server_;
};

}  // namespace vmlab::sim

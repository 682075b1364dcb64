// What the TCPIP virtual machine runs: the TCP/IP server, and inside it the Telnet server as its internal
// client.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "services/telnet/server.hpp"
#include "simulator/machines/service_program.hpp"
#include "simulator/machines/virtual_machine.hpp"
#include "stack/server/tcpip_server.hpp"

namespace vmlab::sim {

class TcpipProgram final : public Program {
public:
    /// What statements for the running stack come to.
    struct Change {
        stack::ServerConfig server{};
        services::TelnetConfig telnet{};
        std::vector<Said> said{};  ///< for the stack's console: what was not understood, what is not changed
    };
    using Reader = std::function<Change(const FileId& file, const std::string& text)>;

    /// `telnet` may be null: a stack without a Telnet server. `cp` is the machine that owns logical devices.
    /// `read` knows what the stack runs with; it reads statements that change it.
    TcpipProgram(stack::ServerConfig config, RandomStream random,
                 std::unique_ptr<services::TelnetServer> telnet, services::Files& files, Name8 cp,
                 Reader read);

    void start(VirtualMachine& vm, System& world) override;
    void receive(Event& event, VirtualMachine& vm, System& world) override;
    std::optional<Instant> next_deadline() const override;
    bool end_in_order(VirtualMachine& vm, System& world) override;
    void stop(VirtualMachine& vm, System& world, bool silent) override;

    stack::ServerSnapshot snapshot() const { return server_.snapshot(); }
    stack::TcpipServer& server() { return server_; }
    const services::TelnetServer* telnet() const { return telnet_.get(); }

private:
    class Out;

    /// A line of TRACE: to the console, or to the end of the trace file.
    void trace(std::string line, VirtualMachine& vm, System& world);
    /// Puts what was traced into the file; a file that cannot be written ends the trace.
    void write_trace(VirtualMachine& vm, System& world);
    void obey(const StatementsObeyed& order, Instant now, Out& out);

    stack::TcpipServer server_;
    std::unique_ptr<services::TelnetServer> telnet_;
    services::Files& files_;
    Name8 cp_;
    std::string traced_{};          ///< the trace file as it will be
    std::size_t traced_lines_ = 0;  ///< not yet in the file
    Reader read_;
};

}  // namespace vmlab::sim

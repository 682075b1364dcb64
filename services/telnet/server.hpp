// The Telnet server: userid INTCLIEN, a program inside the TCPIP virtual machine. It accepts connections on
// the ports of INTERNALCLIENTPARMS and makes each a logical device of CP.
//
// Sockets lead to sessions by number, CP's words by logical device. How a connection becomes a terminal
// stands in negotiation.hpp, how it lives in session.hpp, what its screen shows in services/tn3270.
#pragma once

#include <map>
#include <vector>

#include "services/telnet/session.hpp"

namespace vmlab::services {

class TelnetServer final : public Service {
public:
    explicit TelnetServer(TelnetConfig config);

    void start(Instant now, Host& out) override;
    void receive(Input what, Instant now, Host& out) override;
    void tick(Instant now, Host& out) override;
    [[nodiscard]] std::optional<Instant> next_deadline() const override;

    /// TCPIP ends: closes its ports and every session, and says so.
    void close_down(Instant now, Host& out);
    [[nodiscard]] std::vector<TelnetSessionSnapshot> snapshot() const;

private:
    void receive_notice(const SocketNotice& what, TelnetContext& in);
    void accept(const Accepted& accepted, TelnetContext& in);
    void closed(const Closed& closed, TelnetContext& in);
    void listen_failed(const ListenFailed& failed, TelnetContext& in);
    void show(const TerminalOutput& what, TelnetContext& in);
    TelnetSession* session_of(SocketId socket);
    SourceLocation where_of(std::uint16_t port) const;

    TelnetConfig config_;
    LogicalDevices devices_;
    std::map<SocketId, TelnetSession> sessions_;
};

}  // namespace vmlab::services

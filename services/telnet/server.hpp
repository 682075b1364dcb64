// The Telnet server: userid INTCLIEN, a program inside the TCPIP virtual machine. It accepts connections on
// the ports of INTERNALCLIENTPARMS and makes each a logical device of CP.
//
// Sockets lead to sessions by number, CP's words by logical device. How a connection becomes a terminal
// stands in negotiation.hpp, how it lives in session.hpp, what its screen shows in services/tn3270.
#pragma once

#include <vector>

#include "services/session_table.hpp"
#include "services/telnet/session.hpp"

namespace vmlab::services {

class TelnetServer final : public Service {
public:
    explicit TelnetServer(TelnetConfig config);

    void start(Instant now, Host& out) override;
    void receive(Input what, Instant now, Host& out) override;
    void tick(Instant now, Host& out) override;
    [[nodiscard]] std::optional<Instant> next_deadline() const override;

    /// INTERNALCLIENTPARMS of a running stack: for connections from now on, and for the clocks of those there
    /// are. Ports and devices stay.
    void apply(TelnetConfig config);
    /// TCPIP ends: closes its ports and every session, and says so.
    void close_down(Instant now, Host& out);
    [[nodiscard]] std::vector<TelnetSessionSnapshot> snapshot() const;

private:
    void receive_notice(const SocketNotice& what, TelnetContext& in);
    void accept(const Accepted& accepted, TelnetContext& in);
    void listen_failed(const ListenFailed& failed, TelnetContext& in);
    void show(const TerminalOutput& what, TelnetContext& in);
    /// Does something with the session of a socket, if there is one.
    template <typename Act>
    void with_session(SocketId socket, Act&& act) {
        TelnetSession* session = sessions_.find(socket);
        if (session == nullptr) return;
        act(*session);
        sessions_.settle(socket);
    }
    SourceLocation where_of(std::uint16_t port) const;

    TelnetConfig config_;
    LogicalDevices devices_;
    SessionTable<TelnetSession> sessions_;
};

}  // namespace vmlab::services

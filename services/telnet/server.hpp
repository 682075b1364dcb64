// The Telnet server: userid INTCLIEN, a program inside the TCPIP virtual machine. It accepts connections on
// the ports of INTERNALCLIENTPARMS and makes each a logical device of CP.
//
// Sockets lead to sessions by number, CP's words by logical device. How a connection becomes a terminal
// stands in negotiation.hpp, how it lives in session.hpp, what its screen shows in services/tn3270.
#pragma once

#include <map>
#include <set>
#include <utility>
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
    /// A session, and under what the indexes below know it.
    struct Entry {
        TelnetSession session;
        std::optional<Instant> deadline{};
        std::optional<LogicalDevice> device{};
    };

    void receive_notice(const SocketNotice& what, TelnetContext& in);
    void accept(const Accepted& accepted, TelnetContext& in);
    void closed(const Closed& closed, TelnetContext& in);
    void listen_failed(const ListenFailed& failed, TelnetContext& in);
    void show(const TerminalOutput& what, TelnetContext& in);
    /// Does something with the session of a socket, if there is one, and puts the indexes right.
    template <typename Act>
    void with_session(SocketId socket, Act&& act) {
        const auto at = sessions_.find(socket);
        if (at == sessions_.end()) return;
        act(at->second.session);
        settle(socket, at->second, at->second.session.next_deadline(), at->second.session.device());
    }
    void settle(SocketId socket, Entry& entry, std::optional<Instant> deadline,
                std::optional<LogicalDevice> device);
    SourceLocation where_of(std::uint16_t port) const;

    TelnetConfig config_;
    LogicalDevices devices_;
    std::map<SocketId, Entry> sessions_;
    std::set<std::pair<Instant, SocketId>> deadlines_;
    std::map<LogicalDevice, SocketId> sockets_;
};

}  // namespace vmlab::services

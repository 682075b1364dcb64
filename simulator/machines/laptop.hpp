// The laptop as a host of the virtual LAN: every loopback client is one TCP connection from here, never
// around the wire.
//
// Flow control holds end to end: the edge reads from a client only what the virtual connection has taken, and
// the virtual window opens only as the client takes bytes.
#pragma once

#include <cstdint>
#include <map>

#include "simulator/machines/external_host.hpp"

namespace vmlab::sim {

class Laptop final : public ExternalHost {
public:
    using ExternalHost::ExternalHost;

private:
    struct Client {
        std::uint64_t number = 0;
        stack::ConnectionId connection = 0;
    };

    void news(stack::News& n, System& world) override;
    void other(Event& event, System& world) override;
    void connect(const ClientConnected& c, System& world);
    void forget(stack::ConnectionId connection);

    std::map<std::uint64_t, Client> clients_;
    std::map<stack::ConnectionId, std::uint64_t> by_connection_;
};

}  // namespace vmlab::sim

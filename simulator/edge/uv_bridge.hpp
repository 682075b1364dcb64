// The bridge: real TCP clients of the laptop, carried to the world as a host's connections and back.
//
// A loopback port (127.0.0.1 and ::1 only) listens exactly while its virtual port does. Life of a client:
//
//   accept ──► ClientConnected ──► client_opened: its bytes are read
//              ClientSent ◄──► client_credit: at most 256 KiB are under way into the world, then reading
//              stops client_data ──► written, then ClientTook: the world sends no faster than the client
//              reads
//   half-close both ways: end of file ──► ClientShutdown; client_shutdown ──► FIN
//   client_closed: finished = FIN after what is queued; anything else = RST, as the virtual refusal was one
//   the client resets or breaks ──► ClientGone
//
// Nothing here answers for the world, and nothing goes around the virtual network.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "simulator/edge/port_map.hpp"
#include "stack/base/bytes.hpp"
#include "stack/base/names.hpp"
#include "stack/base/socket_api.hpp"
#include "stack/base/time.hpp"

namespace vmlab::sim {

class UvDriver;

struct BridgeOptions {
    PortMap ports{};
    Name8 machine{"LAPTOP"};         ///< the world's host that stands for the laptop
    std::size_t max_clients = 4000;  ///< more are reset, with a record that says so
    /// How long a client may fetch nothing of the last bytes of a connection that the world has finished, or
    /// keep its own side open after them.
    Duration linger = seconds{10};
};

/// A loopback port that listens now.
struct OpenPort {
    std::uint16_t loopback = 0;
    Endpoint where{};  ///< the virtual port behind it
};

class UvBridge {
public:
    UvBridge(UvDriver& driver, BridgeOptions options);
    ~UvBridge();
    UvBridge(const UvBridge&) = delete;
    UvBridge& operator=(const UvBridge&) = delete;

    // ── what the world says (Outside) ─────────────────────────────────────────
    void client_opened(std::uint64_t client);
    void client_data(std::uint64_t client, Buffer data);
    void client_credit(std::uint64_t client, std::size_t bytes);
    void client_shutdown(std::uint64_t client);
    void client_closed(std::uint64_t client, CloseReason reason);
    void listening(const Endpoint& where, bool now);
    /// By loopback port.
    std::vector<OpenPort> open_ports() const;
    std::size_t clients() const;
    /// The ports that the host refused, one sentence each, since the last call.
    std::vector<std::string> take_refusals();

    /// Resets every client and closes every port.
    void close();

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace vmlab::sim

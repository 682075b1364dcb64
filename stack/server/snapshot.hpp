// What NETSTAT can see of a TCPIP virtual machine: copied out, printed elsewhere.
#pragma once

#include <array>
#include <string>
#include <vector>

#include "stack/server/server_config.hpp"
#include "stack/stack.hpp"

namespace vmlab::stack {

/// Where a connection stands between wire, SSL server and application (conduit.hpp).
enum class ConduitState : std::uint8_t { plain, replying, securing, secured, closing };
[[nodiscard]] const char* name_of(ConduitState state);

struct SocketSnapshot {
    ConnectionSnapshot connection{};
    Userid client{};  ///< the application's userid
    ConduitState state = ConduitState::plain;
    Userid ssl_server{};  ///< empty in clear
    std::string label, protocol, cipher;
    bool is_static = false;  ///< secured by a PORT … SECURE statement
};

/// quiescing: what it has goes on, nothing new comes to it.
enum class MemberState : std::uint8_t { down, starting, ready, quiescing };
[[nodiscard]] const char* name_of(MemberState state);

struct MemberSnapshot {
    Userid userid{};
    MemberState state = MemberState::down;
    std::size_t active = 0, high = 0;
    std::uint64_t total = 0;
};

struct ServerSnapshot {
    ServerConfig config{};
    Instant started{};
    bool up = false;
    StackSnapshot stack{};
    std::vector<SocketSnapshot> sockets{};  ///< by connection number; listeners have state "Listen"
    std::vector<MemberSnapshot> members{};  ///< by name
    std::size_t secure_sessions = 0;
    std::uint64_t secure_refused = 0;
    std::array<PoolSnapshot, kPoolCount> pools{};
    std::vector<Userid> clients{};  ///< virtual machines with sockets
};

}  // namespace vmlab::stack

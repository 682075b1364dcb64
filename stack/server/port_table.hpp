// The port table: who may have which port (PORT, RESTRICTLOWPORTS, PERMIT, RESTRICT), and which are secure.
#pragma once

#include <optional>
#include <string>

#include "stack/server/server_config.hpp"

namespace vmlab::stack {

/// May a user have a port? With the reason and the statement it rests on when not.
struct PortDecision {
    bool allowed = true;
    std::string why;
    SourceLocation where{};
    std::vector<std::string> consulted{};  ///< Record::consulted
    IpAddress address{};                   ///< where to listen; unspecified = at all home addresses
};

// What the stack's records call its lists.
inline constexpr const char* kAboutAutolog = "autolog";
inline constexpr const char* kAboutPortList = "port list";
inline constexpr const char* kAboutSslServers = "ssl servers";
/// And an address of HOME.
[[nodiscard]] std::string about_address(const IpAddress& address);

/// The reservation that covers a TCP port at this address (unspecified: at all of them), or nothing.
[[nodiscard]] const PortReservation* reservation_of(const ServerConfig& config, std::uint16_t port,
                                                    const IpAddress& address = {});

[[nodiscard]] PortDecision decide_listen(const ServerConfig& config, const Userid& user, std::uint16_t port);

/// May this user use the stack at all (PERMITTEDUSERSONLY, RESTRICT)?
[[nodiscard]] PortDecision decide_client(const ServerConfig& config, const Userid& user);

[[nodiscard]] bool in_list(const std::vector<Sourced<Userid>>& list, const Userid& user);

}  // namespace vmlab::stack

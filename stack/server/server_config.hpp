// What PROFILE TCPIP and DTCPARMS tell the TCPIP virtual machine, as values that remember where they were
// written.
//
// Made by simulator/ipl/configure from the parsed profile; nothing here parses. Sources: zVM TCP/IP Planning
// and Customization, statement by statement.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "stack/base/ip_address.hpp"
#include "stack/base/level.hpp"
#include "stack/base/names.hpp"
#include "stack/base/socket_api.hpp"
#include "stack/base/source_location.hpp"
#include "stack/base/time.hpp"
#include "stack/server/pools.hpp"
#include "stack/server/trace.hpp"
#include "stack/stack.hpp"

namespace vmlab::stack {

/// The internal client: the Telnet server inside TCPIP.
inline constexpr Userid kInternalClient = "INTCLIEN";
/// In a PORT statement: any user may have the port.
inline constexpr Userid kAnyUser = "*";

/// One PORT statement's entry, low = high for a single port.
struct PortReservation {
    std::uint16_t low = 0, high = 0;
    bool udp = false;
    Userid user{};
    bool autolog = true;                         ///< false with NOAUTOLOG
    std::optional<Sourced<std::string>> secure;  ///< SECURE label: TLS from the first byte
    ClientCertCheck client_cert_check = ClientCertCheck::none;
    SourceLocation where{};
    IpAddress address{};  ///< only at this home address; unspecified = at all of them
};

struct DeviceConfig {
    std::string name;      ///< DEV@0600
    std::string type;      ///< OSD
    std::string vdev;      ///< 0600
    bool started = false;  ///< START is the last word about it
    SourceLocation where{};
    bool attached = true;           ///< DTCPARMS :attach. gives it all the addresses that it needs
    SourceLocation attach_where{};  ///< that tag, or the server's entry without one
    SourceLocation start_where{};   ///< the last START or STOP, if any
    /// The network that it leads to carries Ethernet frames (layer 2), or IP only; nothing: both.
    std::optional<bool> network_layer2{};
    /// It is an adapter that is coupled to no network: why. Empty: it leads somewhere.
    std::string uncoupled{};
    std::vector<SourceLocation>
        network_where{};  ///< what says of the adapter and its network that they are so
    /// A VIPA's: there is no adapter, and no START is needed.
    [[nodiscard]] bool is_virtual() const { return type == "VIRTUAL"; }
};

struct LinkConfig {
    std::string name;  ///< ETH0
    std::string type;  ///< QDIOETHERNET
    std::string device;
    std::uint16_t mtu = 1500;
    SourceLocation where{};
    bool layer2 = false;           ///< ETHERNET
    SourceLocation layer_where{};  ///< that word or IP, if it is there
    /// Whether the device's network carries this link's layer.
    [[nodiscard]] bool suits(const DeviceConfig& of) const {
        return of.name != device || !of.network_layer2 || *of.network_layer2 == layer2;
    }
};

struct HomeEntry {
    IpAddress address{};
    unsigned prefix = 0;  ///< length in bits: 0 to 32, of IPv6 to 128
    std::string link;
    SourceLocation where{};
    friend bool operator==(const HomeEntry&, const HomeEntry&) = default;
};

struct GatewayEntry {
    IpAddress destination{};  ///< its family is the route's
    unsigned prefix = 0;      ///< length in bits; 0: DEFAULTNET
    IpAddress first_hop{};    ///< unspecified: directly attached ("=")
    std::string link;
    std::uint16_t mtu = 0;  ///< 0 = the link's
    SourceLocation where{};
    friend bool operator==(const GatewayEntry&, const GatewayEntry&) = default;
};

struct SslConfig {
    std::optional<Sourced<Userid>> server;  ///< SSLSERVERID: a userid, or kAnyUser for the pool
    Duration timeout = seconds{30};         ///< how long AUTOLOG waits for the first SSL server
    std::size_t max_sessions = 3000;        ///< SSLLIMITS MAXSESSIONS
    std::size_t max_per_server = 600;       ///< SSLLIMITS MAXPERSSLSERVER
    SourceLocation limits_where{};
    /// Members that DTCPARMS :stack. associates with this stack, lowest first; one name when `server` names
    /// one.
    std::vector<Userid> members{};
    /// :stack. of the DTCPARMS entries of TLS/SSL servers, or entries without: what to look at when there are
    /// no members.
    std::vector<SourceLocation> strangers{};
};

/// KEEPALIVEOPTIONS, for the sockets that ask. An interval of 0: none of them.
struct KeepAliveOptions {
    Sourced<Duration> interval{hours{2}, {}};
    Sourced<bool> send_garbage{};
};

struct ServerConfig {
    Userid userid = "TCPIP";
    Level level{};
    FileId profile{};  ///< the file in use
    std::vector<DeviceConfig> devices{};
    std::vector<LinkConfig> links{};
    std::vector<HomeEntry> home{};
    std::vector<GatewayEntry> gateway{};
    SourceLocation gateway_where{};  ///< the GATEWAY statement, or the file without one
    std::vector<PortReservation> ports{};
    SourceLocation ports_where{};  ///< the first PORT statement; without one, the profile as a whole
    std::vector<Sourced<Userid>> autolog{};
    SourceLocation autolog_where{};
    Sourced<std::uint32_t> max_restart{10, {}};  ///< MAXRESTART; the default is only remembered
    SslConfig ssl{};
    std::vector<Sourced<Userid>> obey{};
    SourceLocation obey_where{};  ///< the first OBEY statement; without one, the profile as a whole
    std::vector<Sourced<Userid>> inform{};
    std::vector<Sourced<Userid>> permit{};
    std::vector<Sourced<Userid>> restricted{};  ///< RESTRICT; a trailing * is a wildcard
    Sourced<bool> restrict_low_ports{true, {}};
    Sourced<bool> permitted_users_only{};
    bool forwarding = true, forwarding6 = true;
    Sourced<bool> path_mtu_discovery{}, ignore_redirects{}, proxy_arp{}, multipath{};
    Sourced<bool> udp_queue_limit{true, {}};  ///< false with NOUDPQUEUELIMIT
    Sourced<bool> redirects6{true, {}};       ///< false with IGNOREIPV6REDIRECT
    Sourced<bool> secure_local{}, secure_local6{};
    Sourced<bool> source_vipa{}, source_vipa6{};
    ConnectionLimits limits{};                      ///< nothing given: none
    std::optional<Sourced<std::size_t>> backlog{};  ///< SOMAXCONN
    std::optional<Sourced<Duration>> arp_age{};     ///< ARPAGE
    std::vector<BlockedNetwork> blocked{};          ///< BLOCK
    KeepAliveOptions keep_alive{};
    PoolConfigs pools = default_pools();
    /// DATABUFFERLIMITS: data buffers of one connection's receiving side. Without it the stack's own window.
    std::optional<Sourced<std::uint32_t>> receive_buffers{};
    TraceSettings trace{};
    Zone zone{};
};

}  // namespace vmlab::stack

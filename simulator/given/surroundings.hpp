// What stands around a configured system and none of its files describes: the node's name, the virtual LAN
// and its hosts, the key database. The values here are those of the shipped system.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "simulator/cp/machine_crypto.hpp"
#include "sslserv/keydb/lab_pki.hpp"
#include "stack/base/ip_address.hpp"
#include "stack/base/level.hpp"
#include "stack/base/names.hpp"

namespace vmlab::sim {

/// Host `number` of an IPv6 network whose prefix leaves the last 16 bits.
[[nodiscard]] inline IpAddress host_of(const IpAddress& network, std::uint16_t number) {
    auto bytes = network.bytes();
    bytes[14] = std::uint8_t(number >> 8);
    bytes[15] = std::uint8_t(number);
    return IpAddress(bytes);
}

/// The same hosts in IPv6. They speak it whether or not a stack does.
struct Ipv6Plan {
    /// 2001:db8:60::/64 (the prefix is for documentation, RFC 3849)
    static constexpr IpAddress kNetwork{std::array<std::uint8_t, 16>{0x20, 0x01, 0x0d, 0xb8, 0, 0x60}};
    /// fe80::1: a router that files name by its link-local address
    static constexpr IpAddress kRouterOfLink{
        std::array<std::uint8_t, 16>{0xfe, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1}};
    struct RouterAddress {
        IpAddress address{};
        unsigned prefix = 64;  ///< length in bits
        friend bool operator==(const RouterAddress&, const RouterAddress&) = default;
    };
    std::vector<RouterAddress> router{{host_of(kNetwork, 1), 64}, {kRouterOfLink, 64}};  ///< on LAN0
    /// Of the first stack, where it has one.
    std::optional<IpAddress> home{};
    IpAddress name_server = host_of(kNetwork, 2), workstation = host_of(kNetwork, 4),
              second_workstation = host_of(kNetwork, 7), laptop = host_of(kNetwork, 0x200);
    IpAddress first_hop = host_of(kNetwork, 1);
    unsigned prefix = 64;

    friend bool operator==(const Ipv6Plan&, const Ipv6Plan&) = default;
};

/// The hosts of the one virtual LAN. Every network of the stacks is on it, each with an interface of ROUTER.
struct LanPlan {
    struct RouterInterface {
        Ipv4Address address{};
        std::uint8_t prefix = 24;  ///< length in bits
        friend bool operator==(const RouterInterface&, const RouterInterface&) = default;
    };
    std::vector<RouterInterface> router{{Ipv4Address::of(9, 60, 60, 1), 24}};
    /// Of the first stack: where clients of the laptop go, what certificates are for.
    Ipv4Address home = Ipv4Address::of(9, 60, 60, 3);
    // The hosts NS1, WS1, WS2 and LAPTOP, their network and their way out of it.
    Ipv4Address name_server = Ipv4Address::of(9, 60, 60, 2);
    Ipv4Address workstation = Ipv4Address::of(9, 60, 60, 4);
    Ipv4Address second_workstation = Ipv4Address::of(9, 60, 60, 7);
    Ipv4Address laptop = Ipv4Address::of(9, 60, 60, 200);
    Ipv4Address first_hop = Ipv4Address::of(9, 60, 60, 1);
    std::uint8_t prefix = 24;
    Ipv6Plan ipv6{};

    friend bool operator==(const LanPlan&, const LanPlan&) = default;
};

/// A key database in the byte file system: its file space, and its path there without ".kdb".
struct KeyDatabasePlace {
    std::string space = "VMSYS:GSKSSLDB";
    std::string path = "Database";
    friend bool operator==(const KeyDatabasePlace&, const KeyDatabasePlace&) = default;
};

/// A VSWITCH of the system's; or a guest LAN for HiperSockets adapters.
struct OpenNetwork {
    Name8 name{};
    bool hipersockets = false;
    friend bool operator==(const OpenNetwork&, const OpenNetwork&) = default;
};

struct Surroundings {
    Name8 node = "GDLRCT2";
    Level level{};
    /// The stacks that AUTOLOG1 starts; never empty. The first is the one that clients of the laptop reach.
    std::vector<Userid> stacks{"TCPIP", "TCPIP10"};
    LanPlan lan{};
    /// Virtual networks that nothing in the CP directory defines, though adapters there are coupled to them:
    /// on LAN0, for everybody, of both layers.
    std::vector<OpenNetwork> open_networks{};
    std::vector<std::string> labels{"FTPCERT", "TELCERT", "SMTPCERT", "ECHOCERT", "SMAPCERT"};
    /// In place of the label's certificate, or beside the labels.
    std::vector<sslserv::LabCertificate> certificates{};
    std::vector<sslserv::LabClient> clients = sslserv::lab_clients();
    sslserv::LabCertificate::Dates list_dates{};  ///< of the revocation list beside the key database
    bool fips_database = false;
    std::optional<MachineCrypto> crypto{};            ///< of the machine; nothing: cryptography costs no time
    std::vector<KeyDatabasePlace> key_databases{{}};  ///< the same one in each place
    /// FTP's passive range, first and last port: clients of the laptop use the same numbers. FTPSERVE has it
    /// from SRVRFTP CONFIG, or for clients of the laptop from here.
    std::pair<std::uint16_t, std::uint16_t> passive_ports{30000, 30999};
};

}  // namespace vmlab::sim

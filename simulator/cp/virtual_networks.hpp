// CP's virtual switches and guest LANs, the adapters of virtual machines, and which is coupled to which.
//
// A network takes adapters of its own type; one that is restricted (every VSWITCH is) only those of users who
// are granted it. Who is refused stays uncoupled until it is coupled again: GRANT by itself moves nobody.
// REVOKE does. Where frames then go is the world's affair (simulator/wiring.cpp).
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "stack/base/message.hpp"
#include "stack/base/names.hpp"
#include "stack/base/source_location.hpp"

namespace vmlab::sim {

enum class AdapterType : std::uint8_t { qdio, hipersockets };
[[nodiscard]] const char* name_of(AdapterType type);  ///< "QDIO", "HIPERS"

struct NetworkName {
    Userid owner = "SYSTEM";
    Name8 name{};
    [[nodiscard]] std::string str() const { return owner.str() + ' ' + name.str(); }  ///< "SYSTEM VSW1"
    friend auto operator<=>(const NetworkName&, const NetworkName&) = default;
};

struct VirtualNetwork {
    NetworkName id{};
    bool is_switch = true;  ///< a VSWITCH; else a guest LAN
    AdapterType type = AdapterType::qdio;
    /// ETHERNET (layer 2), or IP (layer 3); nothing: it takes both, as a system does that only names it.
    std::optional<bool> layer2 = false;
    bool restricted = true;
    std::string uplink{};          ///< the real device that it leads out by, "0A00"; empty: none
    bool uplink_connected = true;  ///< SET VSWITCH CONNECT
    std::map<Userid, SourceLocation> granted{};
    SourceLocation where{};  ///< of its definition, where a file has it

    [[nodiscard]] std::string str() const { return (is_switch ? "VSWITCH " : "LAN ") + id.str(); }
    [[nodiscard]] bool leads_out() const { return !uplink.empty() && uplink_connected; }
};

struct VirtualAdapter {
    std::uint16_t vdev = 0;
    std::uint32_t devices = 3;  ///< device numbers, from vdev on
    AdapterType type = AdapterType::qdio;
    SourceLocation where{};                  ///< of its definition, where a file has it
    std::uint32_t serial = 0;                ///< the adapters of a system count from 1
    std::optional<NetworkName> network{};    ///< that it is coupled to
    std::string why_not{};                   ///< why it is not, in words
    std::vector<SourceLocation> rests_on{};  ///< the lines that this follows from
};

// ── what CP can be asked to do ────────────────────────────────────────────────────────────────────────────

struct DefineNetwork {
    VirtualNetwork network{};
};
struct DestroyNetwork {
    NetworkName network{};
};
/// SET VSWITCH GRANT, REVOKE.
struct GrantNetwork {
    Name8 network{};
    Userid user{};
    bool granted = true;
};
/// SET VSWITCH CONNECT, DISCONNECT: the uplink.
struct ConnectUplink {
    Name8 network{};
    bool connected = true;
};
struct DefineAdapter {
    Userid user{};
    VirtualAdapter adapter{};
};
struct DestroyAdapter {
    Userid user{};
    std::uint16_t vdev = 0;
};
/// COUPLE, or UNCOUPLE without a network.
struct CoupleAdapter {
    Userid user{};
    std::uint16_t vdev = 0;
    std::optional<NetworkName> to{};
};
using NetworkOrder = std::variant<DefineNetwork, DestroyNetwork, GrantNetwork, ConnectUplink, DefineAdapter,
                                  DestroyAdapter, CoupleAdapter>;

/// What CP says, and its return code. A Said without a message is a plain line.
struct NetworkReply {
    int rc = 0;
    Said said{};
};

class VirtualNetworks {
public:
    using AdapterId = std::pair<Userid, std::uint16_t>;  ///< whose, and at which device number

    [[nodiscard]] const VirtualNetwork* find(const NetworkName& name) const;
    [[nodiscard]] const VirtualAdapter* adapter(const Userid& user, std::uint16_t vdev) const;
    [[nodiscard]] const std::map<NetworkName, VirtualNetwork>& networks() const { return networks_; }
    [[nodiscard]] const std::map<AdapterId, VirtualAdapter>& adapters() const { return adapters_; }
    [[nodiscard]] std::vector<AdapterId> coupled_to(const NetworkName& network) const;

    /// `where`: the line of a file that asks for it, or nowhere.
    NetworkReply apply(const NetworkOrder& order, const SourceLocation& where);
    /// The user is logged off: adapters live as long as a session.
    void forget_adapters_of(const Userid& user);

private:
    NetworkReply run(const DefineNetwork& order, const SourceLocation& where);
    NetworkReply run(const DestroyNetwork& order, const SourceLocation& where);
    NetworkReply run(const GrantNetwork& order, const SourceLocation& where);
    NetworkReply run(const ConnectUplink& order, const SourceLocation& where);
    NetworkReply run(const DefineAdapter& order, const SourceLocation& where);
    NetworkReply run(const DestroyAdapter& order, const SourceLocation& where);
    NetworkReply run(const CoupleAdapter& order, const SourceLocation& where);
    NetworkReply couple(const Userid& user, VirtualAdapter& adapter, const NetworkName& to);
    void uncouple(VirtualAdapter& adapter, const VirtualNetwork& from, std::string why);

    std::map<NetworkName, VirtualNetwork> networks_{};
    std::map<AdapterId, VirtualAdapter> adapters_{};
    std::uint32_t serials_ = 0;
};

/// "0600".
[[nodiscard]] std::string vdev_text(std::uint16_t vdev);

}  // namespace vmlab::sim

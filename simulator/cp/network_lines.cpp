// Columns and words as the facts have them (cp-cms, 4.2): QUERY VSWITCH of a real 6.x, QUERY NIC as programs
// parse it; the order of the lines of DETAILS, and ACCESSLIST, are remembered.
#include "simulator/cp/network_lines.hpp"

#include <fmt/format.h>

namespace vmlab::sim {
namespace {

using Lines = std::vector<std::string>;

/// The addresses that CP gives begin with its own prefix.
std::string mac_of(const VirtualAdapter& adapter, const AdapterUse& use) {
    if (!use.mac.empty()) return use.mac;
    return fmt::format("02-00-00-{:02X}-{:02X}-{:02X}", adapter.serial >> 16 & 0xff,
                       adapter.serial >> 8 & 0xff, adapter.serial & 0xff);
}

std::string port_of(std::uint16_t vdev) { return vdev_text(vdev) + ".P00"; }

/// QDIO adapters have three devices with work of their own, the others none.
std::string device_line(const VirtualAdapter& adapter, std::uint32_t unit) {
    static constexpr const char* kRoles[] = {"CTL-READ", "CTL-WRITE", "DATA"};
    return fmt::format("      Device: {}  Unit: {:03}   Role: {:<10} Port: {:04}",
                       vdev_text(std::uint16_t(adapter.vdev + unit)), unit, kRoles[unit], adapter.serial);
}

void add_traffic(const AdapterUse& use, Lines& lines) {
    lines.push_back(fmt::format("    RX Packets: {:<10} Discarded: 0          Errors: 0", use.frames_in));
    lines.push_back(fmt::format("    TX Packets: {:<10} Discarded: 0          Errors: 0", use.frames_out));
    lines.push_back(fmt::format("    RX Bytes: {:<20} TX Bytes: {}", use.bytes_in, use.bytes_out));
}

void add_session(const VirtualAdapter& adapter, const AdapterUse& use, Lines& lines) {
    lines.push_back(fmt::format("    Connection Name: {:<10} State: {}", use.active ? "HALLOLE" : "none",
                                use.active ? "Session ACTIVE" : "Startup"));
    for (std::uint32_t unit = 0; unit < 3; ++unit) lines.push_back(device_line(adapter, unit));
    if (!use.active) return;
    lines.emplace_back("      Unicast MAC Addresses:");
    lines.push_back("        " + mac_of(adapter, use));
    lines.emplace_back("      Unicast IP Addresses:");
    for (const auto& address : use.addresses) lines.push_back("        " + address.str());
}

void add_uplink(const VirtualNetwork& network, Lines& lines) {
    lines.emplace_back(" Uplink Port:");
    lines.emplace_back(network.leads_out() ? "  State: Ready" : "  State: Disconnected");
    if (network.uplink.empty()) return;
    lines.emplace_back("  PMTUD setting: EXTERNAL   PMTUD value: 8992     Trace Pages: 8");
    lines.push_back(fmt::format("  RDEV: {}.P00 VDEV: {} Controller: {}", network.uplink,
                                network.uplink_connected ? "0600" : "NONE",
                                network.uplink_connected ? "DTCVSW1  ACTIVE" : "NONE"));
}

}  // namespace

Lines report_network(const VirtualNetworks& all, const VirtualNetwork& network, NetworkDetail detail,
                     const UseOfAdapter& use) {
    const auto coupled = all.coupled_to(network.id);
    const char* layer = !network.layer2 ? "" : *network.layer2 ? "ETHERNET" : "IP";
    const bool is_switch = network.is_switch;
    Lines lines = {fmt::format("{:<{}}Type: {:<8}Connected: {:<5}Maxconn: INFINITE", network.str(),
                               is_switch ? 26 : 24, name_of(network.type), coupled.size()),
                   fmt::format("  PERSISTENT  {:<14}{:<26}Accounting: OFF",
                               network.restricted ? "RESTRICTED" : "UNRESTRICTED", layer)};
    if (is_switch) {
        lines.insert(lines.end(), {"  USERBASED LOCAL", "  VLAN Unaware",
                                   "  MAC address: 02-00-01-00-00-01    MAC Protection: Unspecified",
                                   "  IPTimeout: 5         QueueStorage: 8",
                                   "  Isolation Status: OFF        VEPA Status: OFF"});
        add_uplink(network, lines);
    } else {
        lines.insert(lines.end(), {"  IPTimeout: 5                 MAC Protection: Unspecified",
                                   "  Isolation Status: OFF"});
    }
    if (detail == NetworkDetail::access_list) {
        lines.emplace_back("  Authorized userids:");
        for (const auto& entry : network.granted) lines.push_back("    " + entry.first.str());
    }
    if (detail != NetworkDetail::details) return lines;
    lines.push_back(fmt::format(" Adapter Connections:  Connected: {}", coupled.size()));
    for (const auto& id : coupled) {
        const VirtualAdapter& adapter = *all.adapter(id.first, id.second);
        const AdapterUse used = use(id);
        lines.push_back(fmt::format("  Adapter Owner: {:<8} NIC: {} Name: UNASSIGNED Type: {}",
                                    id.first.view(), port_of(id.second), name_of(adapter.type)));
        add_traffic(used, lines);
        add_session(adapter, used, lines);
    }
    return lines;
}

Lines report_adapter(const VirtualNetworks& all, const VirtualNetworks::AdapterId& id, bool details,
                     const UseOfAdapter& use) {
    const VirtualAdapter& adapter = *all.adapter(id.first, id.second);
    const AdapterUse used = use(id);
    const auto* network = adapter.network ? all.find(*adapter.network) : nullptr;
    const std::string coupled =
        network ? (network->is_switch ? "VSWITCH: " : "LAN: ") + network->id.str() : "LAN: * None";
    Lines lines = {fmt::format("Adapter {} Type: {:<9} Name: {:<12} Devices: {}", port_of(id.second),
                               name_of(adapter.type), "UNASSIGNED", adapter.devices),
                   fmt::format("  MAC: {:<25} {}", mac_of(adapter, used), coupled)};
    if (!details) return lines;
    add_traffic(used, lines);
    add_session(adapter, used, lines);
    return lines;
}

Lines report_virtual_osa(const VirtualNetworks& all, const VirtualNetworks::AdapterId& id,
                         const UseOfAdapter& use) {
    const VirtualAdapter& adapter = *all.adapter(id.first, id.second);
    const std::string mac = mac_of(adapter, use(id));
    Lines lines;
    for (std::uint32_t unit = 0; unit < adapter.devices; ++unit) {
        const std::string vdev = vdev_text(std::uint16_t(adapter.vdev + unit));
        lines.push_back(fmt::format("OSA  {} ON NIC  {}  UNIT {:03} SUBCHANNEL = {:04X}", vdev,
                                    vdev_text(adapter.vdev), unit, 8 + (adapter.serial - 1) * 3 + unit));
        lines.push_back(fmt::format("     {} DEVTYPE {:<11} VIRTUAL CHPID 00 {}", vdev,
                                    adapter.type == AdapterType::qdio ? "OSA" : "HIPERS",
                                    adapter.type == AdapterType::qdio ? "OSD" : "IQD"));
        lines.push_back(fmt::format("     {} MAC {} CURRENT", vdev, mac));
        lines.push_back(fmt::format("     {} QDIO-ELIGIBLE       QIOASSIST-ELIGIBLE", vdev));
    }
    return lines;
}

}  // namespace vmlab::sim

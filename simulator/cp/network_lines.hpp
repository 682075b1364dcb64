// QUERY VSWITCH, QUERY LAN, QUERY NIC, QUERY VIRTUAL OSA: what is shown of virtual networks and adapters.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "simulator/cp/virtual_networks.hpp"
#include "stack/base/ip_address.hpp"

namespace vmlab::sim {

/// What the guest does with an adapter: nothing yet, or a link of its stack.
struct AdapterUse {
    bool active = false;
    std::string mac{};  ///< "02-00-09-3C-3C-03"; empty: the one that CP gave
    std::uint64_t frames_in = 0, frames_out = 0, bytes_in = 0, bytes_out = 0;
    std::vector<IpAddress> addresses{};
};
using UseOfAdapter = std::function<AdapterUse(const VirtualNetworks::AdapterId&)>;

/// How much of a network is shown.
enum class NetworkDetail : std::uint8_t { plain, access_list, details };

/// QUERY VSWITCH and QUERY LAN.
[[nodiscard]] std::vector<std::string> report_network(const VirtualNetworks& all,
                                                      const VirtualNetwork& network, NetworkDetail detail,
                                                      const UseOfAdapter& use);
/// QUERY NIC. What an adapter is coupled to stands in its second line.
[[nodiscard]] std::vector<std::string> report_adapter(const VirtualNetworks& all,
                                                      const VirtualNetworks::AdapterId& id, bool details,
                                                      const UseOfAdapter& use);
/// QUERY VIRTUAL OSA: four lines for each device number of the adapter.
[[nodiscard]] std::vector<std::string> report_virtual_osa(const VirtualNetworks& all,
                                                          const VirtualNetworks::AdapterId& id,
                                                          const UseOfAdapter& use);

}  // namespace vmlab::sim

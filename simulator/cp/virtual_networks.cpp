#include "simulator/cp/virtual_networks.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "simulator/cp/messages.hpp"

namespace vmlab::sim {
namespace {

NetworkReply plain(std::string line) { return {0, {nullptr, std::move(line), {}}}; }
NetworkReply complete() { return plain("Command complete"); }

std::vector<SourceLocation> known_of(std::initializer_list<SourceLocation> lines) {
    std::vector<SourceLocation> known;
    for (const auto& where : lines)
        if (where.known()) known.push_back(where);
    return known;
}

/// "600-602" as CP writes them.
std::string range_of(const VirtualAdapter& adapter) {
    return fmt::format("{:04X}-{:04X}", adapter.vdev, adapter.vdev + adapter.devices - 1);
}

}  // namespace

const char* name_of(AdapterType type) { return type == AdapterType::qdio ? "QDIO" : "HIPERS"; }

std::string vdev_text(std::uint16_t vdev) { return fmt::format("{:04X}", vdev); }

const VirtualNetwork* VirtualNetworks::find(const NetworkName& name) const {
    const auto found = networks_.find(name);
    return found == networks_.end() ? nullptr : &found->second;
}

const VirtualAdapter* VirtualNetworks::adapter(const Userid& user, std::uint16_t vdev) const {
    const auto found = adapters_.find({user, vdev});
    return found == adapters_.end() ? nullptr : &found->second;
}

std::vector<VirtualNetworks::AdapterId> VirtualNetworks::coupled_to(const NetworkName& network) const {
    std::vector<AdapterId> coupled;
    for (const auto& [id, adapter] : adapters_)
        if (adapter.network == network) coupled.push_back(id);
    return coupled;
}

NetworkReply VirtualNetworks::apply(const NetworkOrder& order, const SourceLocation& where) {
    return std::visit([&](const auto& what) { return run(what, where); }, order);
}

void VirtualNetworks::forget_adapters_of(const Userid& user) {
    std::erase_if(adapters_, [&](const auto& entry) { return entry.first.first == user; });
}

NetworkReply VirtualNetworks::run(const DefineNetwork& order, const SourceLocation& where) {
    VirtualNetwork network = order.network;
    network.where = where;
    if (networks_.contains(network.id)) return {901, say<HCPDEF901E>(network.id.str())};
    const std::string made = network.str() + " is created";
    networks_.emplace(network.id, std::move(network));
    return plain(made);
}

NetworkReply VirtualNetworks::run(const DestroyNetwork& order, const SourceLocation&) {
    const auto found = networks_.find(order.network);
    if (found == networks_.end()) return {902, say<HCPCPL902E>(order.network.str())};
    const VirtualNetwork gone = std::move(found->second);
    networks_.erase(found);
    for (const auto& id : coupled_to(gone.id))
        uncouple(adapters_.at(id), gone, gone.str() + " was destroyed");
    return plain(gone.str() + " is destroyed");
}

NetworkReply VirtualNetworks::run(const GrantNetwork& order, const SourceLocation& where) {
    const auto found = networks_.find({"SYSTEM", order.network});
    if (found == networks_.end() || !found->second.is_switch)
        return {902, say<HCPCPL902E>("SYSTEM " + order.network.str())};
    VirtualNetwork& network = found->second;
    if (order.granted) {
        network.granted.insert_or_assign(order.user, where);
        return complete();
    }
    network.granted.erase(order.user);
    for (const auto& id : coupled_to(network.id))
        if (id.first == order.user)
            uncouple(adapters_.at(id), network,
                     fmt::format("{} was revoked {}", order.user.view(), network.str()));
    return complete();
}

NetworkReply VirtualNetworks::run(const ConnectUplink& order, const SourceLocation&) {
    const auto found = networks_.find({"SYSTEM", order.network});
    if (found == networks_.end() || !found->second.is_switch)
        return {902, say<HCPCPL902E>("SYSTEM " + order.network.str())};
    found->second.uplink_connected = order.connected;
    return complete();
}

NetworkReply VirtualNetworks::run(const DefineAdapter& order, const SourceLocation& where) {
    VirtualAdapter adapter = order.adapter;
    adapter.where = where;
    for (const auto& [id, other] : adapters_)
        if (id.first == order.user && adapter.vdev < other.vdev + other.devices &&
            other.vdev < adapter.vdev + adapter.devices)
            return {903, say<HCPDEF903E>(vdev_text(other.vdev))};
    adapter.serial = ++serials_;
    adapter.why_not = "it was never coupled";
    adapter.rests_on = known_of({where});
    const std::string made =
        fmt::format("NIC {} is created; devices {} defined", vdev_text(adapter.vdev), range_of(adapter));
    adapters_.emplace(AdapterId{order.user, adapter.vdev}, std::move(adapter));
    return plain(made);
}

NetworkReply VirtualNetworks::run(const DestroyAdapter& order, const SourceLocation&) {
    const auto found = adapters_.find({order.user, order.vdev});
    if (found == adapters_.end()) return {40, say<HCPCPL040E>(vdev_text(order.vdev))};
    const std::string gone = fmt::format("NIC {} is destroyed; devices {} detached", vdev_text(order.vdev),
                                         range_of(found->second));
    adapters_.erase(found);
    return plain(gone);
}

NetworkReply VirtualNetworks::run(const CoupleAdapter& order, const SourceLocation&) {
    const auto found = adapters_.find({order.user, order.vdev});
    if (found == adapters_.end()) return {40, say<HCPCPL040E>(vdev_text(order.vdev))};
    VirtualAdapter& adapter = found->second;
    if (order.to) return couple(order.user, adapter, *order.to);
    if (!adapter.network) return {904, say<HCPCPL904E>(vdev_text(order.vdev))};
    const VirtualNetwork network = networks_.at(*adapter.network);
    uncouple(adapter, network, "it was uncoupled");
    return plain(fmt::format("NIC {} is disconnected from {}", vdev_text(order.vdev), network.str()));
}

NetworkReply VirtualNetworks::couple(const Userid& user, VirtualAdapter& adapter, const NetworkName& to) {
    const std::string vdev = vdev_text(adapter.vdev);
    if (adapter.network) return {905, say<HCPCPL905E>(vdev, adapter.network->str())};
    const VirtualNetwork* network = find(to);
    const auto refuse = [&](int rc, Said said, std::string why) {
        adapter.why_not = std::move(why);
        adapter.rests_on = known_of({adapter.where, network ? network->where : SourceLocation{}});
        said.rests_on = adapter.rests_on;
        return NetworkReply{rc, std::move(said)};
    };
    if (!network)
        return refuse(902, say<HCPCPL902E>(to.str()), fmt::format("there is no network {}", to.str()));
    if (network->type != adapter.type)
        return refuse(906, say<HCPCPL906E>(vdev, name_of(adapter.type), to.str(), name_of(network->type)),
                      fmt::format("{} is of type {}", network->str(), name_of(network->type)));
    if (network->restricted && user != to.owner && !network->granted.contains(user))
        return refuse(6011, say<HCPCPL6011E>(to.str()),
                      fmt::format("{} is not granted {}", user.view(), network->str()));
    adapter.network = to;
    adapter.why_not.clear();
    adapter.rests_on = known_of({adapter.where, network->where});
    return plain(fmt::format("NIC {} is connected to {}", vdev, network->str()));
}

void VirtualNetworks::uncouple(VirtualAdapter& adapter, const VirtualNetwork& from, std::string why) {
    adapter.network.reset();
    adapter.why_not = std::move(why);
    adapter.rests_on = known_of({adapter.where, from.where});
}

}  // namespace vmlab::sim

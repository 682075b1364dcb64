// DEFINE, COUPLE, UNCOUPLE, SET VSWITCH, DETACH of networks, and QUERY of them: CP's virtual switches, guest
// LANs and adapters.
#include "simulator/commands/virtual_networks.hpp"

#include <algorithm>

#include "profiles/values.hpp"
#include "simulator/commands/commands.hpp"
#include "simulator/cp/messages.hpp"
#include "simulator/cp/network_lines.hpp"

namespace vmlab::sim {
namespace {

Outcome ask(Call& call, NetworkOrder order) {
    NetworkReply reply = call.world.change_networks(call.session.userid, std::move(order));
    if (reply.rc != 0) return call.fail(reply.rc, reply.said);
    call.line(std::move(reply.said.text));
    return 0;
}

Outcome incomplete(Call& call) { return call.fail(26, say<HCPDEF026E>()); }

/// QDIO, HIPERSockets; nothing for another word.
std::optional<AdapterType> read_type(std::string_view word) {
    if (iequals(word, "QDIO")) return AdapterType::qdio;
    if (abbreviates(word, "HIPERsockets")) return AdapterType::hipersockets;
    return std::nullopt;
}

/// One operand of DEFINE VSWITCH or DEFINE LAN, from word `i` on, which is moved behind it. False: unknown.
bool read_operand(const Arguments& args, std::size_t& i, const Userid& definer, VirtualNetwork& network) {
    const auto word = args.word(i), value = args.word(i + 1);
    ++i;
    if (iequals(word, "IP")) network.layer2 = false;
    else if (abbreviates(word, "ETHernet")) network.layer2 = true;
    else if (abbreviates(word, "CONnect") && network.is_switch) network.uplink_connected = true;
    else if (abbreviates(word, "DISCONnect") && network.is_switch) network.uplink_connected = false;
    else if (abbreviates(word, "RESTricted") && !network.is_switch) network.restricted = true;
    else if (abbreviates(word, "UNRESTricted") && !network.is_switch) network.restricted = false;
    else if (iequals(word, "TYPE")) {
        const auto type = read_type(value);
        if (!type || (network.is_switch && *type != AdapterType::qdio)) return false;
        network.type = *type;
        ++i;
    } else if (iequals(word, "RDEV") && network.is_switch) {
        const auto device = read_vdev(value);
        if (!device && !iequals(value, "NONE")) return false;
        network.uplink = device.value_or("");
        ++i;
    } else if (abbreviates(word, "OWNERid") && !network.is_switch) {
        const auto owner = value == "*" ? std::optional(definer) : Name8::parse(value);
        if (!owner) return false;
        network.id.owner = *owner;
        ++i;
    } else {
        return false;
    }
    return true;
}

/// DEFINE VSWITCH name operands, DEFINE LAN name operands.
Outcome define_network(Call& call, bool is_switch) {
    VirtualNetwork network;
    network.is_switch = network.restricted = is_switch;
    const auto name = Name8::parse(call.args.word(0));
    if (!name) return incomplete(call);
    network.id.name = *name;
    if (!is_switch) network.id.owner = call.session.userid;
    for (std::size_t i = 1; i < call.args.size();) {
        const std::string word = call.args.upper_word(i);
        if (!read_operand(call.args, i, call.session.userid, network))
            return call.fail(3, say<HCPCQV003E>(word));
    }
    if (network.id.owner != call.session.userid && !permits("B", call.session.classes))
        return incomplete(call);
    return ask(call, DefineNetwork{std::move(network)});
}

/// DEFINE NIC vdev [TYPE] type [DEVICES n].
Outcome define_adapter(Call& call) {
    const auto vdev = profiles::read_vdev(call.args.word(0));
    if (!vdev) return incomplete(call);
    DefineAdapter order{call.session.userid, {}};
    order.adapter.vdev = *vdev;
    for (std::size_t i = 1; i < call.args.size(); ++i) {
        if (call.args.is(i, "TYPE")) continue;
        if (const auto type = read_type(call.args.word(i))) {
            order.adapter.type = *type;
        } else if (const auto count = profiles::read_number(call.args.word(i + 1), 3, 3072);
                   count && call.args.is(i, "DEVices")) {
            order.adapter.devices = *count;
            ++i;
        } else {
            return call.fail(3, say<HCPCQV003E>(call.args.upper_word(i)));
        }
    }
    return ask(call, std::move(order));
}

/// Words with the classes that they need, and what they do with the words behind them.
struct Operand {
    std::string_view name, classes;
    Outcome (*run)(Call& call);
};

const Operand* find_operand(const Call& call, std::span<const Operand> operands) {
    const auto found = std::find_if(operands.begin(), operands.end(), [&](const Operand& operand) {
        return call.args.is(0, operand.name) && permits(operand.classes, call.session.classes);
    });
    return found == operands.end() ? nullptr : &*found;
}

/// None of these words, or one that the privilege classes do not include: CP does not say which.
Outcome refuse_operand(Call& call, std::span<const Operand> operands) {
    for (const auto& operand : operands)
        if (call.args.is(0, operand.name)) return call.fail(3, say<HCPCQV003E>(call.args.upper_word(0)));
    return run_not_simulated_cp(call);
}

Outcome run_operand(Call& call, const Operand& operand) {
    Call inner{call.session, call.world, call.args.after(1), call.out, call.name};
    return operand.run(inner);
}

/// `[owner] name`, or `name` alone of the system's; where it ends.
std::optional<NetworkName> read_network(const Call& call, std::size_t i) {
    NetworkName network;
    if (call.args.size() > i + 1) {
        const auto owner =
            call.args.word(i) == "*" ? std::optional(call.session.userid) : Name8::parse(call.args.word(i));
        if (!owner) return std::nullopt;
        network.owner = *owner;
        ++i;
    }
    const auto name = Name8::parse(call.args.word(i));
    if (!name) return std::nullopt;
    network.name = *name;
    return network;
}

/// SET VSWITCH name GRANT|REVOKE userid, or CONNECT|DISCONNECT.
Outcome set_switch(Call& call) {
    const auto name = Name8::parse(call.args.word(0));
    const auto user = Name8::parse(call.args.word(2));
    if (!name) return incomplete(call);
    if (call.args.is(1, "CONnect")) return ask(call, ConnectUplink{*name, true});
    if (call.args.is(1, "DISCONnect")) return ask(call, ConnectUplink{*name, false});
    const bool grants = call.args.is(1, "GRAnt");
    if (!grants && !call.args.is(1, "REVoke")) return call.fail(3, say<HCPCQV003E>(call.args.upper_word(1)));
    if (!user) return incomplete(call);
    if (call.args.size() > 3) return call.fail(3, say<HCPCQV003E>(call.args.upper_word(3)));
    return ask(call, GrantNetwork{*name, *user, grants});
}

Outcome detach_network(Call& call, bool is_switch) {
    const auto name = read_network(call, 0);
    const auto* network = name ? call.world.virtual_networks().find(*name) : nullptr;
    if (!network || network->is_switch != is_switch)
        return call.fail(902, say<HCPCPL902E>(upper(call.args.rest(0))));
    const bool own = network->id.owner == call.session.userid;
    if (!own && !permits("B", call.session.classes)) return incomplete(call);
    return ask(call, DestroyNetwork{*name});
}

// ── QUERY ─────────────────────────────────────────────────────────────────────────────────────────────────

/// What the stack of that user does with the adapter.
UseOfAdapter use_by(Operations& world) {
    return [&world](const VirtualNetworks::AdapterId& id) {
        AdapterUse use;
        const auto stack = world.stack(id.first);
        if (!stack || !stack->up) return use;
        for (const auto& device : stack->config.devices)
            for (const auto& link : stack->config.links)
                for (const auto& interface : stack->stack.interfaces) {
                    if (profiles::read_vdev(device.vdev) != id.second || link.device != device.name ||
                        interface.config.name != link.name)
                        continue;
                    use = {interface.config.up,
                           interface.config.mac.str(),
                           interface.frames_in,
                           interface.frames_out,
                           interface.bytes_in,
                           interface.bytes_out,
                           {}};
                    std::replace(use.mac.begin(), use.mac.end(), ':', '-');
                    for (const auto& [address, mask] : interface.addresses) use.addresses.push_back(address);
                    for (const auto& own : interface.ipv6) use.addresses.push_back(own.address);
                }
        return use;
    };
}

Outcome query_networks(Call& call, bool switches) {
    const auto& all = call.world.virtual_networks();
    auto detail = NetworkDetail::plain;
    std::string wanted;
    for (std::size_t i = 0; i < call.args.size(); ++i)
        if (call.args.is(i, "DETails")) detail = NetworkDetail::details;
        else if (call.args.is(i, "ACCesslist")) detail = NetworkDetail::access_list;
        else if (!call.args.is(i, "ALL") && !call.args.is(i, "SYSTEM")) wanted = call.args.upper_word(i);
    bool any = false;
    for (const auto& [name, network] : all.networks()) {
        if (network.is_switch != switches || (!wanted.empty() && name.name.view() != wanted)) continue;
        any = true;
        call.lines(report_network(all, network, detail, use_by(call.world)));
    }
    if (!any && !wanted.empty()) return call.fail(902, say<HCPCPL902E>("SYSTEM " + wanted));
    if (!any) call.line(switches ? "No VSWITCH is defined" : "No LAN is defined");
    return 0;
}

/// [vdev|ALL] [USER userid] [DETAILS]; other users' adapters for class B.
Outcome query_adapters(Call& call, bool as_osa) {
    const auto& all = call.world.virtual_networks();
    Userid user = call.session.userid;
    bool details = false;
    std::optional<std::uint16_t> wanted;
    for (std::size_t i = 0; i < call.args.size(); ++i) {
        if (call.args.is(i, "DETails")) {
            details = true;
        } else if (call.args.is(i, "USER") && permits("B", call.session.classes)) {
            const auto named = Name8::parse(call.args.word(++i));
            if (!named) return incomplete(call);
            user = *named;
        } else if (!call.args.is(i, "ALL")) {
            wanted = profiles::read_vdev(call.args.word(i));
            if (!wanted) return call.fail(3, say<HCPCQV003E>(call.args.upper_word(i)));
        }
    }
    bool any = false;
    for (const auto& [id, adapter] : all.adapters()) {
        if (id.first != user || (wanted && id.second != *wanted)) continue;
        any = true;
        call.lines(as_osa ? report_virtual_osa(all, id, use_by(call.world))
                          : report_adapter(all, id, details, use_by(call.world)));
    }
    if (!any && wanted) return call.fail(40, say<HCPQVD040E>(vdev_text(*wanted)));
    if (!any) call.line(as_osa ? "No OSA devices" : "No NIC devices");
    return 0;
}

}  // namespace

Outcome run_define(Call& call) {
    static constexpr Operand kOperands[] = {{"VSWITCH", "B", [](Call& c) { return define_network(c, true); }},
                                            {"LAN", "G", [](Call& c) { return define_network(c, false); }},
                                            {"NIC", "G", define_adapter}};
    const auto* operand = find_operand(call, kOperands);
    return operand ? run_operand(call, *operand) : refuse_operand(call, kOperands);
}

Outcome run_set_cp(Call& call) {
    static constexpr Operand kOperands[] = {{"VSWITCH", "B", set_switch}};
    const auto* operand = find_operand(call, kOperands);
    return operand ? run_operand(call, *operand) : refuse_operand(call, kOperands);
}

Outcome run_couple(Call& call) {
    const auto vdev = profiles::read_vdev(call.args.word(0));
    const std::size_t next = call.args.is(1, "To") ? 2 : 1;
    const auto network = read_network(call, next);
    if (!vdev || !network) return incomplete(call);
    return ask(call, CoupleAdapter{call.session.userid, *vdev, *network});
}

Outcome run_uncouple(Call& call) {
    const auto vdev = profiles::read_vdev(call.args.word(0));
    if (!vdev) return incomplete(call);
    return ask(call, CoupleAdapter{call.session.userid, *vdev, std::nullopt});
}

std::optional<Outcome> detach_virtual_network(Call& call) {
    static constexpr Operand kOperands[] = {
        {"VSWITCH", "B", [](Call& c) { return detach_network(c, true); }},
        {"LAN", "G", [](Call& c) { return detach_network(c, false); }},
        {"NIC", "BG", [](Call& c) -> Outcome {
             const auto vdev = profiles::read_vdev(c.args.word(0));
             return vdev ? ask(c, DestroyAdapter{c.session.userid, *vdev}) : incomplete(c);
         }}};
    const auto* operand = find_operand(call, kOperands);
    return operand ? std::optional(run_operand(call, *operand)) : std::nullopt;
}

Outcome query_vswitch(Call& call) { return query_networks(call, true); }
Outcome query_lan(Call& call) { return query_networks(call, false); }
Outcome query_nic(Call& call) { return query_adapters(call, false); }
Outcome query_virtual_osa(Call& call) { return query_adapters(call, true); }

}  // namespace vmlab::sim

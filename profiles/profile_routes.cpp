// PROFILE TCPIP: HOME, GATEWAY, TRANSLATE, BSDROUTINGPARMS, PRIMARYINTERFACE, BLOCK.
#include <algorithm>
#include <set>
#include <tuple>

#include "profiles/profile_reader.hpp"

namespace vmlab::profiles {
namespace {

/// The mask that an address had by its class, before masks were written down.
Ipv4Address class_mask(Ipv4Address address) {
    const std::uint32_t first = address.value >> 24;
    return mask_of_prefix(first < 128 ? 8 : first < 192 ? 16 : 24);
}

/// "9.60.60.0/24"
bool read_prefix(std::string_view text, Ipv4Address& address, Ipv4Address& mask) {
    const std::size_t slash = text.find('/');
    if (slash == std::string_view::npos) return false;
    const auto base = Ipv4Address::parse(text.substr(0, slash));
    const auto length = read_number(text.substr(slash + 1), 0, 32);
    if (!base || !length) return false;
    address = *base;
    mask = mask_of_prefix(*length);
    return true;
}

/// One that a host of a link can have.
bool is_of_host(const IpAddress& address) {
    return !address.is_unspecified() && !address.is_loopback() && !address.is_multicast();
}

bool is_known_with_ipv6(std::string_view statement) {
    return is_known(ConfigFile::profile_tcpip, fmt::format("{} with an IPv6 address", statement));
}

/// A subnet mask: contiguous ones.
std::optional<Ipv4Address> read_mask(std::string_view text) {
    const auto mask = Ipv4Address::parse(text);
    return mask && prefix_of_mask(*mask) ? mask : std::nullopt;
}

/// A network of the old GATEWAY format: one to four parts, the missing ones zero.
std::optional<Ipv4Address> read_old_network(std::string_view text) {
    std::string full(text);
    for (int parts = 0; parts < 4; ++parts) {
        if (const auto address = Ipv4Address::parse(full)) return address;
        full += ".0";
    }
    return std::nullopt;
}

}  // namespace

// ── addresses ──────────────────────────────────────────────────────────────────

void ProfileReader::read_home() {
    begin_list(profile_.home);
    begin_list(profile_.home_v6);
    while (statement_goes_on()) {
        const Word first = words_.peek();
        if (!(first.text[0] >= '0' && first.text[0] <= '9') && first.text.find(':') == std::string::npos) {
            if (!words_.on_same_line()) return;
            words_.take();
            unexpected(first);
            continue;
        }
        if (first.text.find(':') != std::string::npos) {
            read_home_v6();
            continue;
        }
        HomeStatement entry;
        entry.where = first.where;
        if (read_home_entry(entry)) profile_.home.entries.push_back(std::move(entry));
        else skip_line();
    }
}

/// `address mask link`, `address/prefix link`, or `address link` with the mask of its class.
bool ProfileReader::read_home_entry(HomeStatement& entry) {
    const Word first = words_.take();
    if (!read_prefix(first.text, entry.address, entry.mask)) {
        const auto address = Ipv4Address::parse(first.text);
        if (!address) {
            bad_value(first, "address");
            return false;
        }
        entry.address = *address;
        entry.mask = class_mask(*address);
        entry.mask_given = false;
        const bool mask_follows = statement_goes_on() && Ipv4Address::parse(words_.peek().text);
        if (mask_follows) {
            const Word& mask = words_.take();
            if (!read_mask(mask.text)) {
                bad_value(mask, "subnet mask");
                return false;
            }
            entry.mask = *read_mask(mask.text);
            entry.mask_given = true;
        }
    }
    const auto link = take_link();
    if (link) entry.link = *link;
    return link.has_value();
}

/// `address/prefix link`
void ProfileReader::read_home_v6() {
    HomeV6Statement entry;
    const Word first = words_.take();
    entry.where = first.where;
    const auto network = read_ipv6_prefix(first.text, 64);
    if (!network || !is_of_host(network->address) || !is_known_with_ipv6("HOME")) {
        bad_value(first, "address");
        return skip_line();
    }
    entry.address = network->address;
    entry.prefix = network->length;
    const auto link = take_link();
    if (!link) return skip_line();
    entry.link = *link;
    profile_.home_v6.entries.push_back(std::move(entry));
}

// ── routes ─────────────────────────────────────────────────────────────────────

void ProfileReader::read_gateway() {
    begin_list(profile_.gateway);
    begin_list(profile_.gateway_v6);
    while (statement_goes_on()) {
        const Word first = words_.peek();
        const bool entry_begins = first.is("DEFAULTNET") || (first.text[0] >= '0' && first.text[0] <= '9');
        if (!entry_begins && first.text.find(':') == std::string::npos) {
            if (!words_.on_same_line()) return;
            words_.take();
            unexpected(first);
            continue;
        }
        const bool hop_is_v6 = first.is("DEFAULTNET") && words_.peek(1).text.find(':') != std::string::npos;
        if (hop_is_v6 || first.text.find(':') != std::string::npos) {
            read_gateway_v6();
            continue;
        }
        GatewayStatement entry;
        entry.where = first.where;
        if (first.is("DEFAULTNET") ? read_default_net(entry) : read_network(entry))
            profile_.gateway.entries.push_back(std::move(entry));
        else skip_line();
    }
}

/// `network/prefix hop link [mtu]`, `DEFAULTNET hop link [mtu]`
void ProfileReader::read_gateway_v6() {
    GatewayV6Statement entry;
    const Word first = words_.take();
    entry.where = first.where;
    if (!first.is("DEFAULTNET")) {
        const auto network = read_ipv6_prefix(first.text, 128);
        if (!network) {
            bad_value(first, "network");
            return skip_line();
        }
        entry.destination = network->address;
        entry.prefix = network->length;
    }
    if (!is_known_with_ipv6("GATEWAY")) {
        bad_value(first, "network");
        return skip_line();
    }
    if (!statement_goes_on()) return missing("first hop");
    const Word hop = words_.take();
    const auto address = read_ipv6(hop.text);
    if (!hop.is("=") && (!address || !is_of_host(*address))) {
        bad_value(hop, "first hop");
        return skip_line();
    }
    entry.first_hop = address.value_or(IpAddress());
    if (read_route_end(entry.link, entry.mtu)) profile_.gateway_v6.entries.push_back(std::move(entry));
    else skip_line();
}

/// `DEFAULTNET firsthop link mtu`; a subnet mask (0) behind it is the old format.
bool ProfileReader::read_default_net(GatewayStatement& entry) {
    words_.take();
    if (!read_first_hop(entry) || !read_route_end(entry.link, entry.mtu)) return false;
    if (on_entry_line() && words_.peek().is("0")) {
        words_.take();
        read_old_format(entry);
    }
    return true;
}

/// `network mask hop link`, `network/prefix hop link`, `host HOST hop link`; or the old
/// `network hop link mtu subnetmask [subnetvalue]`. False when nothing came of it.
bool ProfileReader::read_network(GatewayStatement& entry) {
    const Word network = words_.take();
    if (read_prefix(network.text, entry.destination, entry.mask))
        return read_first_hop(entry) && read_route_end(entry.link, entry.mtu);
    const Word second = words_.peek(), third = words_.peek(1);
    const bool old = second.is("=") ||
                     (Ipv4Address::parse(second.text) && !third.is("=") && !Ipv4Address::parse(third.text));
    const auto base = old ? read_old_network(network.text) : Ipv4Address::parse(network.text);
    if (!base) {
        bad_value(network, "network");
        return false;
    }
    entry.destination = *base;
    if (!old) {
        const Word mask = next_operand();
        const auto value = mask.is("HOST") ? mask_of_prefix(32) : read_mask(mask.text);
        if (!value) {
            bad_value(mask, "subnet mask");
            return false;
        }
        entry.mask = *value;
    }
    if (!read_first_hop(entry) || !read_route_end(entry.link, entry.mtu)) return false;
    if (old) {
        entry.mask = class_mask(entry.destination);
        read_old_format(entry);
    }
    return true;
}

/// The columns that only the old format has, and its two messages.
void ProfileReader::read_old_format(GatewayStatement& entry) {
    entry.old_format = true;
    if (on_entry_line()) {
        const Word mask = words_.take();
        const auto bits = Ipv4Address::parse(mask.text);
        if (mask.is("HOST")) entry.mask = mask_of_prefix(32);
        else if (bits && prefix_of_mask({entry.mask.value | bits->value})) entry.mask.value |= bits->value;
        else if (!mask.is("0")) bad_value(mask, "subnet mask");
        if (bits && on_entry_line()) {
            const Word value = words_.take();
            if (const auto subnet = Ipv4Address::parse(value.text)) entry.destination.value |= subnet->value;
            else bad_value(value, "subnet value");
        }
    }
    const std::string hop = entry.first_hop.is_unspecified() ? "=" : entry.first_hop.str();
    const std::string network = entry.mask.is_unspecified() ? "DEFAULTNET"
                                : entry.mask == mask_of_prefix(32)
                                    ? entry.destination.str() + " HOST"
                                    : entry.destination.str() + " " + entry.mask.str();
    findings_.add(LineState::in_force, entry.where, say<DTCPRS007E>());
    findings_.add(LineState::in_force, entry.where,
                  say<DTCPRS058I>(network + " " + hop + " " + *entry.link + " " + std::to_string(entry.mtu)));
}

bool ProfileReader::read_first_hop(GatewayStatement& entry) {
    if (!statement_goes_on()) {
        missing("first hop");
        return false;
    }
    const Word hop = words_.take();
    if (hop.is("=")) return true;
    const auto address = Ipv4Address::parse(hop.text);
    if (!address) {
        bad_value(hop, "first hop");
        return false;
    }
    entry.first_hop = *address;
    return true;
}

/// `link [mtu]`; false without a link that is defined.
bool ProfileReader::read_route_end(Sourced<std::string>& route_link, std::uint16_t& route_mtu) {
    const auto link = take_link();
    if (!link) return false;
    route_link = *link;
    if (!on_entry_line()) return true;
    const Word word = words_.take();
    if (word.is("DEFAULTSIZE")) return true;
    if (const auto mtu = read_number(word.text, 0, 65535)) route_mtu = static_cast<std::uint16_t>(*mtu);
    else bad_value(word, "MTU");
    return true;
}

/// HOME may stand behind GATEWAY, so this is asked at the end of the file.
void ProfileReader::check_first_hops() {
    const bool own_home = profile_.home.given || running_ == nullptr;
    const auto& home = own_home ? profile_.home.entries : running_->home.entries;
    using Network = std::tuple<std::string_view, std::uint32_t, std::uint32_t>;  // link, mask, network
    std::set<Network> networks;
    std::set<std::uint32_t> masks;
    for (const HomeStatement& entry : home) {
        networks.insert({*entry.link, entry.mask.value, entry.address.value & entry.mask.value});
        masks.insert(entry.mask.value);
    }
    for (const GatewayStatement& route : profile_.gateway.entries) {
        const bool reachable =
            route.first_hop.is_unspecified() ||
            std::any_of(masks.begin(), masks.end(), [&](std::uint32_t mask) {
                return networks.contains({*route.link, mask, route.first_hop.value & mask});
            });
        if (!reachable)
            findings_.add(LineState::in_force, route.where,
                          say<DTCPRS916W>(route.first_hop.str(), *route.link));
    }
    const auto& home6 = own_home ? profile_.home_v6.entries : running_->home_v6.entries;
    for (const GatewayV6Statement& route : profile_.gateway_v6.entries) {
        const auto reaches = [&](const HomeV6Statement& entry) {
            return *entry.link == *route.link &&
                   (route.first_hop.is_unspecified() || route.first_hop.is_link_local() ||
                    route.first_hop.shares_prefix(entry.address, entry.prefix));
        };
        if (std::none_of(home6.begin(), home6.end(), reaches))
            findings_.add(
                LineState::in_force, route.where,
                say<DTCPRS916W>(route.first_hop.is_unspecified() ? std::string("=") : route.first_hop.str(),
                                *route.link));
    }
}

// ── fixed ARP entries, masks, the host's address, blocked addresses ─────────────

/// `address type hardware link`; bare, the statement clears the table.
void ProfileReader::read_translate() {
    begin_list(profile_.translate);
    while (statement_goes_on()) {
        const Word first = words_.peek();
        const auto address = Ipv4Address::parse(first.text);
        if (!address && !words_.on_same_line()) return;
        words_.take();
        if (!address) {
            bad_value(first, "address");
            skip_line();
            continue;
        }
        TranslateStatement entry{*address, {}, {}, {}, first.where};
        const Word type = next_operand();
        static constexpr std::string_view kTypes[] = {"ETHERNET", "802.3", "ETHEROR802.3", "IBMTR", "FDDI",
                                                      "HCH",      "TR"};
        entry.type = upper(type.text);
        const Word hardware = next_operand();
        const auto mac = read_hardware_address(hardware.text);
        if (std::find(std::begin(kTypes), std::end(kTypes), entry.type) == std::end(kTypes)) {
            bad_value(type, "network type");
            skip_line();
        } else if (!mac) {
            bad_value(hardware, "hardware address");
            skip_line();
        } else if (const auto link = take_link()) {
            entry.hardware = *mac;
            entry.link = *link;
            profile_.translate.entries.push_back(std::move(entry));
        }
    }
}

void ProfileReader::read_bsd_routing_parms() {
    BsdRoutingParms parms;
    if (on_entry_line() && (words_.peek().is("TRUE") || words_.peek().is("FALSE"))) {
        const Word word = words_.take();
        parms.use_max_mtu = {word.is("TRUE"), word.where};
    }
    while (block_goes_on()) {
        BsdRoutingEntry entry;
        if (read_bsd_routing_entry(entry)) parms.entries.push_back(std::move(entry));
        else skip_line();
    }
    profile_.bsd_routing = std::move(parms);
}

/// `link mtu|DEFAULTSIZE metric mask destination`
bool ProfileReader::read_bsd_routing_entry(BsdRoutingEntry& entry) {
    entry.where = words_.peek().where;
    const auto link = take_link();
    if (!link) return false;
    entry.link = *link;
    if (statement_goes_on() && words_.peek().is("DEFAULTSIZE")) {
        words_.take();
    } else {
        const auto mtu = take_number("MTU", 0, 65'535);
        if (!mtu) return false;
        entry.mtu = **mtu;
    }
    const auto metric = take_number("metric", 0, 255);
    if (!metric) return false;
    entry.metric = **metric;
    const Word mask = next_operand();
    const auto bits = read_mask(mask.text);
    if (!bits) return bad_value(mask, "subnet mask"), false;
    entry.mask = *bits;
    const Word destination = next_operand();
    const auto address = destination.is("0") ? Ipv4Address() : Ipv4Address::parse(destination.text);
    if (!address) return bad_value(destination, "destination address"), false;
    entry.destination = *address;
    return true;
}

void ProfileReader::read_primary_interface() {
    if (line_ends()) return missing("link name");
    if (const auto link = take_link()) profile_.primary_interface = *link;
}

/// `address[/prefix] …`
void ProfileReader::read_block() {
    begin_list(profile_.blocked);
    while (block_goes_on()) {
        const Word word = words_.take();
        Ipv4Address address, mask;
        const auto host = Ipv4Address::parse(word.text);
        const auto v6 = read_ipv6_prefix(word.text, 128);
        if (host) {
            profile_.blocked.entries.push_back({*host, 32, word.where});
        } else if (read_prefix(word.text, address, mask)) {
            profile_.blocked.entries.push_back({address, *prefix_of_mask(mask), word.where});
        } else if (v6 && is_known_with_ipv6("BLOCK")) {
            profile_.blocked.entries.push_back({v6->address, v6->length, word.where});
        } else {
            bad_value(word, "address");
        }
    }
}

}  // namespace vmlab::profiles

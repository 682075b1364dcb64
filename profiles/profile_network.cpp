// PROFILE TCPIP: DEVICE, LINK, HOME, GATEWAY, START and STOP.
#include "profiles/profile_reader.hpp"

namespace vmlab::profiles {
namespace {

struct DeviceType {
    std::string_view type;
    bool simulated;
};
constexpr DeviceType kDeviceTypes[] = {{"OSD", true},   {"HIPERS", false}, {"CTC", false},
                                       {"LCS", false},  {"IUCV", false},   {"VIRTUAL", false},
                                       {"CLAW", false}, {"CDLC", false},   {"HCH", false}};

/// Link types; those of older adapters give a link number before the device.
struct LinkType {
    std::string_view type;
    bool numbered;
    bool simulated;
};
constexpr LinkType kLinkTypes[] = {{"QDIOETHERNET", false, true}, {"QDIOIP", false, false},
                                   {"CTC", true, false},          {"ETHERNET", true, false},
                                   {"802.3", true, false},        {"ETHEROR802.3", true, false},
                                   {"IBMTR", true, false},        {"IUCV", true, false},
                                   {"VIRTUAL", true, false},      {"HCH", true, false}};

template <typename Table>
const auto* find_type(const Table& table, std::string_view word) {
    for (const auto& row : table)
        if (iequals(word, row.type)) return &row;
    return static_cast<decltype(&table[0])>(nullptr);
}

template <typename Table>
std::vector<std::string_view> types_of(const Table& table) {
    std::vector<std::string_view> words;
    for (const auto& row : table) words.push_back(row.type);
    return words;
}

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

// ── devices and links ──────────────────────────────────────────────────────────

void ProfileReader::read_device() {
    const auto name = take_name("device name");
    if (!name) return skip_line();
    if (!statement_goes_on()) return missing("device type");
    const Word type_word = words_.take();
    const auto* type = find_type(kDeviceTypes, type_word.text);
    if (type == nullptr) {
        const auto known = types_of(kDeviceTypes);
        findings_.add(LineState::unknown, type_word.where,
                      say<DTCPRS903E>(quoted(type_word.text), "device type", "DEVICE"),
                      nearest(type_word.text, known));
        return skip_line();
    }
    DeviceStatement device{*name, upper(type_word.text), {}, type->simulated, false, keyword_.where};
    if (find_device(**name) != nullptr) {
        findings_.add(LineState::extracted, keyword_.where,
                      say<DTCPRS908W>("DEVICE " + **name, find_device(**name)->where.line));
        return skip_line();
    }
    if (!type->simulated) {
        findings_.add(LineState::not_simulated, type_word.where, say<DTCPRS906I>("DEVICE " + device.type));
        profile_.devices.push_back(std::move(device));
        return skip_line();
    }
    if (!on_entry_line()) return missing("device address");
    const Word vdev = words_.take();
    if (!read_vdev(vdev.text)) {
        bad_value(vdev, "device address");
        return skip_line();
    }
    device.vdev = std::string(4 - vdev.text.size(), '0') + upper(vdev.text);
    while (statement_goes_on()) {
        const Word& option = words_.peek();
        const bool restart = option.is("AUTORESTART") || option.is("NOAUTORESTART");
        const bool router = option.is("PRIROUTER") || option.is("SECROUTER") || option.is("NONROUTER");
        if (option.is("PORTNAME")) words_.take();
        else if (!restart && !router) break;
        words_.take();
        device.says_restart |= restart;
    }
    profile_.devices.push_back(std::move(device));
}

void ProfileReader::read_link() {
    const auto name = take_name("link name");
    if (!name) return skip_line();
    if (!statement_goes_on()) return missing("link type");
    const Word type_word = words_.take();
    const auto* type = find_type(kLinkTypes, type_word.text);
    if (type == nullptr) {
        const auto known = types_of(kLinkTypes);
        findings_.add(LineState::unknown, type_word.where,
                      say<DTCPRS903E>(quoted(type_word.text), "link type", "LINK"),
                      nearest(type_word.text, known));
        return skip_line();
    }
    if (type->numbered && !take_number("link number", 0, 255)) return skip_line();
    const auto device = take_name("device name");
    if (!device) return skip_line();
    if (find_device(**device) == nullptr) {
        findings_.add(LineState::extracted, device->where, say<DTCPRS907E>("Device", **device, "LINK"));
        return skip_line();
    }
    if (const LinkStatement* other = find_link(**name)) {
        findings_.add(LineState::extracted, keyword_.where,
                      say<DTCPRS908W>("LINK " + **name, other->where.line));
        return skip_line();
    }
    LinkStatement link{*name, upper(type_word.text), *device, {1500, {}}, false, keyword_.where};
    read_link_options(link);
    if (!type->simulated)
        findings_.add(LineState::not_simulated, type_word.where, say<DTCPRS906I>("LINK " + link.type));
    profile_.links.push_back(std::move(link));
}

void ProfileReader::read_link_options(LinkStatement& link) {
    while (statement_goes_on()) {
        const Word option = words_.peek();
        if (option.is("MTU")) {
            words_.take();
            const auto mtu = take_number("MTU", 0, 65535);
            if (mtu && **mtu >= 68) link.mtu = {static_cast<std::uint16_t>(**mtu), mtu->where};
            else if (mtu && **mtu != 0) bad_value(words_.last(), "MTU");
        } else if (option.is("IP") || option.is("ETHERNET")) {
            link.layer2 = words_.take().is("ETHERNET");
        } else if (option.is("VLAN")) {
            words_.take();
            findings_.add(LineState::not_simulated, option.where, say<DTCPRS906I>("LINK VLAN"));
            take_number("VLAN", 1, 4094);
        } else if (option.is("PATHMTU") || option.is("NOPATHMTU") || option.is("NOFWD")) {
            words_.take();
            findings_.add(LineState::not_simulated, option.where,
                          say<DTCPRS906I>("LINK " + upper(option.text)));
        } else {
            return;
        }
    }
}

void ProfileReader::read_start() { read_start_or_stop(true); }
void ProfileReader::read_stop() { read_start_or_stop(false); }

void ProfileReader::read_start_or_stop(bool start) {
    if (!statement_goes_on() || !words_.on_same_line()) return missing("device name");
    const auto device = take_name("device name");
    if (!device) return;
    if (find_device(**device) == nullptr)
        return findings_.add(LineState::extracted, device->where,
                             say<DTCPRS907E>("Device", **device, statement_->keyword));
    profile_.starts.push_back({*device, start});
}

// ── addresses ──────────────────────────────────────────────────────────────────

void ProfileReader::read_home() {
    begin_list(profile_.home);
    while (statement_goes_on()) {
        const Word first = words_.peek();
        if (!(first.text[0] >= '0' && first.text[0] <= '9') && first.text.find(':') == std::string::npos) {
            if (!words_.on_same_line()) return;
            words_.take();
            unexpected(first);
            continue;
        }
        HomeStatement entry;
        entry.where = first.where;
        if (!read_home_entry(entry)) {
            skip_line();
            continue;
        }
        if (find_link(*entry.link) == nullptr) {
            findings_.add(LineState::extracted, entry.link.where,
                          say<DTCPRS907E>("Link", *entry.link, "HOME"));
            continue;
        }
        profile_.home.entries.push_back(std::move(entry));
    }
}

/// `address mask link`, `address/prefix link`, or `address link` with the mask of its class.
bool ProfileReader::read_home_entry(HomeStatement& entry) {
    const Word first = words_.take();
    if (first.text.find(':') != std::string::npos) {
        findings_.add(LineState::not_simulated, first.where, say<DTCPRS906I>("HOME with an IPv6 address"));
        return false;
    }
    if (!read_prefix(first.text, entry.address, entry.mask)) {
        const auto address = Ipv4Address::parse(first.text);
        if (!address) {
            bad_value(first, "address");
            return false;
        }
        entry.address = *address;
        entry.mask = class_mask(*address);
        const bool mask_follows = statement_goes_on() && Ipv4Address::parse(words_.peek().text);
        if (mask_follows) {
            const Word& mask = words_.take();
            if (!read_mask(mask.text)) {
                bad_value(mask, "subnet mask");
                return false;
            }
            entry.mask = *read_mask(mask.text);
        }
    }
    const auto link = take_name("link name");
    if (link) entry.link = *link;
    return link.has_value();
}

// ── routes ─────────────────────────────────────────────────────────────────────

void ProfileReader::read_gateway() {
    begin_list(profile_.gateway);
    while (statement_goes_on()) {
        const Word first = words_.peek();
        const bool entry_begins = first.is("DEFAULTNET") || (first.text[0] >= '0' && first.text[0] <= '9');
        if (!entry_begins && first.text.find(':') == std::string::npos) {
            if (!words_.on_same_line()) return;
            words_.take();
            unexpected(first);
            continue;
        }
        GatewayStatement entry;
        entry.where = first.where;
        if (first.text.find(':') != std::string::npos) {
            words_.take();
            findings_.add(LineState::not_simulated, first.where,
                          say<DTCPRS906I>("GATEWAY with an IPv6 address"));
            skip_line();
            continue;
        }
        if (first.is("DEFAULTNET")) read_default_net(entry);
        else if (!read_network(entry)) skip_line();
        if (entry.link.value.empty()) continue;
        if (find_link(*entry.link) == nullptr)
            findings_.add(LineState::extracted, entry.link.where,
                          say<DTCPRS907E>("Link", *entry.link, "GATEWAY"));
        else profile_.gateway.entries.push_back(std::move(entry));
    }
}

/// `DEFAULTNET firsthop link mtu`; a subnet mask (0) behind it is the old format.
void ProfileReader::read_default_net(GatewayStatement& entry) {
    words_.take();
    if (!read_first_hop(entry)) return skip_line();
    if (read_route_end(entry) && on_entry_line() && words_.peek().is("0")) {
        words_.take();
        read_old_format(entry);
    }
}

/// `network mask hop link`, `network/prefix hop link`, `host HOST hop link`; or the old
/// `network hop link mtu subnetmask [subnetvalue]`. Leaves the link empty when nothing came of it.
bool ProfileReader::read_network(GatewayStatement& entry) {
    const Word network = words_.take();
    if (read_prefix(network.text, entry.destination, entry.mask)) {
        return read_first_hop(entry) && read_route_end(entry);
    }
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
        const Word mask = statement_goes_on() ? words_.take() : Word{};
        const auto value = mask.is("HOST") ? mask_of_prefix(32) : read_mask(mask.text);
        if (!value) {
            bad_value(mask, "subnet mask");
            return false;
        }
        entry.mask = *value;
    }
    if (!read_first_hop(entry) || !read_route_end(entry)) return false;
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
        else if (bits) entry.mask.value |= bits->value;
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

/// `link [mtu]`; false without a link.
bool ProfileReader::read_route_end(GatewayStatement& entry) {
    const auto link = take_name("link name");
    if (!link) return false;
    entry.link = *link;
    if (!on_entry_line()) return true;
    const Word word = words_.take();
    if (word.is("DEFAULTSIZE")) return true;
    if (const auto mtu = read_number(word.text, 0, 65535)) entry.mtu = static_cast<std::uint16_t>(*mtu);
    else bad_value(word, "MTU");
    return true;
}

/// HOME may stand behind GATEWAY, so this is asked at the end of the file.
void ProfileReader::check_first_hops() {
    const bool own_home = profile_.home.given || running_ == nullptr;
    const auto& home = own_home ? profile_.home.entries : running_->home.entries;
    for (const GatewayStatement& route : profile_.gateway.entries) {
        bool reachable = route.first_hop.is_unspecified();
        for (const HomeStatement& entry : home)
            reachable |= *entry.link == *route.link &&
                         ((entry.address.value ^ route.first_hop.value) & entry.mask.value) == 0;
        if (!reachable)
            findings_.add(LineState::in_force, route.where,
                          say<DTCPRS916W>(route.first_hop.str(), *route.link));
    }
}

}  // namespace vmlab::profiles

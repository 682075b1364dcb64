// PROFILE TCPIP: DEVICE, LINK, START and STOP.
#include "profiles/profile_reader.hpp"

namespace vmlab::profiles {
namespace {

struct DeviceType {
    std::string_view type;
    DeviceKind kind;
    bool has_address;
};
constexpr DeviceType kDeviceTypes[] = {
    {"OSD", DeviceKind::osd, true},    {"HIPERS", DeviceKind::hipers, true},
    {"CTC", DeviceKind::ctc, true},    {"LCS", DeviceKind::lcs, true},
    {"IUCV", DeviceKind::iucv, false}, {"VIRTUAL", DeviceKind::virtual_ip, false},
    {"CLAW", DeviceKind::other, true}, {"CDLC", DeviceKind::other, true},
    {"HCH", DeviceKind::other, true}};

/// Link types; those of older adapters give a link number before the device.
struct LinkType {
    std::string_view type;
    bool numbered;
};
constexpr LinkType kLinkTypes[] = {
    {"QDIOETHERNET", false}, {"QDIOIP", false}, {"CTC", true},  {"ETHERNET", true}, {"802.3", true},
    {"ETHEROR802.3", true},  {"IBMTR", true},   {"IUCV", true}, {"VIRTUAL", true},  {"HCH", true}};

template <typename Table>
const auto* find_type(const Table& table, std::string_view statement, std::string_view word) {
    for (const auto& row : table)
        if (iequals(word, row.type) &&
            is_known(ConfigFile::profile_tcpip, fmt::format("{} {}", statement, word)))
            return &row;
    return static_cast<decltype(&table[0])>(nullptr);
}

template <typename Table>
std::vector<std::string_view> types_of(const Table& table) {
    std::vector<std::string_view> words;
    for (const auto& row : table) words.push_back(row.type);
    return words;
}

}  // namespace

// ── devices and links ──────────────────────────────────────────────────────────

void ProfileReader::read_device() {
    const auto name = take_name("device name");
    if (!name) return skip_line();
    if (!statement_goes_on()) return missing("device type");
    const Word type_word = words_.take();
    const auto* type = find_type(kDeviceTypes, "DEVICE", type_word.text);
    if (type == nullptr) {
        const auto known = types_of(kDeviceTypes);
        findings_.add(LineState::unknown, type_word.where,
                      say<DTCPRS903E>(quoted(type_word.text), "device type", "DEVICE"),
                      nearest(type_word.text, known));
        return skip_line();
    }
    DeviceStatement device;
    device.name = *name;
    device.type = type->type;
    device.kind = type->kind;
    device.where = keyword_.where;
    const std::string row = fmt::format("DEVICE {}", type->type);
    device.simulated = state_of(ConfigFile::profile_tcpip, row) == LineState::in_force;
    if (find_device(**name) != nullptr) {
        findings_.add(LineState::extracted, keyword_.where,
                      say<DTCPRS908W>("DEVICE " + **name, find_device(**name)->where.line));
        return skip_line();
    }
    note(row, type_word.where);
    if (type->has_address) {
        if (!on_entry_line()) return missing("device address");
        const Word vdev = words_.take();
        if (!read_vdev(vdev.text)) {
            bad_value(vdev, "device address");
            return skip_line();
        }
        device.vdev = std::string(4 - vdev.text.size(), '0') + upper(vdev.text);
    }
    read_device_operands(device);
    add_device(std::move(device));
}

/// Operands behind the address. Those of kinds that do not come up here are kept as they are.
void ProfileReader::read_device_operands(DeviceStatement& device) {
    while (statement_goes_on()) {
        const Word option = words_.peek();
        const auto is = [&](std::string_view word) {
            if (!is_operand(option, word)) return false;
            note(fmt::format("DEVICE {}", word), option.where);
            words_.take();
            return true;
        };
        if (device.kind != DeviceKind::osd && device.kind != DeviceKind::hipers) {
            if (!words_.on_same_line()) return;
            if (option.is("AUTORESTART") || option.is("NOAUTORESTART"))
                device.auto_restart = {option.is("AUTORESTART"), option.where};
            device.operands.push_back(words_.take());
        } else if (is("PORTNAME")) {
            if (const auto name = take_name("PORTNAME")) device.port_name = *name;
        } else if (is("NONROUTER")) {
            device.router = {RouterRole::none, option.where};
        } else if (is("PRIROUTER")) {
            device.router = {RouterRole::primary, option.where};
        } else if (is("SECROUTER")) {
            device.router = {RouterRole::secondary, option.where};
        } else if (is("AUTORESTART") || is("NOAUTORESTART")) {
            device.auto_restart = {option.is("AUTORESTART"), option.where};
        } else {
            return;
        }
    }
}

void ProfileReader::read_link() {
    const auto name = take_name("link name");
    if (!name) return skip_line();
    if (!statement_goes_on()) return missing("link type");
    const Word type_word = words_.take();
    const auto* type = find_type(kLinkTypes, "LINK", type_word.text);
    if (type == nullptr) {
        const auto known = types_of(kLinkTypes);
        findings_.add(LineState::unknown, type_word.where,
                      say<DTCPRS903E>(quoted(type_word.text), "link type", "LINK"),
                      nearest(type_word.text, known));
        return skip_line();
    }
    LinkStatement link;
    link.name = *name;
    link.type = type->type;
    link.where = keyword_.where;
    if (type->numbered) {
        const auto number = take_number("link number", 0, 255);
        if (!number) return skip_line();
        link.number = **number;
    }
    const auto device = take_name("device name");
    if (!device) return skip_line();
    link.device = *device;
    if (find_device(**device) == nullptr) {
        findings_.add(LineState::extracted, device->where, say<DTCPRS907E>("Device", **device, "LINK"));
        return skip_line();
    }
    if (const LinkStatement* other = find_link(**name)) {
        findings_.add(LineState::extracted, keyword_.where,
                      say<DTCPRS908W>("LINK " + **name, other->where.line));
        return skip_line();
    }
    read_link_options(link);
    note(fmt::format("LINK {}", type->type), type_word.where);
    add_link(std::move(link));
}

void ProfileReader::read_link_options(LinkStatement& link) {
    while (statement_goes_on()) {
        const Word option = words_.peek();
        const auto is = [&](std::string_view word) {
            const bool layer2 = word == "ETHERNET";  // as a link type the word has a row of its own
            const std::string row = layer2 ? "LINK layer 2" : fmt::format("LINK {}", word);
            if (layer2 ? !option.is(word) || !is_known(ConfigFile::profile_tcpip, row)
                       : !is_operand(option, word))
                return false;
            words_.take();
            note(row, option.where);
            return true;
        };
        if (is("MTU")) {
            const auto mtu = take_number("MTU", 0, 65535);
            if (mtu && **mtu >= 68) link.mtu = {static_cast<std::uint16_t>(**mtu), mtu->where};
            else if (mtu && **mtu != 0) bad_value(words_.last(), "MTU");
        } else if (is("IP") || is("ETHERNET")) {
            link.layer2 = {option.is("ETHERNET"), option.where};
        } else if (is("VLAN")) {
            if (const auto vlan = take_number("VLAN", 1, 4094))
                link.vlan = Sourced<std::uint16_t>{static_cast<std::uint16_t>(**vlan), vlan->where};
        } else if (is("PATHMTU") || is("NOPATHMTU")) {
            link.path_mtu = Sourced<bool>{option.is("PATHMTU"), option.where};
        } else if (is("NOFWD")) {
            link.forwarding = {false, option.where};
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

}  // namespace vmlab::profiles

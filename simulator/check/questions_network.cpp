// Questions about interfaces: devices, links, addresses and routes that hang in the air.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "profiles/values.hpp"
#include "simulator/check/question.hpp"
#include "simulator/ipl/configure.hpp"

namespace vmlab::sim {
namespace {

using profiles::DeviceStatement;
using profiles::Severity;

constexpr const char* kNoProfile = "not asked: no stack's profile is given";

/// The devices whose last START or STOP is a START.
std::set<std::string> started_devices(const profiles::ProfileTcpip& profile) {
    std::set<std::string> started;
    for (const auto& statement : profile.starts)
        if (statement.start) started.insert(*statement.device);
        else started.erase(*statement.device);
    return started;
}

std::string device_not_started(Asker& ask) {
    if (ask.files().stacks().empty()) return kNoProfile;
    std::size_t devices = 0;
    for (const CheckedStack& stack : ask.files().stacks()) {
        const auto started = started_devices(stack.profile);
        for (const DeviceStatement& device : stack.profile.devices) {
            ++devices;
            if (device.type == "VIRTUAL" || started.contains(*device.name)) continue;
            ask.found(device.name.where, fmt::format("The device {} is never STARTed", *device.name),
                      ask.add_at_end(stack.profile.file, "START " + *device.name));
        }
    }
    return fmt::format("{} devices, {} of them not started", devices, ask.count());
}

std::string device_without_link(Asker& ask) {
    if (ask.files().stacks().empty()) return kNoProfile;
    std::size_t devices = 0;
    for (const CheckedStack& stack : ask.files().stacks()) {
        std::set<std::string_view> linked;
        for (const auto& link : stack.profile.links) linked.insert(*link.device);
        for (const DeviceStatement& device : stack.profile.devices) {
            ++devices;
            if (!linked.contains(*device.name))
                ask.found(device.name.where, fmt::format("The device {} has no LINK", *device.name));
        }
    }
    return fmt::format("{} devices, {} of them without a LINK", devices, ask.count());
}

std::string link_without_home(Asker& ask) {
    if (ask.files().stacks().empty()) return kNoProfile;
    std::size_t links = 0;
    for (const CheckedStack& stack : ask.files().stacks()) {
        std::set<std::string_view> addressed;
        for (const auto& home : stack.profile.home.entries) addressed.insert(*home.link);
        for (const auto& home : stack.profile.home_v6.entries) addressed.insert(*home.link);
        for (const auto& link : stack.profile.links) {
            ++links;
            if (!addressed.contains(*link.name))
                ask.found(link.name.where, fmt::format("The link {} has no HOME address", *link.name));
        }
    }
    return fmt::format("{} links, {} of them without a HOME address", links, ask.count());
}

std::string default_route(Asker& ask) {
    if (ask.files().stacks().empty()) return kNoProfile;
    std::string answer;
    for (const CheckedStack& stack : ask.files().stacks()) {
        const profiles::ProfileTcpip& p = stack.profile;
        const auto route = std::find_if(p.gateway.entries.begin(), p.gateway.entries.end(),
                                        [](const auto& g) { return g.mask.is_unspecified(); });
        const bool has = route != p.gateway.entries.end();
        answer += fmt::format("{}{}: {}", answer.empty() ? "" : "; ", stack.userid.view(),
                              has ? "by " + route->first_hop.str() : "none");
        if (!has && !p.home.entries.empty())
            ask.found(p.gateway.given ? p.gateway.where : p.home.where,
                      fmt::format("The stack {} has no DEFAULTNET route", stack.userid.view()));
    }
    return answer;
}

/// The same of IPv6, for stacks that speak it.
std::string default_route6(Asker& ask) {
    if (ask.files().stacks().empty()) return kNoProfile;
    std::string answer;
    for (const CheckedStack& stack : ask.files().stacks()) {
        const profiles::ProfileTcpip& p = stack.profile;
        const auto& home = p.home_v6.entries;
        const auto& routes = p.gateway_v6.entries;
        if (std::all_of(home.begin(), home.end(), [](const auto& h) { return h.address.is_link_local(); }))
            continue;
        const auto route =
            std::find_if(routes.begin(), routes.end(), [](const auto& g) { return g.prefix == 0; });
        const bool has = route != routes.end();
        answer += fmt::format("{}{}: {}", answer.empty() ? "" : "; ", stack.userid.view(),
                              has ? "by " + route->first_hop.str() : "none");
        if (!has)
            ask.found(p.gateway.given ? p.gateway.where : home.front().where,
                      fmt::format("The stack {} has IPv6 addresses and no DEFAULTNET route of IPv6",
                                  stack.userid.view()));
    }
    return answer.empty() ? "no stack has an IPv6 address in HOME" : answer;
}

/// An address that two stacks have, or one link twice: whoever is second does not get it.
std::string taken_addresses6(Asker& ask) {
    std::map<IpAddress, std::string> owners;
    std::size_t entries = 0;
    for (const CheckedStack& stack : ask.files().stacks())
        for (const auto& home : stack.profile.home_v6.entries) {
            ++entries;
            const auto owner = fmt::format("{} of {}", *home.link, stack.userid.view());
            const auto [first, fresh] = owners.emplace(home.address, owner);
            if (!fresh)
                ask.found(home.where,
                          fmt::format("{} is the address of {}, too", home.address.str(), first->second));
        }
    return fmt::format("{} IPv6 addresses in HOME, {} of them twice", entries, ask.count());
}

/// A name server of IPv6 is of no use to stacks without it.
std::string name_server6(Asker& ask) {
    const auto& stacks = ask.files().stacks();
    if (stacks.empty()) return kNoProfile;
    const bool speaks = std::any_of(stacks.begin(), stacks.end(), [](const CheckedStack& stack) {
        return !stack.profile.home_v6.entries.empty();
    });
    std::size_t servers = 0;
    for (const auto& server : ask.files().data().name_servers) {
        if (server->is_v4()) continue;
        ++servers;
        if (!speaks)
            ask.found(
                server.where,
                fmt::format("The name server {} is reached by IPv6, and no stack speaks it", server->str()));
    }
    return fmt::format("{} name servers of IPv6", servers);
}

/// The consecutive addresses that a device needs.
unsigned addresses_of(const DeviceStatement& device) {
    return device.kind == profiles::DeviceKind::ctc ? 2 : 3;
}

bool is_inside(std::uint32_t vdev, const AttachedRange& range) {
    return range.low <= vdev && vdev <= range.high;
}

/// All of the device's addresses are in one range or another.
bool are_inside(std::uint16_t first, unsigned count, const std::vector<AttachedRange>& ranges) {
    for (std::uint32_t vdev = first; vdev < first + count; ++vdev)
        if (std::none_of(ranges.begin(), ranges.end(),
                         [&](const AttachedRange& r) { return is_inside(vdev, r); }))
            return false;
    return true;
}

/// The adapters that the directory gives.
std::vector<AttachedRange> adapters_of(const SystemFiles& files, const Userid& userid) {
    std::vector<AttachedRange> ranges;
    const auto* user = files.directory() ? files.directory()->find(userid) : nullptr;
    if (user == nullptr) return ranges;
    for (const auto& nic : user->nics)
        if (const auto vdev = profiles::read_vdev(nic.vdev))
            ranges.push_back({*vdev, static_cast<std::uint16_t>(*vdev + nic.devices - 1), nic.where});
    return ranges;
}

/// What the stack has: :attach., and DEDICATE, NICDEF and SPECIAL of the directory.
std::vector<AttachedRange> devices_of(const SystemFiles& files, const Userid& userid,
                                      const profiles::DtcTag* attach) {
    auto ranges = attach == nullptr ? std::vector<AttachedRange>() : attached_devices(*attach);
    const auto adapters = adapters_of(files, userid);
    ranges.insert(ranges.end(), adapters.begin(), adapters.end());
    const auto* user = files.directory() ? files.directory()->find(userid) : nullptr;
    if (user != nullptr)
        for (const auto& device : user->dedicated)
            if (const auto vdev = profiles::read_vdev(device.vdev))
                ranges.push_back({*vdev, *vdev, device.where});
    return ranges;
}

/// The one of these ranges in which no device of the profile is.
std::optional<AttachedRange> idle_range(const profiles::ProfileTcpip& profile,
                                        const std::vector<AttachedRange>& ranges) {
    std::optional<AttachedRange> idle;
    for (const AttachedRange& range : ranges) {
        const bool used =
            std::any_of(profile.devices.begin(), profile.devices.end(), [&](const DeviceStatement& d) {
                const auto vdev = profiles::read_vdev(d.vdev);
                return vdev && is_inside(*vdev, range);
            });
        if (used) continue;
        if (idle) return std::nullopt;
        idle = range;
    }
    return idle;
}

/// The device's addresses in :attach.: in place of the range that nothing uses, behind the others, or in a
/// tag of their own.
std::optional<Fix> attached_too(const Asker& ask, const profiles::ProfileTcpip& profile,
                                const CheckedServer* server, const profiles::DtcTag* attach,
                                std::uint16_t vdev, unsigned count) {
    const std::string wanted = fmt::format("{:04X}-{:04X}", vdev, vdev + count - 1);
    if (server == nullptr) return std::nullopt;
    if (attach == nullptr)
        return ask.add_line(server->definition.server.nick.where, "                :attach." + wanted);
    if (const auto idle = idle_range(profile, attached_devices(*attach))) {
        const std::string word = ask.files().word_at(idle->where);
        const auto length = std::min(word.find_first_not_of("0123456789ABCDEFabcdef-"), word.size());
        return ask.edit(idle->where, length, wanted,
                        fmt::format("change {} to {}", word.substr(0, length), wanted));
    }
    if (attach->words.empty()) return std::nullopt;
    SourceLocation end = attach->words.back().where;
    end.column += static_cast<std::uint32_t>(attach->words.back().text.size());
    return ask.edit(end, 0, ", " + wanted, fmt::format("add {} to :attach.", wanted));
}

std::string device_attached(Asker& ask) {
    if (!ask.files().has_kind(FileKind::dtcparms) || ask.files().stacks().empty())
        return "not asked: no profile, or no DTCPARMS, is given";
    std::string answer;
    for (const CheckedStack& stack : ask.files().stacks()) {
        const CheckedServer* server = ask.files().server(stack.userid);
        const profiles::DtcTag* attach = server == nullptr ? nullptr : server->definition.tag("attach");
        const auto ranges = devices_of(ask.files(), stack.userid, attach);
        answer += fmt::format("{}{}: {}", answer.empty() ? "" : "; ", stack.userid.view(),
                              attach == nullptr ? "no :attach." : ":attach." + attach->value());
        for (const DeviceStatement& device : stack.profile.devices) {
            const auto vdev = profiles::read_vdev(device.vdev);
            if (!vdev || device.type == "VIRTUAL" || device.type == "IUCV") continue;
            const unsigned count = addresses_of(device);
            if (are_inside(*vdev, count, ranges)) continue;
            const auto* vnic = server == nullptr ? nullptr : server->definition.tag("vnic");
            if (vnic != nullptr && upper(vnic->value()).find(device.vdev) != std::string::npos) continue;
            ask.found(
                device.name.where,
                fmt::format("Device address {} of {} is not in :attach. of {}, and the directory does not "
                            "give it",
                            device.vdev, *device.name, stack.userid.view()),
                attached_too(ask, stack.profile, server, attach, *vdev, count));
        }
    }
    return answer;
}

constexpr unsigned kHelpDisks[] = {0x401, 0x402, 0x405};

/// The device at the address that the stack has and nothing uses.
std::optional<Fix> elsewhere(const Asker& ask, const CheckedStack& stack, const DeviceStatement& device) {
    const CheckedServer* server = ask.files().server(stack.userid);
    const auto idle =
        idle_range(stack.profile, devices_of(ask.files(), stack.userid,
                                             server == nullptr ? nullptr : server->definition.tag("attach")));
    const CheckedFile* file = ask.files().file(device.name.where.file);
    if (!idle || file == nullptr) return std::nullopt;
    for (const auto& word : profiles::scan_line(file->source, device.name.where.line, ';'))
        if (word.where.column > device.name.where.column &&
            profiles::read_vdev(word.text) == profiles::read_vdev(device.vdev))
            return ask.replace(word.where, fmt::format("{:04X}", idle->low));
    return std::nullopt;
}

std::string reserved_address(Asker& ask) {
    if (ask.files().stacks().empty()) return kNoProfile;
    for (const CheckedStack& stack : ask.files().stacks())
        for (const DeviceStatement& device : stack.profile.devices) {
            const auto vdev = profiles::read_vdev(device.vdev);
            const bool taken =
                vdev && std::any_of(std::begin(kHelpDisks), std::end(kHelpDisks), [&](unsigned disk) {
                    return *vdev <= disk && disk < *vdev + addresses_of(device);
                });
            if (!taken) continue;
            ask.found(
                device.name.where,
                fmt::format("Device address {} of {} is that of a HELP disk", device.vdev, *device.name),
                elsewhere(ask, stack, device));
        }
    return fmt::format("{} devices use 401, 402 or 405", ask.count());
}

std::string dedicate_beside_attach(Asker& ask) {
    if (!ask.files().directory()) return "not asked: no USER DIRECT is given";
    std::size_t all = 0;
    for (const auto& [userid, user] : ask.files().directory()->users) {
        const CheckedServer* server = ask.files().server(userid);
        const profiles::DtcTag* attach = server == nullptr ? nullptr : server->definition.tag("attach");
        for (const auto& nic : adapters_of(ask.files(), userid))
            if (attach != nullptr && are_inside(nic.low, 1, attached_devices(*attach)))
                ask.found(nic.where, fmt::format("{:04X} is an adapter of {}, and :attach. attaches it too",
                                                 nic.low, userid.view()));
        for (const auto& device : user.dedicated) {
            ++all;
            const auto vdev = profiles::read_vdev(device.vdev);
            if (attach == nullptr || !vdev || !are_inside(*vdev, 1, attached_devices(*attach))) continue;
            ask.found(device.where,
                      fmt::format("{} is DEDICATEd to {}, and :attach. attaches it too", device.vdev,
                                  userid.view()),
                      ask.replace(device.where, "* DEDICATE"));
        }
    }
    return fmt::format("{} DEDICATE statements, {} of them beside :attach.", all, ask.count());
}

constexpr Question kQuestions[] = {
    {"device-not-started", Severity::error, "Is every DEVICE STARTed?",
     "A device without START stays inactive: nothing comes or goes.", "Add START, or take the device out.",
     device_not_started},
    {"device-without-link", Severity::warning, "Has every DEVICE a LINK?", "The entry is unused.",
     "Take it out, or add its LINK.", device_without_link},
    {"link-without-home", Severity::warning, "Has every LINK a HOME address?",
     "The entry is unused: a link without an address carries no IP.", "Take it out, or add it to HOME.",
     link_without_home},
    {"no-default-route", Severity::warning, "Has every stack a default route? (DEFAULTNET)",
     "Clients on the local network are answered, all others wait in vain.", "Add DEFAULTNET to GATEWAY.",
     default_route},
    {"no-default-route-ipv6", Severity::warning,
     "Has every stack with IPv6 addresses a default route of IPv6? (DEFAULTNET)",
     "Clients on the local network are answered by IPv6, all others wait in vain.",
     "Add DEFAULTNET with a first hop of IPv6 to GATEWAY.", default_route6},
    {"ipv6-address-twice", Severity::error, "Is every IPv6 address in HOME one link's alone?",
     "Who takes it second finds it taken, and goes without: nobody reaches the stack there.",
     "Give each link an address of its own.", taken_addresses6},
    {"ipv6-name-server", Severity::error, "Does a stack speak IPv6, where NSINTERADDR is an IPv6 address?",
     "Names are not resolved: the name server cannot be asked.",
     "Add an IPv6 address to HOME, or name a server of IPv4.", name_server6},
    {"device-not-attached", Severity::error, "Has every stack its devices? (:attach., NICDEF)",
     "The device cannot start: the virtual machine does not have it.",
     ":attach. of the stack's DTCPARMS entry, or NICDEF in its directory entry.", device_attached},
    {"reserved-device-address", Severity::warning, "Does a device use 401, 402 or 405?",
     "These virtual addresses belong to the HELP disks: the device is busy.", "Use another address.",
     reserved_address},
    {"dedicate-beside-attach", Severity::warning, "Is a device both in the directory and in :attach.?",
     "TCPRUN attaches what the machine already has, and CP refuses.", "Keep one of them.",
     dedicate_beside_attach},
};

}  // namespace

std::span<const Question> network_questions() { return kQuestions; }

}  // namespace vmlab::sim

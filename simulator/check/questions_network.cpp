// Questions about interfaces: devices, links, addresses and routes that hang in the air.
#include <fmt/format.h>

#include <algorithm>

#include "profiles/values.hpp"
#include "simulator/check/question.hpp"
#include "simulator/ipl/configure.hpp"

namespace vmlab::sim {
namespace {

using profiles::DeviceStatement;
using profiles::Severity;

constexpr const char* kNoProfile = "not asked: no stack's profile is given";

bool is_started(const profiles::ProfileTcpip& profile, const DeviceStatement& device) {
    bool started = false;
    for (const auto& statement : profile.starts)
        if (*statement.device == *device.name) started = statement.start;
    return started;
}

std::string device_not_started(Asker& ask) {
    if (ask.files().stacks().empty()) return kNoProfile;
    std::size_t devices = 0;
    for (const CheckedStack& stack : ask.files().stacks())
        for (const DeviceStatement& device : stack.profile.devices) {
            ++devices;
            if (device.type == "VIRTUAL" || is_started(stack.profile, device)) continue;
            ask.found(device.name.where, fmt::format("The device {} is never STARTed", *device.name),
                      ask.add_at_end(stack.profile.file, "START " + *device.name));
        }
    return fmt::format("{} devices, {} of them not started", devices, ask.count());
}

std::string device_without_link(Asker& ask) {
    if (ask.files().stacks().empty()) return kNoProfile;
    std::size_t devices = 0;
    for (const CheckedStack& stack : ask.files().stacks())
        for (const DeviceStatement& device : stack.profile.devices) {
            const auto& links = stack.profile.links;
            ++devices;
            if (std::any_of(links.begin(), links.end(),
                            [&](const auto& l) { return *l.device == *device.name; }))
                continue;
            ask.found(device.name.where, fmt::format("The device {} has no LINK", *device.name));
        }
    return fmt::format("{} devices, {} of them without a LINK", devices, ask.count());
}

std::string link_without_home(Asker& ask) {
    if (ask.files().stacks().empty()) return kNoProfile;
    std::size_t links = 0;
    for (const CheckedStack& stack : ask.files().stacks())
        for (const auto& link : stack.profile.links) {
            const auto& home = stack.profile.home.entries;
            ++links;
            if (std::any_of(home.begin(), home.end(), [&](const auto& h) { return *h.link == *link.name; }))
                continue;
            ask.found(link.name.where, fmt::format("The link {} has no HOME address", *link.name));
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

std::string device_attached(Asker& ask) {
    if (!ask.files().has_kind(FileKind::dtcparms) || ask.files().stacks().empty())
        return "not asked: no profile, or no DTCPARMS, is given";
    std::string answer;
    for (const CheckedStack& stack : ask.files().stacks()) {
        const CheckedServer* server = ask.files().server(stack.userid);
        const profiles::DtcTag* attach = server == nullptr ? nullptr : server->definition.tag("attach");
        const auto ranges = attach == nullptr ? std::vector<AttachedRange>() : attached_devices(*attach);
        answer += fmt::format("{}{}: {}", answer.empty() ? "" : "; ", stack.userid.view(),
                              attach == nullptr ? "no :attach." : ":attach." + attach->value());
        for (const DeviceStatement& device : stack.profile.devices) {
            const auto vdev = profiles::read_vdev(device.vdev);
            if (!vdev || device.type == "VIRTUAL" || device.type == "IUCV") continue;
            if (std::any_of(ranges.begin(), ranges.end(),
                            [&](const AttachedRange& r) { return r.low <= *vdev && *vdev <= r.high; }))
                continue;
            const auto* vnic = server == nullptr ? nullptr : server->definition.tag("vnic");
            if (vnic != nullptr && upper(vnic->value()).find(device.vdev) != std::string::npos) continue;
            ask.found(device.name.where, fmt::format("Device address {} of {} is not in :attach. of {}",
                                                     device.vdev, *device.name, stack.userid.view()));
        }
    }
    return answer;
}

std::string reserved_address(Asker& ask) {
    if (ask.files().stacks().empty()) return kNoProfile;
    for (const CheckedStack& stack : ask.files().stacks())
        for (const DeviceStatement& device : stack.profile.devices) {
            const auto vdev = profiles::read_vdev(device.vdev);
            if (!vdev || (*vdev != 0x401 && *vdev != 0x402 && *vdev != 0x405)) continue;
            ask.found(device.name.where, fmt::format("Device address {} of {} is that of a HELP disk",
                                                     device.vdev, *device.name));
        }
    return fmt::format("{} devices use 401, 402 or 405", ask.count());
}

struct Dedicate {
    Userid user{};
    std::uint16_t vdev = 0;
    SourceLocation where{};
};

/// DEDICATE statements of the directory: the reader of USER DIRECT takes them for what they are, without
/// effect here.
std::vector<Dedicate> dedicates(const SystemFiles& files) {
    std::vector<Dedicate> found;
    for (const CheckedFile& file : files.files()) {
        if (file.given.name.kind != FileKind::user_direct) continue;
        Userid user;
        for (std::uint32_t n = 1; n <= file.source.lines.size(); ++n) {
            const auto words = profiles::scan_line(file.source, n, 0);
            if (words.size() < 2 || words[0].text[0] == '*') continue;
            if (words[0].is("USER") || words[0].is("IDENTITY"))
                user = Userid::parse(words[1].text).value_or(Userid());
            const auto vdev = words[0].is("DEDICATE") ? profiles::read_vdev(words[1].text) : std::nullopt;
            if (vdev) found.push_back({user, *vdev, words[0].where});
        }
    }
    return found;
}

std::string dedicate_beside_attach(Asker& ask) {
    if (!ask.files().directory()) return "not asked: no USER DIRECT is given";
    const auto all = dedicates(ask.files());
    for (const Dedicate& dedicate : all) {
        const CheckedServer* server = ask.files().server(dedicate.user);
        const profiles::DtcTag* attach = server == nullptr ? nullptr : server->definition.tag("attach");
        if (attach == nullptr) continue;
        for (const AttachedRange& range : attached_devices(*attach))
            if (range.low <= dedicate.vdev && dedicate.vdev <= range.high)
                ask.found(dedicate.where,
                          fmt::format("{:04X} is DEDICATEd to {}, and :attach. attaches it too",
                                      dedicate.vdev, dedicate.user.view()),
                          ask.replace(dedicate.where, "* DEDICATE"));
    }
    return fmt::format("{} DEDICATE statements, {} of them beside :attach.", all.size(), ask.count());
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
    {"device-not-attached", Severity::error, "Is every device address attached to its stack? (:attach.)",
     "The device cannot start: the virtual machine does not have it.",
     ":attach. of the stack's DTCPARMS entry.", device_attached},
    {"reserved-device-address", Severity::warning, "Does a device use 401, 402 or 405?",
     "These virtual addresses belong to the HELP disks: the device is busy.", "Use another address.",
     reserved_address},
    {"dedicate-beside-attach", Severity::warning, "Is a device both DEDICATEd and in :attach.?",
     "TCPRUN attaches what the machine already has, and CP refuses.", "Keep :attach. and take DEDICATE out.",
     dedicate_beside_attach},
};

}  // namespace

std::span<const Question> network_questions() { return kQuestions; }

}  // namespace vmlab::sim

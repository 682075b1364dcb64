#include "simulator/given/supplied_directory.hpp"

#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <set>

namespace vmlab::sim {
namespace {

using profiles::DtcEntry;
using profiles::DtcType;

constexpr unsigned kPoolMembers = 5;
/// What a system of vmlab's cannot do without: who starts it, whose disks hold the files, who keeps file
/// pools.
constexpr Userid kNeeded[] = {"AUTOLOG1", "OPERATOR", "MAINT", "TCPMAINT", "GSKADMIN", "VMSERVS", "VMSERVU"};

/// Who somebody is, from what the files say of them.
enum class Role { person, server, ftp, stack, ssl, cache };

Role role_of(const SystemFiles& files, const Userid& userid) {
    const auto found = files.definition(userid);
    const std::string command = found ? upper(found->value("command")) : "";
    if (command == "TCPIP") return Role::stack;
    if (command == "VMSSL") return Role::ssl;
    if (command == "SSLIDCSS") return Role::cache;
    return command == "SRVRFTP" ? Role::ftp : Role::server;
}

/// Statements that make a role what it is.
std::string statements_of(Role role) {
    switch (role) {
        case Role::person: return "";
        case Role::server: return "";
        case Role::ftp:
            return "  OPTION QUICKDSP DIAG88 LNKNOPAS MAXCONN 512\n  POSIXINFO UID 0 GNAME system\n";
        case Role::stack:
            return "  IUCV ANY PRIORITY\n  IUCV *CCS PRIORITY MSGLIMIT 255\n"
                   "  OPTION QUICKDSP SVMSTAT MAXCONN 1024 DIAG98 APPLMON\n  SHARE RELATIVE 3000\n";
        case Role::ssl:
            return "  CRYPTO APVIRTUAL\n  OPTION ACCT MAXCONN 1024 QUICKDSP\n"
                   "  POSIXINFO UID 7 GNAME security\n";
        case Role::cache: return "  OPTION QUICKDSP\n  POSIXINFO UID 7 GNAME security\n";
    }
    return "";
}

/// The session cache of a pool stands in the segment that is called like its stack.
std::string segment_of(const SystemFiles& files, const Userid& userid, Role role) {
    if (role != Role::ssl && role != Role::cache) return "";
    const auto found = files.definition(userid);
    const auto stack = Userid::parse(found ? found->value("stack") : "");
    return fmt::format("  NAMESAVE {}\n", stack ? stack->view() : "TCPIP");
}

std::string entry_of(const Userid& userid, Role role, const std::string& more) {
    const std::string password = role == Role::person ? userid.str() : "AUTOONLY";
    const std::string classes = role == Role::stack ? "ABG" : role == Role::person ? "G" : "BG";
    const char* ipl = role == Role::ssl ? "FILEPOOL" : "AUTOCR";
    std::string text =
        fmt::format("\nUSER {} {} 32M 128M {}\n  IPL CMS PARM {}\n", userid.view(), password, classes, ipl);
    text += "  MACHINE XA\n  IUCV ALLOW\n  LOGONBY TCPMAINT\n" + statements_of(role) + more;
    text += "  CONSOLE 0009 3215 T\n  SPOOL 000C 2540 READER *\n  SPOOL 000D 2540 PUNCH A\n";
    for (const char* disk : {"MAINT 0190 0190", "MAINT 019E 019E", "TCPMAINT 0591 0591", "TCPMAINT 0592 0592",
                             "TCPMAINT 0198 0198"})
        text += fmt::format("  LINK {} RR\n", disk);
    if (role != Role::ssl) text += "  MDISK 0191 3390 0001 0005 VMLAB1 MR READ WRITE MULTI\n";
    return text;
}

/// The entry of a user in the shipped directory: from USER to the next entry.
std::string shipped_entry(std::string_view shipped, const Userid& userid) {
    std::string text;
    bool inside = false;
    while (!shipped.empty()) {
        const auto end = std::min(shipped.find('\n'), shipped.size() - 1);
        const std::string_view line = shipped.substr(0, end + 1);
        shipped.remove_prefix(end + 1);
        if (line[0] != ' ')
            inside = line.starts_with("USER ") && line.substr(5, line.find(' ', 5) - 5) == userid.view();
        if (inside) text += line;
    }
    return text.empty() ? "" : '\n' + text;
}

/// The members of a pool whose nickname ends in `*`: three letters and five digits.
std::vector<Userid> pool_members(std::string_view nick) {
    const std::string_view prefix = nick.substr(0, nick.size() - 1);
    std::vector<Userid> members;
    for (unsigned number = 1; number <= kPoolMembers && prefix.size() >= 1; ++number) {
        const auto userid = Userid::parse(fmt::format("{}{:05}", prefix.substr(0, 3), number));
        if (userid && userid->view().starts_with(prefix)) members.push_back(*userid);
    }
    return members;
}

/// Everyone whom the files want to be there, with their roles.
std::map<Userid, Role> named_guests(const SystemFiles& files) {
    std::map<Userid, Role> guests;
    const auto add = [&](const Userid& userid) {
        if (userid.view().find('*') == std::string_view::npos && userid != Userid("INTCLIEN"))
            guests.try_emplace(userid, role_of(files, userid));
    };
    for (const CheckedStack& stack : files.stacks()) {
        guests[stack.userid] = Role::stack;
        for (const auto& entry : stack.profile.autolog.entries) add(*entry.userid);
        for (const auto& port : stack.profile.ports.entries) add(*port.user);
        if (stack.profile.ssl_server) add(*stack.profile.ssl_server->server);
    }
    for (const auto& dtc : files.dtcparms()) {
        const CheckedFile* source = files.file(dtc.file);
        for (const DtcEntry& entry : dtc.entries) {
            if (entry.type != DtcType::server || (source != nullptr && source->given.shipped)) continue;
            const std::string& nick = *entry.nick;
            if (nick.ends_with('*'))
                for (const Userid& member : pool_members(nick)) add(member);
            else if (const auto userid = Userid::parse(nick)) add(*userid);
        }
    }
    for (const CheckedStack& stack : files.stacks())
        for (const auto& user : stack.profile.obey.entries) guests.try_emplace(*user, Role::person);
    return guests;
}

/// A stack for which no DTCPARMS attaches anything has its devices by the directory.
std::string dedicates_of(const SystemFiles& files, const Userid& userid, std::vector<std::string>& said) {
    const auto found = files.definition(userid);
    if (found && (found->tag("attach") != nullptr || found->tag("vnic") != nullptr)) return "";
    const auto* user = files.directory() ? files.directory()->find(userid) : nullptr;
    if (user != nullptr && !user->nics.empty()) return "";
    std::string text;
    for (const CheckedStack& stack : files.stacks()) {
        if (stack.userid != userid) continue;
        for (const auto& device : stack.profile.devices) {
            const auto first = profiles::read_vdev(device.vdev);
            for (unsigned n = 0; first && device.simulated && n < 3; ++n)
                text += fmt::format("  DEDICATE {:04X} {:04X}\n", *first + n, *first + n);
            if (first && device.simulated)
                said.push_back(fmt::format("device {:04X} of {} (DEDICATE: no :attach. gives it)", *first,
                                           userid.view()));
        }
    }
    return text;
}

/// The shipped stack's own adapter would be in the way of the devices that the files give it.
std::string without_adapters(std::string_view directory) {
    std::string text;
    while (!directory.empty()) {
        const auto end = std::min(directory.find('\n'), directory.size() - 1) + 1;
        if (!directory.starts_with("  NICDEF ")) text += directory.substr(0, end);
        directory.remove_prefix(end);
    }
    return text;
}

std::string names_of(const std::vector<Userid>& users) {
    std::vector<std::string_view> names;
    for (const Userid& user : users) names.push_back(user.view());
    return fmt::format("{}", fmt::join(names, " "));
}

}  // namespace

SuppliedDirectory supply_directory(const SystemFiles& files, std::string_view shipped) {
    SuppliedDirectory supplied;
    const auto& given = files.directory();
    const auto own =
        profiles::read_user_direct(profiles::SourceText::from_host({"USER", "DIRECT", {'C', '1'}}, shipped));
    const auto knows = [&](const Userid& userid) { return (given ? *given : own).find(userid) != nullptr; };
    std::vector<Userid> added;
    std::string text;
    for (const Userid& needed : kNeeded)
        if (given && !knows(needed)) {
            text += shipped_entry(shipped, needed);
            added.push_back(needed);
        }
    // A directory that has the stack is whole: who is missing in it is missing.
    const bool whole = given && !files.stacks().empty() && knows(files.stacks().front().userid);
    if (!whole)
        for (const auto& [userid, role] : named_guests(files)) {
            const std::string devices = role == Role::stack ? dedicates_of(files, userid, supplied.said) : "";
            const bool is_known = knows(userid) || std::count(added.begin(), added.end(), userid) != 0;
            if (is_known && devices.empty()) continue;
            text += entry_of(userid, role, devices + segment_of(files, userid, role));
            added.push_back(userid);
        }
    if (!given) supplied.said.insert(supplied.said.begin(), "USER DIRECT (MAINT 2CC): vmlab's own");
    if (!added.empty()) supplied.said.push_back("entries of USER DIRECT for " + names_of(added));
    if (given && text.empty()) return supplied;
    // Of two entries of a user the later one would not count: a stack with devices takes the shipped one's
    // place.
    std::string base(given ? std::string() : std::string(shipped));
    for (const Userid& userid : added)
        if (const std::string old = given ? "" : shipped_entry(shipped, userid); !old.empty())
            base.replace(base.find(old), old.size(), "\n");
    if (!given) base = without_adapters(base);
    if (given)
        if (const CheckedFile* file = files.file(given->file)) base = file->given.text.joined();
    supplied.text = base + "\n* Supplied by vmlab\n" + text;
    return supplied;
}

}  // namespace vmlab::sim

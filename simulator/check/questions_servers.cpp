// Questions about servers: who is started, who owns which port, who may do what.
#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "simulator/check/question.hpp"

namespace vmlab::sim {
namespace {

using profiles::AutologEntry;
using profiles::PortEntry;
using profiles::Severity;

constexpr Userid kTelnet = "INTCLIEN", kAnybody = "*";

bool is_server_port(const PortEntry& entry) { return *entry.user != kTelnet && *entry.user != kAnybody; }

bool is_autologged(const CheckedStack& stack, const Userid& user) {
    const auto& entries = stack.profile.autolog.entries;
    return std::any_of(entries.begin(), entries.end(),
                       [&](const AutologEntry& e) { return *e.userid == user; });
}

std::string names_of(const std::set<Userid>& users) {
    std::string text;
    for (const Userid& user : users) text += (text.empty() ? "" : ", ") + user.str();
    return text.empty() ? "nobody" : text;
}

/// The name of `known` that `user` is probably meant to be.
std::string nearest_user(const Userid& user, const std::set<Userid>& known) {
    std::vector<std::string_view> names;
    for (const Userid& k : known)
        if (k != user) names.push_back(k.view());
    return std::string(profiles::nearest(user.view(), names));
}

std::string no_profile() { return "not asked: no stack's profile is given"; }

std::string autolog_without_port(Asker& ask) {
    std::set<Userid> started;
    for (const CheckedStack& stack : ask.files().stacks()) {
        std::set<Userid> owners;
        for (const PortEntry& port : stack.profile.ports.entries) owners.insert(*port.user);
        for (const AutologEntry& entry : stack.profile.autolog.entries) {
            started.insert(*entry.userid);
            if (owners.contains(*entry.userid)) continue;
            const std::string near = nearest_user(*entry.userid, owners);
            ask.found(entry.userid.where,
                      fmt::format("{} is started by AUTOLOG, and no PORT statement reserves a port for it",
                                  entry.userid->view()),
                      near.empty() ? std::nullopt : ask.replace(entry.userid.where, near), near);
        }
    }
    if (ask.files().stacks().empty()) return no_profile();
    return "AUTOLOG starts " + names_of(started);
}

std::string port_without_autolog(Asker& ask) {
    std::set<Userid> owners;
    for (const CheckedStack& stack : ask.files().stacks()) {
        std::set<Userid> autologged, told;
        for (const AutologEntry& entry : stack.profile.autolog.entries) autologged.insert(*entry.userid);
        for (const PortEntry& port : stack.profile.ports.entries) {
            if (!is_server_port(port)) continue;
            owners.insert(*port.user);
            if (autologged.contains(*port.user) || !told.insert(*port.user).second) continue;
            const std::string near = nearest_user(*port.user, autologged);
            const auto& list = stack.profile.autolog;
            const std::string entry = port.user->str() + " 0";
            auto fix = !near.empty() ? ask.replace(port.user.where, near)
                       : list.given
                           ? ask.add_entry(list.where, entry)
                           : ask.add_at_end(stack.profile.file, "AUTOLOG\n  " + entry + "\nENDAUTOLOG");
            ask.found(port.user.where,
                      fmt::format("Port {} is reserved for {}, which AUTOLOG does not start", port.low,
                                  port.user->view()),
                      std::move(fix), near);
        }
    }
    if (ask.files().stacks().empty()) return no_profile();
    return "ports are reserved for " + names_of(owners);
}

/// `USER USER` where `USER 0` is meant: every second server is swallowed.
std::string autolog_constant(Asker& ask) {
    std::size_t entries = 0;
    for (const CheckedStack& stack : ask.files().stacks())
        for (const AutologEntry& entry : stack.profile.autolog.entries) {
            ++entries;
            const auto user = Userid::parse(entry.constant);
            const bool names_user =
                user && (ask.files().server(*user) != nullptr ||
                         (ask.files().directory() && ask.files().directory()->find(*user)));
            if (!names_user) continue;
            ask.found(entry.userid.where,
                      fmt::format("{} stands where the constant of {} should: it is not started",
                                  user->view(), entry.userid->view()),
                      ask.add_behind(entry.userid.where, "0"));
        }
    if (ask.files().stacks().empty()) return no_profile();
    return fmt::format("{} AUTOLOG entries have their constant", entries - std::min(entries, ask.count()));
}

std::string autolog_ssl_server(Asker& ask) {
    if (ask.files().stacks().empty()) return no_profile();
    for (const CheckedStack& stack : ask.files().stacks())
        for (const AutologEntry& entry : stack.profile.autolog.entries) {
            const CheckedServer* server = ask.files().server(*entry.userid);
            if (server == nullptr || server->command != "VMSSL") continue;
            ask.found(entry.userid.where,
                      fmt::format("{} is a TLS/SSL server: SSLSERVERID starts it, not AUTOLOG",
                                  entry.userid->view()));
        }
    return ask.count() == 0 ? "no TLS/SSL server is in AUTOLOG" : "TLS/SSL servers are in AUTOLOG";
}

/// The port on which the server itself says that it listens; nothing where its files do not tell.
std::optional<Sourced<std::uint16_t>> own_port(const SystemFiles& files, const Userid& user) {
    const CheckedServer* server = files.server(user);
    const std::string command = server == nullptr ? "" : server->command;
    if (files.ftp() && (command == "SRVRFTP" || user == Userid("FTPSERVE"))) return files.ftp()->port;
    if (files.smtp() && (command == "SMTP" || user == Userid("SMTP"))) return files.smtp()->port;
    return std::nullopt;
}

std::string restart_loop(Asker& ask) {
    if (ask.files().stacks().empty()) return no_profile();
    std::string answer;
    for (const CheckedStack& stack : ask.files().stacks())
        for (const PortEntry& port : stack.profile.ports.entries) {
            const auto own = own_port(ask.files(), *port.user);
            if (!port.autolog || !is_autologged(stack, *port.user)) continue;
            answer += fmt::format("{}{} on {}", answer.empty() ? "" : ", ", port.user->view(), port.low);
            if (!port.udp && (!own || (port.low <= **own && **own <= port.high))) continue;
            ask.found(port.where,
                      fmt::format(
                          "{} does not listen on port {}: without NOAUTOLOG it is restarted again and again",
                          port.user->view(), port.low),
                      ask.add_behind(port.user.where, "NOAUTOLOG"));
        }
    return "a listener is expected of " + (answer.empty() ? std::string("nobody") : answer);
}

std::string server_port_reserved(Asker& ask) {
    if (ask.files().stacks().empty()) return no_profile();
    std::string answer;
    const CheckedStack& stack = ask.files().stacks().front();
    for (const Userid& user : {Userid("FTPSERVE"), Userid("SMTP")}) {
        const auto own = own_port(ask.files(), user);
        if (!own) continue;
        answer += fmt::format("{}{} listens on {}", answer.empty() ? "" : ", ", user.view(), **own);
        std::vector<std::uint16_t> reserved;
        bool is_reserved = false;
        for (const PortEntry& port : stack.profile.ports.entries) {
            const bool same_user = *port.user == user;
            is_reserved = is_reserved || (same_user && !port.udp && port.low <= **own && **own <= port.high);
            if (same_user && port.autolog) reserved.push_back(port.low);
        }
        if (is_reserved) continue;
        const SourceLocation where = own->where.known() ? own->where : stack.profile.ports.where;
        ask.found(
            where,
            fmt::format("{} listens on port {}, which no PORT statement reserves for it", user.view(), **own),
            own->where.known() && reserved.size() == 1
                ? ask.replace(own->where, std::to_string(reserved[0]))
                : ask.add_entry(stack.profile.ports.where, fmt::format("{} TCP {}", **own, user.view())));
    }
    return answer.empty() ? "not asked: neither SRVRFTP CONFIG nor SMTP CONFIG is given" : answer;
}

std::string telnet_port_reserved(Asker& ask) {
    if (ask.files().stacks().empty()) return no_profile();
    std::string answer;
    for (const CheckedStack& stack : ask.files().stacks()) {
        if (!stack.profile.telnet) continue;
        answer += fmt::format("{}{}:", answer.empty() ? "" : "; ", stack.userid.view());
        for (const auto& port : stack.profile.telnet->ports) {
            const auto& entries = stack.profile.ports.entries;
            answer += fmt::format(" {}", *port);
            const bool reserved = std::any_of(entries.begin(), entries.end(), [&](const PortEntry& e) {
                return *e.user == kTelnet && !e.udp && e.low <= *port && *port <= e.high;
            });
            if (reserved) continue;
            const std::string entry = fmt::format("{} TCP INTCLIEN", *port);
            ask.found(
                port.where,
                fmt::format("Telnet is to listen on port {}, which is not reserved for INTCLIEN", *port),
                stack.profile.ports.given ? ask.add_entry(stack.profile.ports.where, entry)
                                          : ask.add_at_end(stack.profile.file, "PORT\n  " + entry));
        }
    }
    return answer.empty() ? "no INTERNALCLIENTPARMS names a port" : "Telnet listens on " + answer;
}

std::string passive_ports_reserved(Asker& ask) {
    if (!ask.files().ftp() || ask.files().stacks().empty())
        return "not asked: no SRVRFTP CONFIG, or no profile";
    const auto& range = ask.files().ftp()->passive_ports;
    if (!range) return "SRVRFTP CONFIG has no PASSIVEPORTRANGE: any free port is used";
    const profiles::ProfileTcpip& profile = ask.files().stacks().front().profile;
    for (const PortEntry& port : profile.ports.entries)
        if (!port.udp && port.low <= range->value.low && range->value.high <= port.high &&
            is_server_port(port))
            return fmt::format("{} to {} are reserved for {}", range->value.low, range->value.high,
                               port.user->view());
    const std::string entry =
        fmt::format("{} RANGE {} TCP FTPSERVE NOAUTOLOG", range->value.low, range->value.high);
    ask.found(range->where,
              fmt::format("The passive ports {} to {} are not reserved", range->value.low, range->value.high),
              profile.ports.given ? ask.add_entry(profile.ports.where, entry) : std::nullopt);
    return fmt::format("{} to {} are reserved for nobody", range->value.low, range->value.high);
}

// ── users ──────────────────────────────────────────────────────────────────────

using NamedUsers = std::vector<std::pair<Sourced<Userid>, const char*>>;

void add_users(NamedUsers& to, const std::vector<Sourced<Userid>>& users, const char* by) {
    for (const auto& user : users) to.emplace_back(user, by);
}

NamedUsers named_users(const SystemFiles& files) {
    NamedUsers named;
    for (const CheckedStack& stack : files.stacks()) {
        const profiles::ProfileTcpip& p = stack.profile;
        for (const AutologEntry& entry : p.autolog.entries) named.emplace_back(entry.userid, "AUTOLOG");
        for (const PortEntry& port : p.ports.entries)
            if (is_server_port(port)) named.emplace_back(port.user, "PORT");
        add_users(named, p.obey.entries, "OBEY");
        add_users(named, p.inform.entries, "INFORM");
        add_users(named, p.permit.entries, "PERMIT");
        add_users(named, p.restricted.entries, "RESTRICT");
        if (p.ssl_server) named.emplace_back(p.ssl_server->server, "SSLSERVERID");
    }
    for (const CheckedServer& server : files.servers()) {
        add_users(named, server.definition.userids("admin_id_list"), ":admin_id_list.");
        add_users(named, server.definition.userids("owner"), ":owner.");
        add_users(named, server.definition.userids("stack"), ":stack.");
    }
    if (files.smtp()) {
        add_users(named, files.smtp()->postmasters, "POSTMASTER");
        add_users(named, files.smtp()->smsg_authorized, "SMSGAUTHLIST");
    }
    named.emplace_back(files.data().tcpip_userid, "TCPIPUSERID");
    return named;
}

std::string unknown_userid(Asker& ask) {
    const auto& directory = ask.files().directory();
    if (!directory) return "not asked: no USER DIRECT is given";
    std::set<Userid> known;
    for (const auto& [userid, user] : directory->users) known.insert(userid);
    std::set<std::string> told;
    std::size_t names = 0;
    for (const auto& [user, by] : named_users(ask.files())) {
        if (!user.where.known() || user->view().find('*') != std::string_view::npos) continue;
        ++names;
        if (known.contains(*user) || !told.insert(user.where.str()).second) continue;
        const std::string near = nearest_user(*user, known);
        ask.found(user.where, fmt::format("{} names {}, which is not in the CP directory", by, user->view()),
                  near.empty() ? std::nullopt : ask.replace(user.where, near), near);
    }
    return fmt::format("{} userids are named; the directory has {}", names, known.size());
}

std::string unused_server(Asker& ask) {
    const auto& directory = ask.files().directory();
    if (!directory || ask.files().stacks().empty())
        return "not asked: no USER DIRECT, or no profile, is given";
    std::set<Userid> idle;
    for (const CheckedServer& server : ask.files().servers()) {
        const bool starts_itself =
            server.command == "TCPIP" || server.command == "VMSSL" || server.command == "SSLIDCSS";
        const profiles::DirectoryUser* user = directory->find(server.userid);
        if (starts_itself || server.command.empty() || user == nullptr || user->password == "NOLOG") continue;
        const auto& stacks = ask.files().stacks();
        if (std::any_of(stacks.begin(), stacks.end(),
                        [&](const CheckedStack& s) { return is_autologged(s, server.userid); }))
            continue;
        idle.insert(server.userid);
        const CheckedFile* source = ask.files().file(user->where.file);
        const auto words = source == nullptr ? std::vector<profiles::Word>()
                                             : profiles::scan_line(source->source, user->where.line, 0);
        ask.found(user->userid.where,
                  fmt::format("{} is a server that no AUTOLOG starts, and it can be logged on",
                              server.userid.view()),
                  words.size() > 2 ? ask.replace(words[2].where, "NOLOG") : std::nullopt);
    }
    return "servers that nobody starts: " + names_of(idle);
}

std::string permit_forgets(Asker& ask) {
    if (ask.files().stacks().empty()) return no_profile();
    bool only = false;
    for (const CheckedStack& stack : ask.files().stacks()) {
        const profiles::ProfileTcpip& p = stack.profile;
        if (!*p.assorted.permitted_users_only) continue;
        only = true;
        std::set<Userid> servers;
        for (const AutologEntry& entry : p.autolog.entries) servers.insert(*entry.userid);
        for (const CheckedServer* server : ask.files().ssl_servers(stack.userid))
            servers.insert(server->userid);
        const auto admits = [](const std::vector<Sourced<Userid>>& list, const Userid& user) {
            return std::any_of(list.begin(), list.end(), [&](const Sourced<Userid>& entry) {
                const std::string_view name = entry->view();
                return name.ends_with('*') ? user.view().starts_with(name.substr(0, name.size() - 1))
                                           : *entry == user;
            });
        };
        for (const Userid& user : servers) {
            if (admits(p.permit.entries, user) || admits(p.obey.entries, user)) continue;
            ask.found(p.assorted.permitted_users_only.where,
                      fmt::format("PERMITTEDUSERSONLY shuts {} out: it is neither in PERMIT nor in OBEY",
                                  user.view()),
                      p.permit.given
                          ? ask.add_entry(p.permit.where, user.view())
                          : ask.add_at_end(p.file, fmt::format("PERMIT\n  {}\nENDPERMIT", user.view())));
        }
    }
    return only ? "PERMITTEDUSERSONLY is on" : "PERMITTEDUSERSONLY is off: everybody may use the stack";
}

constexpr Question kQuestions[] = {
    {"autolog-without-port", Severity::warning, "Has every server of AUTOLOG a PORT?",
     "The stack starts the server and then cannot tell whether it serves; a low port is refused to it.",
     "Reserve the server's port, or take it out of AUTOLOG.", autolog_without_port},
    {"port-owner-not-autologged", Severity::warning, "Is every owner of a PORT started by AUTOLOG?",
     "The port is kept for a server that nobody starts: it does not answer, and nobody else may have it.",
     "Add the userid to AUTOLOG, correct it, or give the port up.", port_without_autolog},
    {"autolog-constant", Severity::error, "Is every userid of AUTOLOG followed by its constant?",
     "AUTOLOG takes pairs of a userid and a constant: without the constant the next userid is taken for it.",
     "Write `userid 0`.", autolog_constant},
    {"autolog-ssl-server", Severity::warning, "Is a TLS/SSL server in AUTOLOG?",
     "The stack starts TLS/SSL servers itself, before the others; AUTOLOG forces and starts them once more.",
     "Take it out of AUTOLOG.", autolog_ssl_server},
    {"restart-loop", Severity::error, "Is a port without NOAUTOLOG one on which its server does not listen?",
     "The stack restarts an autologged server that does not listen on its port, up to MAXRESTART times.",
     "Add NOAUTOLOG to data ports; make the server's own PORT and the profile's agree.", restart_loop},
    {"server-port-not-reserved", Severity::error,
     "Do PORT of the server's file and PORT of the profile agree?",
     "A server may not open a low port that is not reserved for it, and is restarted for the one that is.",
     "Make the two agree.", server_port_reserved},
    {"telnet-port-not-reserved", Severity::error, "Is every port of Telnet reserved for INTCLIEN?",
     "Telnet cannot open a low port that is not reserved for INTCLIEN.", "Add the PORT entry.",
     telnet_port_reserved},
    {"passive-ports-not-reserved", Severity::warning, "Is PASSIVEPORTRANGE reserved in the profile?",
     "Another program can take a port of the range, and the firewall's opening with it.",
     "Reserve the range with NOAUTOLOG.", passive_ports_reserved},
    {"unknown-userid", Severity::error, "Is every userid that the files name in the CP directory?",
     "Nobody of this name can log on: it is not started, not authorized, not told.",
     "The spelling of the userid.", unknown_userid},
    {"unused-server", Severity::warning, "Which TCP/IP servers does nobody start? (NOLOG in USER DIRECT)",
     "A server that is not used can still be logged on, with all its authority.",
     "Give it the password NOLOG, or start it.", unused_server},
    {"permit-forgets-server", Severity::error, "May the servers use the stack? (PERMITTEDUSERSONLY)",
     "With PERMITTEDUSERSONLY, who is neither in PERMIT nor in OBEY cannot connect to the stack: servers "
     "too.",
     "Add the server to PERMIT.", permit_forgets},
};

}  // namespace

std::span<const Question> server_questions() { return kQuestions; }

}  // namespace vmlab::sim

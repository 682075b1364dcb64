// Questions about servers: who is started, who owns which port, who may do what.
#include <fmt/ranges.h>

#include <algorithm>
#include <set>

#include "simulator/check/question.hpp"

namespace vmlab::sim {
namespace {

using profiles::AutologEntry;
using profiles::PortEntry;
using profiles::Severity;

constexpr Userid kTelnet = "INTCLIEN", kAnybody = "*";
constexpr std::uint16_t kTelnets = 992;  // Telnet, TLS from the first byte

bool is_server_port(const PortEntry& entry) { return *entry.user != kTelnet && *entry.user != kAnybody; }

std::set<Userid> autologged(const CheckedStack& stack) {
    std::set<Userid> users;
    for (const AutologEntry& entry : stack.profile.autolog.entries) users.insert(*entry.userid);
    return users;
}

std::string names_of(const std::set<Userid>& users) {
    std::string text;
    for (const Userid& user : users) text += (text.empty() ? "" : ", ") + user.str();
    return text.empty() ? "nobody" : text;
}

/// The name of `known` that `user` is probably meant to be.
std::string nearest_user(Asker& ask, const Userid& user, const std::set<Userid>& known) {
    std::vector<std::string_view> names;
    if (ask.count() >= profiles::kMaxFindings) return "";
    for (const Userid& k : known)
        if (k != user) names.push_back(k.view());
    return ask.nearest(user.view(), names);
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
            const std::string near = nearest_user(ask, *entry.userid, owners);
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
        const std::set<Userid> started = autologged(stack);
        std::set<Userid> told;
        for (const PortEntry& port : stack.profile.ports.entries) {
            if (!is_server_port(port)) continue;
            owners.insert(*port.user);
            if (started.contains(*port.user) || !told.insert(*port.user).second) continue;
            const std::string near = nearest_user(ask, *port.user, started);
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

bool is_reserved(const CheckedStack& stack, const Userid& user, std::uint16_t port) {
    const auto& entries = stack.profile.ports.entries;
    return std::any_of(entries.begin(), entries.end(), [&](const PortEntry& e) {
        return *e.user == user && !e.udp && e.low <= port && port <= e.high;
    });
}

std::string restart_loop(Asker& ask) {
    if (ask.files().stacks().empty()) return no_profile();
    std::string answer;
    for (const CheckedStack& stack : ask.files().stacks()) {
        const std::set<Userid> started = autologged(stack);
        for (const PortEntry& port : stack.profile.ports.entries) {
            if (!port.autolog || !started.contains(*port.user)) continue;
            const auto own = own_port(ask.files(), *port.user);
            answer += fmt::format("{}{} on {}", answer.empty() ? "" : ", ", port.user->view(), port.low);
            if (!port.udp && (!own || (port.low <= **own && **own <= port.high))) continue;
            // Who listens where no port is reserved for it listens on the wrong one.
            const bool strayed =
                own && !port.udp && own->where.known() && !is_reserved(stack, *port.user, **own);
            ask.found(port.where,
                      fmt::format(
                          "{} does not listen on port {}: without NOAUTOLOG it is restarted again and again",
                          port.user->view(), port.low),
                      strayed ? ask.replace(own->where, std::to_string(port.low))
                              : ask.add_behind(port.user.where, "NOAUTOLOG"));
        }
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
        for (const PortEntry& port : stack.profile.ports.entries)
            if (*port.user == user && port.autolog) reserved.push_back(port.low);
        if (is_reserved(stack, user, **own)) continue;
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
            answer += fmt::format(" {}", *port);
            if (is_reserved(stack, kTelnet, *port)) continue;
            const auto& label = stack.profile.telnet->tls_label;
            const bool secure = *port == kTelnets && label && stack.profile.ssl_server;
            const std::string entry =
                fmt::format("{} TCP INTCLIEN{}", *port, secure ? " SECURE " + label->value : "");
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
        const std::string near = nearest_user(ask, *user, known);
        ask.found(user.where, fmt::format("{} names {}, which is not in the CP directory", by, user->view()),
                  near.empty() ? std::nullopt : ask.replace(user.where, near), near);
    }
    return fmt::format("{} userids are named; the directory has {}", names, known.size());
}

/// Who has the disks with the configuration files changes a running stack, too.
std::string obey_forgets(Asker& ask) {
    if (ask.files().stacks().empty()) return no_profile();
    constexpr Userid kKeeper = "TCPMAINT";
    std::string answer;
    for (const CheckedStack& stack : ask.files().stacks()) {
        const auto& obey = stack.profile.obey;
        answer += fmt::format("{}{}: {} users", answer.empty() ? "" : "; ", stack.userid.view(),
                              obey.entries.size());
        const auto is_keeper = [&](const Sourced<Userid>& user) { return *user == kKeeper; };
        if (!obey.given || std::any_of(obey.entries.begin(), obey.entries.end(), is_keeper)) continue;
        ask.found(obey.where,
                  fmt::format("OBEY does not name {}, who keeps the configuration files", kKeeper.view()),
                  ask.add_entry(obey.where, kKeeper.view()));
    }
    return answer;
}

std::string written(const PortEntry& port) {
    std::string text = std::to_string(port.low);
    if (port.high != port.low) text += fmt::format(" RANGE {}", port.high);
    text += fmt::format(" {} {}", port.udp ? "UDP" : "TCP", port.user->view());
    if (!port.autolog) text += " NOAUTOLOG";
    if (port.secure) text += " SECURE " + port.secure->value;
    if (port.client_cert_check.where.known())
        text += *port.client_cert_check == ClientCertCheck::required    ? " CLIENTCERTCHECK REQUIRED"
                : *port.client_cert_check == ClientCertCheck::preferred ? " CLIENTCERTCHECK PREFERRED"
                                                                        : " CLIENTCERTCHECK NONE";
    return text;
}

/// A file of statements for a running stack: it defines no interface, and no stack reads it when it starts.
bool is_obeyfile(const SystemFiles& files, const profiles::ProfileTcpip& profile) {
    const auto& stacks = files.stacks();
    return profile.devices.empty() && !profile.home.given && !stacks.empty() &&
           std::none_of(stacks.begin(), stacks.end(),
                        [&](const auto& s) { return s.profile.file == profile.file; });
}

std::string obeyfile_replaces(Asker& ask) {
    std::size_t obeyfiles = 0;
    for (const profiles::ProfileTcpip& change : ask.files().tcpip_files()) {
        if (!is_obeyfile(ask.files(), change)) continue;
        ++obeyfiles;
        const profiles::ProfileTcpip& running = ask.files().stacks().front().profile;
        std::set<std::pair<std::uint16_t, bool>> ports;
        std::set<Userid> users;
        for (const PortEntry& port : change.ports.entries) ports.emplace(port.low, port.udp);
        for (const AutologEntry& entry : change.autolog.entries) users.insert(*entry.userid);
        std::vector<std::string> gone_ports, gone_users;
        for (const PortEntry& port : running.ports.entries)
            if (!ports.contains({port.low, port.udp})) gone_ports.push_back(written(port));
        for (const AutologEntry& entry : running.autolog.entries)
            if (!users.contains(*entry.userid)) gone_users.push_back(entry.userid->str() + " 0");
        const auto replaces = [&](const auto& list, const char* keyword,
                                  const std::vector<std::string>& gone) {
            if (!list.given || gone.empty()) return;
            ask.found(list.where,
                      fmt::format("OBEYFILE of {} replaces the {} list: {} entries of {} are gone then",
                                  change.file.str(), keyword, gone.size(), running.file.str()),
                      ask.add_entry(list.where, fmt::format("{}", fmt::join(gone, "\n  "))));
        };
        replaces(change.ports, "PORT", gone_ports);
        replaces(change.autolog, "AUTOLOG", gone_users);
    }
    return fmt::format("{} files of statements for a running stack", obeyfiles);
}

std::string unused_server(Asker& ask) {
    const auto& directory = ask.files().directory();
    if (!directory || ask.files().stacks().empty())
        return "not asked: no USER DIRECT, or no profile, is given";
    std::set<Userid> idle, started;
    std::set<Userid> wanted;  // a port is reserved for them: it is AUTOLOG that lacks them
    for (const CheckedStack& stack : ask.files().stacks()) {
        started.merge(autologged(stack));
        for (const PortEntry& port : stack.profile.ports.entries) wanted.insert(*port.user);
    }
    for (const CheckedServer& server : ask.files().servers()) {
        const bool starts_itself =
            server.command == "TCPIP" || server.command == "VMSSL" || server.command == "SSLIDCSS";
        const profiles::DirectoryUser* user = directory->find(server.userid);
        if (starts_itself || server.command.empty() || user == nullptr || user->password == "NOLOG") continue;
        if (started.contains(server.userid)) continue;
        idle.insert(server.userid);
        const CheckedFile* source = ask.files().file(user->where.file);
        const auto words = source == nullptr ? std::vector<profiles::Word>()
                                             : profiles::scan_line(source->source, user->where.line, 0);
        ask.found(user->userid.where,
                  fmt::format("{} is a server that no AUTOLOG starts, and it can be logged on",
                              server.userid.view()),
                  words.size() > 2 && !wanted.contains(server.userid) ? ask.replace(words[2].where, "NOLOG")
                                                                      : std::nullopt);
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
        std::set<Userid> servers = autologged(stack);
        for (const CheckedServer* server : ask.files().ssl_servers(stack.userid))
            servers.insert(server->userid);
        std::set<Userid> admitted;
        std::set<std::string_view> prefixes;  // of names that end in *
        for (const auto* list : {&p.permit.entries, &p.obey.entries})
            for (const Sourced<Userid>& entry : *list) {
                const std::string_view name = entry->view();
                if (name.ends_with('*')) prefixes.insert(name.substr(0, name.size() - 1));
                else admitted.insert(*entry);
            }
        const auto is_admitted = [&](const Userid& user) {
            for (std::size_t length = 0; length <= user.view().size(); ++length)
                if (prefixes.contains(user.view().substr(0, length))) return true;
            return admitted.contains(user);
        };
        for (const Userid& user : servers) {
            if (is_admitted(user)) continue;
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
    {"obey-forgets-tcpmaint", Severity::warning, "May TCPMAINT change a running stack? (OBEY)",
     "NETSTAT OBEY and OBEYFILE are refused to users who are not in the OBEY list (DTCNET903E).",
     "Add the user to OBEY.", obey_forgets},
    {"obeyfile-replaces-list", Severity::warning,
     "Does a file for OBEYFILE take entries out of a list of the running stack? (PORT, AUTOLOG)",
     "The first PORT or AUTOLOG of a file replaces the list in force: other servers lose their ports.",
     "Give the whole list again.", obeyfile_replaces},
};

}  // namespace

std::span<const Question> server_questions() { return kQuestions; }

}  // namespace vmlab::sim

// The auditor's questions: what is in clear, who may do what, which protocols and labels are in use.
#include <fmt/format.h>

#include <algorithm>

#include "simulator/check/question.hpp"

namespace vmlab::sim {
namespace {

using profiles::PortEntry;
using profiles::SecureLevel;
using profiles::Severity;

constexpr const char* kNoFtp = "not asked: no SRVRFTP CONFIG is given";
constexpr const char* kNoSmtp = "not asked: no SMTP CONFIG is given";
constexpr const char* kNoProfile = "not asked: no stack's profile is given";

// ── what is in clear ───────────────────────────────────────────────────────────

std::string clear_telnet(Asker& ask) {
    if (ask.files().stacks().empty()) return kNoProfile;
    std::string answer;
    for (const CheckedStack& stack : ask.files().stacks()) {
        const profiles::ProfileTcpip& p = stack.profile;
        if (!p.telnet) {
            answer += fmt::format("; {}: no INTERNALCLIENTPARMS: Telnet is in clear on port 23",
                                  stack.userid.view());
            for (const PortEntry& port : p.ports.entries)
                if (*port.user == Userid("INTCLIEN") && !port.secure)
                    ask.found(port.where, fmt::format("Telnet of {} takes clear sessions on port {}",
                                                      stack.userid.view(), port.low));
            continue;
        }
        const auto& level = p.telnet->secure_connection;
        answer += fmt::format("; {}: SECURECONNECTION {}", stack.userid.view(), name_of(*level));
        if (*level == SecureLevel::required) continue;
        auto ports = p.telnet->ports;
        if (ports.empty()) ports.push_back({23, p.telnet->where});
        for (const auto& port : ports) {
            const bool secure = std::any_of(
                p.ports.entries.begin(), p.ports.entries.end(),
                [&](const PortEntry& e) { return e.secure && e.low <= *port && *port <= e.high; });
            if (secure) continue;
            const bool can_secure = p.telnet->tls_label && p.ssl_server;
            ask.found(level.where.known() ? level.where : port.where,
                      fmt::format("Telnet of {} takes clear sessions on port {}", stack.userid.view(), *port),
                      !can_secure           ? std::nullopt
                      : level.where.known() ? ask.replace(level.where, "REQUIRED")
                                            : ask.add_entry(p.telnet->where, "SECURECONNECTION REQUIRED"));
        }
    }
    return answer.substr(2);
}

std::string clear_ftp(Asker& ask) {
    const auto& ftp = ask.files().ftp();
    if (!ftp) return kNoFtp;
    for (const CheckedStack& stack : ask.files().stacks())
        for (const PortEntry& port : stack.profile.ports.entries)
            if (port.secure && port.low <= *ftp->port && *ftp->port <= port.high)
                return fmt::format("port {} is secured from the first byte", *ftp->port);
    const SourceLocation where =
        ftp->secure_control.where.known() ? ftp->secure_control.where : SourceLocation{ftp->file, 1, 1};
    if (*ftp->secure_control == SecureLevel::never)
        ask.found(where, "FTP takes passwords in clear, and offers no TLS",
                  ftp->secure_control.where.known() && !ftp->tls_label->empty()
                      ? ask.replace(where, "ALLOWED")
                      : std::nullopt);
    return fmt::format(
        "SECURECONTROL {}{}", name_of(*ftp->secure_control),
        *ftp->secure_control == SecureLevel::required ? "" : ": a client may send its password in clear");
}

std::string clear_mail(Asker& ask) {
    const auto& smtp = ask.files().smtp();
    if (!smtp) return kNoSmtp;
    if (*smtp->tls == SecureLevel::never)
        ask.found(smtp->tls.where.known() ? smtp->tls.where : SourceLocation{smtp->file, 1, 1},
                  "SMTP offers no TLS: all mail is in clear",
                  smtp->tls.where.known() && !smtp->tls_label->empty()
                      ? ask.replace(smtp->tls.where, "ALLOWED")
                      : std::nullopt);
    return fmt::format("TLS {}", name_of(*smtp->tls));
}

std::string data_without_control(Asker& ask) {
    const auto& ftp = ask.files().ftp();
    if (!ftp) return kNoFtp;
    if (*ftp->secure_data > *ftp->secure_control)
        ask.found(ftp->secure_data.where,
                  fmt::format("SECUREDATA {} is stricter than SECURECONTROL {}", name_of(*ftp->secure_data),
                              name_of(*ftp->secure_control)),
                  ftp->secure_control.where.known()
                      ? ask.replace(ftp->secure_control.where, name_of(*ftp->secure_data))
                      : ask.add_line(ftp->secure_data.where,
                                     fmt::format("SECURECONTROL {}", name_of(*ftp->secure_data))));
    return fmt::format("SECURECONTROL {}, SECUREDATA {}", name_of(*ftp->secure_control),
                       name_of(*ftp->secure_data));
}

// ── who may ────────────────────────────────────────────────────────────────────

std::string anonymous_ftp(Asker& ask) {
    std::string answer;
    if (const auto& ftp = ask.files().ftp()) {
        answer = fmt::format("SRVRFTP CONFIG: {}", *ftp->anonymous ? "ANONYMOUS" : "no ANONYMOUS");
        if (*ftp->anonymous) {
            const std::string word = ask.files().word_at(ftp->anonymous.where);
            ask.found(ftp->anonymous.where, "FTP takes anonymous users",
                      profiles::read_yes_no(word) ? ask.replace(ftp->anonymous.where, "NO")
                                                  : ask.replace(ftp->anonymous.where, "; " + word));
        }
    }
    for (const CheckedServer& server : ask.files().servers()) {
        const profiles::DtcTag* tag = server.definition.tag("anonymous");
        if (tag == nullptr) continue;
        answer += fmt::format("{}{}: :anonymous.{}", answer.empty() ? "" : "; ", server.userid.view(),
                              tag->value());
        if (profiles::read_yes_no(tag->value()) == true)
            ask.found(tag->value_where(), fmt::format("{} takes anonymous users", server.userid.view()),
                      ask.replace(tag->value_where() == tag->where ? tag->where : tag->value_where(), "NO"));
    }
    return answer.empty() ? "not asked: neither SRVRFTP CONFIG nor DTCPARMS is given" : answer;
}

std::string forward_mail(Asker& ask) {
    const auto& smtp = ask.files().smtp();
    if (!smtp) return kNoSmtp;
    if (*smtp->forward_mail)
        ask.found(smtp->forward_mail.where, "SMTP passes on mail for anybody: an open relay",
                  ask.replace(smtp->forward_mail.where, "NO"));
    return smtp->forward_mail.where.known()
               ? fmt::format("FORWARDMAIL {}", *smtp->forward_mail ? "YES" : "NO")
               : "no FORWARDMAIL: NO since z/VM 6.4";
}

std::string low_ports(Asker& ask) {
    if (ask.files().stacks().empty()) return kNoProfile;
    std::string answer;
    for (const CheckedStack& stack : ask.files().stacks()) {
        const auto& restricted = stack.profile.assorted.restrict_low_ports;
        answer += fmt::format("{}{}: {}", answer.empty() ? "" : "; ", stack.userid.view(),
                              *restricted ? "restricted" : "free");
        if (!*restricted)
            ask.found(restricted.where,
                      "FREELOWPORTS: any user may open any port below 1024 that is not reserved",
                      ask.replace(restricted.where, "RESTRICTLOWPORTS"));
    }
    return answer;
}

std::string low_ports_stated(Asker& ask) {
    if (ask.files().stacks().empty()) return kNoProfile;
    std::string answer;
    for (const CheckedStack& stack : ask.files().stacks()) {
        const profiles::ProfileTcpip& p = stack.profile;
        const bool stated = p.assorted.restrict_low_ports.where.known();
        answer += fmt::format("{}{}: {}", answer.empty() ? "" : "; ", stack.userid.view(),
                              stated ? "stated" : "not stated");
        if (stated) continue;
        const auto block = std::find_if(p.statements.begin(), p.statements.end(),
                                        [](const auto& s) { return s.keyword == "ASSORTEDPARMS"; });
        ask.found({p.file, 1, 1},
                  fmt::format("The profile of {} does not say RESTRICTLOWPORTS", stack.userid.view()),
                  block != p.statements.end()
                      ? ask.add_entry(block->where, "RESTRICTLOWPORTS")
                      : ask.add_at_end(p.file, "ASSORTEDPARMS\n  RESTRICTLOWPORTS\nENDASSORTEDPARMS"));
    }
    return answer;
}

std::string attack_limits(Asker& ask) {
    if (ask.files().stacks().empty()) return kNoProfile;
    std::string answer;
    for (const CheckedStack& stack : ask.files().stacks()) {
        const auto& limit = stack.profile.attack_limits.foreign_ip_connections;
        answer += fmt::format(
            "{}{}: {}", answer.empty() ? "" : "; ", stack.userid.view(),
            limit.where.known() ? fmt::format("FOREIGNIPCONLIMIT {}", *limit) : "no FOREIGNIPCONLIMIT");
        if (*limit == 0)
            ask.found(limit.where.known() ? limit.where : SourceLocation{stack.profile.file, 1, 1},
                      fmt::format("The stack {} lets one address have any number of connections",
                                  stack.userid.view()));
    }
    return answer;
}

std::string time_mark(Asker& ask) {
    std::string answer;
    for (const CheckedStack& stack : ask.files().stacks()) {
        if (!stack.profile.telnet) continue;
        const auto& mark = stack.profile.telnet->time_mark;
        answer += fmt::format("{}{}: TIMEMARK {}, INACTIVE {}", answer.empty() ? "" : "; ",
                              stack.userid.view(), *mark, *stack.profile.telnet->inactive);
        if (*mark == 0 || *mark > 3600)
            ask.found(mark.where,
                      *mark == 0 ? "TIMEMARK 0: Telnet sessions of clients that are gone stay for ever"
                                 : fmt::format("TIMEMARK {}: a lost client is noticed after hours", *mark),
                      ask.replace(mark.where, "600"));
        else if (*mark < 60)
            ask.found(mark.where,
                      fmt::format("TIMEMARK {}: a client that is slow to answer loses its session", *mark),
                      ask.replace(mark.where, "600"));
    }
    return answer.empty() ? "not asked: no INTERNALCLIENTPARMS is given" : answer;
}

std::string client_certificates(Asker& ask) {
    std::string answer;
    const auto word = [](ClientCertCheck check) {
        return check == ClientCertCheck::required    ? "REQUIRED"
               : check == ClientCertCheck::preferred ? "PREFERRED"
                                                     : "NONE";
    };
    for (const CheckedStack& stack : ask.files().stacks())
        if (stack.profile.telnet)
            answer += fmt::format("; Telnet of {}: {}", stack.userid.view(),
                                  word(*stack.profile.telnet->client_cert_check));
    if (ask.files().ftp()) answer += fmt::format("; FTP: {}", word(*ask.files().ftp()->client_cert_check));
    if (ask.files().smtp()) answer += fmt::format("; SMTP: {}", word(*ask.files().smtp()->client_cert_check));
    return answer.empty() ? "nobody is asked for a certificate" : "CLIENTCERTCHECK: " + answer.substr(2);
}

std::string security_manager(Asker& ask) {
    std::string answer;
    for (const CheckedServer& server : ask.files().servers())
        if (const auto* tag = server.definition.tag("esm_enable"))
            answer += fmt::format("{}{} {}", answer.empty() ? "" : ", ", server.userid.view(), tag->value());
    if (answer.empty()) return "no entry of DTCPARMS has :ESM_Enable.";
    const auto& directory = ask.files().directory();
    const bool has_racf = !directory || directory->find("RACFVM");
    return ":ESM_Enable.: " + answer + (has_racf ? "" : " (the directory has no RACFVM: vmlab has no other)");
}

constexpr Question kQuestions[] = {
    {"clear-telnet", Severity::warning, "Does Telnet take sessions in clear?",
     "User identifiers and passwords cross the network in clear; a security scan reports port 23.",
     "SECURECONNECTION REQUIRED with a TLSLABEL.", clear_telnet},
    {"clear-ftp", Severity::warning, "Does FTP take passwords in clear?",
     "Passwords and data cross the network in clear.", "SECURECONTROL ALLOWED or REQUIRED with a TLSLABEL.",
     clear_ftp},
    {"clear-mail", Severity::warning, "Does SMTP offer TLS?", "Mail crosses the network in clear.",
     "TLS ALLOWED with a TLSLABEL.", clear_mail},
    {"secure-data-without-control", Severity::warning, "Is SECUREDATA no stricter than SECURECONTROL?",
     "A data connection can only be secured after its control connection.", "Raise SECURECONTROL.",
     data_without_control},
    {"anonymous-ftp", Severity::warning, "May anonymous users use FTP?",
     "Anybody on the network may look at and fetch files.", "Disable it unless it is wanted.", anonymous_ftp},
    {"forward-mail", Severity::warning, "Does SMTP pass on mail that is not for this system? (FORWARDMAIL)",
     "Others send their mail through this system, and it is blamed for it.", "FORWARDMAIL NO.", forward_mail},
    {"free-low-ports", Severity::warning, "May any user open a port below 1024? (FREELOWPORTS)",
     "A guest can answer in the place of a server, on port 25 for one.", "RESTRICTLOWPORTS.", low_ports},
    {"restrict-low-ports-not-stated", Severity::warning, "Does the profile say RESTRICTLOWPORTS?",
     "The default has changed between releases (and is remembered here, not proved): an auditor wants to "
     "read it.",
     "Say RESTRICTLOWPORTS in ASSORTEDPARMS.", low_ports_stated},
    {"no-attack-limit", Severity::warning,
     "Is the number of connections of one address limited? (FOREIGNIPCONLIMIT)",
     "One host can take all connections of the stack (a denial of service).",
     "FOREIGNIPCONLIMIT with a number that fits the clients behind one address.", attack_limits},
    {"time-mark", Severity::warning, "Are Telnet sessions of lost clients ended? (TIMEMARK)",
     "A session whose client is gone stays open, with its user logged on.", "A TIMEMARK of some minutes.",
     time_mark},
    {"client-certificates", Severity::warning, "Who is asked for a client certificate?", "", "",
     client_certificates},
    {"security-manager", Severity::warning, "Which servers let an external security manager decide?", "", "",
     security_manager},
};

}  // namespace

std::span<const Question> security_questions() { return kQuestions; }

}  // namespace vmlab::sim

// Questions about TLS: labels and the key database, the TLS/SSL servers and their policy.
#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "profiles/vmssl_parms.hpp"
#include "simulator/check/question.hpp"
#include "simulator/ipl/configure.hpp"

namespace vmlab::sim {
namespace {

using profiles::PortEntry;
using profiles::SecureLevel;
using profiles::Severity;

constexpr const char* kNoProfile = "not asked: no stack's profile is given";
constexpr const char* kNoDtcparms = "not asked: no DTCPARMS is given";

// ── labels ─────────────────────────────────────────────────────────────────────

std::string listed(const std::vector<LabelUse>& uses) {
    std::string text;
    for (const LabelUse& use : uses)
        text += fmt::format("{}{} ({})", text.empty() ? "" : ", ", *use.label, use.by);
    return text.empty() ? "no label is used" : "labels in use: " + text;
}

/// The one label of the key database that no statement names.
std::string only_unused(const std::vector<std::string>& labels, const std::vector<LabelUse>& uses) {
    std::set<std::string> used;
    for (const LabelUse& use : uses) used.insert(*use.label);
    std::string only;
    for (const std::string& label : labels) {
        if (used.contains(label) || !profiles::is_tls_label(label) || label != upper(label)) continue;
        if (!only.empty()) return "";
        only = label;
    }
    return only;
}

std::string label_in_database(Asker& ask) {
    const auto uses = ask.files().label_uses();
    const auto& labels = ask.files().options().labels;
    if (!labels) return "no key database is given (--kdb FILE, or --labels); " + listed(uses);
    const std::vector<std::string_view> known(labels->begin(), labels->end());
    for (const LabelUse& use : uses) {
        const auto same = [&](std::string_view label) { return label == *use.label; };
        if (std::any_of(known.begin(), known.end(), same)) continue;
        std::string near;
        std::string text = fmt::format("The key database has no label {}", *use.label);
        for (const std::string_view label : known)
            if (iequals(label, *use.label))
                text += fmt::format("; its {} is not in upper case and can never match", label);
        if (text.find(';') == std::string::npos) {
            near = ask.nearest(*use.label, known);
            if (near.empty()) near = only_unused(*labels, uses);
        }
        ask.found(use.label.where, text, near.empty() ? std::nullopt : ask.replace(use.label.where, near),
                  near);
    }
    return fmt::format("{} has {} labels; {}", ask.files().options().labels_from, known.size(), listed(uses));
}

std::string label_form(Asker& ask) {
    const auto uses = ask.files().label_uses();
    for (const LabelUse& use : uses) {
        const std::string typed = ask.files().word_at(use.label.where);
        if (!profiles::is_tls_label(typed))
            ask.found(use.label.where, fmt::format("{} is no label: one to eight letters and digits are",
                                                   profiles::quoted(typed)));
        else if (typed != upper(typed))
            ask.found(use.label.where, fmt::format("The label {} is not typed in upper case", typed),
                      ask.replace(use.label.where, upper(typed)));
    }
    return listed(uses);
}

std::string label_missing(Asker& ask) {
    std::string secured;
    const auto wants = [&](const Sourced<SecureLevel>& level, const char* statement, bool has_label) {
        if (*level == SecureLevel::never) return;
        secured += fmt::format("{}{} {}", secured.empty() ? "" : ", ", statement, name_of(*level));
        if (!has_label)
            ask.found(level.where,
                      fmt::format("{} {} has no TLSLABEL beside it", statement, name_of(*level)));
    };
    for (const CheckedStack& stack : ask.files().stacks())
        if (stack.profile.telnet)
            wants(stack.profile.telnet->secure_connection, "SECURECONNECTION",
                  stack.profile.telnet->tls_label.has_value());
    if (ask.files().ftp())
        wants(ask.files().ftp()->secure_control, "SECURECONTROL", !ask.files().ftp()->tls_label->empty());
    if (ask.files().smtp()) wants(ask.files().smtp()->tls, "TLS", !ask.files().smtp()->tls_label->empty());
    return secured.empty() ? "nothing asks for TLS by negotiation" : "secured by negotiation: " + secured;
}

// ── the TLS/SSL servers ────────────────────────────────────────────────────────

struct PolicyOf {
    const CheckedServer* server = nullptr;
    SourceLocation where{};  ///< of :parms., or of the entry without it
    profiles::VmsslParms parms{};
    sslserv::Protection protection{};
};

/// One for each definition of a TLS/SSL server, not for each member of a pool.
std::vector<PolicyOf> policies(const SystemFiles& files) {
    std::vector<PolicyOf> found;
    std::set<std::string> seen;
    const auto names = vmssl_vocabulary(Level());
    for (const CheckedServer& server : files.servers()) {
        if (server.command != "VMSSL" || !seen.insert(server.definition.server.nick.where.str()).second)
            continue;
        const profiles::DtcTag* tag = server.definition.tag("parms");
        PolicyOf policy{&server, tag == nullptr ? server.definition.server.nick.where : tag->where, {}, {}};
        if (tag != nullptr)
            policy.parms = profiles::read_vmssl_parms(tag->words, {server.definition.server_file, {}}, names);
        policy.protection = sslserv::decide_protection(configure_policy(policy.parms, Level()));
        found.push_back(std::move(policy));
    }
    return found;
}

std::string old_protocols(Asker& ask) {
    std::string answer;
    for (const PolicyOf& policy : policies(ask.files())) {
        std::string enabled;
        for (const auto version :
             {sslserv::Protocol::sslv2, sslserv::Protocol::sslv3, sslserv::Protocol::tlsv1_0,
              sslserv::Protocol::tlsv1_1, sslserv::Protocol::tlsv1_2})
            if (policy.protection.protocols.has(version)) enabled += fmt::format(" {}", keyword_of(version));
        answer += fmt::format("{}{} takes{}", answer.empty() ? "" : "; ",
                              *policy.server->definition.server.nick, enabled);
        for (const auto& operand : policy.parms.protocols) {
            const bool old =
                operand.version == "SSLV2" || operand.version == "SSLV3" || operand.version == "TLSV1_0";
            if (!operand.enable || !old || enabled.find(' ' + operand.version) == std::string::npos) continue;
            ask.found(operand.where, fmt::format("PROTOCOL enables {}", operand.version),
                      ask.replace(operand.where, '-' + operand.version), '-' + operand.version);
        }
    }
    return answer.empty() ? kNoDtcparms : answer;
}

bool is_weak(const sslserv::CipherSuite& suite) {
    return suite.bits <= 112 || suite.name.find("RC4") != std::string_view::npos;
}

std::string weak_ciphers(Asker& ask) {
    std::string answer;
    for (const PolicyOf& policy : policies(ask.files())) {
        std::string des;
        for (const auto* suite : policy.protection.included)
            if (is_weak(*suite)) des += fmt::format(" {}", suite->name);
        answer +=
            fmt::format("{}{} includes{}", answer.empty() ? "" : "; ", *policy.server->definition.server.nick,
                        des.empty() ? " none" : des + " (EXEMPT them by name to have them off)");
        for (const auto& operand : policy.parms.ciphers) {
            const auto* suite = sslserv::find_cipher_suite(operand.name);
            if (!operand.enable || suite == nullptr || !is_weak(*suite)) continue;
            ask.found(operand.where, fmt::format("ENABLE of the weak suite {}", suite->name));
        }
    }
    return answer.empty() ? kNoDtcparms : answer;
}

std::string crypto_mode(Asker& ask) {
    std::string answer;
    for (const PolicyOf& policy : policies(ask.files()))
        answer += fmt::format("{}{}: {}, RSA keys of {} bits or more", answer.empty() ? "" : "; ",
                              *policy.server->definition.server.nick,
                              policy.protection.nist   ? "MODE NIST-800-131A"
                              : policy.protection.fips ? "MODE FIPS-140-2"
                                                       : "no MODE",
                              policy.protection.min_rsa_bits);
    return answer.empty() ? kNoDtcparms : answer;
}

std::string no_ssl_server(Asker& ask) {
    if (ask.files().stacks().empty()) return kNoProfile;
    std::string answer;
    bool first = true;
    for (const CheckedStack& stack : ask.files().stacks()) {
        const profiles::ProfileTcpip& p = stack.profile;
        answer += fmt::format("{}{}: {}", answer.empty() ? "" : "; ", stack.userid.view(),
                              p.ssl_server ? "SSLSERVERID " + p.ssl_server->server->str() : "no SSLSERVERID");
        std::optional<SourceLocation> wants;
        for (const PortEntry& port : p.ports.entries)
            if (port.secure && !wants) wants = port.secure->where;
        if (!wants && p.telnet && *p.telnet->secure_connection != SecureLevel::never)
            wants = p.telnet->secure_connection.where;
        if (!wants && first && ask.files().ftp() && *ask.files().ftp()->secure_control != SecureLevel::never)
            wants = ask.files().ftp()->secure_control.where;
        if (!wants && first && ask.files().smtp() && *ask.files().smtp()->tls != SecureLevel::never)
            wants = ask.files().smtp()->tls.where;
        first = false;
        if (wants && !p.ssl_server)
            ask.found(*wants,
                      fmt::format("TLS is asked for, and the profile of {} has no SSLSERVERID",
                                  stack.userid.view()),
                      ask.add_at_end(p.file, "SSLSERVERID *"));
    }
    return answer;
}

/// In the directory, or there is none to look into.
bool is_user(const SystemFiles& files, const Userid& user) {
    return !files.directory() || files.directory()->find(user) != nullptr;
}

std::string ssl_pool(Asker& ask) {
    std::string answer;
    for (const CheckedStack& stack : ask.files().stacks()) {
        const profiles::ProfileTcpip& p = stack.profile;
        if (!p.ssl_server || !ask.files().has_kind(FileKind::dtcparms)) continue;
        const auto members = ask.files().ssl_servers(stack.userid);
        const Userid& named = *p.ssl_server->server;
        const CheckedServer* one = ask.files().server(named);
        const auto limit = p.ssl_limits;
        const std::size_t wanted = (*limit.max_sessions + *limit.max_per_server - 1) / *limit.max_per_server;
        answer += fmt::format("{}{}: {} servers wanted, {} defined", answer.empty() ? "" : "; ",
                              stack.userid.view(), named == Userid("*") ? wanted : 1, members.size());
        if (members.empty() && named == Userid("*"))
            ask.found(p.ssl_server->server.where,
                      fmt::format("No TLS/SSL server of DTCPARMS has :stack.{}", stack.userid.view()));
        else if (named != Userid("*") &&
                 (one == nullptr || one->command != "VMSSL" || !is_user(ask.files(), named)))
            ask.found(p.ssl_server->server.where,
                      fmt::format("{} is not defined as a TLS/SSL server", named.view()),
                      members.empty() ? std::nullopt : ask.replace(p.ssl_server->server.where, "*"));
        else if (named == Userid("*") && ask.files().directory() && wanted > members.size())
            ask.found(
                limit.max_sessions.where.known()     ? limit.max_sessions.where
                : limit.max_per_server.where.known() ? limit.max_per_server.where
                                                     : p.ssl_server->where,
                fmt::format("SSLLIMITS asks for {} TLS/SSL servers; {} are defined", wanted, members.size()),
                limit.max_sessions.where.known()
                    ? ask.replace(limit.max_sessions.where,
                                  std::to_string(members.size() * *limit.max_per_server))
                    : std::nullopt);
    }
    return answer.empty() ? "not asked: no SSLSERVERID, or no DTCPARMS" : answer;
}

/// Whoever is secured needs a session of its own.
std::size_t secured_services(const SystemFiles& files, const profiles::ProfileTcpip& profile) {
    std::size_t count = 0;
    for (const PortEntry& port : profile.ports.entries)
        if (port.secure) ++count;
    if (profile.telnet && *profile.telnet->secure_connection != SecureLevel::never) ++count;
    if (files.ftp() && *files.ftp()->secure_control != SecureLevel::never) ++count;
    if (files.smtp() && *files.smtp()->tls != SecureLevel::never) ++count;
    return count;
}

std::string few_sessions(Asker& ask) {
    std::string answer;
    for (const CheckedStack& stack : ask.files().stacks()) {
        const auto& limits = stack.profile.ssl_limits;
        if (!stack.profile.ssl_server) continue;
        const std::size_t services = secured_services(ask.files(), stack.profile);
        answer += fmt::format("{}{}: {} sessions for {} services", answer.empty() ? "" : "; ",
                              stack.userid.view(), *limits.max_sessions, services);
        if (*limits.max_sessions >= services || !limits.max_sessions.where.known()) continue;
        const profiles::SslLimits usual;
        std::vector<Asker::Replacement> changes{
            {limits.max_sessions.where, std::to_string(*usual.max_sessions)}};
        if (limits.max_per_server.where.known())
            changes.push_back({limits.max_per_server.where, std::to_string(*usual.max_per_server)});
        ask.found(limits.max_sessions.where,
                  fmt::format("MAXSESSIONS {} is less than the {} services that secure connections",
                              *limits.max_sessions, services),
                  ask.replace_all(std::move(changes)));
    }
    return answer.empty() ? "no stack has SSLSERVERID" : answer;
}

/// "SECURE label" behind the entry of PORT, when both words are on one line.
std::optional<Fix> without_secure(const Asker& ask, const SourceLocation& label) {
    const CheckedFile* file = ask.files().file(label.file);
    if (file == nullptr) return std::nullopt;
    const auto words = profiles::scan_line(file->source, label.line, ';');
    for (std::size_t i = 1; i < words.size(); ++i) {
        if (words[i].where.column != label.column || !words[i - 1].is("SECURE")) continue;
        const auto& secure = words[i - 1].where;
        return ask.edit(secure, label.column - secure.column + words[i].text.size(), "",
                        fmt::format("take out SECURE {}", words[i].text));
    }
    return std::nullopt;
}

std::string secure_and_negotiated(Asker& ask) {
    constexpr std::uint16_t kNegotiated = 23;
    std::string answer;
    for (const CheckedStack& stack : ask.files().stacks()) {
        const auto& telnet = stack.profile.telnet;
        if (!telnet || *telnet->secure_connection == SecureLevel::never) continue;
        answer += fmt::format("{}{}: SECURECONNECTION {}", answer.empty() ? "" : "; ", stack.userid.view(),
                              name_of(*telnet->secure_connection));
        for (const PortEntry& port : stack.profile.ports.entries)
            if (port.secure && port.low <= kNegotiated && kNegotiated <= port.high)
                ask.found(
                    port.secure->where,
                    fmt::format("Port 23 is SECURE, and by SECURECONNECTION {} clients negotiate TLS there",
                                name_of(*telnet->secure_connection)),
                    without_secure(ask, port.secure->where));
    }
    return answer.empty() ? "Telnet negotiates no TLS" : answer;
}

constexpr Question kQuestions[] = {
    {"label-not-in-database", Severity::error, "Is every TLS label in the key database?",
     "FTP and SMTP end when their label is unknown (DTCFTS8467E); a secure port cannot do a handshake.",
     "The label as gskkyman shows it; labels are compared in upper case.", label_in_database},
    {"label-form", Severity::error, "Is every TLS label one to eight characters of upper case?",
     "A configured label is folded to upper case and has at most eight letters and digits; gskkyman does not "
     "see to it.",
     "Give the certificate a label of that form, and write it so.", label_form},
    {"label-missing", Severity::error, "Has everything that negotiates TLS a TLSLABEL?",
     "TLS is offered and then fails: there is no certificate to show.", "Add TLSLABEL, or say NEVER.",
     label_missing},
    {"no-ssl-server", Severity::error,
     "Does a stack that secures connections have a TLS/SSL server? (SSLSERVERID)",
     "Without a TLS/SSL server every secure request fails, and servers with a TLSLABEL stop.",
     "Add SSLSERVERID * for a pool.", no_ssl_server},
    {"ssl-pool", Severity::error, "Are the TLS/SSL servers of SSLSERVERID and SSLLIMITS defined?",
     "The stack starts the servers that DTCPARMS associates with it by :stack.; MAXSESSIONS divided by "
     "MAXPERSSLSERVER of them are wanted.",
     ":stack. of the pool's entry, POOL in the CP directory, SSLLIMITS.", ssl_pool},
    {"few-sessions", Severity::warning, "Has every secured service a session? (SSLLIMITS MAXSESSIONS)",
     "Connections beyond MAXSESSIONS are refused, and the log shows no fault of the service.",
     "The sessions that are wanted at the same time.", few_sessions},
    {"secure-and-negotiated", Severity::error, "Is port 23 SECURE although clients negotiate TLS there?",
     "The first byte of a secure port is TLS: clients that wait for the negotiation wait in vain.",
     "Take SECURE out, or have them come to port 992.", secure_and_negotiated},
    {"old-protocols", Severity::warning,
     "Which protocols are enabled? Is one of SSL 2, SSL 3, TLS 1.0 among them?",
     "These protocols are broken; a security scan reports them.", "Disable it: PROTOCOL -version.",
     old_protocols},
    {"weak-ciphers", Severity::warning,
     "Which weak cipher suites are enabled? (DES, RC4, NULL: 112 bits or less)",
     "The suite can be broken, or encrypts nothing.", "Take the ENABLE out; EXEMPT the suite by its name.",
     weak_ciphers},
    {"crypto-mode", Severity::warning, "Which MODE is in force, and which key sizes does it ask for?", "", "",
     crypto_mode},
};

}  // namespace

std::span<const Question> tls_questions() { return kQuestions; }

}  // namespace vmlab::sim

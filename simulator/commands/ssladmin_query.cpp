// SSLADMIN QUERY: tables of servers, their policies and their sessions (ssladmin.hpp).
#include <fmt/format.h>

#include <algorithm>

#include "simulator/commands/messages.hpp"
#include "simulator/commands/ssladmin.hpp"
#include "sslserv/session_trace.hpp"

namespace vmlab::sim {
namespace {

using Servers = std::vector<sslserv::ServerSnapshot>;
using Lines = std::vector<std::string>;

/// Words of a list go to 68 columns, as measured in the document; a name is never split.
constexpr std::size_t kListWidth = 68;

void heading(Lines& lines, std::string_view title, std::string columns) {
    lines.push_back(say<DTCSSL2430I>(title).text);
    lines.push_back(columns);
    lines.push_back(std::string(columns.size(), '-'));
}

/// "S1000001 Enabled  TLSV1_2 TLSV1_1", with server and state repeated on every line.
void list_words(Lines& lines, const Userid& server, std::string_view state,
                const std::vector<std::string>& words) {
    const std::string prefix = fmt::format("{:<8} {:<8}", server.view(), state);
    std::string line = prefix;
    for (const auto& word : words) {
        if (line.size() > prefix.size() && line.size() + 1 + word.size() > kListWidth) {
            lines.push_back(std::move(line));
            line = prefix;
        }
        line += ' ' + word;
    }
    if (words.empty()) line += " <*None*>";
    lines.push_back(std::move(line));
}

void report_modes(Lines& lines, const Servers& servers) {
    heading(lines, "Cryptographic Mode details", "Server   Status   Modes");
    for (const auto& server : servers) {
        const auto protection = sslserv::decide_protection(server.policy);
        std::vector<std::string> enabled, disabled;
        (protection.fips ? enabled : disabled).push_back("FIPS-140-2");
        (protection.nist ? enabled : disabled).push_back("NIST-800-131A");
        list_words(lines, server.userid, "Enabled", enabled);
        list_words(lines, server.userid, "Disabled", disabled);
    }
}

void report_protocols(Lines& lines, const Servers& servers) {
    heading(lines, "Protocol details", "Server   Status   Protocols");
    for (const auto& server : servers) {
        const auto protection = sslserv::decide_protection(server.policy);
        std::vector<std::string> enabled, disabled;
        for (const auto version : sslserv::known_protocols(server.policy.level)) {
            if (protection.protocols.has(version)) enabled.emplace_back(sslserv::keyword_of(version));
            else disabled.emplace_back(sslserv::keyword_of(version));
        }
        list_words(lines, server.userid, "Enabled", enabled);
        list_words(lines, server.userid, "Disabled", disabled);
    }
}

std::vector<std::string> names_of(const std::vector<const sslserv::CipherSuite*>& suites) {
    std::vector<std::string> names;
    for (const auto* suite : suites) names.emplace_back(suite->name);
    return names;
}

void report_ciphers(Lines& lines, const Servers& servers) {
    heading(lines, "Cipher details", "Server   State    Ciphers");
    for (const auto& server : servers) {
        const auto protection = sslserv::decide_protection(server.policy);
        list_words(lines, server.userid, "Included", names_of(protection.included));
        list_words(lines, server.userid, "Exempt", names_of(protection.exempt));
    }
}

/// Where it is known what machine it is.
void report_hardware(Lines& lines, const Servers& servers) {
    if (std::ranges::none_of(servers, [](const auto& server) { return server.hardware.has_value(); })) return;
    heading(lines, "Cryptographic hardware details", "Server   Status   Hardware");
    for (const auto& server : servers) {
        if (!server.hardware) continue;
        std::vector<std::string> enabled, disabled;
        (server.hardware->cpacf ? enabled : disabled).push_back("CPACF");
        (server.hardware->apvirtual ? enabled : disabled).push_back("APVIRTUAL");
        list_words(lines, server.userid, "Enabled", enabled);
        list_words(lines, server.userid, "Disabled", disabled);
    }
}

/// At least one blank between columns, however long a socket's text is.
std::string padded(std::string text, std::size_t width) {
    if (text.size() < width) text.append(width - text.size(), ' ');
    else text += ' ';
    return text;
}

std::string session_line(const sslserv::ServerSnapshot& server, const sslserv::SessionSnapshot& session) {
    const std::string protocol = server.policy.level.has(Apar::PI99184) ? session.protocol + '_' : "";
    const std::string cipher = session.established ? protocol + session.cipher : "<*In Handshake*>";
    return fmt::format("{:<8}  {}{}{:<6}{:<10}{}", server.userid.view(), padded(session.local.str(), 18),
                       padded(session.peer.str(), 18), session.inbound ? "I" : "O", session.label, cipher);
}

std::string_view state_of(const sslserv::ServerSnapshot& server) {
    if (server.quiescing) return "Quiescing";
    return server.active ? "Active" : "Starting";
}

}  // namespace

std::vector<std::string> report_ssl_status_summary(const Servers& servers) {
    Lines lines;
    heading(lines, "Status summary information",
            "Server   Status     Sessions  Maximum  High     Total      Failed   Key File");
    for (const auto& server : servers)
        lines.push_back(fmt::format("{:<8} {:<10} {:<9} {:<8} {:<8} {:<10} {:<8} {}", server.userid.view(),
                                    state_of(server), server.sessions.size(), server.max_sessions,
                                    server.high_sessions, server.total_sessions, server.failed_handshakes,
                                    server.key_file));
    return lines;
}

std::vector<std::string> report_ssl_status_details(const Servers& servers) {
    Lines lines;
    report_modes(lines, servers);
    report_protocols(lines, servers);
    report_ciphers(lines, servers);
    report_hardware(lines, servers);
    return lines;
}

std::vector<std::string> report_ssl_sessions(const Servers& servers) {
    Lines lines;
    heading(lines, "Session information",
            "Server      Local Socket      Remote Socket      Type  Label      Cipher Details");
    for (const auto& server : servers) {
        for (const auto& session : server.sessions) lines.push_back(session_line(server, session));
        if (server.sessions.empty())
            lines.push_back(fmt::format("{:<8}  <*No Sessions*>", server.userid.view()));
    }
    return lines;
}

std::vector<std::string> report_ssl_trace(const Servers& servers) {
    Lines lines;
    heading(lines, "Trace settings", "Server   Type         Data   Length  Scope");
    for (const auto& server : servers) {
        const auto& trace = server.policy.trace;
        lines.push_back(fmt::format(
            "{:<8} {:<12} {:<6} {:<7} {}", server.userid.view(), sslserv::name_of(trace.level),
            sslserv::traces_data(trace) ? "DATA" : "NODATA", trace.length, sslserv::scope_of(trace)));
    }
    return lines;
}

std::vector<std::string> report_ssl_cache(const Servers& servers) {
    Lines lines;
    heading(lines, "Session cache information",
            "Server   Status     Entries  Tickets  Hits     Misses   Expired  Life   Cleanup");
    for (const auto& server : servers) {
        if (!server.cache) {
            lines.push_back(fmt::format("{:<8} <*None*>", server.userid.view()));
            continue;
        }
        const auto& cache = *server.cache;
        const auto life = duration_cast<seconds>(server.policy.cache_life).count();
        const auto shown = life % 3600 == 0 ? fmt::format("{}H", life / 3600)
                           : life % 60 == 0 ? fmt::format("{}M", life / 60)
                                            : fmt::format("{}S", life);
        lines.push_back(fmt::format("{:<8} {:<10} {:<8} {:<8} {:<8} {:<8} {:<8} {:<6} {}",
                                    server.userid.view(), cache.served ? "Active" : "No answer",
                                    cache.entries, cache.tickets, cache.hits, cache.misses, cache.expired,
                                    shown, server.policy.cache_cleanup));
    }
    return lines;
}

std::vector<std::string> report_ssl_settings(const Userid& stack, bool set,
                                             const std::vector<Userid>& servers) {
    Lines lines;
    heading(lines, "Command default settings", "Option    Set  Value");
    lines.push_back(fmt::format("TCPserver {:<4} {}", set ? "Yes" : "No", stack.view()));
    std::string names;
    for (const auto& server : servers) names += (names.empty() ? "" : " ") + server.str();
    lines.push_back(
        fmt::format("SSLserver {:<4} {}", servers.empty() ? "No" : "Yes", servers.empty() ? "ALL" : names));
    return lines;
}

}  // namespace vmlab::sim

#include "sslserv/session_trace.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "sslserv/keydb/certificate.hpp"

namespace vmlab::sslserv {
namespace {

std::string_view name_of(KeyKind kind) {
    switch (kind) {
        case KeyKind::rsa: return "RSA";
        case KeyKind::ec: return "EC";
        case KeyKind::dsa: return "DSA";
        case KeyKind::other: break;
    }
    return "other";
}

}  // namespace

bool traces(const Trace& trace, TraceLevel level, const Endpoint& local, const Endpoint& peer) {
    if (trace.level < level) return false;
    if (trace.level == TraceLevel::debug || (!trace.address && trace.port == 0)) return true;
    const auto fits = [&](const Endpoint& end) {
        return (!trace.address || *trace.address == end.address) &&
               (trace.port == 0 || trace.port == end.port);
    };
    return fits(local) || fits(peer);
}

bool traces_data(const Trace& trace) { return trace.data || trace.level == TraceLevel::debug; }

std::string_view name_of(TraceLevel level) {
    switch (level) {
        case TraceLevel::none: return "NONE";
        case TraceLevel::normal: return "NORMAL";
        case TraceLevel::connections: return "CONNECTIONS";
        case TraceLevel::flow: return "FLOW";
        case TraceLevel::debug: break;
    }
    return "DEBUG";
}

std::string scope_of(const Trace& trace) {
    std::string scope = trace.address ? trace.address->str() : std::string();
    if (trace.port != 0) scope += fmt::format("..{}", trace.port);
    return scope.empty() || trace.level == TraceLevel::debug ? "ALL" : scope;
}

std::string text_of(const Trace& trace) {
    if (trace.level == TraceLevel::none) return "off";
    std::string text =
        fmt::format("{} {}", name_of(trace.level), trace.data ? "DATA " : "") + scope_of(trace);
    if (traces_data(trace)) text += fmt::format(" {}", trace.length);
    return text;
}

std::vector<std::string> dump_of(ByteView bytes) {
    constexpr std::size_t kPerLine = 16;
    std::vector<std::string> lines;
    for (std::size_t at = 0; at < bytes.size(); at += kPerLine) {
        std::string line = fmt::format("   {:04X} ", at), text;
        for (std::size_t i = at; i < at + kPerLine; ++i) {
            if (i % 4 == 0) line += ' ';
            if (i >= bytes.size()) {
                line += "  ";
                continue;
            }
            line += fmt::format("{:02X}", bytes[i]);
            text += bytes[i] >= 0x20 && bytes[i] < 0x7f ? char(bytes[i]) : '.';
        }
        lines.push_back(line + "  " + text);
    }
    return lines;
}

std::string fields_of_certificate(ByteView der) {
    const auto info = read_certificate(der);
    if (!info) return "it cannot be read";
    std::string serial;
    for (const auto byte : info->serial) serial += fmt::format("{:02X}", byte);
    return fmt::format("subject {}; issuer {}; serial {}; valid {} to {}; {} {}", info->subject, info->issuer,
                       serial, iso_utc(info->not_before).substr(0, 10),
                       iso_utc(info->not_after).substr(0, 10), name_of(info->key.kind), info->key.bits);
}

std::optional<SslSessionId> session_of(const SslRequest& request) {
    return std::visit(
        [](const auto& one) -> std::optional<SslSessionId> {
            if constexpr (requires { one.session; }) return one.session;
            else return std::nullopt;
        },
        request);
}

}  // namespace vmlab::sslserv

#include "stack/server/trace.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <array>

#include "stack/base/overloaded.hpp"
#include "stack/base/ssl_text.hpp"
#include "stack/wire/ethernet.hpp"
#include "stack/wire/ipv4.hpp"
#include "stack/wire/ipv6.hpp"
#include "stack/wire/summary.hpp"

namespace vmlab::stack {
namespace {

constexpr std::array<std::string_view, std::size_t(TraceArea::count_)> kNames = {
    "ARP",     "ICMP",       "IPDOWN", "IPUP",   "PARSE",   "SSL",
    "TCPDOWN", "TCPREQUEST", "TCPUP",  "TELNET", "UDPDOWN", "UDPUP"};

/// MORETRACE shows so many bytes of a frame.
constexpr std::size_t kShownBytes = 64;

struct Areas {
    std::optional<TraceArea> own{}, ip{};
};

/// What a frame counts as.
Areas areas_of(std::span<const std::uint8_t> frame, bool up) {
    const auto ethernet = wire::parse_ethernet(frame);
    if (!ethernet) return {};
    if (ethernet->type == wire::kEtherTypeArp) return {TraceArea::arp, {}};
    constexpr std::size_t kProtocolAt = wire::kEthernetHeader + 9;
    const bool v6 = ethernet->type == wire::kEtherTypeIpv6;
    if ((!v6 && ethernet->type != wire::kEtherTypeIpv4) || frame.size() <= kProtocolAt) return {};
    Areas areas{{}, up ? TraceArea::ip_up : TraceArea::ip_down};
    switch (v6 ? wire::parse_ipv6(frame.subspan(wire::kEthernetHeader)).protocol : frame[kProtocolAt]) {
        case wire::kProtocolIcmpv6:
            if (v6) areas.own = TraceArea::icmp;
            break;
        case wire::kProtocolIcmp: areas.own = TraceArea::icmp; break;
        case wire::kProtocolTcp: areas.own = up ? TraceArea::tcp_up : TraceArea::tcp_down; break;
        case wire::kProtocolUdp: areas.own = up ? TraceArea::udp_up : TraceArea::udp_down; break;
        default: break;
    }
    return areas;
}

std::string port_words(const char* what, std::uint16_t port) { return fmt::format("{} port {}", what, port); }

}  // namespace

std::string_view name_of(TraceArea area) { return kNames[std::size_t(area)]; }

std::optional<TraceArea> trace_area(std::string_view name) {
    const auto found = std::find(kNames.begin(), kNames.end(), name);
    if (found == kNames.end()) return std::nullopt;
    return TraceArea(found - kNames.begin());
}

std::vector<std::string> trace_of_frame(const TraceSettings& settings, std::span<const std::uint8_t> frame,
                                        bool up) {
    const Areas areas = areas_of(frame, up);
    std::optional<TraceArea> area;
    for (const auto candidate : {areas.own, areas.ip})
        if (!area && candidate && settings.on(*candidate)) area = candidate;
    if (!area) return {};
    std::vector<std::string> lines{
        fmt::format("{} {}: {}", name_of(*area), up ? "in" : "out", wire::summary_of_frame(frame))};
    if (!settings.more(*area)) return lines;
    const auto shown = frame.first(std::min(frame.size(), kShownBytes));
    for (std::size_t at = 0; at < shown.size(); at += 16) {
        std::string line = fmt::format("   {:04X} ", at);
        for (std::size_t i = at; i < std::min(at + 16, shown.size()); ++i)
            line += fmt::format("{}{:02X}", i % 4 == 0 ? " " : "", shown[i]);
        lines.push_back(std::move(line));
    }
    return lines;
}

std::string trace_of(const Userid& server, const SslRequest& request) {
    return fmt::format("SSL to {}: {}", server.view(), text_of(request));
}

std::string trace_of(const Userid& server, const SslNotice& notice) {
    const std::string words = std::visit(
        overloaded{
            [](const SslServerReady&) { return std::string("ready"); },
            [](const SslServerQuiescing&) { return std::string("quiescing"); },
            [](const SslServerGone&) { return std::string("gone"); },
            [](const SslToWire& n) {
                return fmt::format("session {}: {} bytes for the wire", n.session, n.data.size());
            },
            [](const SslToApplication& n) {
                return fmt::format("session {}: {} bytes for the application", n.session, n.data.size());
            },
            [](const SslEstablished& n) {
                return fmt::format("session {} established: {} {}{}", n.session, n.protocol, n.cipher,
                                   n.resumed ? ", resumed" : "");
            },
            [](const SslFailed& n) {
                return fmt::format("session {} failed, rc {}: {}", n.session, n.code, n.reason);
            },
            [](const SslPeerClosed& n) { return fmt::format("session {}: close_notify came", n.session); },
            [](const SslDone& n) {
                return fmt::format("session {} is over{}", n.session, n.truncated ? ", truncated" : "");
            },
            [](const SslLabelAnswer& n) {
                return fmt::format("label of query {} is {}", n.query, n.known ? "known" : "not known");
            },
        },
        notice);
    return fmt::format("SSL from {}: {}", server.view(), words);
}

std::string trace_of(const Userid& client, const SocketRequest& request) {
    const std::string words = std::visit(
        overloaded{
            [](const ListenRequest& r) { return port_words("listen on", r.port); },
            [](const UnlistenRequest& r) { return port_words("listen no more on", r.port); },
            [](const ConnectRequest& r) { return "connect to " + r.peer.str(); },
            [](const SendRequest& r) {
                return fmt::format("send {} bytes on {}{}", r.data.size(), r.socket,
                                   r.then_secure ? ", then TLS" : "");
            },
            [](const ShutdownRequest& r) { return fmt::format("shut down {}", r.socket); },
            [](const CloseRequest& r) { return fmt::format("close {}", r.socket); },
            [](const AbortRequest& r) { return fmt::format("abort {}", r.socket); },
            [](const TlsQueryRequest& r) { return "is label " + r.label + " known?"; },
            [](const SecureRequest& r) { return fmt::format("secure {} with label {}", r.socket, r.label); },
            [](const PingRequest& r) { return "ping " + r.to.str(); },
            [](const DatagramRequest& r) {
                return fmt::format("datagram of {} bytes to {}", r.data.size(), r.to.str());
            },
            [](const CloseDatagramsRequest&) { return std::string("no more datagrams"); },
        },
        request);
    return fmt::format("request of {}: {}", client.view(), words);
}

std::string trace_of(const Userid& client, const SocketNotice& notice) {
    const std::string words = std::visit(
        overloaded{
            [](const Listening& n) { return port_words("listening on", n.port); },
            [](const ListenFailed& n) { return port_words("not listening on", n.port) + ": " + n.why; },
            [](const Accepted& n) {
                return fmt::format("accepted {} on port {} from {}{}", n.socket, n.port, n.peer.str(),
                                   n.secured ? ", secured" : "");
            },
            [](const Connected& n) { return fmt::format("connected {} to {}", n.socket, n.peer.str()); },
            [](const ConnectFailed& n) { return "not connected: " + n.why; },
            [](const Received& n) { return fmt::format("{} bytes on {}", n.data.size(), n.socket); },
            [](const PeerClosed& n) { return fmt::format("the peer closed {}", n.socket); },
            [](const Closed& n) {
                return fmt::format("{} is closed, {}{}{}", n.socket, name_of(n.reason),
                                   n.why.empty() ? "" : ": ", n.why);
            },
            [](const SendCredit& n) { return fmt::format("{} bytes of {} arrived", n.bytes, n.socket); },
            [](const TlsAnswer& n) {
                return fmt::format("label {}: {}", n.label,
                                   n.status == TlsStatus::ready           ? "known"
                                   : n.status == TlsStatus::label_unknown ? "not known"
                                                                          : "no SSL server");
            },
            [](const SecureReady& n) { return fmt::format("{} can be secured", n.socket); },
            [](const SecureRefused& n) { return fmt::format("{} cannot be secured: {}", n.socket, n.why); },
            [](const Secured& n) {
                return fmt::format("{} is secured: {} {}", n.socket, n.protocol, n.cipher);
            },
            [](const SecureFailed& n) {
                return fmt::format("{} is not secured, rc {}: {}", n.socket, n.code, n.why);
            },
            [](const PingAnswer& n) { return n.answered ? "ping answered" : "ping not answered: " + n.why; },
            [](const DatagramArrived& n) {
                return fmt::format("datagram of {} bytes from {}", n.data.size(), n.from.str());
            },
            [](const DatagramFailed& n) { return "datagram failed: " + n.why; },
        },
        notice);
    return fmt::format("notice to {}: {}", client.view(), words);
}

}  // namespace vmlab::stack

// What the users of UDP and of echo want sent.
#include <fmt/core.h>

#include <algorithm>

#include "stack/stack_impl.hpp"
#include "stack/wire/udp.hpp"

namespace vmlab::stack {

bool Stack::bind_udp(std::uint16_t port) { return port != 0 && impl_->udp_ports.insert(port).second; }

std::optional<std::uint16_t> Stack::bind_any_udp() {
    constexpr std::uint16_t kFirst = 49152, kMany = 16384;
    const auto begin = std::uint16_t(impl_->dice.below(kMany));
    for (std::uint16_t i = 0; i < kMany; ++i) {
        const auto port = std::uint16_t(kFirst + (begin + i) % kMany);
        if (bind_udp(port)) return port;
    }
    return std::nullopt;
}

void Stack::unbind_udp(std::uint16_t port) { impl_->udp_ports.erase(port); }

void Stack::send_datagram(std::uint16_t local_port, const Endpoint& to, Buffer data, Instant now, Sink& out,
                          std::uint8_t ttl) {
    const auto refuse = [&](const char* why, std::vector<SourceLocation> rests_on = {}) {
        out.record({RecordKind::refusal, fmt::format("datagram to {} not sent: {}", to.str(), why),
                    std::move(rests_on)});
    };
    constexpr std::size_t kMostPayload = 65535 - wire::kIpv4Header - wire::kUdpHeader;
    if (to.address.is_unspecified() || to.port == 0) return refuse("not an address to send to");
    if (data.size() > kMostPayload) return refuse("longer than a datagram can be");
    const IpAddress destination = to.address;
    const IpAddress source = impl_->source_for(destination);
    if (source.is_unspecified()) {
        refuse("no route", {impl_->options.routes_where});
        return out.icmp_error({{}, wire::kIcmpUnreachable, wire::kUnreachableNet, true, local_port});
    }
    const std::size_t lower = lower_headers(destination);
    Buffer frame = Buffer::with_header(lower + wire::kUdpHeader, data);
    wire::emit_udp_header(local_port, to.port, source, destination,
                          std::span(frame.writable(), frame.size()).subspan(lower));
    data = {};
    impl_->send_ip({source, destination, wire::kProtocolUdp, false, ttl}, std::move(frame), now, out);
}

void Stack::send_echo(const IpAddress& to, std::uint16_t identifier, std::uint16_t sequence,
                      std::size_t bytes, Instant now, Sink& out) {
    const IpAddress source = impl_->source_for(to);
    if (to.is_unspecified() || source.is_unspecified()) {
        out.record({RecordKind::refusal,
                    fmt::format("echo request to {} not sent: no route", to.str()),
                    {impl_->options.routes_where}});
        return;
    }
    if (to.is_v4() && (to.is_multicast() || impl_->is_broadcast(to.v4())))
        return impl_->report_attack(
            Attack::smurf_out, {source, 0},
            fmt::format("echo request to {} not sent: every host of a network would answer", to.str()), {},
            now, out);
    if (to.is_v4()) impl_->expect_echo(to, identifier, now);
    constexpr std::size_t kMostEcho = 65535 - wire::kIpv4Header - wire::kIcmpHeader;
    std::vector<std::uint8_t> payload(std::min(bytes, kMostEcho));
    for (std::size_t i = 0; i < payload.size(); ++i) payload[i] = std::uint8_t('a' + i % 26);
    const bool v4 = to.is_v4();
    impl_->send_icmp({source, to, v4 ? wire::kProtocolIcmp : wire::kProtocolIcmpv6},
                     v4 ? wire::kIcmpEchoRequest : wire::kIcmpv6EchoRequest, 0,
                     std::uint32_t(identifier) << 16 | sequence, payload, now, out);
}

}  // namespace vmlab::stack

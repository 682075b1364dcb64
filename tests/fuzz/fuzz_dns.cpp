// libFuzzer entry: DNS messages. Built with -fsanitize=fuzzer only. What is parsed is emitted and parsed as
// the same message; the name server's answer to it is a message.
#include <cstddef>
#include <cstdint>
#include <span>

#include "services/dns/zone.hpp"
#include "stack/base/assert.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace vmlab;
    using namespace vmlab::services;
    static const DnsZone zone = [] {
        DnsZone z;
        z.domains = {*DnsName::parse("example.test")};
        z.add_host("a.example.test", Ipv4Address::of(9, 60, 60, 3));
        z.add_mail("example.test", 10, "a.example.test");
        z.add_alias("b.example.test", "b.example.test");
        return z;
    }();
    const std::span bytes(data, size);
    if (const auto message = parse_dns(bytes)) {
        const auto again = parse_dns(emit_dns(*message, kMostTcpMessage));
        vm_assert(again.has_value());
        vm_assert(*again == *message || again->truncated);
    }
    const auto answer = answer_dns(zone, bytes, kMostUdpMessage);
    vm_assert(answer.empty() || (answer.size() <= kMostUdpMessage && parse_dns(answer)));
    return 0;
}

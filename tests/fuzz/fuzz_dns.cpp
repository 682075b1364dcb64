// libFuzzer entry: DNS messages. Built with -fsanitize=fuzzer only. What is parsed is emitted and parsed as
// the same message; the name server's answer to it is a message; a resolver to which it is the answer, with
// the number of its question, comes to an end or goes on waiting.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "services/dns/resolver.hpp"
#include "services/dns/zone.hpp"
#include "stack/base/assert.hpp"

namespace {

using namespace vmlab;
using namespace vmlab::services;

/// Answers every question with the same bytes.
struct Liar final : ResolverSink {
    explicit Liar(std::span<const std::uint8_t> bytes) : said(bytes.begin(), bytes.end()) {}
    CauseId record(Record) override { return {}; }
    void trace(std::string) override {}
    void request(SocketRequest what) override {
        if (auto* const question = std::get_if<DatagramRequest>(&what)) last = *question;
    }
    void run() {
        constexpr int kMostQuestions = 64;
        ResolverConfig config;
        config.servers = {{Ipv4Address::of(9, 60, 60, 2), {}}};
        Resolver resolver(config, {"a.example.test", DnsType::a}, 1, 7);
        Instant now{};
        resolver.start(now, *this);
        for (int i = 0; !resolver.outcome(); ++i) {
            vm_assert(i < kMostQuestions);
            if (said.size() < 2) last.reset();
            if (last) {
                std::copy_n(last->data.data(), 2, said.begin());
                const DatagramRequest question = *std::exchange(last, std::nullopt);
                resolver.receive(DatagramArrived{question.tag, question.to, Buffer::copy_of(said)}, now,
                                 *this);
            }
            if (const auto at = resolver.next_deadline(); at && !last) resolver.tick(now = *at, *this);
        }
    }
    std::vector<std::uint8_t> said;
    std::optional<DatagramRequest> last{};
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
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
    Liar(bytes).run();
    return 0;
}

// A hundred thousand mutated frames thrown at two stacks in the middle of their work: nothing crashes,
// nothing grows without bound, and when the users are gone nothing is left.
#include <doctest/doctest.h>

#include <algorithm>
#include <vector>

#include "stack/wire/checksum.hpp"
#include "tests/stack/virtual_net.hpp"

using namespace vmlab;
using namespace vmlab::stack;
using namespace vmlab::stack::test;

namespace {

using Bytes = std::vector<std::uint8_t>;

void put_checksum(Bytes& frame, std::size_t at, std::uint16_t sum) {
    frame[at] = std::uint8_t(sum >> 8);
    frame[at + 1] = std::uint8_t(sum);
}

/// Makes the checksums right again, so that the mutation is seen by more than the checksum.
void repair(Bytes& frame) {
    if (frame.size() < 34 || frame[12] != 8 || frame[13] != 0) return;
    const std::size_t header = std::size_t(frame[14] & 15) * 4;
    const std::size_t total = std::size_t(frame[16] << 8 | frame[17]);
    if (header < 20 || total < header || 14 + total > frame.size()) return;
    put_checksum(frame, 24, 0);
    put_checksum(frame, 24, wire::checksum_of(std::span(frame).subspan(14, header)));
    const auto payload = std::span<const std::uint8_t>(frame).subspan(14 + header, total - header);
    const std::size_t at = frame[23] == wire::kProtocolTcp ? 16 : frame[23] == wire::kProtocolUdp ? 6 : 2;
    if (payload.size() < at + 2) return;
    put_checksum(frame, 14 + header + at, 0);
    std::uint64_t sum = wire::sum_words(payload);
    if (frame[23] != wire::kProtocolIcmp) {
        const auto address = [&](std::size_t i) {
            return Ipv4Address::of(frame[i], frame[i + 1], frame[i + 2], frame[i + 3]);
        };
        sum += wire::sum_pseudo_header(address(26), address(30), frame[23], std::uint32_t(payload.size()));
    }
    put_checksum(frame, 14 + header + at, wire::fold_checksum(sum));
}

Bytes mutated(const Buffer& original, RandomStream& random) {
    Bytes frame(original.span().begin(), original.span().end());
    for (auto changes = random.below(4); changes > 0 && !frame.empty(); --changes) {
        // Headers are where it hurts.
        const auto at =
            random.below(random.below(4) == 0 ? frame.size() : std::min<std::size_t>(frame.size(), 80));
        switch (random.below(5)) {
            case 0: frame[at] ^= std::uint8_t(1u << random.below(8)); break;
            case 1: frame[at] = std::uint8_t(random.u32()); break;
            case 2: frame[at] = random.below(2) ? 0xff : 0; break;
            case 3: frame.resize(at); break;
            default: frame.insert(frame.end(), random.below(64), std::uint8_t(random.u32())); break;
        }
    }
    if (random.below(4) != 0) repair(frame);
    return frame;
}

/// Keeps a connection with traffic alive while strangers do their worst to it.
void keep_busy(Pair& p) {
    if (p.client.connection_count() > 40) {
        for (const auto& row : p.client.stack.snapshot().connections)
            if (row.state != TcpState::listen) p.client.stack.abort(row.id, p.net.now, p.client);
    }
    const auto id = p.client.connect("9.60.60.3", 21);
    if (id != 0) p.client.stream(id, 30'000, true);
    p.client.stack.send_echo(*Ipv4Address::parse("9.60.60.3"), 1, 1, 3000, p.net.now, p.client);
    p.client.stack.send_datagram(1024, {*Ipv4Address::parse("9.60.60.3"), 69}, Buffer::copy_of("datagram"),
                                 p.net.now, p.client);
}

}  // namespace

TEST_CASE("mutated frames do no harm") {
    StackOptions options;
    options.receive_buffer = 64 * 1024;
    Pair p(99, {.lose = 5'000}, options);
    p.server.stack.bind_udp(69);
    p.net.keeps_raw = 256;
    RandomStream random(seed_from_number(4711), "mutations");
    for (int i = 0; i < 100'000; ++i) {
        if (i % 250 == 0) keep_busy(p);
        for (int steps = 0; steps < 2; ++steps) p.net.step(p.net.now + milliseconds{1});
        if (p.net.raw.empty()) continue;
        const Bytes frame = mutated(p.net.raw[random.below(p.net.raw.size())], random);
        p.net.inject(random.below(2), 0, Buffer::copy_of(frame));
        if (i % 1000 == 0) {
            CHECK(p.server.connection_count() < 2000);
            p.server.text.clear();
            p.client.text.clear();
        }
    }
    std::uint64_t drops = 0;
    for (const auto n : p.server.stack.snapshot().drops) drops += n;
    CHECK(drops > 1000);
    CHECK(p.server.records.size() < 100'000);

    for (Host* host : {&p.client, &p.server})
        for (const auto& row : host->stack.snapshot().connections)
            if (row.state != TcpState::listen) host->stack.close(row.id, p.net.now, *host);
    p.net.run_for(minutes{20});
    CHECK(p.client.connection_count() == 0);
    CHECK(p.server.connection_count() == 0);
    CHECK_FALSE(p.client.stack.next_deadline());
    CHECK_FALSE(p.server.stack.next_deadline());
}

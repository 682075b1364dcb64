// What the quick road reads and writes in one go is what the readers and writers of each header say.
#include <doctest/doctest.h>

#include <vector>

#include "stack/base/random.hpp"
#include "stack/wire/plain_frame.hpp"

using namespace vmlab;
using namespace vmlab::stack::wire;

namespace {

const MacAddress kTo{{2, 0, 0, 0, 0, 2}}, kFrom{{2, 0, 0, 0, 0, 1}};
const Ipv4Address kSource = Ipv4Address::of(9, 60, 60, 3), kDestination = Ipv4Address::of(9, 60, 60, 2);

Ipv4Header any_header(RandomStream& dice, std::size_t payload) {
    Ipv4Header ip;
    ip.source = kSource;
    ip.destination = kDestination;
    ip.protocol = kProtocolTcp;
    ip.total_length = std::uint16_t(kIpv4Header + payload);
    ip.identification = std::uint16_t(dice.u32());
    ip.dont_fragment = dice.below(2) == 1;
    ip.traffic_class = std::uint8_t(dice.u32());
    ip.ttl = std::uint8_t(dice.u32());
    return ip;
}

std::vector<std::uint8_t> frame_of(const Ipv4Header& ip) {
    std::vector<std::uint8_t> frame(kEthernetHeader + ip.total_length);
    emit_ethernet({kTo, kFrom, kEtherTypeIpv4}, frame);
    emit_ipv4(ip, std::span(frame).subspan(kEthernetHeader));
    set_network_word(frame.data() + kPlainHeaders, 40000u << 16 | 23);
    return frame;
}

}  // namespace

TEST_CASE("headers made for a pair of hosts are those that would be written for each frame") {
    RandomStream dice(seed_from_number(1), "plain");
    const PlainHeaders headers(kTo, kFrom, kSource, kDestination);
    for (int i = 0; i < 2000; ++i) {
        const Ipv4Header ip = any_header(dice, kTcpHeader + dice.below(1441));
        const auto expected = frame_of(ip);
        std::vector<std::uint8_t> frame = expected;
        std::fill_n(frame.begin(), kPlainHeaders, std::uint8_t{0xee});
        headers.write(ip, frame);
        REQUIRE(frame == expected);
        const auto read = read_plain_segment(frame, kTo);
        REQUIRE(read.size == ip.total_length - kIpv4Header);
        CHECK(read.source == kSource);
        CHECK(read.destination == kDestination);
        CHECK(read.source_port == 40000);
        CHECK(read.destination_port == 23);
        CHECK(read.traffic_class == ip.traffic_class);
    }
    CHECK(headers.addresses() == sum_pair(kSource, kDestination));
}

TEST_CASE("whatever is not a plain frame is left to the long road") {
    RandomStream dice(seed_from_number(2), "plain");
    const auto changed = [&](auto change) {
        Ipv4Header ip = any_header(dice, kTcpHeader + 100);
        change(ip);
        return read_plain_segment(frame_of(ip), kTo).size;
    };
    REQUIRE(changed([](Ipv4Header&) {}) == kTcpHeader + 100);
    CHECK(changed([](Ipv4Header& ip) { ip.more_fragments = true; }) == 0);
    CHECK(changed([](Ipv4Header& ip) { ip.fragment_offset = 8; }) == 0);
    CHECK(changed([](Ipv4Header& ip) { ip.protocol = kProtocolUdp; }) == 0);
    static constexpr std::uint8_t kNothing[4] = {1, 1, 1, 1};
    CHECK(changed([](Ipv4Header& ip) { ip.options = kNothing; }) == 0);

    const auto good = frame_of(any_header(dice, kTcpHeader + 100));
    CHECK(read_plain_segment(good, kFrom).size == 0);  // for another station
    for (std::size_t at = 12; at < kPlainHeaders; ++at) {
        auto wrong = good;
        wrong[at] ^= 0x10;  // the header's sum sees it, or the type does
        CAPTURE(at);
        CHECK(read_plain_segment(wrong, kTo).size == 0);
    }
    for (std::size_t size = 0; size < good.size(); ++size)
        REQUIRE(read_plain_segment(std::span(good).first(size), kTo).size == 0);
    auto padded = good;
    padded.resize(good.size() + 7);
    CHECK(read_plain_segment(padded, kTo).size == kTcpHeader + 100);
}

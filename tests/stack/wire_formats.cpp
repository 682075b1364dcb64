// Golden bytes, both ways: what can be said can be written and read back, and what does not fit is refused.
#include <doctest/doctest.h>

#include <vector>

#include "stack/base/bytes.hpp"
#include "stack/wire/arp.hpp"
#include "stack/wire/checksum.hpp"
#include "stack/wire/ethernet.hpp"
#include "stack/wire/icmp.hpp"
#include "stack/wire/ipv4.hpp"
#include "stack/wire/summary.hpp"
#include "stack/wire/tcp_segment.hpp"
#include "stack/wire/udp.hpp"

using namespace vmlab;
using namespace vmlab::stack::wire;

namespace {

using Bytes = std::vector<std::uint8_t>;

Bytes hex(std::string_view text) {
    Bytes bytes;
    int high = -1;
    for (const char c : text) {
        if (c == ' ') continue;
        const int digit = c <= '9' ? c - '0' : c - 'a' + 10;
        if (high < 0) {
            high = digit;
        } else {
            bytes.push_back(std::uint8_t(high << 4 | digit));
            high = -1;
        }
    }
    return bytes;
}

const Ipv4Address kSource = Ipv4Address::of(192, 168, 0, 1);
const Ipv4Address kDestination = Ipv4Address::of(192, 168, 0, 199);

}  // namespace

TEST_CASE("the checksum of RFC 1071's example, and of every split and length") {
    CHECK(checksum_of(hex("0001 f203 f4f5 f6f7")) == std::uint16_t(~0xddf2));
    Bytes bytes(70'001);
    for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = std::uint8_t(i * 7 + i / 256);
    for (const std::size_t size : {0u, 1u, 2u, 3u, 31u, 64u, 1459u, 65'535u, 65'536u, 65'537u, 70'001u}) {
        std::uint64_t plain = 0;
        for (std::size_t i = 0; i < size; ++i) plain += i % 2 ? bytes[i] : std::uint32_t(bytes[i]) << 8;
        while (plain >> 16) plain = (plain & 0xffff) + (plain >> 16);
        CHECK(checksum_of(std::span(bytes).first(size)) == std::uint16_t(~plain));
    }
    // Few bytes are summed in wide words whose carries come round: every length, at every beginning.
    std::uint64_t folded = 0;
    const Bytes full(300, 0xff);
    for (std::size_t size = 0; size <= full.size(); ++size) {
        const auto part = std::span(bytes).subspan(size % 16, size);
        std::uint64_t plain = 0;
        for (std::size_t i = 0; i < size; ++i) plain += i % 2 ? part[i] : std::uint32_t(part[i]) << 8;
        while (plain >> 16) plain = (plain & 0xffff) + (plain >> 16);
        REQUIRE(checksum_of(part) == std::uint16_t(~plain));
        REQUIRE(checksum_of(std::span(full).first(size)) == std::uint16_t(~folded));
        folded += size % 2 ? 0xff : 0xff00;
        while (folded >> 16) folded = (folded & 0xffff) + (folded >> 16);
    }
    const auto all = std::span<const std::uint8_t>(bytes);
    CHECK(fold_checksum(sum_words(all.first(1000)) + sum_words(all.subspan(1000))) == checksum_of(all));
    for (const std::size_t from : {0u, 1u, 2u, 5u})
        for (const std::size_t size : {0u, 1u, 3u, 4u, 63u, 64u, 65u, 1447u, 1448u, 20'000u}) {
            Bytes copy(size + 1, 0xee);
            const auto part = all.subspan(from, size);
            CHECK(fold_checksum(copy_and_sum(copy.data(), part)) == checksum_of(part));
            CHECK(std::equal(part.begin(), part.end(), copy.begin()));
            CHECK(copy.back() == 0xee);
        }
    // All ones: the largest sum there is.
    const Bytes ones(65'536, 0xff);
    CHECK(checksum_of(ones) == 0);
}

TEST_CASE("Ethernet: fourteen bytes") {
    const Bytes frame = hex("02003000001e 020030000002 0800");
    const auto header = parse_ethernet(frame);
    REQUIRE(header);
    CHECK(header->destination.str() == "02003000001E");
    CHECK(header->type == kEtherTypeIpv4);
    Bytes again(14);
    emit_ethernet(*header, again);
    CHECK(again == frame);
    CHECK_FALSE(parse_ethernet(std::span(frame).first(13)));
}

TEST_CASE("ARP: who has 9.60.60.3") {
    const Bytes packet = hex("0001 0800 06 04 0001 020000000001 093c3c09 000000000000 093c3c03");
    const auto arp = parse_arp(packet);
    REQUIRE(arp);
    CHECK(arp->operation == ArpOperation::request);
    CHECK(arp->sender.str() == "9.60.60.9");
    CHECK(arp->target.str() == "9.60.60.3");
    Bytes again(kArpPacket);
    emit_arp(*arp, again);
    CHECK(again == packet);
    for (const std::size_t spoiled : {1u, 3u, 4u, 5u, 7u}) {
        Bytes bad = packet;
        bad[spoiled] ^= 0x40;
        CHECK_FALSE(parse_arp(bad));
    }
    CHECK_FALSE(parse_arp(std::span(packet).first(27)));
}

TEST_CASE("IPv4: a header known from the textbooks") {
    const Bytes header = hex("4500 0073 0000 4000 4011 b861 c0a8 0001 c0a8 00c7");
    Bytes packet = header;
    packet.resize(0x73);
    const auto [fault, ip] = parse_ipv4(packet);
    REQUIRE(fault == Ipv4Fault::none);
    CHECK(ip.source == kSource);
    CHECK(ip.destination == kDestination);
    CHECK(ip.dont_fragment);
    CHECK(ip.protocol == kProtocolUdp);
    CHECK(ip.ttl == 64);
    CHECK(ip.total_length == 0x73);
    Bytes again(20);
    emit_ipv4(ip, again);
    CHECK(again == header);

    CHECK(parse_ipv4(std::span(packet).first(0x72)).fault == Ipv4Fault::malformed);
    packet[15] ^= 1;
    CHECK(parse_ipv4(packet).fault == Ipv4Fault::bad_checksum);
}

TEST_CASE("IPv4: options are carried, padding behind the datagram is not seen") {
    Ipv4Header ip;
    const Bytes options = hex("94040000");  // router alert
    ip.options = options;
    ip.total_length = 24;
    ip.ttl = 1;
    ip.protocol = 2;
    ip.source = kSource;
    ip.destination = Ipv4Address::of(224, 0, 0, 1);
    Bytes packet(46);
    emit_ipv4(ip, packet);
    const auto parsed = parse_ipv4(packet);
    REQUIRE(parsed.fault == Ipv4Fault::none);
    CHECK(parsed.header.size() == 24);
    CHECK(Bytes(parsed.header.options.begin(), parsed.header.options.end()) == options);
    Bytes shorter = packet;
    shorter[0] = 0x44;  // a header of 16 bytes cannot be
    CHECK(parse_ipv4(shorter).fault == Ipv4Fault::malformed);
}

TEST_CASE("UDP: checksum, and the zero that means none") {
    Bytes datagram = hex("0400 0035 000b 0000 616263");
    emit_udp_header(1024, 53, kSource, kDestination, datagram);
    auto [fault, udp] = parse_udp(datagram, kSource, kDestination);
    REQUIRE(fault == UdpFault::none);
    CHECK(udp.source_port == 1024);
    CHECK(udp.destination_port == 53);
    CHECK(udp.length == 11);
    datagram[9] ^= 1;
    CHECK(parse_udp(datagram, kSource, kDestination).fault == UdpFault::bad_checksum);
    datagram[6] = datagram[7] = 0;
    CHECK(parse_udp(datagram, kSource, kDestination).fault == UdpFault::none);
    datagram[5] = 12;
    CHECK(parse_udp(datagram, kSource, kDestination).fault == UdpFault::malformed);
}

TEST_CASE("ICMP: an echo request") {
    Bytes echo = hex("0800 0000 04d2 0001 6162");
    emit_icmp_header(kIcmpEchoRequest, 0, 0x04d20001, echo);
    CHECK(echo == hex("0800 91ca 04d2 0001 6162"));
    const auto [fault, message] = parse_icmp(echo);
    REQUIRE(fault == IcmpFault::none);
    CHECK(message.rest == 0x04d20001);
    CHECK(message.payload.size() == 2);
    echo[8] ^= 1;
    CHECK(parse_icmp(echo).fault == IcmpFault::bad_checksum);
    CHECK(parse_icmp(std::span(echo).first(7)).fault == IcmpFault::malformed);
}

TEST_CASE("TCP: a SYN with everything that we offer") {
    TcpHeader syn;
    syn.source_port = 1025;
    syn.destination_port = 992;
    syn.sequence = 0x01020304;
    syn.flags.syn = true;
    syn.window = 65535;
    syn.options.mss = 1460;
    syn.options.window_shift = 3;
    syn.options.sack_permitted = true;
    syn.options.timestamps = Timestamps{0x11223344, 0};
    REQUIRE(syn.size() == 44);
    Bytes bytes(44);
    emit_tcp_header(syn, kSource, kDestination, bytes);
    Bytes expected =
        hex("0401 03e0 01020304 00000000 b002 ffff 0000 0000"
            "0204 05b4 01030303 01010402 0101080a 11223344 00000000");
    expected[16] = bytes[16];  // the checksum is proved by reading it back
    expected[17] = bytes[17];
    CHECK(bytes == expected);
    const auto parsed = parse_tcp(bytes, kSource, kDestination);
    REQUIRE(parsed.fault == TcpFault::none);
    CHECK(parsed.header == syn);
    CHECK(parsed.header_size == 44);
    CHECK(parse_tcp(bytes, kSource, kSource).fault == TcpFault::bad_checksum);
}

TEST_CASE("TCP: whatever can be said comes back as it was said") {
    for (unsigned bits = 0; bits < 256; ++bits) {
        for (std::uint8_t blocks = 0; blocks <= 3; ++blocks) {
            TcpHeader h;
            h.source_port = 1;
            h.destination_port = 65535;
            h.sequence = 0xffffffff;
            h.acknowledgment = 0x80000000;
            h.window = std::uint16_t(bits * 257);
            h.urgent = std::uint16_t(bits);
            h.flags = {(bits & 1) != 0,  (bits & 2) != 0,  (bits & 4) != 0,  (bits & 8) != 0,
                       (bits & 16) != 0, (bits & 32) != 0, (bits & 64) != 0, (bits & 128) != 0};
            h.options.timestamps = Timestamps{bits, ~bits};
            h.options.sack_count = blocks;
            for (std::uint32_t i = 0; i < blocks; ++i) h.options.sack[i] = {i * 100, i * 100 + 50};
            Bytes bytes(h.size() + 3, 0x5a);
            emit_tcp_header(h, kSource, kDestination, bytes);
            const auto parsed = parse_tcp(bytes, kSource, kDestination);
            REQUIRE(parsed.fault == TcpFault::none);
            REQUIRE(parsed.header == h);
        }
    }
}

TEST_CASE("TCP options: unknown ones are skipped, at any offset; lengths that cannot be are a fault") {
    struct Case {
        const char* options;
        TcpFault fault;
        std::uint16_t mss;
    };
    const Case cases[] = {
        {"01 02 04 05b4 01 00 00", TcpFault::none, 1460},  // MUST-64: not aligned
        {"fd 06 aabbccdd 01 02 04 0200 00 00", TcpFault::none, 512},
        {"00 02 04 05b4 00 00 00", TcpFault::none, 0},                 // behind the end nothing counts
        {"02 00 05b4", TcpFault::bad_option, 0},                       // MUST-7: length zero
        {"02 01 05b4", TcpFault::bad_option, 0},                       // shorter than its own head
        {"02 03 05b4", TcpFault::bad_option, 0},                       // not the length of an MSS
        {"01 01 fd 09", TcpFault::bad_option, 0},                      // beyond the header
        {"01 01 01 02", TcpFault::bad_option, 0},                      // no length at all
        {"05 09 0000000000000000 01 01 01", TcpFault::bad_option, 0},  // SACK of 7 bytes
    };
    for (const auto& one : cases) {
        CAPTURE(one.options);
        const Bytes options = hex(one.options);
        Bytes bytes(20 + (options.size() + 3) / 4 * 4);
        TcpHeader h;
        h.source_port = h.destination_port = 7;
        h.flags.syn = true;
        emit_tcp_header(h, kSource, kDestination, bytes);
        std::copy(options.begin(), options.end(), bytes.begin() + 20);
        bytes[12] = std::uint8_t(bytes.size() / 4 << 4);
        bytes[16] = bytes[17] = 0;
        const auto sum = fold_checksum(
            sum_pseudo_header(kSource, kDestination, kProtocolTcp, std::uint32_t(bytes.size())) +
            sum_words(bytes));
        bytes[16] = std::uint8_t(sum >> 8);
        bytes[17] = std::uint8_t(sum);
        const auto parsed = parse_tcp(bytes, kSource, kDestination);
        CHECK(parsed.fault == one.fault);
        if (one.fault == TcpFault::none) CHECK(parsed.header.options.mss.value_or(0) == one.mss);
    }
}

TEST_CASE("a frame in one line") {
    const Bytes arp = hex(
        "ffffffffffff 020000000001 0806 0001 0800 06 04 0001 020000000001 093c3c09 000000000000 093c3c03");
    CHECK(summary_of_frame(arp) == "ARP who has 9.60.60.3, tell 9.60.60.9");
    CHECK(summary_of_frame(hex("ffff")) == "runt frame of 2 bytes");
    CHECK(summary_of_frame(hex("ffffffffffff 020000000001 88cc 60000000")) ==
          "020000000001 > FFFFFFFFFFFF ethertype 88CC len 4");
    CHECK(summary_of_frame(hex("ffffffffffff 020000000001 86dd 60000000")) == "IPv6 malformed, 4 bytes");
    Bytes frame(14 + 20 + 20);
    TcpHeader h;
    h.source_port = 21;
    h.destination_port = 1025;
    h.sequence = 100;
    h.acknowledgment = 200;
    h.flags.syn = h.flags.ack = true;
    h.window = 8192;
    emit_tcp_header(h, kSource, kDestination, std::span(frame).subspan(34));
    Ipv4Header ip;
    ip.total_length = 40;
    ip.ttl = 64;
    ip.protocol = kProtocolTcp;
    ip.source = kSource;
    ip.destination = kDestination;
    emit_ipv4(ip, std::span(frame).subspan(14));
    emit_ethernet({{}, {}, kEtherTypeIpv4}, frame);
    CHECK(summary_of_frame(frame) ==
          "192.168.0.1..21 > 192.168.0.199..1025 [SA] seq 100 ack 200 win 8192 len 0");
}

// A wire's rate, queue and MTU, and its faults: they hit what they match, when they are to, and are counted.
#include <doctest/doctest.h>

#include "stack/wire/ethernet.hpp"
#include "stack/wire/ipv4.hpp"
#include "stack/wire/summary.hpp"
#include "stack/wire/tcp_segment.hpp"
#include "tests/system/lan_bench.hpp"

using namespace vmlab;
using namespace vmlab::sim;

namespace {

/// A TCP segment from host `from` to host `to` of the bench.
struct Segment {
    std::size_t from = 0, to = 1;
    std::uint16_t source_port = 1024, destination_port = 21;
    std::uint32_t sequence = 0;
    bool syn = false, ack = true;
    std::size_t payload = 0;
};

Buffer frame_of(const Segment& segment) {
    using namespace stack::wire;
    TcpHeader tcp;
    tcp.source_port = segment.source_port;
    tcp.destination_port = segment.destination_port;
    tcp.sequence = segment.sequence;
    tcp.flags.syn = segment.syn;
    tcp.flags.ack = segment.ack;
    const std::size_t size = tcp.size();
    Buffer frame = Buffer::allocate(34 + size + segment.payload);
    std::memset(frame.writable(), 0, frame.size());
    const std::span<std::uint8_t> room(frame.writable(), frame.size());
    const auto source = Ipv4Address::of(9, 60, 60, unsigned(segment.from)),
               destination = Ipv4Address::of(9, 60, 60, unsigned(segment.to));
    emit_tcp_header(tcp, source, destination, room.subspan(34));
    Ipv4Header ip;
    ip.total_length = std::uint16_t(frame.size() - 14);
    ip.protocol = kProtocolTcp;
    ip.source = source;
    ip.destination = destination;
    emit_ipv4(ip, room.subspan(14));
    emit_ethernet({{{0, 0, 0, 0, 0, std::uint8_t(segment.to)}},
                   {{0, 0, 0, 0, 0, std::uint8_t(segment.from)}},
                   kEtherTypeIpv4},
                  room);
    return frame;
}

struct WireBench : Bench {
    WireBench() {
        for (std::size_t i = 0; i < 3; ++i) send(i, 255, "learn");
        run(seconds{1});
        forget();
    }
    void forget() {
        for (auto* host : hosts) host->heard.clear();
    }
    void segment(const Segment& one) { system.transmit(*hosts[one.from], 0, frame_of(one)); }
    void fault(std::initializer_list<WireWord> words) {
        WireFault made;
        for (const auto& word : words) {
            const auto wrong = set_fault_word(made, word.key, word.value);
            REQUIRE_MESSAGE(!wrong, *wrong);
        }
        network.add_fault(lan, made, system.now());
    }
    void set(std::initializer_list<WireWord> words) {
        for (const auto& word : words) {
            const auto wrong = set_wire_word(network.settings(lan), word.key, word.value);
            REQUIRE_MESSAGE(!wrong, *wrong);
        }
    }
    std::size_t heard(std::size_t host) const { return hosts[host]->heard.size(); }
};

}  // namespace

TEST_CASE("a rate spaces frames, each direction by itself, and its queue drops at the tail") {
    WireBench bench;
    bench.set({{"rate", "8M"}, {"delay", "10ms"}, {"queue_frames", "3"}});  // 1000 bytes take a millisecond
    for (int i = 0; i < 5; ++i) bench.send(0, 1, std::string(986, 'x'));
    bench.send(1, 0, std::string(986, 'y'));
    bench.run(microseconds{11'500});
    CHECK(bench.heard(1) == 1);
    CHECK(bench.heard(0) == 1);  // it did not wait behind those
    bench.run(microseconds{1'000});
    CHECK(bench.heard(1) == 2);
    bench.run(seconds{1});
    CHECK(bench.heard(1) == 3);
    CHECK(bench.network.counters(bench.lan).queue_full == 2);

    bench.forget();
    bench.set({{"queue_frames", "0"}, {"queue_bytes", "2500"}});
    for (int i = 0; i < 4; ++i) bench.send(0, 1, std::string(986, 'x'));
    bench.run(seconds{1});
    CHECK(bench.heard(1) == 2);
    CHECK(bench.network.counters(bench.lan).queue_full == 4);
}

TEST_CASE("a frame larger than the wire's MTU does not pass") {
    WireBench bench;
    bench.set({{"mtu", "100"}});
    bench.send(0, 1, std::string(100, 'x'));
    bench.send(0, 1, std::string(101, 'x'));
    bench.run(seconds{1});
    CHECK(bench.heard(1) == 1);
    CHECK(bench.network.counters(bench.lan).too_large == 1);
}

TEST_CASE("losses in bursts stand together: as many as by chance alone, in far fewer runs") {
    const auto runs_of = [](std::initializer_list<WireWord> words, std::uint64_t& lost) {
        WireBench bench;
        bench.set(words);
        std::size_t runs = 0;
        bool before = false;
        for (int i = 0; i < 20'000; ++i) {
            const auto heard = bench.heard(1);
            bench.send(0, 1, "x");
            bench.run(milliseconds{1});
            const bool now = bench.heard(1) == heard;
            runs += now && !before;
            before = now;
        }
        lost = bench.network.counters(bench.lan).burst + bench.network.counters(bench.lan).lost;
        return runs;
    };
    std::uint64_t in_bursts = 0, alone = 0;
    const auto bursts = runs_of({{"burst", "0.5/10/100"}}, in_bursts);  // one frame in 21, ten at a time
    const auto single = runs_of({{"loss", "4.76"}}, alone);
    CHECK(in_bursts > 500);
    CHECK(alone > 800);
    CHECK(bursts * 6 < single);
    CHECK(in_bursts > 6 * bursts);
}

TEST_CASE("one way fails, the other does not") {
    WireBench bench;
    bench.fault({{"name", "deaf"}, {"from", "A"}, {"to", "B"}, {"loss", "100"}});
    bench.send(0, 1, "lost");
    bench.send(1, 0, "arrives");
    bench.send(0, 2, "arrives");
    bench.run(seconds{1});
    CHECK(bench.heard(0) == 1);
    CHECK(bench.heard(1) == 0);
    CHECK(bench.heard(2) == 1);
    CHECK(bench.network.faults(bench.lan)[0].fired == 1);
}

TEST_CASE("a fault lasts from its time to its end, and the n-th match is the n-th") {
    WireBench bench;
    bench.fault({{"after", "2s"}, {"until", "4s"}, {"loss", "100"}});
    bench.fault({{"destination_port", "25"}, {"nth", "2-3"}, {"duplicate", "100"}});
    for (int i = 0; i < 6; ++i) {
        bench.send(0, 1, "tick");
        bench.run(seconds{1});
    }
    CHECK(bench.heard(1) == 4);
    bench.forget();
    for (int i = 0; i < 5; ++i) bench.segment({.destination_port = 25});
    bench.segment({.destination_port = 21});
    bench.run(seconds{1});
    CHECK(bench.heard(1) == 8);
    const auto& fault = bench.network.faults(bench.lan)[1];
    CHECK(fault.matched == 5);
    CHECK(fault.fired == 2);
}

TEST_CASE("faults match addresses, ports, flags, sequence and size") {
    const auto lost = [](std::initializer_list<WireWord> match, const Segment& probe) {
        WireBench bench;
        bench.fault(match);
        auto made = bench.network.faults(bench.lan)[0];
        made.effect.loss = 1'000'000;
        bench.network.heal(bench.lan);
        bench.network.add_fault(bench.lan, made, Instant{});
        bench.segment({.sequence = 5000, .syn = true, .ack = false});
        bench.run(seconds{1});
        const auto before = bench.heard(probe.to);
        bench.segment(probe);
        bench.run(seconds{1});
        return bench.heard(probe.to) == before;
    };
    const Segment data{.sequence = 5101, .payload = 100};  // bytes 101 to 200
    CHECK(lost({{"source", "9.60.60.0"}}, data));
    CHECK_FALSE(lost({{"source", "9.60.60.1"}}, data));
    CHECK(lost({{"destination", "9.60.60.0/24"}}, data));
    CHECK_FALSE(lost({{"destination", "9.60.61.0/24"}}, data));
    CHECK(lost({{"protocol", "tcp"}, {"source_port", "1024-"}, {"destination_port", "20-21"}}, data));
    CHECK_FALSE(lost({{"source_port", "1025-"}}, data));
    CHECK_FALSE(lost({{"protocol", "udp"}}, data));
    CHECK_FALSE(lost({{"protocol", "arp"}}, data));
    CHECK(lost({{"flags", "ACK+no-SYN"}}, data));
    CHECK_FALSE(lost({{"flags", "SYN"}}, data));
    CHECK(lost({{"payload", "100"}}, data));
    CHECK_FALSE(lost({{"payload", "0"}}, data));
    CHECK(lost({{"sequence", "200-300"}}, data));
    CHECK_FALSE(lost({{"sequence", "201-300"}}, data));
    CHECK_FALSE(lost({{"sequence", "1-100"}}, data));
}

TEST_CASE("the last fault of a row sees what those before it left, and one that never fired is named") {
    WireBench bench;
    bench.fault({{"name", "first"}, {"loss", "100"}});
    bench.fault({{"name", "second"}, {"delay", "1s"}});
    bench.fault({{"name", "nowhere"}, {"from", "NOBODY"}, {"loss", "100"}});
    bench.send(0, 1, "x");
    bench.run(seconds{2});
    CHECK(bench.network.inert_faults() ==
          std::vector<std::string>{"fault 'second' of wire LAN0 never fired: no frame matched",
                                   "fault 'nowhere' of wire LAN0 never fired: no frame matched"});
}

TEST_CASE("what is wrong with a word of a wire or fault is said") {
    WireSettings wire;
    WireFault fault;
    CHECK(*set_wire_word(wire, "delay", "5") == "'delay' must be a time like 20us, 5ms, 1s or 2m, not '5'");
    CHECK(*set_wire_word(wire, "loss", "101") == "'loss' must be a percentage from 0 to 100, not '101'");
    CHECK(set_wire_word(wire, "loss", "nan"));
    CHECK(set_wire_word(wire, "burst", "1/2"));
    CHECK(set_wire_word(wire, "rate", "100"));
    CHECK(set_wire_word(wire, "mtu", "-1"));
    CHECK(set_wire_word(wire, "speed", "1")->starts_with("a wire has no 'speed'; known: delay, "));
    CHECK(set_fault_word(fault, "rate", "1M")->starts_with("a fault has no 'rate'; known: name, "));
    CHECK(set_fault_word(fault, "flags", "SYN+URGENT"));
    CHECK(set_fault_word(fault, "nth", "5-3"));
    CHECK(set_fault_word(fault, "source", "9.60.60.0/33"));
    CHECK(set_fault_word(fault, "from", "NINE CHARS"));
    CHECK(set_fault_word(fault, "protocol", "tcp6"));
}

TEST_CASE("the capture says what the wire did to a frame") {
    WireBench bench;
    Capture capture;
    bench.network.capture_to(&capture);
    bench.fault({{"name", "deaf"}, {"to", "B"}, {"loss", "100"}});
    bench.send(0, 1, "x");
    bench.set({{"mtu", "50"}});
    bench.send(0, 2, std::string(60, 'x'));
    const std::string bytes = capture.take();
    CHECK(bytes.find("to B: lost by fault 'deaf'") != bytes.npos);
    CHECK(bytes.find("to C: dropped: larger than the wire's MTU") != bytes.npos);
}

TEST_CASE("secrets stand ahead of frames that were sent a moment before, and names ahead of all") {
    WireBench bench;
    Capture capture;
    bench.network.capture_to(&capture);
    capture.add_names({{Ipv4Address::of(9, 60, 60, 3), "gdlrct2.example.test"}});
    bench.send(0, 1, "long ago");
    bench.run(2 * Capture::kHeld);
    std::string bytes = capture.take(bench.system.now());
    bench.send(0, 1, "just now");
    CHECK(capture.next_release() == bench.system.now() + Capture::kHeld);
    capture.add_secrets("CLIENT_RANDOM 00 11\n", bench.system.now());
    bytes += capture.take(bench.system.now());
    CHECK(bytes.find("just now") == bytes.npos);
    bytes += capture.take();
    CHECK(bytes.find("gdlrct2.example.test") < bytes.find("long ago"));
    CHECK(bytes.find("long ago") < bytes.find("CLIENT_RANDOM 00 11"));
    CHECK(bytes.find("CLIENT_RANDOM 00 11") < bytes.find("just now"));
    CHECK_FALSE(capture.next_release().has_value());
}

TEST_CASE("why a machine dropped a frame becomes the frame's comment") {
    WireBench bench;
    Capture capture;
    bench.network.capture_to(&capture);
    const Buffer frame = frame_of({.destination_port = 99});
    bench.system.transmit(*bench.hosts[0], 0, frame);
    bench.system.record(
        "B", {RecordKind::drop, "no listener: " + stack::wire::summary_of_frame(frame.span()), {}, {}, {}});
    CHECK(capture.take().find("B drops it: no listener") != std::string::npos);
}

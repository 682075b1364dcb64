// What a hostile or broken client can do: nothing but lose its own connection.
#include <doctest/doctest.h>

#include "stack/base/random.hpp"
#include "tests/services/telnet_bench.hpp"
#include "tests/services/tn3270_display.hpp"

using namespace vmlab;
using namespace vmlab::services;
using namespace vmlab::services::telnet_bench;

TEST_CASE("half-open: a client that says nothing is dropped, and what it owed is named") {
    struct Row {
        SecureLevel level;
        const char* bytes;
        const char* owed;
    };
    for (const Row& row : {Row{SecureLevel::required, "", "the answer to DO START-TLS"},
                           Row{SecureLevel::required, "FF FB 2E", "SB START-TLS FOLLOWS"},
                           Row{SecureLevel::never, "", "the answer to DO TN3270E"},
                           Row{SecureLevel::never, "FF FB 28", "the TN3270E device type"},
                           Row{SecureLevel::never, "FF FC 28 FF FB 18", "the terminal type"}}) {
        Bench bench(config_with(row.level));
        bench.connect();
        if (*row.bytes) bench.client_sends(row.bytes);
        bench.wait(seconds{59});
        CHECK_FALSE(bench.closing());
        bench.wait(seconds{1});
        CHECK(bench.closing());
        CHECK(bench.host.recorded(std::string("timed out waiting for ") + row.owed));
    }
}

TEST_CASE("a subnegotiation without an end, a record without an end, a line without an end") {
    SUBCASE("subnegotiation") {
        Bench bench;
        bench.connect();
        Bytes bytes = unhex("FF FA 18 00");
        bytes.resize(100'000, 'A');
        bench.client_sends(bytes);
        CHECK(bench.host.recorded("telnet-subnegotiation: option 24"));
    }
    SUBCASE("3270 record") {
        Bench bench;
        bench.connect();
        agree_tn3270(bench, "IBM-3278-2");
        const Bytes part(10'000, 0xc1);
        for (int i = 0; i < 4; ++i) bench.client_sends(part);
        CHECK(bench.host.recorded("tn3270-record"));
    }
    SUBCASE("1 MB line") {
        Bench bench;
        bench.connect();
        agree_tn3270(bench, "VT220");
        bench.cp(ShowLogo{1, "GDLRCT2"});
        bench.client_types(std::string(1'000'000, 'A'));
        CHECK(bench.host.recorded("telnet-line"));
    }
    SUBCASE("1 MB of text before any terminal") {
        Bench bench;
        bench.connect();
        bench.client_sends("FF FB 28");
        for (int i = 0; i < 100; ++i) bench.client_types(std::string(10'000, 'A'));
        CHECK(bench.host.recorded("telnet-faults"));
        CHECK(bench.host.records.size() < 100);
    }
    // (each of them ended the connection)
}

TEST_CASE("a client that takes no output is dropped, and memory stays bounded") {
    TelnetConfig config;
    config.terminal.more_seconds = config.terminal.more_alarm_seconds = 0;
    Bench bench(config);
    bench.connect();
    agree_tn3270(bench, "IBM-3278-2");
    std::size_t sent = 0;
    for (int i = 0; i < 20'000 && !bench.closing(); ++i) {
        bench.cp(ShowLine{1, "a line of output that nobody reads", false});
        for (const auto& bytes : bench.take_sends()) sent += bytes.size();
    }
    CHECK(sent <= kSendCredit);
    CHECK(bench.requested<AbortRequest>());
    CHECK(bench.host.recorded("telnet-output"));
    CHECK(bench.server.snapshot().empty());  // who aborts hears no more of it
}

TEST_CASE("a client that takes nothing more cannot keep a closed terminal") {
    TelnetConfig config;
    config.terminal.more_seconds = config.terminal.more_alarm_seconds = 0;
    Bench bench(config);
    bench.connect();
    agree_tn3270(bench, "IBM-3278-2");
    std::size_t shown = 0;
    while (shown < 2 * kSendCredit) {
        const std::string line(79, 'x');
        bench.cp(ShowLine{1, line, false});
        shown += line.size();
    }
    bench.cp(CloseTerminal{1});
    CHECK_FALSE(bench.closing());  // what CP has shown goes first
    bench.wait(seconds{9});
    CHECK_FALSE(bench.closing());
    bench.wait(seconds{1});
    CHECK(bench.requested<AbortRequest>());
    CHECK(bench.server.snapshot().empty());
    CHECK_FALSE(bench.server.next_deadline());
}

TEST_CASE("a client that goes on asking for what is refused cannot fill the journal") {
    for (const char* bytes : {"FF FB 2E", "FF FA 28 03 07 FF F0"}) {
        Bench bench;
        bench.connect();
        agree_tn3270(bench, "IBM-3278-2");
        for (int i = 0; i < 1000; ++i) bench.client_sends(bytes);
        CHECK(bench.closing());
        CHECK(bench.host.recorded("telnet-faults"));
        CHECK(bench.host.records.size() < 100);
    }
}

TEST_CASE("too many connections are refused") {
    TelnetConfig config;
    config.max_sessions = 2;
    Bench bench(config);
    for (const SocketId socket : {1u, 2u, 3u}) bench.connect(false, socket);
    CHECK(bench.requested<AbortRequest>()->socket == 3);
    CHECK(bench.server.snapshot().size() == 2);
}

TEST_CASE("malformed records and headers are dropped with a name, and the keyboard of the rest works") {
    Bench bench;
    bench.connect();
    bench.client_sends("FF FB 28 FF FA 28 02 07 " + hex("IBM-3278-2") + " FF F0 FF FA 28 03 07 FF F0");
    bench.cp(ShowLogo{1, "GDLRCT2"});
    bench.client_sends("00 00 00 FF EF");
    CHECK(bench.host.recorded("tn3270e-header"));
    bench.client_sends("05 00 00 00 00 41 FF EF");
    CHECK(bench.host.recorded("tn3270e-type: data type 5"));
    bench.client_sends("00 00 00 00 00 7D 40 FF EF");
    CHECK(bench.host.recorded("tn3270-malformed: the cursor address is cut short"));
    bench.client_sends("00 00 00 00 00 7D 40 40 11 40 FF EF");
    CHECK(bench.host.recorded("tn3270-malformed: an order is cut short"));
    bench.host.inputs.clear();
    bench.client_sends("00 00 00 00 00 6D FF EF");
    CHECK(bench.take_input<LogonEntered>().userid == "");
}

TEST_CASE("garbage: random bytes in every phase neither crash nor grow anything") {
    RandomStream random(seed_from_number(3270), "garbage");
    for (unsigned round = 0; round < 400; ++round) {
        Bench bench(config_with(static_cast<SecureLevel>(round % 4)));
        bench.connect(random.chance(300'000));
        if (random.chance(500'000))
            agree_tn3270(bench, random.chance(500'000) ? "IBM-3278-2" : "IBM-3279-5-E");
        if (random.chance(500'000)) bench.cp(ShowLogo{1, "GDLRCT2"});
        for (unsigned burst = 0; burst < 20 && !bench.closing(); ++burst) {
            Bytes bytes(random.below(200));
            random.fill(bytes);
            // Telnet and 3270 words make deeper paths likely.
            constexpr std::uint8_t words[] = {0xff, 0xfa, 0xf0, 0xef, 0xfb, 0xfd,
                                              0x28, 0x18, 0x2e, 0x11, 0x7d, 0x00};
            for (auto& byte : bytes)
                if (random.chance(400'000)) byte = words[random.below(sizeof words)];
            if (!bytes.empty()) bench.client_sends(bytes);
            if (random.chance(200'000)) bench.hear(SecureReady{Bench::kSocket});
            if (random.chance(100'000)) bench.hear(Secured{Bench::kSocket, "TLS1.2", "X"});
            if (random.chance(200'000)) bench.cp(ShowLine{1, "some output", random.chance(500'000)});
            if (random.chance(100'000)) bench.wait(seconds{70});
            bench.take_sends();
        }
        CHECK(bench.host.records.size() < 4000);
    }
}

TEST_CASE("TIMEMARK: an idle client is asked; an answer keeps it, silence drops it") {
    TelnetConfig config;
    config.timemark.value = minutes{10};
    config.scan_interval.value = seconds{60};
    Bench bench(config);
    bench.connect();
    agree_tn3270(bench, "IBM-3278-2");
    bench.cp(ShowLogo{1, "GDLRCT2"});
    bench.take_sends();
    bench.wait(minutes{10} - seconds{1});
    CHECK(bench.sent() == "");
    bench.wait(seconds{1});
    CHECK(bench.sent() == "FF FD 06");
    SUBCASE("WONT is an answer") {
        bench.client_sends("FF FC 06");
        bench.wait(minutes{9});
        CHECK_FALSE(bench.closing());
        CHECK(bench.sent() == "");
        bench.wait(minutes{1});
        CHECK(bench.sent() == "FF FD 06");
    }
    SUBCASE("WILL is an answer") {
        bench.client_sends("FF FB 06");
        bench.wait(minutes{2});
        CHECK_FALSE(bench.closing());
    }
    SUBCASE("silence") {
        bench.wait(seconds{59});
        CHECK_FALSE(bench.closing());
        bench.wait(seconds{1});
        CHECK(bench.closing());
        CHECK(bench.host.recorded("telnet-timemark"));
    }
}

TEST_CASE("INACTIVE: a user who enters nothing is dropped, answers to timing marks notwithstanding") {
    TelnetConfig config;
    config.timemark.value = seconds{60};
    config.inactive.value = seconds{150};
    Bench bench(config);
    bench.connect();
    agree_tn3270(bench, "IBM-3278-2");
    bench.cp(ShowLogo{1, "GDLRCT2"});
    bench.wait(seconds{60});
    bench.client_sends("FF FC 06");
    bench.wait(seconds{60});
    bench.client_sends("FF FC 06");
    CHECK_FALSE(bench.closing());
    bench.wait(seconds{30});
    CHECK(bench.closing());
    CHECK(bench.host.recorded("telnet-inactive"));
}

// KEEPALIVEOPTIONS: what TCPIP does for sockets that ask to be kept alive, seen on the wire.
#include "stack/wire/summary.hpp"
#include "tests/statements/configured_stack.hpp"

using namespace vmlab;
using namespace vmlab::stack;
using namespace vmlab::stack::test;

namespace {

ServerConfig config_of(minutes interval, bool garbage = false) {
    return configured(fmt::format("\nKEEPALIVEOPTIONS INTERVAL {} SENDGARBAGE {} ENDKEEPALIVEOPTIONS",
                                  interval.count(), garbage ? "TRUE" : "FALSE"));
}

/// FTPSERVE listens on port 21 as it asks, one client is connected; frames of TCPIP are kept as lines.
struct Idle : Bench {
    Idle(const ServerConfig& c, KeepAlive asked) : Bench(c) {
        const auto interface = client.add_interface({.name = "eth0", .mac = {{2, 0, 0, 0, 0, 4}}});
        server.start(now, *this);
        client.add_address(interface, kClient, mask_of_prefix(24), now, client_sink);
        ask(ListenRequest{21, {}, false, asked});
        at_client = client.connect({kServer, 21}, 0, now, client_sink).value();
        pass(seconds{1});
        sent.clear();
    }
    void send_frame(InterfaceId, Buffer frame) override {
        sent.push_back(wire::summary_of_frame(frame.span()));
        if (wire_is_up) to_client.push_back(std::move(frame));
    }
    /// Time passes from deadline to deadline.
    void wait(Duration time) {
        const Instant end = now + time;
        for (;;) {
            Instant next = end;
            for (const auto at : {server.next_deadline(), client.next_deadline()})
                if (at && *at < next) next = *at;
            now = std::max(now, next);
            server.tick(now, *this);
            client.tick(now, client_sink);
            exchange();
            if (now >= end) return;
        }
    }
    std::vector<std::string> sent{};
    bool wire_is_up = true;
};

/// The segments that TCPIP sent.
std::vector<std::string> segments(const Idle& bench) {
    std::vector<std::string> lines;
    for (const auto& line : bench.sent)
        if (line.find("..21 > ") != std::string::npos) lines.push_back(line);
    return lines;
}

}  // namespace

TEST_CASE("KEEPALIVEOPTIONS: a socket that asks is probed after INTERVAL, and dropped when nobody answers") {
    for (const bool garbage : {false, true}) {
        CAPTURE(garbage);
        Idle bench(config_of(minutes{5}, garbage), {true, {}});
        bench.wait(minutes{4});
        CHECK(segments(bench).empty());
        bench.wait(minutes{2});
        REQUIRE(segments(bench).size() == 1);
        CAPTURE(segments(bench).back());
        CHECK(segments(bench).back().ends_with(garbage ? "len 1" : "len 0"));
        bench.wait(minutes{5});  // the client answered: another INTERVAL
        CHECK(segments(bench).size() == 2);

        bench.wire_is_up = false;
        bench.wait(minutes{20});
        const auto closed = bench.heard<Closed>();
        REQUIRE(closed.size() == 1);
        CHECK(closed[0].reason == CloseReason::silent);
        const auto record = std::find_if(bench.records.begin(), bench.records.end(), [](const Record& r) {
            return r.text.find("no answer to keep-alives") != std::string::npos && !r.rests_on.empty();
        });
        REQUIRE(record != bench.records.end());
        CHECK(record->rests_on[0].line == 2);
    }
}

TEST_CASE("a socket that does not ask, or an INTERVAL of 0: not a word on the wire") {
    Idle silent(config_of(minutes{5}), {});
    silent.wait(hours{6});
    CHECK(segments(silent).empty());
    Idle never(config_of(minutes{0}), {true, {}});
    never.wait(hours{6});
    CHECK(segments(never).empty());
}

TEST_CASE(
    "an interval of the socket's own counts instead; a changed INTERVAL reaches connections that are there") {
    Idle own(config_of(minutes{120}), {true, {seconds{60}, {}}});
    own.wait(minutes{10} + seconds{1});
    CHECK(segments(own).size() == 10);

    Idle changed(config_of(minutes{120}), {true, {}});
    changed.wait(minutes{30});
    CHECK(segments(changed).empty());
    changed.server.apply(config_of(minutes{1}), changed.now, changed);
    changed.wait(minutes{10} + seconds{1});
    CHECK(segments(changed).size() == 10);
}

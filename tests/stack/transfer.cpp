// Bytes arrive whole and in order, whatever the wire does to the frames, and connections end without a trace.
#include <doctest/doctest.h>

#include "tests/stack/virtual_net.hpp"

using namespace vmlab;
using namespace vmlab::stack;
using namespace vmlab::stack::test;

namespace {

struct Result {
    bool whole = false;
    Duration took{};
    std::uint64_t retransmitted = 0;
};

/// Both sides stream `bytes` to each other and close; true when everything arrived and both are gone in
/// order.
Result exchange(std::uint64_t seed, const Faults& faults, std::size_t bytes,
                const StackOptions& options = {}) {
    Pair p(seed, faults, options);
    Result r;
    REQUIRE(p.open());
    ConnectionOptions patient;  // what is tested is that all arrives, not how long R2 is
    patient.give_up_after = minutes{30};
    p.client.stack.set_options(p.at_client, patient, p.net.now);
    p.server.stack.set_options(p.at_server, patient, p.net.now);
    const Instant begin = p.net.now;
    p.client.stream(p.at_client, bytes, true);
    p.server.stream(p.at_server, bytes, true);
    const bool ended = p.net.run_until(
        [&] { return p.client.closed_ids.count(p.at_client) && p.server.closed_ids.count(p.at_server); },
        hours{2});
    r.took = p.net.now - begin;
    CHECK(ended);
    CHECK(p.server.text[p.at_server].size() == bytes);
    CHECK(p.client.text[p.at_client].size() == bytes);
    CHECK(is_pattern(p.server.text[p.at_server]));
    CHECK(is_pattern(p.client.text[p.at_client]));
    CHECK(p.client.closed_ids[p.at_client] == CloseReason::finished);
    CHECK(p.server.closed_ids[p.at_server] == CloseReason::finished);
    CHECK(p.client.peer_closed_ids.size() == 1);
    CHECK(p.server.peer_closed_ids.size() == 1);
    CHECK(p.client.acknowledged_bytes[p.at_client] == bytes);
    p.net.run_for(minutes{5});
    CHECK(p.client.connection_count() == 0);
    CHECK(p.server.connection_count() == 0);
    r.whole = ended;
    return r;
}

}  // namespace

TEST_CASE("a clean wire carries megabytes without one retransmission") {
    Pair p;
    REQUIRE(p.open());
    p.client.stream(p.at_client, 4'000'000, true);
    REQUIRE(p.net.run_until([&] { return !p.server.peer_closed_ids.empty(); }, minutes{1}));
    CHECK(p.server.text[p.at_server].size() == 4'000'000);
    CHECK(is_pattern(p.server.text[p.at_server]));
    CHECK(p.client.row(p.at_client).retransmitted == 0);
}

TEST_CASE("one percent of loss, duplication and reordering: nothing is lost to the users") {
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
        CAPTURE(seed);
        exchange(seed, {.lose = 10'000, .duplicate = 10'000, .reorder = 10'000}, 1'000'000);
    }
}

TEST_CASE("five percent of loss, duplication, reordering, and corruption") {
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
        CAPTURE(seed);
        exchange(seed, {.lose = 50'000, .duplicate = 50'000, .reorder = 50'000, .corrupt = 10'000}, 300'000);
    }
}

TEST_CASE("a third of everything lost: slow, but whole") {
    for (std::uint64_t seed = 1; seed <= 5; ++seed) {
        CAPTURE(seed);
        exchange(seed, {.lose = 300'000, .duplicate = 100'000, .reorder = 100'000}, 20'000);
    }
}

TEST_CASE("every algorithm brings everything over a narrow, lossy, reordering wire that marks") {
    for (const auto algorithm :
         {CongestionAlgorithm::cubic, CongestionAlgorithm::new_reno, CongestionAlgorithm::bbr}) {
        StackOptions options;
        options.congestion = algorithm;
        options.ecn = EcnMode::on;
        for (std::uint64_t seed = 1; seed <= 5; ++seed) {
            CAPTURE(seed);
            CAPTURE(int(algorithm));
            exchange(seed,
                     {.lose = 30'000,
                      .duplicate = 20'000,
                      .reorder = 30'000,
                      .corrupt = 5'000,
                      .delay = milliseconds{10},
                      .bytes_per_second = 1'250'000,
                      .queue = 40'000,
                      .marked_above = 20'000},
                     300'000, options);
        }
    }
}

TEST_CASE("a small window over a long and lossy path") {
    StackOptions options;
    options.receive_buffer = 8 * 1024;
    for (std::uint64_t seed = 1; seed <= 5; ++seed) {
        CAPTURE(seed);
        exchange(seed, {.lose = 20'000, .reorder = 20'000, .delay = milliseconds{100}}, 100'000, options);
    }
}

TEST_CASE("the same seed gives the same frames") {
    const auto run = [] {
        Pair p(7, {.lose = 30'000, .duplicate = 30'000, .reorder = 30'000});
        p.net.keeps_frames = true;
        REQUIRE(p.open());
        p.client.stream(p.at_client, 200'000, true);
        p.net.run_for(minutes{1});
        std::string lines;
        for (const auto& one : p.net.seen) lines += one.line + '\n';
        return lines;
    };
    const auto first = run();
    CHECK(first == run());
    CHECK(first.size() > 1000);
}

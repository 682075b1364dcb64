// One sender by hand: what it sends, and when, after which ACK. RACK and the tail probe (RFC 8985),
// proportional rate reduction (RFC 6937), NewReno without SACK (RFC 6582), limited transmit (RFC 3042), and
// what undoes a reduction: Eifel (RFC 3522), DSACK (RFC 2883, RFC 3708), F-RTO (RFC 5682).
#include <doctest/doctest.h>
#include <fmt/core.h>

#include <initializer_list>

#include "stack/tcp/sender.hpp"

using namespace vmlab;
using namespace vmlab::stack;

namespace {

constexpr std::uint32_t kSegment = 1000;
constexpr Duration kRoundTrip = milliseconds{100};

/// Numbers in segments: byte 1 + 1000 n is segment n.
struct Hand {
    explicit Hand(bool sack = true, std::size_t segments = 200) {
        sender.set_segment(kSegment);
        sender.open_congestion_window();
        if (sack) sender.enable_sack();
        sender.set_window(1'000'000, now);
        sender.queue(Buffer::copy_of(std::string(segments * kSegment, 'x')));
    }
    /// Everything that may go: "0 1 2".
    std::string send() {
        std::string sent;
        while (Chunk* chunk = sender.next(true, true, now)) {
            sent +=
                fmt::format("{}{}", sent.empty() ? "" : " ", (chunk->seq - Seq{1}) / std::int32_t(kSegment));
            sender.transmitted(*chunk, now);
        }
        sender.settle(now);
        CHECK(sender.inconsistency() == std::string{});
        return sent;
    }
    using Block = std::pair<std::uint32_t, std::uint32_t>;
    /// Segments below `next` have arrived, and those of the blocks; sent at once what that allows.
    std::string ack(std::uint32_t next, std::initializer_list<Block> blocks = {},
                    std::optional<Duration> echoed = {}) {
        std::vector<wire::SackBlock> sack;
        for (const auto& [left, right] : blocks) sack.push_back({1 + left * kSegment, 1 + right * kSegment});
        (void)sender.acknowledged(Seq{1 + next * kSegment}, sack, blocks.size() == 0, echoed, now);
        return send();
    }
    /// The first ten are acknowledged: twenty are in flight.
    void double_window() {
        for (std::uint32_t n = 1; n <= 10; ++n) ack(n);
        CHECK(sender.flight() == 20 * kSegment);
    }
    std::string expire() {
        now = sender.deadline();
        sender.expire(now);
        return send();
    }
    void pass(Duration d) { now += d; }
    std::uint32_t window() const { return sender.congestion().window() / kSegment; }
    std::uint32_t threshold() const { return sender.congestion().threshold() / kSegment; }

    Instant now{seconds{1000}};
    Sender sender{Seq{1}};
};

}  // namespace

TEST_CASE("limited transmit: the first two duplicate ACKs send new segments (RFC 3042)") {
    Hand h(false);
    CHECK(h.send() == "0 1 2 3 4 5 6 7 8 9");
    h.pass(kRoundTrip);
    CHECK(h.ack(0) == "10");
    CHECK(h.ack(0) == "11");
    CHECK(h.window() == 10);  // none of it is the window's growth
    CHECK(h.ack(0) == "0");   // the third: fast retransmit
}

TEST_CASE("NewReno: each partial ACK sends the next hole, at one window's price (RFC 6582 section 3.2)") {
    Hand h(false);
    h.sender.use(CongestionAlgorithm::new_reno, 0);
    h.send();
    h.pass(kRoundTrip);
    h.ack(0), h.ack(0);  // 0 and 4 are lost, 10 and 11 go
    CHECK(h.ack(0) == "0");
    CHECK(h.threshold() == 6);  // half of the twelve in flight
    for (int i = 0; i < 5; ++i) h.ack(0);
    h.pass(kRoundTrip);
    const std::string after_partial = h.ack(4);
    CHECK(after_partial.substr(0, 1) == "4");
    CHECK(h.sender.recovery() == Recovery::fast);
    h.pass(kRoundTrip);
    h.ack(std::uint32_t(h.sender.nxt() - Seq{1}) / kSegment);
    CHECK(h.sender.recovery() == Recovery::none);
    CHECK(h.threshold() == 6);
    CHECK(h.window() == 6);
}

TEST_CASE("RACK: three sacked segments name the hole before them at once (RFC 8985 section 6.2)") {
    Hand h;
    h.send();
    h.pass(kRoundTrip);
    CHECK(h.ack(1) == "10 11");
    CHECK(h.ack(1, {{2, 3}}) == "12");
    CHECK(h.ack(1, {{2, 4}}) == "13");
    CHECK(h.sender.recovery() == Recovery::none);
    CHECK(h.ack(1, {{2, 5}}).substr(0, 1) == "1");
    CHECK(h.sender.recovery() == Recovery::fast);
}

TEST_CASE(
    "RACK: with fewer, the hole has a quarter of the least round trip to be filled (section 6.2 step 4)") {
    Hand h;
    h.send();
    h.pass(kRoundTrip);
    h.ack(1);
    h.ack(1, {{2, 3}});
    CHECK(h.sender.deadline() == h.now + kRoundTrip / 4);  // the reordering timer
    CHECK(h.expire().substr(0, 1) == "1");
    CHECK(h.sender.recovery() == Recovery::fast);
}

TEST_CASE("RACK: a segment that was only late shows reordering, and from then on three do not suffice") {
    Hand h;
    h.send();
    h.pass(kRoundTrip);
    h.ack(1);
    h.ack(1, {{2, 4}});
    CHECK_FALSE(h.sender.rack().reordering_seen());
    h.ack(4);  // 1 was late
    CHECK(h.sender.rack().reordering_seen());
    h.ack(4, {{5, 9}});
    CHECK(h.sender.recovery() == Recovery::none);
    CHECK(h.sender.deadline() == h.now + kRoundTrip / 4);
}

TEST_CASE("RACK: a reported duplicate widens the reordering window, once a round (section 6.2 step 4)") {
    Hand h;
    h.send();
    h.pass(kRoundTrip);
    h.ack(1);
    h.ack(1, {{2, 4}});
    h.ack(4);
    CHECK(h.sender.rack().multiplier() == 1);
    h.ack(4, {{2, 3}});
    CHECK(h.sender.rack().multiplier() == 2);
    h.ack(4, {{2, 3}});
    CHECK(h.sender.rack().multiplier() == 2);
    h.ack(4, {{5, 9}});
    CHECK(h.sender.deadline() == h.now + 2 * (kRoundTrip / 4));
}

TEST_CASE("RACK: a lost retransmission is found by what was sent after it, before any timer") {
    Hand h;
    h.send();
    h.pass(kRoundTrip);
    h.ack(0, {{1, 4}});
    CHECK(h.sender.retransmitted() == 1);
    CHECK(h.ack(0, {{1, 9}}) != "");  // new segments, sent after the retransmission
    const auto timer = h.sender.deadline();
    h.pass(kRoundTrip);
    h.ack(0, {{1, 11}});
    CHECK(h.sender.retransmitted() == 2);
    CHECK(h.now < timer);
}

TEST_CASE("the tail probe goes after two round trips, and its SACK repairs the tail (RFC 8985 section 7)") {
    Hand h(true, 14);
    h.send();
    h.pass(kRoundTrip);
    CHECK(h.ack(10) == "10 11 12 13");
    CHECK(h.sender.deadline() == h.now + 2 * kRoundTrip);
    CHECK(h.expire() == "13");  // the last again: nothing new is there
    h.pass(kRoundTrip);
    CHECK(h.ack(10, {{13, 14}}) == "10");  // and all of it was lost before
    CHECK(h.sender.recovery() == Recovery::fast);
}

TEST_CASE("the tail probe is new data where there is some (section 7.3)") {
    Hand h(true, 200);
    h.send();
    h.pass(kRoundTrip);
    h.ack(10);
    const auto next = std::uint32_t(h.sender.nxt() - Seq{1}) / kSegment;
    CHECK(h.expire() == std::to_string(next));
    CHECK(h.sender.retransmitted() == 0);
}

TEST_CASE("a single segment's probe waits for the longest delay of an ACK, too (section 7.2)") {
    Hand h(true, 11);
    h.send();
    h.pass(kRoundTrip);
    CHECK(h.ack(10) == "10");
    // 2 × 100 + 200 ms, were not the timer earlier: 100 + 4 × 50.
    CHECK(h.sender.deadline() == h.now + 3 * kRoundTrip);
}

TEST_CASE(
    "a loss that the probe repaired costs the window; a probe reported as a duplicate does not (7.4.2)") {
    Hand h(true, 14);
    h.send();
    h.pass(kRoundTrip);
    h.ack(10);
    CHECK(h.expire() == "13");
    h.pass(kRoundTrip);
    h.sender.queue(Buffer::copy_of(std::string(kSegment, 'y')));
    SUBCASE("repaired") {
        h.ack(14);
        CHECK(h.threshold() > 1000);  // it may yet be reported as a duplicate
        h.pass(kRoundTrip);
        h.ack(15);
        CHECK(h.threshold() == 12);  // 18 × 0.7
    }
    SUBCASE("reported") {
        h.ack(14, {{13, 14}});
        h.pass(kRoundTrip);
        h.ack(15);
        CHECK(h.threshold() > 1000);
        CHECK(h.sender.rack().multiplier() == 1);  // RACK was not too quick
    }
}

TEST_CASE("proportional rate reduction: seven for ten delivered, and the threshold at the end (RFC 6937)") {
    Hand h;
    h.send();
    h.pass(kRoundTrip);
    h.double_window();  // 10 to 29
    h.pass(kRoundTrip);
    h.ack(10, {{11, 14}});  // 10 is lost
    CHECK(h.threshold() == 14);
    const auto sent_before = h.sender.nxt() - Seq{1};
    for (std::uint32_t n = 15; n <= 30; ++n) h.ack(10, {{11, n}});
    const auto sent = std::uint32_t(h.sender.nxt() - Seq{1} - sent_before) / kSegment;
    CHECK(sent >= 12);
    CHECK(sent <= 14);  // with the retransmission 70 % of the nineteen that were delivered
    h.pass(kRoundTrip);
    h.ack(30);
    CHECK(h.sender.recovery() == Recovery::none);
    CHECK(h.window() == 14);
}

TEST_CASE(
    "proportional rate reduction never bursts: what is left of the pipe plus what was delivered (3.1)") {
    Hand h;
    h.send();
    h.pass(kRoundTrip);
    h.double_window();
    h.pass(kRoundTrip);
    const std::string sent = h.ack(10, {{27, 30}});  // 10 to 26 are all lost
    CHECK(sent == "10 11 12");                       // as many as arrived
    CHECK(h.sender.pipe() == 3 * kSegment);
    CHECK(h.ack(11, {{27, 30}}) == "13 14");  // a clean ACK: one more
}

TEST_CASE("Eifel: an ACK that answers the original takes the reduction back (RFC 3522, RFC 4015)") {
    Hand h;
    h.send();
    h.pass(kRoundTrip);
    h.ack(0, {{1, 4}});
    CHECK(h.sender.recovery() == Recovery::fast);
    CHECK(h.threshold() == 7);
    h.pass(milliseconds{5});
    SUBCASE("the original's time stamp") {
        h.ack(5, {}, kRoundTrip + milliseconds{5});
        CHECK(h.sender.recovery() == Recovery::none);
        CHECK(h.window() >= 10);
        CHECK(h.threshold() > 1000);
    }
    SUBCASE("the retransmission's") {
        h.ack(5, {}, milliseconds{5});
        CHECK(h.sender.recovery() == Recovery::fast);
        CHECK(h.threshold() == 7);
    }
}

TEST_CASE(
    "DSACK: when every retransmission is reported as a duplicate, the reduction is taken back (RFC 3708)") {
    Hand h;
    h.send();
    h.pass(kRoundTrip);
    h.ack(0, {{2, 5}});  // 0 and 1 are sent again
    h.ack(0, {{2, 10}});
    CHECK(h.sender.retransmitted() == 2);
    h.ack(10);
    CHECK(h.threshold() == 7);
    h.pass(kRoundTrip);
    h.ack(10, {{0, 1}});
    CHECK(h.threshold() == 7);
    h.ack(10, {{1, 2}});
    CHECK(h.threshold() > 1000);
    CHECK(h.window() >= 10);
}

TEST_CASE("F-RTO: after a timeout new data tells a delay from a loss (RFC 5682 section 3.1)") {
    Hand h;
    h.send();
    h.pass(kRoundTrip);
    h.double_window();  // then nothing for long
    while (h.sender.recovery() != Recovery::timeout) h.expire();
    CHECK(h.window() == 1);
    const auto again = h.sender.retransmitted();
    h.pass(milliseconds{1});
    const std::string fresh = h.ack(11);  // the original's ACK, or the retransmission's
    CHECK(fresh == "31 32");              // 30 was the tail probe; two new ones, no retransmission
    CHECK(h.sender.retransmitted() == again);
    h.pass(milliseconds{1});
    SUBCASE("what was never sent again is acknowledged: the timer was too quick") {
        h.ack(13);
        CHECK(h.sender.recovery() == Recovery::none);
        CHECK(h.window() >= 20);
        CHECK(h.sender.retransmitted() == again);
    }
    SUBCASE("only the new data arrives: the rest was lost") {
        const std::string repaired = h.ack(11, {{31, 32}});
        CHECK(h.sender.recovery() == Recovery::timeout);
        CHECK(repaired.substr(0, 2) == "11");
    }
}

TEST_CASE(
    "a timeout marks what must have arrived by now, not what was sent just before it (RFC 8985 section "
    "6.3)") {
    Hand h(true, 10);
    h.send();
    h.pass(kRoundTrip);
    h.ack(5, {});
    CHECK(h.expire() == "9");  // the probe
    const Instant timer = h.sender.deadline();
    h.now = timer - milliseconds{20};
    h.sender.queue(Buffer::copy_of(std::string(2 * kSegment, 'y')));
    CHECK(h.send() == "10 11");
    h.now = timer;
    h.sender.expire(h.now);
    h.send();
    CHECK(h.sender.recovery() == Recovery::timeout);
    CHECK(h.sender.pipe() == 3 * kSegment);  // 10 and 11, and 5 again
}

TEST_CASE(
    "a receiver that takes back what it has sacked is believed at the next timeout (RFC 2018 section 8)") {
    Hand h(false);
    h.sender.enable_sack();
    h.send();
    h.pass(kRoundTrip);
    h.ack(1, {{2, 10}});
    h.ack(2);  // and 2 to 9 are not there any more
    CHECK(h.sender.sacked_bytes() == 8 * kSegment);
    while (h.sender.recovery() != Recovery::timeout) h.expire();
    CHECK(h.sender.sacked_bytes() == 0);
}

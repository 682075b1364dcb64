// A peer that chats keeps moving deadlines between near and far; the wheel does not grow by it.
#include "stack/tcp/deadlines.hpp"

#include <doctest/doctest.h>

#include "tests/stack/virtual_net.hpp"

using namespace vmlab;
using namespace vmlab::stack;
using namespace vmlab::stack::test;

namespace {

struct Nobody final : ConnectionSink {
    void send_segment(const wire::TcpHeader&, const Buffer&) override {}
    void established() override {}
    void received(Buffer) override {}
    void peer_closed() override {}
    void acknowledged(std::size_t) override {}
    void closed(CloseReason, std::string_view) override {}
    void dropped(DropReason) override {}
    void urgent(std::size_t) override {}
    void advised(Advice, std::string_view) override {}
};

/// An accepted connection with keep-alive.
Connection& establish(ConnectionTable& table, SocketId id, Instant now, ConnectionSink& out) {
    ConnectionSetup setup;
    setup.id = id;
    setup.initial = Seq{1};
    setup.listener = 5;
    Connection& c = table.add(setup);
    wire::TcpHeader h;
    h.sequence = 1000;
    h.window = 65535;
    h.flags.syn = true;
    c.open_passive(h, now, out);
    h.sequence = 1001;
    h.acknowledgment = 2;
    h.flags = {.ack = true};
    c.receive(h, {}, false, now, out);
    c.set_options({.keep_alive = true}, now);
    return c;
}

}  // namespace

TEST_CASE("an hour of lone segments beside a silent connection leaves a bounded number of entries") {
    Nobody out;
    Instant now = kStart;
    ConnectionTable table(1);
    Deadlines deadlines(table);
    Connection& silent = establish(table, 1000, now, out);
    Connection& chats = establish(table, 1001, now, out);
    REQUIRE(chats.state() == TcpState::established);
    deadlines.note(silent);
    wire::TcpHeader h;
    h.sequence = 1001;
    h.acknowledgment = 2;
    h.window = 65535;
    h.flags.ack = true;
    std::size_t most = 0, ticks = 0;
    for (int i = 0; i < 36'000; ++i) {
        chats.receive(h, Buffer::copy_of("x"), false, now, out);
        if (chats.consumed(1, now)) chats.say_window(now, out);
        deadlines.note(chats);
        ++h.sequence;
        now += milliseconds{100};
        while (Connection* const due = deadlines.take_due(now)) {
            due->tick(now, out);
            deadlines.note(*due);
            ++ticks;
        }
        most = std::max(most, deadlines.size());
    }
    CHECK(ticks == 36'000);  // every segment is acknowledged by the timer
    CHECK(most < 100);
    CHECK(deadlines.nearest() == silent.deadline());
}

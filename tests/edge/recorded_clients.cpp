// What the edge hands to the world is recorded whole: the run of real clients again, without any of them.
#include <doctest/doctest.h>
#include <fmt/core.h>

#include "simulator/system/playback.hpp"
#include "tests/edge/loopback_world.hpp"

using namespace vmlab;
using namespace vmlab::sim;

namespace {

/// The host echoes, and remembers everything that it is told, so that the journal shows any difference.
void echo_and_remember(TestHost& host, System& world) {
    const auto note = [&world](std::string text) {
        world.record({RecordKind::state, std::move(text), {}, {}, {}});
    };
    host.connected = [note](const ClientConnected& e, Outside& out) {
        note(fmt::format("{} at {}", e.client, e.target.str()));
        out.client_opened(e.client);
    };
    host.sent = [note](ClientSent& e, Outside& out) {
        const std::size_t size = e.data.size();
        note(fmt::format("{} sent {} bytes, {}", e.client, size, e.data.view().substr(0, 20)));
        out.client_data(e.client, std::move(e.data));
        out.client_credit(e.client, size);
    };
    host.took = [note](const ClientTook& e, Outside&) { note(fmt::format("{} took {}", e.client, e.bytes)); };
    host.shutdown = [note](const ClientShutdown& e, Outside& out) {
        note(fmt::format("{} is done", e.client));
        out.client_closed(e.client, CloseReason::finished, "");
    };
    host.gone = [note](const ClientGone& e, Outside&) { note(fmt::format("{} is gone", e.client)); };
}

void begin(System& world) {
    world.journal().keep_lines(true);
    world.journal().add_line(RecordingLine{0, "recording", {std::string(kRecordingVersion)}}.line());
    world.record("LAPTOP", {RecordKind::state, "begins", {}, {}, {}});
}

}  // namespace

TEST_CASE("real clients are recorded whole, and their run is made again without them") {
    LoopbackWorld lab;
    echo_and_remember(*lab.host, lab.world);
    begin(lab.world);
    const auto port = lab.listen(7);
    ClientProcess client([&]() -> std::string {
        Socket one("127.0.0.1", port), other("127.0.0.1", port);
        for (int i = 0; i < 20; ++i) one.send(std::string(std::size_t(1 + i * 997), char('a' + i)));
        one.shutdown();
        const bool whole = one.receive_all().size() > 180'000;
        other.send("half a line");
        const linger now{1, 0};
        ::setsockopt(other.fd, SOL_SOCKET, SO_LINGER, &now, sizeof now);
        return whole ? "whole" : "torn";
    });
    std::optional<std::string> told;
    bool gone = false;
    lab.run_until([&] {
        if (!told) told = client.told();
        for (const auto& entry : lab.world.journal().kept()) gone = gone || entry.text.ends_with(" is gone");
        return told && gone;
    });
    CHECK(told == "whole");
    lab.world.enter(RunEnded{});
    const auto journal = lab.world.journal().take_lines();
    for (const std::string word : {" opened ", " sent ", " took ", " shut ", " noted ", " gone "})
        CHECK_MESSAGE(journal.find(word) != journal.npos, word);

    RecordingError error;
    const auto run = read_recorded_run(journal, error);
    CAPTURE(error.what);
    REQUIRE(run.has_value());
    Outside nobody;
    System again{Instant{}, seed_from_number(1), nobody};
    auto machine = std::make_unique<TestHost>(Name8{"LAPTOP"});
    TestHost* host = machine.get();
    again.add(std::move(machine));
    echo_and_remember(*host, again);
    begin(again);
    again.post(host->index(), DeadlinePassed{});
    Playback playback(run->inputs);
    while (const auto* input = playback.next()) {
        const auto place = playback.approach(again);
        REQUIRE(place != Playback::Place::elsewhere);
        if (place == Playback::Place::before) continue;
        const Input what = input->what;
        playback.pass();
        again.enter(what);
    }
    CHECK(again.journal().take_lines() == journal);
}

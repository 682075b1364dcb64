// The recording inside a journal: what came from outside is written and read as the same, damage has its
// place, and a run made again from it is the same run.
#include "simulator/system/recording.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "simulator/system/playback.hpp"
#include "simulator/system/system.hpp"

using namespace vmlab;
using namespace vmlab::sim;

namespace {

const Instant kStart = instant_of({2019, 10, 9, 0, 16, 0, 0, 0});

Input posted(OutsideEvent event) { return EventEntered{"LAPTOP", std::move(event)}; }

std::vector<Input> one_of_each() {
    std::string all_bytes;
    for (int i = 0; i < 256; ++i) all_bytes += char(i);
    const std::array<std::uint8_t, 16> v6{0xfe, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1};
    return {posted(ConsoleTyped{"NETSTAT CONFIG SSL"}),
            posted(ConsoleTyped{""}),
            posted(ClientConnected{1, {Ipv4Address::of(9, 60, 60, 3), 21}}),
            posted(ClientConnected{2, {IpAddress(v6), 992}}),
            posted(ClientSent{1, Buffer::copy_of(all_bytes)}),
            posted(ClientSent{1, Buffer::copy_of("USER")}),
            posted(ClientTook{1, 1460}),
            posted(ClientShutdown{1}),
            posted(ClientGone{18446744073709551615u}),
            HostNoted{"LAPTOP", RecordKind::refusal, "loopback port refused by the host: 21"},
            ProgramTold{"check"},
            LabLookedAt{},
            TextEdited{"line 1\nline 2\n"},
            TextEdited{},
            RunEnded{}};
}

/// A journal of one record and these inputs.
std::string journal_of(const std::vector<Input>& inputs) {
    const JournalEntry record{CauseId{1}, CauseId::none, kStart, "CP", RecordKind::state, "started"};
    std::string text = RecordingLine{0, "recording", {"1", "0.1.0"}}.line() + "\n" +
                       RecordingLine{0, "user", {"TCPMAINT", "typing", "none"}}.line() + "\n" +
                       record.line() + "\n";
    std::uint64_t events = 7;
    for (const auto& what : inputs)
        text += RecordedInput{++events, events % 2 == 0, kStart + Duration(events), what}.line() + "\n";
    return text;
}

std::string refusal_of(std::string_view journal) {
    RecordingError error;
    if (read_recorded_run(journal, error)) return "read";
    return fmt::format("{}:{}: {}", error.line, error.column, error.what);
}

/// A machine that counts what it gets and answers with something that takes time.
class Counter final : public Machine {
public:
    using Machine::Machine;
    void receive(Event& event, System& world) override {
        if (const auto* sent = std::get_if<ClientSent>(&event.payload)) {
            bytes_ += sent->data.size();
            world.post(index(), SmsgSent{}, microseconds{world.random("x").below(100) + bytes_ % 7});
        }
        if (std::holds_alternative<SmsgSent>(event.payload)) world.outside().client_credit(1, 1);
        world.record({RecordKind::state, fmt::format("{} bytes", bytes_), {}, {}, {}});
    }
    std::optional<Instant> next_deadline() const override { return std::nullopt; }

private:
    std::size_t bytes_ = 0;
};

/// Whoever gives credit within an event hears of it within that event.
struct Host : Outside {
    System* world = nullptr;
    Playback* playback = nullptr;
    void client_credit(std::uint64_t, std::size_t) override {
        if (!playback) return world->enter(HostNoted{"LAPTOP", RecordKind::close, "credit came"});
        if (const auto* input = playback->next_within(*world)) {
            const Input what = input->what;
            playback->pass();
            world->enter(what);
        }
    }
};

}  // namespace

TEST_CASE("every input is written and read as the same") {
    const auto inputs = one_of_each();
    const auto journal = journal_of(inputs);
    RecordingError error;
    const auto run = read_recorded_run(journal, error);
    CAPTURE(error.what);
    REQUIRE(run.has_value());
    CHECK(run->recorded());
    CHECK(run->ended());
    CHECK(run->given.size() == 1);
    CHECK(run->entries.size() == 1);
    REQUIRE(run->inputs.size() == inputs.size());
    std::string again;
    for (std::size_t i = 0; i < inputs.size(); ++i) {
        CHECK(run->inputs[i].what.index() == inputs[i].index());
        CHECK(run->inputs[i].events == 8 + i);
        CHECK(run->inputs[i].within == (i % 2 == 0));
        again += run->inputs[i].line() + "\n";
    }
    CHECK(journal.ends_with(again));
}

TEST_CASE("a line is as it is described") {
    const RecordedInput typed{5120, false, Instant(nanoseconds{1573142410000123456}),
                              EventEntered{"TCPMAINT", ConsoleTyped{"NETSTAT CONF"}}};
    CHECK(typed.line() == "@116649a3 typed 5120 1573142410000123456 TCPMAINT =TkVUU1RBVCBDT05G");
    for (std::size_t size = 0; size < 20; ++size) {
        const std::string bytes(size, '\xff');
        const RecordingLine line{0, "shipped", {"PATH", bytes}};
        RecordingError error;
        const auto read =
            read_recorded_run(RecordingLine{0, "recording", {"1"}}.line() + "\n" + line.line() + "\n", error);
        CAPTURE(error.what);
        REQUIRE(read.has_value());
        CHECK(read->given.at(0).fields == line.fields);
    }
}

TEST_CASE("no bit of a recording can change unnoticed, and its place is named") {
    const auto journal = journal_of(one_of_each());
    const auto first_record = journal.find("\n#") + 1;
    for (std::size_t at = 0; at < journal.size(); ++at) {
        if (at >= first_record && at <= journal.find('\n', first_record))
            continue;  // replay compares records
        std::string damaged = journal;
        damaged[at] = char(damaged[at] ^ 1);
        CAPTURE(at);
        const auto said = refusal_of(damaged);
        CHECK(said != "read");
        const auto line = 1 + std::count(journal.begin(), journal.begin() + std::ptrdiff_t(at), '\n');
        CHECK(said.starts_with(fmt::format("{}:", line)));
    }
}

TEST_CASE("a recording that was cut off, turned around or goes on too long is refused") {
    const auto journal = journal_of(one_of_each());
    const auto lines = std::count(journal.begin(), journal.end(), '\n');
    CHECK(refusal_of(journal.substr(0, journal.size() - 1)) ==
          fmt::format("{}:{}: the journal is torn: this line has no end", lines,
                      journal.size() - journal.rfind('\n', journal.size() - 2) - 1));
    CHECK(refusal_of(journal.substr(journal.find('\n') + 1)) == "1:1: a recording does not begin so");
    CHECK(refusal_of(journal + RecordedInput{99, false, kStart, RunEnded{}}.line() + "\n") ==
          fmt::format("{}:1: the recording goes on behind its end", lines + 1));
    CHECK(refusal_of(journal_of({LabLookedAt{}}) + RecordedInput{3, false, kStart, LabLookedAt{}}.line() +
                     "\n") == "5:1: this input is out of order");
    CHECK(refusal_of(RecordingLine{0, "recording", {"2"}}.line() + "\n") ==
          "1:1: this recording is of version 2; this vmlab reads version 1");
    CHECK(refusal_of(journal_of({}) + RecordingLine{0, "typed", {"8", "1", "TCPMAINT"}}.line() + "\n") ==
          "4:1: 'typed' is no input of a recording, or not like this");
    // Without its last line it can be read; whoever needs the end asks for it.
    RecordingError error;
    const auto cut = read_recorded_run(journal.substr(0, journal.rfind('@')), error);
    REQUIRE(cut.has_value());
    CHECK_FALSE(cut->ended());
}

constexpr Name8 kLaptop{"LAPTOP"};

TEST_CASE("a run is made again from what was recorded, also what came within an event") {
    Host host;
    System world(kStart, seed_from_number(3), host);
    world.add(std::make_unique<Counter>(kLaptop));
    host.world = &world;
    world.journal().keep_lines(true);
    world.journal().add_line(RecordingLine{0, "recording", {"1"}}.line());
    world.record("CP", {RecordKind::state, "started", {}, {}, {}});
    RandomStream dice(seed_from_number(4), "host");
    for (int i = 0; i < 200; ++i) {
        world.run_until(world.now() + Duration(dice.below(60'000)));
        if (dice.below(3) == 0 && !world.idle()) world.step();  // input may come while others are due
        world.enter(posted(ClientSent{1, Buffer::copy_of(std::string(dice.below(5), 'x'))}));
        if (dice.below(9) == 0) world.enter(HostNoted{kLaptop, RecordKind::close, "lost"});
    }
    world.run_until(world.now() + seconds{1});
    world.enter(RunEnded{});
    const auto journal = world.journal().take_lines();

    RecordingError error;
    const auto run = read_recorded_run(journal, error);
    CAPTURE(error.what);
    REQUIRE(run.has_value());
    Playback playback(run->inputs);
    Host same;
    System again(kStart, seed_from_number(3), same);
    again.add(std::make_unique<Counter>(kLaptop));
    same.world = &again;
    same.playback = &playback;
    again.journal().keep_lines(true);
    again.journal().add_line(RecordingLine{0, "recording", {"1"}}.line());
    again.record("CP", {RecordKind::state, "started", {}, {}, {}});
    while (const auto* input = playback.next()) {
        const auto place = playback.approach(again);
        REQUIRE(place != Playback::Place::elsewhere);
        if (place == Playback::Place::before) continue;
        const Input what = input->what;
        playback.pass();
        again.enter(what);
    }
    CHECK(again.journal().take_lines() == journal);
    CHECK(journal.find("+ ") != journal.npos);
}

// A LAN delivers by learned address, and its faults fire and are counted.
#include "tests/system/lan_bench.hpp"

#include <doctest/doctest.h>

#include <algorithm>

using namespace vmlab;
using namespace vmlab::sim;

TEST_CASE("unknown addresses and broadcasts go to all others, known ones to one") {
    Bench bench;
    bench.send(0, 1, "first");  // B is not known yet
    bench.run(seconds{1});
    CHECK(bench.hosts[1]->heard.size() == 1);
    CHECK(bench.hosts[2]->heard.size() == 1);
    bench.send(1, 0, "answer");
    bench.run(seconds{1});
    CHECK(bench.hosts[0]->heard.size() == 1);
    CHECK(bench.hosts[2]->heard.size() == 1);
    bench.send(2, 255, "all");
    bench.run(seconds{1});
    CHECK(bench.hosts[0]->heard.back() == "all");
    CHECK(bench.hosts[1]->heard.back() == "all");
}

TEST_CASE("faults fire as often as asked for, and are counted") {
    Bench bench;
    auto& rules = bench.network.impairments(bench.lan);
    rules.loss = 100'000;
    rules.duplicate = 50'000;
    rules.reorder = 20'000;
    rules.corrupt = 10'000;
    bench.send(1, 255, "learn");
    bench.run(seconds{1});
    for (int i = 0; i < 10'000; ++i) bench.send(0, 1, "payload");
    bench.run(seconds{1});
    const auto& counters = bench.network.counters(bench.lan);
    CHECK(counters.lost > 850);
    CHECK(counters.lost < 1150);
    CHECK(counters.duplicated > 350);
    CHECK(counters.reordered > 120);
    CHECK(counters.corrupted > 50);
    CHECK(bench.hosts[1]->heard.size() >= 10'000 - counters.lost + counters.duplicated - 2);
}

TEST_CASE("frames in a row to one place are one event; what stands between them parts them") {
    Bench bench;
    bench.send(1, 255, "learn");
    bench.send(2, 255, "learn");
    bench.run(seconds{1});
    for (auto* host : bench.hosts) host->rows.clear();
    bench.send(0, 1, "1");
    bench.send(0, 1, "2");
    bench.send(0, 2, "3");
    bench.send(0, 1, "4");
    bench.run(seconds{1});
    bench.send(0, 1, "5");  // another moment
    bench.run(microseconds{10});
    bench.send(0, 1, "6");
    bench.run(seconds{1});
    CHECK(bench.hosts[1]->rows == std::vector<std::size_t>{2, 1, 1, 1});
    CHECK(bench.hosts[2]->rows == std::vector<std::size_t>{1});
    const auto& heard = bench.hosts[1]->heard;
    CHECK(std::vector(heard.end() - 5, heard.end()) == std::vector<std::string>{"1", "2", "4", "5", "6"});
}

TEST_CASE("nothing passes during a partition") {
    Bench bench;
    const Instant now = bench.system.now();
    bench.network.partition(bench.lan, now + seconds{1}, now + seconds{3});
    bench.run(seconds{2});
    bench.send(0, 255, "lost");
    bench.run(seconds{2});
    bench.send(0, 255, "through");
    bench.run(seconds{1});
    REQUIRE(bench.hosts[1]->heard.size() == 1);
    CHECK(bench.hosts[1]->heard[0] == "through");
    CHECK(bench.network.faults(bench.lan)[0].fired == 2);
}

TEST_CASE("the capture is a pcapng section with one interface and every frame sent") {
    Bench bench;
    Capture capture;
    bench.network.capture_to(&capture);
    bench.send(0, 255, "hello");
    bench.run(seconds{1});
    const std::string bytes = capture.take();
    CHECK(bytes.substr(0, 4) == "\x0a\x0d\x0d\x0a");
    CHECK(bytes.size() % 4 == 0);
    CHECK(bytes.find("LAN0") != std::string::npos);
    CHECK(bytes.find("hello") != std::string::npos);
    CHECK(capture.take().empty());
}

TEST_CASE("a deadline wakes a machine at its time, and an earlier one wins") {
    struct Sleeper final : Machine {
        using Machine::Machine;
        std::vector<Instant> wanted;
        std::vector<Instant> woken;
        void receive(Event& event, System& world) override {
            if (!std::holds_alternative<DeadlinePassed>(event.payload)) return;
            if (woken.empty() || woken.back() != world.now()) woken.push_back(world.now());
            std::erase_if(wanted, [&](Instant at) { return at <= world.now(); });
        }
        std::optional<Instant> next_deadline() const override {
            if (wanted.empty()) return std::nullopt;
            return *std::min_element(wanted.begin(), wanted.end());
        }
    };
    Outside outside;
    System system(Instant{}, seed_from_number(1), outside);
    auto owned = std::make_unique<Sleeper>(Name8("SLEEPER"));
    Sleeper& sleeper = *owned;
    const auto index = system.add(std::move(owned));
    sleeper.wanted = {Instant{seconds{5}}, Instant{seconds{9}}};
    system.post(index, ConsoleTyped{"begin"});
    system.run_until(Instant{seconds{1}});
    sleeper.wanted.push_back(Instant{seconds{2}});
    system.post(index, ConsoleTyped{"earlier"});
    system.run_until(Instant{seconds{20}});
    const std::vector<Instant> expected{Instant{seconds{2}}, Instant{seconds{5}}, Instant{seconds{9}}};
    CHECK(sleeper.woken == expected);
}

TEST_CASE("a machine whose near deadlines follow each other does not pile up wake-ups for its far one") {
    struct Ticker final : Machine {
        using Machine::Machine;
        Instant near{}, far{hours{1}};
        std::size_t woken = 0;
        void receive(Event& event, System& world) override {
            woken += std::holds_alternative<DeadlinePassed>(event.payload);
            near = std::holds_alternative<ConsoleTyped>(event.payload) ? world.now() + milliseconds{10}
                                                                       : Instant::max();
        }
        std::optional<Instant> next_deadline() const override { return std::min(near, far); }
    };
    Outside outside;
    System system(Instant{}, seed_from_number(1), outside);
    auto owned = std::make_unique<Ticker>(Name8("TICKER"));
    Ticker& ticker = *owned;
    const auto index = system.add(std::move(owned));
    for (int i = 0; i < 1000; ++i) {
        system.post(index, ConsoleTyped{"something to do"});
        system.run_until(system.now() + milliseconds{20});
    }
    CHECK(ticker.woken == 1000);
    CHECK(system.pending() == 1);
}

TEST_CASE("a broadcast to many interfaces of a machine is one event, however many there are") {
    Bench bench;
    for (std::uint16_t i = 1; i < 300; ++i) bench.network.attach(bench.lan, bench.hosts[1]->index(), i);
    auto* many = bench.hosts[1];
    bench.send(0, 255, "all");
    bench.run(seconds{1});
    // Interface 0 was attached before C was; the others follow one another.
    CHECK(many->at == std::vector<unsigned>{0, 1});
    CHECK(many->upto == std::vector<unsigned>{0, 299});
    many->at.clear(), many->upto.clear();
    Buffer frame = Buffer::allocate(20);
    std::memset(frame.writable(), 0xff, 20);
    bench.system.transmit(*many, 100, frame);
    bench.run(seconds{1});
    CHECK(many->at == std::vector<unsigned>{0, 1, 101});
    CHECK(many->upto == std::vector<unsigned>{0, 99, 299});
    // Two that look alike are two: each reaches every interface, in its turn.
    many->at.clear(), many->upto.clear();
    bench.send(0, 255, "one");
    bench.send(0, 255, "one");
    bench.run(seconds{1});
    CHECK(many->at == std::vector<unsigned>{0, 1, 0, 1});
    // Where a wire has faults, the frames go their own ways.
    many->rows.clear();
    bench.network.impairments(bench.lan).loss = 500'000;
    bench.send(0, 255, "some");
    bench.run(seconds{1});
    CHECK(many->rows.size() > 20);
}

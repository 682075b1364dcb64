// Goodput over a lossy link, in virtual time: what the recovery machinery is worth.
//
//     sender ──► loss ──► queue of one BDP ──► 100 Mbit/s ──► 10 ms ──► receiver, and the same way back
//
// Each cell of the table is the median of nine seeds of sixty virtual seconds; it stands beside Linux 6.18
// over the same model, and beside what is committed in goodput.txt: a cell that falls below 95 % of that, or
// below what the issue asks for, fails the run. Also: two flows on one bottleneck (Jain's index), and how
// much faster than the world the saturated link runs.
//
//     bench_goodput TABLE [--write] [SECONDS [SEEDS]]
#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdio>
#include <cstring>
#include <ctime>
#include <deque>
#include <fstream>
#include <map>
#include <sstream>
#include <string>
#include <vector>

#include "stack/stack.hpp"
#include "stack/wire/ethernet.hpp"

using namespace vmlab;
using namespace vmlab::stack;

namespace {

constexpr std::uint64_t kRate = 100'000'000 / 8;  // bytes per second
constexpr Duration kOneWay = milliseconds{10};
constexpr std::size_t kQueue = kRate / 1000 * 20;  // one BDP
constexpr std::size_t kBuffer = 4 * 1024 * 1024;   // neither end's buffer is the limit
constexpr Instant kBegin{seconds{1'700'000'000}};
constexpr std::array<std::uint32_t, 6> kLosses{0, 1'000, 10'000, 30'000, 50'000, 100'000};  // per million

/// A small fast generator (xorshift64*): a frame's fate.
struct Dice {
    std::uint64_t state;
    bool chance(std::uint32_t per_million) {
        state ^= state >> 12;
        state ^= state << 25;
        state ^= state >> 27;
        return (state * 0x2545F4914F6CDD1Dull >> 32) * 1'000'000 >> 32 < per_million;
    }
};

/// One direction: frames leave in order, at the link's rate, and arrive 10 ms later.
struct Direction {
    struct InTransit {
        Instant at;
        Buffer frame;
    };
    std::deque<InTransit> frames{};
    Instant busy_until = kBegin;

    void send(Buffer frame, Instant now, std::uint32_t loss, Dice& dice) {
        if (loss != 0 && dice.chance(loss)) return;
        const Duration waiting = std::max(busy_until - now, Duration{0});
        const auto queued = std::uint64_t(waiting.count()) * kRate / 1'000'000'000;
        if (queued + frame.size() > kQueue) return;
        busy_until = std::max(busy_until, now) + Duration{std::int64_t(frame.size() * 1'000'000'000 / kRate)};
        frames.push_back({busy_until + kOneWay, std::move(frame)});
    }
    Instant next() const { return frames.empty() ? Instant::max() : frames.front().at; }
};

struct Link;

/// A stack and its user: streams without end, or takes what comes.
struct End final : Sink {
    End(Link& over, std::size_t which, const StackOptions& options, std::uint64_t seed)
        : link(over), index(which), stack(options, RandomStream(seed_from_number(seed * 2 + which), "end")) {}

    CauseId record(Record) override { return {}; }
    void send_frame(InterfaceId, Buffer frame) override;
    void accepted(ConnectionId, ConnectionId, const Endpoint&, const Endpoint&) override {}
    void connected(ConnectionId id, const Endpoint&, const Endpoint&) override { flows[id] = 0; }
    void connect_failed(ConnectionId, CloseReason, std::string) override { ++failures; }
    void received(ConnectionId id, Buffer data) override {
        flows[id] += data.size();
        taken.emplace_back(id, data.size());
    }
    void peer_closed(ConnectionId) override {}
    void closed(ConnectionId, CloseReason, std::string) override { ++failures; }
    void attacked(Attack, const Endpoint&) override {}
    void acknowledged(ConnectionId, std::size_t) override {}
    void datagram(std::uint16_t, const Endpoint&, const Endpoint&, Buffer) override {}
    void echo_reply(std::uint16_t, std::uint16_t, const IpAddress&, std::size_t) override {}
    void icmp_error(const IcmpReport&) override {}

    void settle(Instant now);

    Link& link;
    std::size_t index;
    Stack stack;
    std::map<ConnectionId, std::uint64_t> flows;  // bytes received; the keys are what streams
    std::vector<std::pair<ConnectionId, std::size_t>> taken;
    bool streams = false;
    int failures = 0;
};

struct Link {
    Link(CongestionAlgorithm algorithm, std::uint32_t loss_is, std::uint64_t seed) : loss(loss_is) {
        dice.state = seed * 0x9E3779B97F4A7C15ull + 1;
        StackOptions options;
        options.receive_buffer = kBuffer;
        options.congestion = algorithm;
        for (std::size_t i = 0; i < 2; ++i) {
            ends[i] = std::make_unique<End>(*this, i, options, seed);
            InterfaceConfig config;
            config.name = "ETH0";
            config.mac = {{2, 0, 0, 0, 0, std::uint8_t(i + 1)}};
            const InterfaceId id = ends[i]->stack.add_interface(config);
            ends[i]->stack.add_address(id, *Ipv4Address::parse(i == 0 ? "9.0.0.1" : "9.0.0.2"),
                                       mask_of_prefix(24), now, *ends[i]);
        }
        ends[0]->streams = true;
        (void)ends[1]->stack.listen(21, {});
    }
    void connect() { (void)ends[0]->stack.connect({*Ipv4Address::parse("9.0.0.2"), 21}, 0, now, *ends[0]); }

    void look_at_timers(std::size_t i) { tick[i] = ends[i]->stack.next_deadline().value_or(Instant::max()); }
    void run_until(Instant limit) {
        for (std::size_t i = 0; i < 2; ++i) look_at_timers(i);
        for (;;) {
            const Instant arrival[2] = {roads[1].next(), roads[0].next()};  // at each end
            const Instant at = std::min({tick[0], tick[1], arrival[0], arrival[1]});
            if (at > limit) break;
            now = std::max(now, at);
            for (std::size_t i = 0; i < 2; ++i) {
                End& end = *ends[i];
                if (arrival[i] == at) {
                    Buffer frame = std::move(roads[1 - i].frames.front().frame);
                    roads[1 - i].frames.pop_front();
                    end.stack.receive_frame(0, std::move(frame), now, end);
                } else if (tick[i] == at) {
                    end.stack.tick(now, end);
                } else {
                    continue;
                }
                end.settle(now);
                look_at_timers(i);
                break;
            }
        }
        now = limit;
    }

    std::uint32_t loss;
    Dice dice{};
    Instant now = kBegin;
    std::array<Direction, 2> roads{};
    std::array<Instant, 2> tick{};  // when each end wants to be called
    std::array<std::unique_ptr<End>, 2> ends{};
};

void End::send_frame(InterfaceId, Buffer frame) {
    link.roads[index].send(std::move(frame), link.now, link.loss, link.dice);
}

void End::settle(Instant now) {
    for (auto& [id, bytes] : taken) stack.consumed(id, bytes, now, *this);
    taken.clear();
    if (!streams) return;
    static const Buffer block = Buffer::allocate(64 * 1024);
    for (auto& [id, bytes] : flows)
        while (stack.unacknowledged(id) + block.size() <= kBuffer && stack.unsent(id) < 2 * block.size())
            stack.send(id, block, now, *this);
}

/// Mbit/s of payload over `duration`, from the first SYN on.
double goodput(CongestionAlgorithm algorithm, std::uint32_t loss, std::uint64_t seed, Duration duration) {
    Link link(algorithm, loss, seed);
    link.connect();
    link.run_until(kBegin + duration);
    std::uint64_t bytes = 0;
    for (const auto& [id, received] : link.ends[1]->flows) bytes += received;
    return double(bytes) * 8 / 1e6 / (double(duration.count()) / 1e9);
}

template <typename T>
T median(std::vector<T> values) {
    std::sort(values.begin(), values.end());
    return values[values.size() / 2];
}

/// Jain's index of two flows that begin a second apart: over the last two thirds.
double fairness(CongestionAlgorithm algorithm, std::uint64_t seed, Duration duration) {
    Link link(algorithm, 0, seed);
    link.connect();
    link.run_until(kBegin + seconds{1});
    link.connect();
    link.run_until(kBegin + duration / 3);
    const auto before = link.ends[1]->flows;
    link.run_until(kBegin + duration);
    double sum = 0, squares = 0;
    std::size_t count = 0;
    for (const auto& [id, received] : link.ends[1]->flows) {
        const auto old = before.find(id);
        const double share = double(received - (old == before.end() ? 0 : old->second));
        sum += share;
        squares += share * share;
        ++count;
    }
    return count == 2 && squares > 0 ? sum * sum / (2 * squares) : 0;
}

struct Row {
    CongestionAlgorithm algorithm;
    std::array<double, 6> linux_made;
    double at_least;  // of Linux
};
constexpr std::array<Row, 2> kRows{{
    {CongestionAlgorithm::cubic, {94.6, 27.5, 6.4, 2.58, 1.70, 0.94}, 1.0},
    {CongestionAlgorithm::bbr, {94.5, 94.2, 92.9, 89.0, 86.1, 75.6}, 0.9},
}};

std::map<std::string, double> read_table(const char* path) {
    std::map<std::string, double> table;
    std::ifstream in(path);
    for (std::string line; std::getline(in, line);) {
        std::istringstream words(line);
        std::string name;
        double value = 0;
        if (line.starts_with('#') || !(words >> name >> value)) continue;
        table[name] = value;
    }
    return table;
}

/// Compares each figure with what is asked for and with what is committed, and keeps the new table.
struct Judge {
    std::map<std::string, double> committed;
    bool writes = false;
    std::string table{};
    int failures = 0;

    void operator()(const std::string& name, double value, double floor, double ceiling) {
        const auto known = committed.find(name);
        const bool compares = known != committed.end() && !writes;
        const bool good =
            value >= floor && value <= ceiling && !(compares && value < kMayFall * known->second);
        fmt::print("{:<22} {:8.2f}  floor {:6.2f}{}{}\n", name, value, floor,
                   compares ? fmt::format("  committed {:.2f}", known->second) : "", good ? "" : "  FAILED");
        std::fflush(stdout);
        failures += good ? 0 : 1;
        table += fmt::format("{:<22} {:.2f}\n", name, value);
    }
    void write_to(const char* path) const {
        std::ofstream out(path);
        out << "# Mbit/s of payload by algorithm and loss in percent, and Jain's index of two flows: what\n"
               "# bench_goodput made (medians of nine seeds of sixty virtual seconds). A figure below 95 % "
               "of\n"
               "# these fails `scripts/bench goodput`.\n"
            << table;
    }
    static constexpr double kMayFall = 0.95;
};

/// How many virtual seconds of the saturated link pass in one of the processor: others may be at work on this
/// machine, too.
double speed(Duration duration) {
    std::vector<double> speeds;
    for (int i = 0; i < 3; ++i) {
        const std::clock_t before = std::clock();
        (void)goodput(CongestionAlgorithm::cubic, 0, 1, duration);
        const double took = double(std::clock() - before) / CLOCKS_PER_SEC;
        speeds.push_back(double(duration.count()) / 1e9 / took);
    }
    return median(speeds);
}

}  // namespace

int main(int argc, char** argv) {
    if (argc < 2) {
        fmt::print(stderr, "bench_goodput TABLE [--write] [SECONDS [SEEDS]]\n");
        return 2;
    }
    const bool write = argc > 2 && std::strcmp(argv[2], "--write") == 0;
    const int rest = write ? 3 : 2;
    const auto number = [&](int index, int otherwise) {
        if (index < argc) std::from_chars(argv[index], argv[index] + std::strlen(argv[index]), otherwise);
        return otherwise;
    };
    const Duration duration = seconds{number(rest, 60)};
    const int seeds = number(rest + 1, 9);
    Judge judge{read_table(argv[1]), write};

    for (const Row& row : kRows) {
        for (std::size_t i = 0; i < kLosses.size(); ++i) {
            std::vector<double> runs;
            for (int seed = 1; seed <= seeds; ++seed)
                runs.push_back(goodput(row.algorithm, kLosses[i], std::uint64_t(seed), duration));
            const bool bounded = row.algorithm == CongestionAlgorithm::cubic && kLosses[i] <= 10'000;
            const std::string name =
                fmt::format("{}_{}", name_of(row.algorithm), double(kLosses[i]) / 10'000);
            judge(name, median(runs), row.at_least * row.linux_made[i],
                  bounded ? 1.5 * row.linux_made[i] : 100.0);
            fmt::print("ratio goodput_{} {:.3f}\n", name, median(runs) / row.linux_made[i]);
        }
    }
    std::vector<double> indices;
    for (int seed = 1; seed <= seeds; ++seed)
        indices.push_back(fairness(CongestionAlgorithm::cubic, std::uint64_t(seed), duration));
    judge("jain_cubic", median(indices), 0.95, 1.0);
    fmt::print("ratio jain_cubic {:.3f}\n", median(indices));
    if (write) judge.write_to(argv[1]);

    const double virtual_seconds = speed(duration);
    fmt::print("ratio virtual_seconds_per_second {:.1f}\n", virtual_seconds);
    if (virtual_seconds < 200) {
        fmt::print("the saturated link is to run 200 times as fast as the world  FAILED\n");
        ++judge.failures;
    }
    return judge.failures == 0 ? 0 : 1;
}

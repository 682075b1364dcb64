// The stack beside lwIP: bulk, request and response, connections, memory; both ends and the wire in one
// thread.
//
// Three kinds of a pair of hosts play the same games: two stacks back to back (frames are handed over in the
// order in which they were sent, all that waits at once), two hosts in the world (queue, LAN, journal), and
// lwIP twice (lwip/peer.h; one copy per frame, as its buffers belong to a host). Checksums are computed at
// both ends by all; no program touches the payload. At the end a line `ratio NAME VALUE` for each: the median
// rate as a multiple of lwIP's.
#include <benchmark/benchmark.h>
#include <dlfcn.h>
#include <fmt/core.h>
#include <malloc.h>

#include <map>
#include <string>
#include <vector>

#include "simulator/machines/external_host.hpp"
#include "simulator/network/lan.hpp"
#include "stack/news.hpp"
#include "tests/bench/lwip/peer.hpp"

namespace {

using namespace vmlab;
using stack::ConnectionId;

const Instant kStart{seconds{1'700'000'000}};
constexpr std::uint16_t kGivesBack = 7, kSwallows = 9, kSwallowing = 2;  ///< ports, from 9 on
constexpr std::size_t kQueue = 256 << 10;  ///< bytes that the sender keeps queued, as lwIP's TCP_SND_BUF
constexpr std::size_t kBlock = 32 << 10;
constexpr std::uint16_t kRequest = 64;

const Ipv4Address kClient = Ipv4Address::of(10, 0, 0, 1), kServer = Ipv4Address::of(10, 0, 0, 2);

// ── our stack
// ─────────────────────────────────────────────────────────────────────────────────────────────────

/// What both kinds of our hosts do with their news: swallow, give back, close after the peer.
class Program {
public:
    Program(stack::Stack& of, bool serves) : stack_(of), serves_(serves) {
        if (!serves_) return;
        gives_back_ = *stack_.listen(kGivesBack, {});
        for (std::uint16_t port = kSwallows; port < kSwallows + kSwallowing; ++port)
            (void)stack_.listen(port, {{}, 100'000});
    }

    void take(stack::News& n, Instant now, stack::Sink& out) {
        using Kind = stack::News::Kind;
        switch (n.kind) {
            case Kind::accepted:
                if (n.id >= gives_back_of_.size()) gives_back_of_.resize(2 * n.id);
                gives_back_of_[n.id] = n.listener == gives_back_;
                return be_prompt(n.id, now);
            case Kind::connected: ++established; return be_prompt(n.id, now);
            case Kind::received:
                bytes_in += n.bytes;
                if (serves_ && gives_back_of_[n.id])
                    for (auto& part : n.received) stack_.send(n.id, std::move(part), now, out);
                return stack_.consumed(n.id, n.bytes, now, out);
            case Kind::peer_closed: return stack_.close(n.id, now, out);
            case Kind::acknowledged:
                if (streams != 0 && n.id == streams) fill(now, out);
                return;
            default: return;
        }
    }
    void fill(Instant now, stack::Sink& out) {
        while (stack_.unacknowledged(streams) + kBlock <= kQueue) stack_.send(streams, block_, now, out);
    }

    std::uint64_t bytes_in = 0, established = 0;
    ConnectionId streams = 0;

private:
    void be_prompt(ConnectionId connection, Instant now) {
        stack::ConnectionOptions options;
        options.no_delay = true;
        stack_.set_options(connection, options, now);
    }

    stack::Stack& stack_;
    bool serves_;
    ConnectionId gives_back_ = 0;
    std::vector<bool> gives_back_of_{};  // by connection; no number comes twice
    Buffer block_ = Buffer::copy_of(std::string(kBlock, 'x'));
};

stack::InterfaceConfig interface_of(int host, std::uint16_t mtu) {
    stack::InterfaceConfig config;
    config.name = "ETH0";
    config.mac = MacAddress{{2, 0, 0, 0, 0, std::uint8_t(host)}};
    config.mtu = mtu;
    config.up = true;
    return config;
}

/// As lwIP does it: every checksum is made by one end and verified by the other.
const stack::StackOptions kSumsTwice{.checksum_offload = false};

/// Two stacks and nothing else, polled.
class BackToBack {
public:
    explicit BackToBack(std::uint16_t mtu) : a_(1, mtu, false), b_(2, mtu, true) {
        a_.out.to = &b_;
        b_.out.to = &a_;
        a_.plug(kClient, now_);
        b_.plug(kServer, now_);
    }

    ConnectionId connect(std::uint16_t port, std::uint16_t local_port = 0) {
        const auto id = a_.stack.connect({kServer, port}, local_port, now_, a_.out);
        vm_assert(id.has_value());
        return *id;
    }
    std::uint64_t established() const { return a_.program.established; }
    void stream(ConnectionId connection) {
        a_.program.streams = connection;
        a_.program.fill(now_, a_.out);
    }
    void write(ConnectionId connection, std::string_view bytes) {
        a_.stack.send(connection, Buffer::copy_of(bytes), now_, a_.out);
    }
    void close(ConnectionId connection) {
        a_.program.streams = 0;
        a_.stack.close(connection, now_, a_.out);
    }
    std::uint64_t received_back() const { return a_.program.bytes_in; }
    std::uint64_t received() const { return b_.program.bytes_in; }
    /// What waits is delivered, then what was due is done.
    void turn() {
        const bool any = b_.take(now_) | a_.take(now_);
        now_ += any ? microseconds{2} : microseconds{200};
        a_.tick(now_);
        b_.tick(now_);
    }

private:
    struct Host;
    struct Out final : stack::NewsSink {
        using NewsSink::NewsSink;
        void send_frame(stack::InterfaceId, Buffer frame) override {
            to->arrived.push_back(std::move(frame));
        }
        CauseId record(Record) override { return CauseId::none; }
        bool keeps(RecordKind) const override { return false; }  // nobody reads them, as with lwIP
        Host* to = nullptr;
    };
    struct Host {
        Host(int number, std::uint16_t mtu, bool serves)
            : stack(kSumsTwice, RandomStream(seed_from_number(std::uint64_t(number)), "bench")),
              program(stack, serves) {
            stack.add_interface(interface_of(number, mtu));
        }
        void plug(Ipv4Address address, Instant now) {
            stack.add_address(0, address, Ipv4Address::of(255, 255, 255, 0), now, out);
        }
        bool take(Instant now) {
            if (arrived.empty()) return false;
            taken.swap(arrived);
            stack.receive_frames(0, taken, now, out);
            taken.clear();
            work_off(now);
            return true;
        }
        void tick(Instant now) {
            stack.tick(now, out);
            work_off(now);
        }
        void work_off(Instant now) {
            for (std::size_t i = 0; i < news.size(); ++i) program.take(news[i], now, out);
            news.clear();
        }
        stack::Stack stack;
        Program program;
        std::vector<stack::News> news{};
        Out out{news};
        std::vector<Buffer> arrived{}, taken{};
    };

    Instant now_ = kStart;
    Host a_, b_;
};

/// Two hosts on a LAN of a world.
class InWorld {
public:
    explicit InWorld(std::uint16_t mtu)
        : world_(kStart, seed_from_number(1), nobody_), network_(world_.random("network")) {
        world_.set_fabric(network_);
        const auto lan = network_.add_lan("LAN");
        for (int number : {1, 2}) {
            auto made = std::make_unique<Host>(number == 1 ? Name8("CLIENT") : Name8("SERVER"), number == 2);
            hosts_[number - 1] = made.get();
            world_.add(std::move(made));
            hosts_[number - 1]->plug_in(number, mtu, world_);
            network_.attach(lan, hosts_[number - 1]->index(), 0);
        }
    }

    ConnectionId connect(std::uint16_t port) { return hosts_[0]->connect(port, world_); }
    std::uint64_t established() const { return hosts_[0]->program.established; }
    void stream(ConnectionId connection) { hosts_[0]->stream(connection, world_); }
    void write(ConnectionId connection, std::string_view bytes) {
        hosts_[0]->write(connection, bytes, world_);
    }
    void close(ConnectionId connection) { hosts_[0]->close(connection, world_); }
    std::uint64_t received_back() const { return hosts_[0]->program.bytes_in; }
    std::uint64_t received() const { return hosts_[1]->program.bytes_in; }
    void turn() {
        if (!world_.idle()) world_.step();
    }

private:
    class Nobody final : public sim::Outside {};
    class Host final : public sim::ExternalHost {
    public:
        Host(Name8 name, bool serves)
            : ExternalHost(name, kSumsTwice, RandomStream(seed_from_number(serves ? 2 : 1), "bench")),
              program(stack_, serves) {}

        void plug_in(int number, std::uint16_t mtu, sim::System& world) {
            Wire wire(*this, world);
            stack_.add_interface(interface_of(number, mtu));
            stack_.add_address(0, number == 1 ? kClient : kServer, Ipv4Address::of(255, 255, 255, 0),
                               world.now(), wire);
        }
        ConnectionId connect(std::uint16_t port, sim::System& world) {
            Wire wire(*this, world);
            const auto id = stack_.connect({kServer, port}, 0, world.now(), wire);
            vm_assert(id.has_value());
            return *id;
        }
        void stream(ConnectionId connection, sim::System& world) {
            Wire wire(*this, world);
            program.streams = connection;
            program.fill(world.now(), wire);
        }
        void write(ConnectionId connection, std::string_view bytes, sim::System& world) {
            Wire wire(*this, world);
            stack_.send(connection, Buffer::copy_of(bytes), world.now(), wire);
        }
        void close(ConnectionId connection, sim::System& world) {
            Wire wire(*this, world);
            program.streams = 0;
            stack_.close(connection, world.now(), wire);
        }

        Program program;

    private:
        void news(stack::News& n, sim::System& world) override {
            Wire wire(*this, world);
            program.take(n, world.now(), wire);
        }
    };

    Nobody nobody_{};
    sim::System world_;
    sim::Network network_;
    Host* hosts_[2]{};
};

// ── lwIP
// ──────────────────────────────────────────────────────────────────────────────────────────────────────

/// A copy of its state per host: the module is loaded into namespaces of their own, and stays loaded.
class Lwip {
public:
    Lwip(const char* checksum, std::uint16_t mtu)
        : a_(load(fmt::format("{}/lwip_{}_{}.so", VMLAB_LWIP, checksum, mtu))),
          b_(load(fmt::format("{}/lwip_{}_{}.so", VMLAB_LWIP, checksum, mtu))) {
        a_.start(&b_, 1, mtu);
        b_.start(&a_, 2, mtu);
        b_.serve();
    }

    void* connect(std::uint16_t port) {
        void* const connection = a_.connect(2, port);
        vm_assert(connection != nullptr);
        opening_.push_back(connection);
        return connection;
    }
    std::uint64_t established() {
        std::erase_if(opening_, [this](void* one) { return a_.established(one) && ++established_; });
        return established_;
    }
    void stream(void* connection) { a_.stream(connection); }
    void write(void* connection, std::string_view bytes) {
        vm_assert(a_.write(connection, bytes.data(), std::uint16_t(bytes.size())));
    }
    void close(void* connection) { a_.close(connection); }
    std::uint64_t received_back() const { return a_.received(); }
    std::uint64_t received() const { return b_.received(); }
    void turn() {
        const bool any = b_.poll() | a_.poll();
        if (!any || ++turns_ % 512 == 0) {
            ++clock_;
            a_.set_clock(clock_);
            b_.set_clock(clock_);
        }
    }

private:
    static const peer& load(const std::string& file) {
        void* const module = dlmopen(LM_ID_NEWLM, file.c_str(), RTLD_NOW | RTLD_LOCAL);
        if (!module) fmt::print(stderr, "{}\n", dlerror());
        vm_assert(module != nullptr);
        return *reinterpret_cast<const peer* (*)()>(dlsym(module, "peer_of_module"))();
    }

    const peer &a_, &b_;
    std::vector<void*> opening_{};
    std::uint64_t established_ = 0, turns_ = 0;
    std::uint32_t clock_ = 0;
};

/// The one pair of each kind: lwIP's namespaces are few.
Lwip& lwip(const char* checksum, std::uint16_t mtu) {
    static std::map<std::pair<std::string, int>, Lwip> pairs;
    return pairs.try_emplace({checksum, mtu}, checksum, mtu).first->second;
}

// ── the games
// ─────────────────────────────────────────────────────────────────────────────────────────────────

template <typename Pair>
auto open(Pair& pair, std::uint16_t port) {
    const auto before = pair.established();
    const auto connection = pair.connect(port);
    while (pair.established() == before) pair.turn();
    return connection;
}

/// What is under way arrives.
template <typename Pair>
void settle(Pair& pair) {
    for (int i = 0; i < 2000; ++i) pair.turn();
}

/// One connection that never runs dry.
template <typename Pair>
void bulk(benchmark::State& state, Pair& pair) {
    constexpr std::uint64_t kStep = 4 << 20;
    const auto connection = open(pair, kSwallows);
    pair.stream(connection);
    const auto run_on = [&](std::uint64_t bytes) {
        for (const auto goal = pair.received() + bytes; pair.received() < goal;) pair.turn();
    };
    run_on(64 << 20);  // past slow start
    const auto before = pair.received();
    for (auto _ : state) run_on(kStep);
    state.SetBytesProcessed(std::int64_t(pair.received() - before));
    pair.close(connection);
    settle(pair);
}

/// A question of 64 bytes and its answer, in turn over so many connections.
template <typename Pair>
void ask(benchmark::State& state, Pair& pair, std::size_t connections) {
    std::vector<decltype(pair.connect(kGivesBack))> all;
    for (std::size_t i = 0; i < connections; ++i) all.push_back(open(pair, kGivesBack));
    const std::string question(kRequest, 'q');
    std::size_t next = 0;
    for (auto _ : state) {
        const auto goal = pair.received_back() + kRequest;
        pair.write(all[next], question);
        next = (next + 7919) % all.size();
        while (pair.received_back() < goal) pair.turn();
    }
    state.SetItemsProcessed(std::int64_t(state.iterations()));
    for (const auto one : all) pair.close(one);
    settle(pair);
}

/// Connect, a byte each way, close; the client's end goes through TIME-WAIT.
template <typename Pair>
void visit(benchmark::State& state, Pair& pair) {
    for (auto _ : state) {
        const auto connection = open(pair, kGivesBack);
        const auto goal = pair.received_back() + 1;
        pair.write(connection, "x");
        while (pair.received_back() < goal) pair.turn();
        pair.close(connection);
    }
    state.SetItemsProcessed(std::int64_t(state.iterations()));
}

template <typename Pair, typename Game, typename... More>
void play_ours(benchmark::State& state, Game game, std::uint16_t mtu, More... more) {
    Pair pair(mtu);
    game(state, pair, more...);
}

#define OURS(NAME, GAME, MTU, ...)                                                  \
    benchmark::RegisterBenchmark("ours_" NAME, [](benchmark::State& s) {            \
        play_ours<BackToBack>(s, GAME<BackToBack>, MTU __VA_OPT__(, ) __VA_ARGS__); \
    });                                                                             \
    benchmark::RegisterBenchmark("world_" NAME, [](benchmark::State& s) {           \
        play_ours<InWorld>(s, GAME<InWorld>, MTU __VA_OPT__(, ) __VA_ARGS__);       \
    });
#define ALL(NAME, GAME, MTU, ...)                                                                           \
    OURS(NAME, GAME, MTU __VA_OPT__(, ) __VA_ARGS__)                                                        \
    benchmark::RegisterBenchmark(                                                                           \
        "lwip_" NAME, [](benchmark::State& s) { GAME(s, lwip("stock", MTU) __VA_OPT__(, ) __VA_ARGS__); }); \
    benchmark::RegisterBenchmark("lwip_fast_" NAME, [](benchmark::State& s) {                               \
        GAME(s, lwip("fast", MTU) __VA_OPT__(, ) __VA_ARGS__);                                              \
    });

/// Prints the table, and keeps the medians.
class Table final : public benchmark::ConsoleReporter {
public:
    void ReportRuns(const std::vector<Run>& runs) override {
        for (const auto& run : runs) {
            if (run.run_type == Run::RT_Aggregate && run.aggregate_name != "median") continue;
            for (const char* what : {"bytes_per_second", "items_per_second"})
                if (const auto found = run.counters.find(what); found != run.counters.end())
                    rates_[run.run_name.function_name] = found->second;
        }
        ConsoleReporter::ReportRuns(runs);
    }
    void ratio(const char* name, const std::string& of, const std::string& to) const {
        const auto a = rates_.find(of), b = rates_.find(to);
        if (a != rates_.end() && b != rates_.end())
            fmt::print("ratio {} {:.3f}\n", name, a->second / b->second);
    }
    void gigabits(const std::string& of) const {
        if (const auto a = rates_.find(of); a != rates_.end())
            fmt::print("{} {:.1f} Gbit/s\n", of, a->second * 8e-9);
    }

private:
    std::map<std::string, double> rates_;
};

/// What an open connection that says nothing holds, both ends; and a hundred thousand of them at once.
void weigh_idle() {
    for (const std::size_t many : {10'000u, 100'000u}) {
        BackToBack pair(1500);
        const auto open_one = [&](std::size_t i) {
            const auto before = pair.established();
            pair.connect(std::uint16_t(kSwallows + i % kSwallowing), std::uint16_t(10'000 + i / kSwallowing));
            while (pair.established() == before) pair.turn();
        };
        for (std::size_t i = 0; i < many / 10; ++i) open_one(i);
        for (int i = 0; i < 5000; ++i) pair.turn();
        const auto before = mallinfo2().uordblks;
        for (std::size_t i = many / 10; i < many; ++i) open_one(i);
        for (int i = 0; i < 5000; ++i) pair.turn();
        fmt::print("idle connection {} bytes per end, of {}\n",
                   (mallinfo2().uordblks - before) / (many - many / 10) / 2, many);
    }
}

}  // namespace

int main(int argc, char** argv) {
    benchmark::Initialize(&argc, argv);
    if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 2;
    ALL("bulk_1460", bulk, 1500)
    ALL("bulk_8960", bulk, 9000)
    ALL("ask_1", ask, 1500, 1)
    OURS("ask_100", ask, 1500, 100)
    OURS("ask_10000", ask, 1500, 10'000)
    ALL("visit", visit, 1500)
    Table table;
    benchmark::RunSpecifiedBenchmarks(&table);
    for (const char* name : {"ours_bulk_1460", "world_bulk_1460", "lwip_bulk_1460", "lwip_fast_bulk_1460",
                             "ours_bulk_8960", "world_bulk_8960", "lwip_bulk_8960", "lwip_fast_bulk_8960"})
        table.gigabits(name);
    table.ratio("tcp_bulk_1460_to_lwip", "ours_bulk_1460", "lwip_bulk_1460");
    table.ratio("tcp_bulk_1460_to_lwip_fast", "ours_bulk_1460", "lwip_fast_bulk_1460");
    table.ratio("tcp_bulk_8960_to_lwip", "ours_bulk_8960", "lwip_bulk_8960");
    table.ratio("tcp_bulk_world_to_back_to_back", "world_bulk_1460", "ours_bulk_1460");
    table.ratio("tcp_ask_to_lwip", "ours_ask_1", "lwip_ask_1");
    table.ratio("tcp_ask_100_to_1", "ours_ask_100", "ours_ask_1");
    table.ratio("tcp_ask_10000_to_1", "ours_ask_10000", "ours_ask_1");
    table.ratio("tcp_visit_to_lwip", "ours_visit", "lwip_visit");
    if (benchmark::GetBenchmarkFilter().empty()) weigh_idle();
}

// The same run twice is the same run: journal, consoles and captures, byte for byte.
#include <random>

#include "tests/sslserv/wire.hpp"
#include "tests/world/changed_world.hpp"

using namespace vmlab;
using namespace vmlab::sim;

namespace {

struct Trace {
    std::string journal, consoles, capture;
    bool succeeded = false;
    friend bool operator==(const Trace&, const Trace&) = default;
};

/// The shipped system, or one whose servers speak TLS 1.3.
WorldOptions speaking(sslserv::Protocol version, std::uint64_t seed) {
    auto options = baseline_options(seed);
    if (version == sslserv::Protocol::tlsv1_3) {
        const std::string parms = ":parms.KEYFILE /etc/gskadm/Database.kdb";
        options = changed({{"GDLRCT2.DTCPARMS", parms, parms + " PROTOCOL +TLSV1_3"}});
        options.seed = seed_from_number(seed);
        options.around.level = Level(Release::v740);
    }
    return options;
}

/// A bad network, a transfer over TLS whose data connections resume, and everything that was written down.
Trace traced_run(std::uint64_t seed, sslserv::Protocol version) {
    Capture capture;
    auto options = speaking(version, seed);
    options.capture = &capture;
    Outside outside;
    World world(options, outside);
    world.system().journal().keep_lines(true);
    auto& rules = world.network().impairments(0);
    rules.loss = rules.duplicate = rules.reorder = 10'000;
    world.ipl();
    world.system().run_until(options.start + seconds{40}, [&] { return world.settled("TCPIP"); });
    auto transfer = ftp_conversation(std::string(200'000, 'v'));
    transfer.resume_data = true;
    const auto number = world.workstation().start(std::move(transfer), world.system());
    world.system().run_until(options.start + hours{1},
                             [&] { return world.workstation().result(number).ended; });
    Trace trace;
    trace.succeeded = world.workstation().result(number).succeeded;
    INFO(world.workstation().result(number).why);
    CHECK(trace.succeeded);
    trace.journal = world.system().journal().take_lines();
    CHECK(trace.journal.find(fmt::format("established: {}_", sslserv::short_name_of(version))) !=
          trace.journal.npos);
    CHECK(trace.journal.find(", resumed") != trace.journal.npos);
    trace.capture = capture.take();
    for (const auto& machine : world.system().machines())
        for (const auto& line : world.system().console_of(machine->name())) trace.consoles += line + "\n";
    return trace;
}

// ── a client outside: its bytes cannot be foreseen ──

/// What came from outside, and when.
struct Input {
    Instant at{};
    std::string data{};  ///< of ClientSent
    enum class What { connected, sent, took, gone } what{};
    std::size_t bytes = 0;  ///< of ClientTook
};

constexpr std::uint64_t kClient = 1;

void give(World& world, const Input& input) {
    auto& to = world.system();
    const Name8 laptop("LAPTOP");
    switch (input.what) {
        case Input::What::connected:
            to.post(laptop, ClientConnected{kClient, {Ipv4Address::of(9, 60, 60, 3), 7443}});
            break;
        case Input::What::sent: to.post(laptop, ClientSent{kClient, Buffer::copy_of(input.data)}); break;
        case Input::What::took: to.post(laptop, ClientTook{kClient, input.bytes}); break;
        case Input::What::gone: to.post(laptop, ClientGone{kClient}); break;
    }
}

/// A real client on a loopback port: TLS with randomness of its own. Everything that it does is written down.
struct OutsideClient final : Outside, sslserv::TlsSink {
    RandomStream random{seed_from_number(std::random_device{}()), "outside"};
    std::unique_ptr<sslserv::TlsSession> tls{};
    std::vector<Input> pending{}, inputs{};
    std::string received{};
    bool opened = false, gone = false;
    Instant now{};

    OutsideClient(sslserv::Protocol newest, Instant start) : now(start) {
        sslserv::TlsSettings settings;
        settings.protection = sslserv::test::offering({newest});
        auto context = sslserv::TlsContext::make(TlsRole::client, settings, random, now);
        sslserv::TlsSessionOptions wanted;
        wanted.verify_peer = false;
        tls = std::make_unique<sslserv::TlsSession>(std::get<0>(context), wanted, random, now);
    }
    void client_opened(std::uint64_t) override { opened = true; }
    void client_data(std::uint64_t, Buffer data) override {
        pending.push_back({{}, {}, Input::What::took, data.size()});
        tls->receive(std::move(data), now, *this);
    }
    void client_closed(std::uint64_t, CloseReason, const std::string&) override { gone = true; }
    void ciphertext(Buffer data, std::size_t) override {
        pending.push_back({{}, std::string(data.view()), Input::What::sent});
    }
    void plaintext(Buffer data) override { received += data.view(); }
    void established(const sslserv::TlsEstablished&) override {
        tls->write(Buffer::copy_of(std::string_view("GET / HTTP/1.0\r\n\r\n")), now, *this);
    }
    void failed(const sslserv::TlsFailure&) override { gone = true; }
    void peer_closed() override { gone = true; }
    using Outside::key_log;
    void key_log(std::string) override {}

    void act(World& world, Input input) {
        input.at = now = world.now();
        give(world, input);
        inputs.push_back(std::move(input));
    }
    /// Looks every 10 ms what is to be done.
    void live(World& world) {
        act(world, {{}, {}, Input::What::connected});
        bool greeted = false;
        for (int turn = 0; turn < 1000 && !gone; ++turn) {
            world.system().run_until(world.now() + milliseconds{10});
            now = world.now();
            if (opened && !std::exchange(greeted, opened)) tls->start(now, *this);
            for (auto& input : std::exchange(pending, {})) act(world, std::move(input));
        }
        act(world, {{}, {}, Input::What::gone});
    }
};

/// A run into which `client` comes, or in which its recorded input is given again.
Trace run_with(sslserv::Protocol version, OutsideClient* client, const std::vector<Input>& recorded) {
    Capture capture;
    auto options = speaking(version, 7);
    options.capture = &capture;
    Outside nobody;
    World world(options, client ? static_cast<Outside&>(*client) : nobody);
    world.system().journal().keep_lines(true);
    world.ipl();
    world.system().run_until(options.start + seconds{40});
    if (client) client->live(world);
    for (const auto& input : recorded) {
        world.system().run_until(input.at);
        give(world, input);
    }
    world.system().run_until(options.start + minutes{3});
    Trace trace;
    trace.journal = world.system().journal().take_lines();
    trace.capture = capture.take();
    return trace;
}

}  // namespace

TEST_CASE("20 seeds on a bad network: every transfer intact, and each seed twice gives the same bytes") {
    for (const auto version : {sslserv::Protocol::tlsv1_2, sslserv::Protocol::tlsv1_3}) {
        CAPTURE(sslserv::keyword_of(version));
        std::string last;
        for (std::uint64_t seed = 1; seed <= 20; ++seed) {
            const Trace first = traced_run(seed, version), second = traced_run(seed, version);
            CHECK(first == second);
            CHECK(first.journal != last);  // another seed is another run
            last = first.journal;
        }
    }
}

TEST_CASE("what came from outside, given again at the same moments, gives the same bytes") {
    for (const auto version : {sslserv::Protocol::tlsv1_2, sslserv::Protocol::tlsv1_3}) {
        CAPTURE(sslserv::keyword_of(version));
        const auto start = baseline_options().start;
        OutsideClient one(version, start), other(version, start);
        const Trace run = run_with(version, &one, {});
        CHECK(one.received.find("HTTP/1.0 200") != std::string::npos);
        CHECK(run.journal.find(fmt::format("established: {}_", sslserv::short_name_of(version))) !=
              run.journal.npos);
        CHECK(run_with(version, nullptr, one.inputs) == run);
        CHECK_FALSE(run_with(version, &other, {}) == run);  // the client's bytes are its own
    }
}

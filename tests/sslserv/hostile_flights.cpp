// Clients that know TLS and break its rules on purpose: records and messages of a true handshake, cut up,
// changed, out of order, twice, or too early. Each gets an end that has a name, and nothing of it is kept.
//
// VMLAB_HOSTILE in the environment: how many connections (2000).
#include <doctest/doctest.h>

#include <cstdio>
#include <cstdlib>
#include <map>
#include <set>

#include "tests/heap.hpp"
#include "tests/sslserv/wire.hpp"

using namespace vmlab;
using namespace vmlab::sslserv;
using namespace vmlab::sslserv::test;

namespace {

/// One record of a flight, taken apart.
struct FlightRecord {
    std::uint8_t type = 0;
    std::uint16_t version = 0x0303;
    std::string body{};
    std::optional<std::size_t> length{};  ///< that it claims, when it lies

    std::string bytes() const {
        const std::size_t n = length.value_or(body.size());
        return std::string{char(type), char(version >> 8), char(version), char(n >> 8), char(n)} + body;
    }
};
using Flight = std::vector<FlightRecord>;

Flight records_of(const std::vector<Buffer>& sent) {
    std::string bytes;
    for (const auto& part : sent) bytes += part.view();
    Flight flight;
    const auto u8 = [&](std::size_t at) { return std::size_t(std::uint8_t(bytes[at])); };
    for (std::size_t at = 0; at + 5 <= bytes.size();) {
        const std::size_t n = u8(at + 3) << 8 | u8(at + 4);
        flight.push_back({std::uint8_t(bytes[at]),
                          std::uint16_t(u8(at + 1) << 8 | u8(at + 2)),
                          bytes.substr(at + 5, n),
                          {}});
        at += 5 + n;
    }
    return flight;
}

constexpr std::uint8_t kChange = 20, kAlert = 21, kHandshake = 22, kData = 23;

/// What is done to a flight; `pick` is one of its records.
struct Deed {
    const char* name;
    void (*commit)(Flight& flight, FlightRecord& pick, RandomStream& random);
};

const Deed kDeeds[] = {
    {"the length of a record",
     [](Flight&, FlightRecord& r, RandomStream& random) {
         const std::size_t lies[] = {0, 1, r.body.size() - 1, r.body.size() + 1, 16384, 20000, 65535};
         r.length = lies[random.below(7)];
     }},
    {"the type of a record",
     [](Flight&, FlightRecord& r, RandomStream& random) { r.type = std::uint8_t(random.below(32)); }},
    {"the version of a record",
     [](Flight&, FlightRecord& r, RandomStream& random) { r.version = std::uint16_t(random.u32()); }},
    {"the length of a message",
     [](Flight&, FlightRecord& r, RandomStream& random) {
         if (r.body.size() > 4) r.body[1 + random.below(3)] = char(random.u32());
     }},
    {"the type of a message",
     [](Flight&, FlightRecord& r, RandomStream& random) { r.body[0] = char(random.below(26)); }},
    {"a byte of a message",
     [](Flight&, FlightRecord& r, RandomStream& random) {
         r.body[random.below(r.body.size())] ^= char(1 + random.below(255));
     }},
    {"records in another order",
     [](Flight& f, FlightRecord& r, RandomStream& random) { std::swap(r, f[random.below(f.size())]); }},
    {"a record twice", [](Flight& f, FlightRecord& r, RandomStream&) { f.push_back(FlightRecord(r)); }},
    {"the flight twice",
     [](Flight& f, FlightRecord&, RandomStream&) {
         const Flight again = f;
         f.insert(f.end(), again.begin(), again.end());
     }},
    {"a record left out",
     [](Flight& f, FlightRecord& r, RandomStream&) { f.erase(f.begin() + (&r - f.data())); }},
    {"fragments of one byte",
     [](Flight& f, FlightRecord&, RandomStream&) {
         Flight small;
         for (const auto& r : f)
             for (const char c : r.body) small.push_back({r.type, r.version, std::string(1, c), {}});
         f = std::move(small);
     }},
    {"ChangeCipherSpec too early",
     [](Flight& f, FlightRecord&, RandomStream&) {
         f.insert(f.begin(), {kChange, 0x0303, "\1", {}});
     }},
    {"a bad ChangeCipherSpec",
     [](Flight& f, FlightRecord&, RandomStream& random) {
         f.push_back({kChange, 0x0303, std::string(random.below(4), '\2'), {}});
     }},
    {"an alert",
     [](Flight& f, FlightRecord&, RandomStream& random) {
         const std::string alert{char(random.below(4)), char(random.below(120))};
         f.insert(f.begin(), {kAlert, 0x0303, alert.substr(random.below(2)), {}});
     }},
    {"many warnings",
     [](Flight& f, FlightRecord&, RandomStream&) {
         f.insert(f.begin(), 300, {kAlert, 0x0303, "\1\x5a", {}});
     }},
    {"data before Finished",
     [](Flight& f, FlightRecord&, RandomStream& random) {
         f.insert(f.begin() + std::ptrdiff_t(random.below(f.size() + 1)),
                  {kData, 0x0303, "GET / HTTP/1.0\r\n", {}});
     }},
    {"empty records",
     [](Flight& f, FlightRecord& r, RandomStream& random) {
         const auto type = random.below(2) ? kHandshake : r.type;
         f.insert(f.begin(), 1 + random.below(100), {std::uint8_t(type), 0x0303, {}, {}});
     }},
    {"a hello in clear once more",
     [](Flight& f, FlightRecord&, RandomStream&) {
         f.push_back({kHandshake, 0x0303, std::string("\1\0\0\x2b\3\3", 6) + std::string(41, '\0'), {}});
     }},
    {"a message that never ends",
     [](Flight& f, FlightRecord&, RandomStream&) {
         f.insert(f.begin(), 5, {kHandshake, 0x0303, "\xb\xff\xff\xff" + std::string(16000, 'x'), {}});
     }},
    {"the end in the middle",
     [](Flight& f, FlightRecord& r, RandomStream& random) {
         r.length = r.body.size();
         r.body.resize(random.below(r.body.size()));
         f.erase(f.begin() + (&r - f.data()) + 1, f.end());
     }},
};

/// A client's part of a connection, over contexts that are made once.
struct Hostile {
    RandomStream random = stream("hostile flights");
    std::map<std::uint64_t, std::shared_ptr<TlsContext>> contexts{};
    Line line{policy(), lab_pki().database, std::make_shared<SessionCache>(64)};
    std::map<std::string, std::size_t> ends{};

    static Policy policy() {
        Policy p;
        p.level = Level(Release::v740);
        for (const auto version : {Protocol::sslv3, Protocol::tlsv1_0, Protocol::tlsv1_1, Protocol::tlsv1_3})
            p.protocols.push_back({version, true, {}});
        return p;
    }
    std::shared_ptr<TlsContext> context() {
        static const ProtocolSet offers[] = {{Protocol::tlsv1_2},
                                             {Protocol::tlsv1_3},
                                             {Protocol::tlsv1_0},
                                             {Protocol::tlsv1_1, Protocol::tlsv1_2}};
        const auto which = random.below(4);
        auto& made = contexts[which];
        if (!made)
            made =
                std::get<0>(TlsContext::make(TlsRole::client, client_settings(offers[which]), random, kNow));
        return made;
    }
    void to_member(const Flight& flight) {
        std::string bytes;
        for (const auto& record : flight) bytes += record.bytes();
        if (bytes.empty()) return;
        const std::size_t pieces[] = {bytes.size(), 1, 1 + random.below(bytes.size())};
        // One byte at a time only where there are not many of them.
        line.chunk = bytes.size() < 3000 ? pieces[random.below(3)] : bytes.size();
        line.to_member(bytes);
    }
    void listen(Client& client) {
        for (auto& notice : std::exchange(line.ear.notices, {})) {
            if (auto* data = std::get_if<SslToWire>(&notice))
                client.session->receive(data->data, kNow, client);
            else line.heard.push_back(std::move(notice));
        }
    }
    void visit(SslSessionId id);
    void check_end(SslSessionId id, const char* deed);
};

void Hostile::visit(SslSessionId id) {
    const Deed& deed = kDeeds[random.below(std::size(kDeeds))];
    const auto victim = random.below(4);
    line.id = id;
    line.heard.clear();
    line.ear = {};
    Client client(context(), random);
    line.open("FTPCERT", ClientCertCheck(random.below(3)));
    client.session->start(kNow, client);
    for (std::uint64_t n = 0; n < 6 && !client.to_wire.empty(); ++n) {
        Flight flight = records_of(std::exchange(client.to_wire, {}));
        if (n == victim && !flight.empty()) {
            auto& pick = flight[random.below(flight.size())];
            if (!pick.body.empty()) deed.commit(flight, pick, random);
        }
        to_member(flight);
        listen(client);
        if (!client.up || client.session->is_over()) continue;
        client.session->write(Buffer::copy_of(std::string_view("some data")), kNow, client);
        if (n > 2) client.session->shutdown(kNow, client);
    }
    if (random.below(2)) line.to_member("garbage behind the end");
    line.member.receive(SslWireClosed{id, random.below(2) == 0}, kNow, line.ear);
    listen(client);
    // TCPIP gives up at last when the application does.
    line.member.receive(SslShutdown{id}, kNow, line.ear);
    line.member.receive(SslWireClosed{id, true}, kNow, line.ear);
    listen(client);
    check_end(id, deed.name);
}

/// One end, of which records and console say what it was.
void Hostile::check_end(SslSessionId id, const char* deed) {
    CAPTURE(id);
    CAPTURE(deed);
    std::size_t failed = 0, done = 0, up = 0;
    for (const auto& notice : line.heard) {
        if (const auto* end = std::get_if<SslFailed>(&notice)) {
            ++failed;
            CHECK(end->code != 0);
            CHECK_FALSE(end->reason.empty());
        }
        done += std::holds_alternative<SslDone>(notice);
        up += std::holds_alternative<SslEstablished>(notice);
    }
    CHECK(failed + done == 1);
    const auto about = fmt::format("TLS session {} with ", id);
    std::string end;
    for (const auto& record : line.ear.records)
        if (record.text.starts_with(about)) end = record.text.substr(record.text.find(": ") + 2);
    CHECK_FALSE(end.empty());
    if (failed) CHECK(line.ear.said(up ? "DTCSSL909E" : "DTCSSL022E Handshake failed rc: "));
    ++ends[fmt::format("{}{}", up ? "established: " : "", end.substr(0, end.find(';')))];
}

}  // namespace

TEST_CASE("clients that break the rules of TLS: each has one end with a name, and nothing of it is kept") {
    const char* wanted = std::getenv("VMLAB_HOSTILE");
    const auto visits = wanted ? SslSessionId(std::strtoul(wanted, nullptr, 10)) : SslSessionId(2000);
    Hostile all;
    std::size_t before = 0;
    for (SslSessionId id = 1; id <= visits; ++id) {
        all.visit(id);
        if (id == visits / 2) before = bytes_in_use();
    }
    const auto after = bytes_in_use();
    for (const auto& [end, count] : all.ends) std::printf("%7zu  %s\n", count, end.c_str());
    std::printf("%zu connections; bytes in use: %zu half-way, %zu at the end\n", std::size_t(visits), before,
                after);
    CHECK(after < before + 64'000);
    const auto shot = all.line.member.snapshot();
    CHECK(shot.sessions.empty());
    CHECK(shot.total_sessions == visits);
    CHECK(shot.failed_handshakes > visits / 3);
    CHECK_FALSE(all.line.member.next_deadline().has_value());
    CHECK(all.ends.size() > 15);
    // A well-behaved client is served as before.
    all.line.id = visits + 1;
    all.line.chunk = 0;
    Client good(client_settings());
    all.line.connect(good);
    CHECK(good.up.has_value());
}

TEST_CASE("fragments of one byte harm nobody, at any version") {
    Hostile all;
    std::size_t up = 0;
    for (SslSessionId id = 1; id <= 8; ++id) {
        all.line.id = id;
        all.line.chunk = 1;
        all.line.heard.clear();
        Client client(all.context(), all.random);
        all.line.connect(client);
        up += client.up.has_value();
    }
    CHECK(up == 8);
}

TEST_CASE("a client that stops anywhere in the handshake is given 60 seconds, is named, and is counted") {
    for (const auto version : {Protocol::tlsv1_2, Protocol::tlsv1_3, Protocol::tlsv1_0}) {
        for (const bool second : {false, true}) {
            CAPTURE(second);
            Line line(Hostile::policy());
            Client client(client_settings({version}));
            line.open();
            client.session->start(kNow, client);
            std::string flight;
            const auto take = [&] {
                flight.clear();
                for (const auto& part : std::exchange(client.to_wire, {})) flight += part.view();
            };
            take();
            if (second) {
                line.to_member(flight);
                for (const auto& notice : std::exchange(line.ear.notices, {}))
                    if (const auto* data = std::get_if<SslToWire>(&notice))
                        client.session->receive(data->data, kNow, client);
                take();
            }
            line.to_member(flight.substr(0, flight.size() / 2));
            REQUIRE(line.member.next_deadline().has_value());
            line.member.tick(kNow + seconds{59}, line.ear);
            CHECK(line.member.snapshot().sessions.size() == 1);
            line.member.tick(kNow + seconds{60}, line.ear);
            CHECK(line.member.snapshot().sessions.empty());
            CHECK(line.member.snapshot().failed_handshakes == 1);
            CHECK(line.ear.said("DTCSSL022E Handshake failed rc: 406"));
            CHECK(line.ear.recorded("no handshake within 60 seconds"));
            CHECK(line.last<SslFailed>() != nullptr);
        }
    }
}

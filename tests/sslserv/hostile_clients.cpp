// Clients that send what no client should: mutated flights, at any point of a session. The member answers
// each with a failure of its own or carries on; it keeps nothing of them.
#include <doctest/doctest.h>

#include "tests/sslserv/wire.hpp"

using namespace vmlab;
using namespace vmlab::sslserv;
using namespace vmlab::sslserv::test;

namespace {

void mutate(std::string& bytes, RandomStream& random) {
    switch (random.below(5)) {
        case 0: bytes[random.below(bytes.size())] = char(random.u32()); break;
        case 1:
            bytes[random.below(std::min<std::size_t>(bytes.size(), 12))] ^= char(1u << random.below(8));
            break;
        case 2: bytes.resize(random.below(bytes.size()) + 1); break;
        case 3: bytes.insert(random.below(bytes.size()), 1 + random.below(40), char(random.u32())); break;
        default: bytes += bytes.substr(random.below(bytes.size())); break;
    }
}

}  // namespace

TEST_CASE("mutated flights of a client") {
    auto random = stream("hostile");
    Policy policy;
    policy.level = Level(Release::v740);
    policy.protocols = {{Protocol::sslv3, true, {}},
                        {Protocol::tlsv1_0, true, {}},
                        {Protocol::tlsv1_1, true, {}},
                        {Protocol::tlsv1_3, true, {}}};
    const ProtocolSet choices[] = {{Protocol::tlsv1_2},
                                   {Protocol::tlsv1_3},
                                   {Protocol::tlsv1_0},
                                   {Protocol::tlsv1_1, Protocol::tlsv1_2}};
    const auto cache = std::make_shared<SessionCache>(16);
    Line line(policy, lab_pki().database, cache);
    std::size_t failed = 0;
    Bytes kept[4];  ///< sessions to come back to, by choice
    for (SslSessionId id = 1; id <= 400; ++id) {
        line.id = id;
        const auto choice = random.below(4);
        Client client(client_settings(choices[choice]), {.resume = kept[choice]}, id);
        line.open("FTPCERT", ClientCertCheck(random.below(3)));
        client.session->start(kNow, client);
        const std::uint64_t victim = random.below(4);
        for (std::uint64_t flight = 0; flight < 6 && !client.to_wire.empty(); ++flight) {
            if (flight == victim) {
                std::string bytes;
                for (const auto& data : client.to_wire) bytes += data.view();
                mutate(bytes, random);
                client.to_wire = {Buffer::copy_of(bytes)};
            }
            for (auto& data : std::exchange(client.to_wire, {})) line.to_member(data.view());
            for (auto& notice : std::exchange(line.ear.notices, {})) {
                if (auto* data = std::get_if<SslToWire>(&notice))
                    client.session->receive(data->data, kNow, client);
                if (std::holds_alternative<SslFailed>(notice)) ++failed;
            }
            if (client.up && flight < victim)
                client.session->write(Buffer::copy_of(std::string_view("some data")), kNow, client);
        }
        if (client.up) kept[choice] = client.session->resumable();
        line.member.receive(SslWireClosed{id, false}, kNow, line.ear);
        line.member.receive(SslDrop{id}, kNow, line.ear);
        for (const auto& notice : std::exchange(line.ear.notices, {}))
            if (std::holds_alternative<SslFailed>(notice)) ++failed;
    }
    CHECK(failed > 250);
    CHECK(line.member.snapshot().failed_handshakes > 200);
    CHECK(line.member.snapshot().failed_handshakes <= failed);
    CHECK(line.member.snapshot().total_sessions == 400);
    CHECK(line.member.snapshot().sessions.empty());
    CHECK_FALSE(line.member.next_deadline().has_value());
    CHECK(cache->counts().entries <= 16);
    CHECK(cache->counts().hits > 20);
    CHECK(cache->counts().tickets > 20);
    // A well-behaved client is served as before.
    line.id = 5000;
    line.heard.clear();
    Client good(client_settings());
    line.connect(good);
    CHECK(good.up.has_value());
}

TEST_CASE("random bytes that begin like TLS") {
    auto random = stream("noise");
    Line line;
    for (SslSessionId id = 1; id <= 300; ++id) {
        line.id = id;
        line.open();
        std::string bytes(1 + random.below(400), '\0');
        random.fill({reinterpret_cast<std::uint8_t*>(bytes.data()), bytes.size()});
        bytes[0] = char(0x14 + random.below(4));
        if (bytes.size() > 5) {
            bytes[1] = 3;
            bytes[2] = char(random.below(5));
            bytes[3] = 0;
        }
        line.to_member(bytes);
        line.member.receive(SslWireClosed{id, true}, kNow, line.ear);
    }
    CHECK(line.member.snapshot().sessions.empty());
    CHECK(line.member.snapshot().failed_handshakes == 300);
}

TEST_CASE("a ClientHello that never ends is not kept for ever") {
    Line line;
    line.open();
    line.to_member(std::string("\x16\x03\x01\x40\x00\x01\x00\x3f\xf0\x03\x03", 11));
    for (int i = 0; i < 40; ++i) line.to_member(std::string(1000, '\0'));
    CHECK(line.member.snapshot().sessions.empty());
    CHECK(line.last<SslFailed>() != nullptr);
}

// What cryptography costs in virtual time, with and without the machine's hardware.
#include <doctest/doctest.h>

#include "tests/sslserv/wire.hpp"

using namespace vmlab;
using namespace vmlab::sslserv;
using namespace vmlab::sslserv::test;

namespace {

constexpr const char* kAes = "RSA_AES_128_GCM_SHA256";

/// Adds up what a member spends.
struct Meter : Ear {
    Duration spent{};
    void spend(Duration work) override { spent += work; }
};

/// A client that comes to a member on a machine with nothing but its CPU, and what the member spends on it.
struct Visit {
    explicit Visit(TlsSettings settings, TlsSessionOptions wanted = {},
                   ServerOptions options = member_options())
        : member((options.hardware = CryptoHardware{false, false, {}, {}}, options), lab_pki().database, {},
                 stream("SSL00001")),
          client(settings, wanted) {
        member.start(kNow, meter);
        SslOpen what;
        what.session = 1;
        what.label = "FTPCERT";
        member.receive(what, kNow, meter);
        client.session->start(kNow, client);
    }
    /// Carries what the client says to the member, and its answer to the client unless that is deaf.
    void flight(bool deaf = false) {
        for (auto& data : std::exchange(client.to_wire, {}))
            member.receive(SslFromWire{1, {data}}, kNow, meter);
        for (auto& notice : std::exchange(meter.notices, {}))
            if (auto* data = std::get_if<SslToWire>(&notice); data && !deaf)
                client.session->receive(data->data, kNow, client);
    }
    Meter meter;
    Server member;
    Client client;
};

/// A member with this hardware, or on a machine that nobody described, and a client that says 10 bytes.
Duration spent_by(const std::optional<CryptoHardware>& hardware,
                  const std::shared_ptr<SessionCache>& cache = {}, Bytes* session = nullptr) {
    auto options = member_options();
    options.hardware = hardware;
    Meter meter;
    Server member(options, lab_pki().database, cache, stream("SSL00001"));
    member.start(kNow, meter);
    SslOpen what;
    what.session = 1;
    what.label = "FTPCERT";
    member.receive(what, kNow, meter);
    TlsSessionOptions wanted;
    if (session) wanted.resume = *session;
    Client client(client_settings(), wanted);
    client.session->start(kNow, client);
    for (bool said = false; !client.to_wire.empty() || !said;) {
        if (client.up && !std::exchange(said, true))
            client.session->write(Buffer::copy_of(std::string_view("0123456789")), kNow, client);
        for (auto& data : std::exchange(client.to_wire, {}))
            member.receive(SslFromWire{1, {data}}, kNow, meter);
        for (auto& notice : std::exchange(meter.notices, {}))
            if (auto* data = std::get_if<SslToWire>(&notice))
                client.session->receive(data->data, kNow, client);
    }
    if (session) *session = client.session->resumable();
    return meter.spent;
}

}  // namespace

TEST_CASE("APVIRTUAL takes 30 % off a full handshake with an RSA key, and nothing off anything else") {
    const CryptoHardware none{false, false, {}, {}}, ap{false, true, {}, {}};
    for (const unsigned bits : {1024u, 2048u, 3072u, 4096u}) {
        CAPTURE(bits);
        const auto full = cost_of_handshake(none, {KeyKind::rsa, bits});
        CHECK(cost_of_handshake(ap, {KeyKind::rsa, bits}) * 10 == full * 7);
        CHECK(full > cost_of_handshake(none, {KeyKind::rsa, bits, true}));
        CHECK(cost_of_handshake(ap, {KeyKind::rsa, bits, true}) ==
              cost_of_handshake(none, {KeyKind::rsa, bits, true}));
        CHECK(cost_of_handshake(ap, {KeyKind::rsa, bits, false, true}) ==
              cost_of_handshake(none, {KeyKind::rsa, bits, false, true}));
    }
    CHECK(cost_of_handshake(ap, {KeyKind::ec, 256}) == cost_of_handshake(none, {KeyKind::ec, 256}));
    CHECK(cost_of_handshake(none, {KeyKind::ec, 256}) < cost_of_handshake(ap, {KeyKind::rsa, 2048}));
    CHECK(cost_of_handshake(none, {KeyKind::ec, 384}) > cost_of_handshake(none, {KeyKind::ec, 256}));
}

TEST_CASE("CPACF does AES, DES and SHA; APVIRTUAL does no data") {
    const CryptoHardware none{false, false, {}, {}}, cpacf{true, false, {}, {}}, ap{false, true, {}, {}};
    for (const char* cipher : {kAes, "3DES_168_SHA", "NULL_SHA256"}) {
        CAPTURE(cipher);
        CHECK(cost_of_data(cpacf, cipher, 100'000) * 5 < cost_of_data(none, cipher, 100'000));
        CHECK(cost_of_data(ap, cipher, 100'000) == cost_of_data(none, cipher, 100'000));
    }
    for (const char* cipher : {"RC4_128_SHA", "NULL_MD5", "CHACHA20_POLY1305_SHA256"}) {
        CAPTURE(cipher);
        CHECK(cost_of_data(cpacf, cipher, 100'000) == cost_of_data(none, cipher, 100'000));
    }
    CHECK(cost_of_data(none, kAes, 0) == Duration{});
    CHECK(cost_of_data(none, kAes, 16385) - cost_of_data(none, kAes, 16384) > microseconds(5));
}

TEST_CASE("a server spends what its handshakes and data cost; where no machine is described, nothing") {
    const CryptoHardware none{false, false, {}, {}}, both{true, true, {}, {}};
    CHECK(spent_by({}) == Duration{});
    for (const auto& hardware : {none, both})
        CHECK(spent_by(hardware) ==
              cost_of_handshake(hardware, {KeyKind::rsa, 2048}) + cost_of_data(hardware, kAes, 10));
    const auto cache = std::make_shared<SessionCache>();
    Bytes session;
    (void)spent_by(none, cache, &session);
    CHECK(spent_by(both, cache, &session) ==
          cost_of_handshake(both, {KeyKind::rsa, 2048, true}) + cost_of_data(both, kAes, 10));
}

TEST_CASE("a handshake that fails costs what was computed up to there") {
    const CryptoHardware none{false, false, {}, {}};
    const Duration full = cost_of_handshake(none, {KeyKind::rsa, 2048});
    const Duration signed_hello = full * 85 / 100;
    for (const auto version : {Protocol::tlsv1_2, Protocol::tlsv1_3}) {
        CAPTURE(int(version));
        Policy policy;
        if (version == Protocol::tlsv1_3) {
            policy.level = Level(Release::v740);
            policy.protocols = {{version, true, {}}};
        }
        const auto options = member_options(policy);
        const std::vector<std::string> suites{version == Protocol::tlsv1_2 ? "DHE_RSA_AES_128_GCM_SHA256"
                                                                           : "AES_128_GCM_SHA256"};
        const auto offer = client_settings({version}, suites);
        // Nothing in common: found by reading.
        Visit old(client_settings({Protocol::tlsv1_0}), {}, options);
        old.flight();
        CHECK(old.client.broken.has_value());
        CHECK(old.meter.spent == Duration{});
        // A client that hangs up behind its hello has made the server sign; with TLS 1.3 all is computed
        // then.
        Visit gone(offer, {}, options);
        gone.flight(true);
        CHECK(gone.meter.spent == Duration{});
        gone.member.receive(SslWireClosed{1, true}, kNow, gone.meter);
        CHECK(gone.meter.spent == (version == Protocol::tlsv1_3 ? full : signed_hello));
        // So has one that does not trust the certificate, and one that stops.
        auto distrust = offer;
        distrust.trusted.clear();
        Visit stranger(distrust, {}, options);
        for (int i = 0; i < 3; ++i) stranger.flight();
        CHECK(stranger.client.broken.has_value());
        CHECK(stranger.meter.spent == (version == Protocol::tlsv1_3 ? full : signed_hello));
        Visit stops(offer, {}, options);
        stops.flight(true);
        stops.member.tick(kNow + seconds(61), stops.meter);
        CHECK(stops.meter.spent == (version == Protocol::tlsv1_3 ? full : signed_hello));
        Visit dropped(offer, {}, options);
        dropped.flight(true);
        dropped.member.receive(SslDrop{1}, kNow, dropped.meter);
        CHECK(dropped.meter.spent == (version == Protocol::tlsv1_3 ? full : signed_hello));
    }
    // With static RSA the server's key works when the client's secret has come, not before.
    const auto rsa = client_settings({Protocol::tlsv1_2}, {kAes});
    Visit early(rsa);
    early.flight(true);
    early.member.receive(SslWireClosed{1, true}, kNow, early.meter);
    CHECK(early.meter.spent == Duration{});
    Visit late(rsa);
    late.flight();
    auto& finished = late.client.to_wire.back();
    std::string broken(finished.view());
    broken.back() = char(broken.back() ^ 1);  // of its Finished
    finished = Buffer::copy_of(broken);
    late.flight();
    CHECK(late.meter.spent == full);
}

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

// A scripted client and a TLS server whose words come all at once, as they do when a lost segment is made up
// for: the end of the handshake, data and close_notify in one piece.
#include <doctest/doctest.h>

#include "simulator/machines/workstation.hpp"
#include "simulator/network/lan.hpp"
#include "tests/sslserv/wire.hpp"

using namespace vmlab;
using namespace vmlab::sim;
using namespace vmlab::sslserv::test;

namespace {

constexpr Endpoint kServer{Ipv4Address::of(9, 60, 60, 3), 992};

/// Says `greeting` over TLS and closes; what TLS says in one call goes out in one piece.
class TlsServer final : public ExternalHost, public sslserv::TlsSink {
public:
    TlsServer(Name8 name, RandomStream random) : ExternalHost(name, {}, std::move(random)) {}

    std::string greeting = "hello";
    bool cuts_short = false;  ///< FIN without close_notify
    void open_port() { (void)stack_.listen(kServer.port, {}); }

    void ciphertext(Buffer data, std::size_t) override { said_ += data.view(); }
    void plaintext(Buffer) override {}
    void established(const sslserv::TlsEstablished&) override { up_ = true; }
    void failed(const sslserv::TlsFailure&) override {}
    void peer_closed() override {}
    void key_log(std::string) override {}

private:
    void news(stack::News& n, System& world) override {
        using Kind = stack::News::Kind;
        Wire wire(*this, world);
        const Instant now = world.now();
        if (n.kind == Kind::accepted) {
            const auto* record = lab_pki().database.find("TELCERT");
            sslserv::TlsSettings settings;
            settings.protection = sslserv::decide_protection({});
            settings.certificate = record->der;
            settings.pkcs8 = record->pkcs8;
            auto context = sslserv::TlsContext::make(TlsRole::server, settings, random_, now);
            session_ = std::make_unique<sslserv::TlsSession>(std::move(std::get<0>(context)),
                                                             sslserv::TlsSessionOptions{}, random_, now);
        } else if (n.kind == Kind::received) {
            stack_.consumed(n.id, n.bytes, now, wire);
            for (auto& part : n.received) session_->receive(std::move(part), now, *this);
            const bool greets = up_ && !greeting.empty();
            if (greets) {
                session_->write(Buffer::copy_of(std::exchange(greeting, {})), now, *this);
                if (!cuts_short) session_->shutdown(now, *this);
            }
            if (!said_.empty()) stack_.send(n.id, Buffer::copy_of(std::exchange(said_, {})), now, wire);
            if (greets) stack_.shutdown(n.id, now, wire);
        }
    }

    RandomStream random_ = stream("tls server");
    std::unique_ptr<sslserv::TlsSession> session_{};
    std::string said_{};
    bool up_ = false;
};

struct Bench {
    Bench() : system(kNow, seed_from_number(1), outside) {
        system.set_fabric(network);
        const auto lan = network.add_lan("LAN0");
        const auto plug = [&](auto host, Ipv4Address address) {
            auto* made = host.get();
            network.attach(lan, system.add(std::move(host)), made->plug("eth0", address, 24, system));
            return made;
        };
        server =
            plug(std::make_unique<TlsServer>(Name8("SERVER"), system.random("SERVER")), kServer.address.v4());
        client = plug(std::make_unique<Workstation>(Name8("WS1"), stack::StackOptions{}, system.random("WS1"),
                                                    system.random("WS1 TLS")),
                      Ipv4Address::of(9, 60, 60, 4));
        server->open_port();
        client->trust(lab_pki().authority_der);
    }
    ConversationResult talk(std::vector<ClientStep> steps) {
        Conversation what;
        what.steps = std::move(steps);
        const auto number = client->start(std::move(what), system);
        (void)system.run_until(system.now() + minutes{2}, [&] { return client->result(number).ended; });
        return client->result(number);
    }

    Outside outside{};
    System system;
    Network network{system.random("network")};
    TlsServer* server = nullptr;
    Workstation* client = nullptr;
};

}  // namespace

TEST_CASE("a handshake that is done counts, even when the peer has said all and closed by then") {
    Bench bench;
    const auto result = bench.talk({OpenConnection{kServer, true}, ExpectText{"hello"}, ExpectClose{}});
    CHECK(result.why == "");
    CHECK(result.succeeded);
    CHECK(result.verified);
    CHECK(result.protocol == "TLS1.2");
}

TEST_CASE("what is cut short is named at once, whatever is being waited for") {
    for (const ClientStep& awaited : std::vector<ClientStep>{ExpectBytes{"hello world"}, ExpectText{"world"},
                                                             ExpectReply{"220"}, ExpectClose{}}) {
        CAPTURE(describe(awaited));
        Bench bench;
        bench.server->cuts_short = true;
        const auto result = bench.talk({OpenConnection{kServer, true}, awaited});
        CHECK(result.why == describe(awaited) + ": truncated: FIN came without close_notify");
        CHECK(result.over - result.began < seconds{1});
    }
}

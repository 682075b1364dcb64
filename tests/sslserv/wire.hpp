// A pool member and a TLS client joined by memory: what each test of the SSL server needs.
#pragma once

#include <algorithm>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "sslserv/keydb/lab_pki.hpp"
#include "sslserv/server.hpp"
#include "sslserv/session_cache.hpp"
#include "sslserv/tls_session.hpp"

namespace vmlab::sslserv::test {

inline const Instant kNow = instant_of({2019, 10, 15, 0, 14, 30, 46, 0});

inline RandomStream stream(const std::string& owner, std::uint64_t seed = 1) {
    return RandomStream(seed_from_number(seed), owner);
}

/// Made once for the test program: the only slow step.
inline const LabKeys& lab_keys() {
    static const LabKeys keys = [] {
        auto random = stream("lab keys");
        return make_lab_keys(random);
    }();
    return keys;
}

inline const LabPki& lab_pki() {
    static const LabPki pki = [] {
        auto random = stream("lab pki");
        return make_lab_pki({kNow,
                             {"vmlab.example", "localhost"},
                             {Ipv4Address::of(127, 0, 0, 1), Ipv4Address::of(9, 60, 60, 3)},
                             {"FTPCERT", "TELCERT", "SMTPCERT"}},
                            lab_keys(), random);
    }();
    return pki;
}

/// What a member says, kept in order and by kind.
struct Ear : Sink {
    std::vector<SslNotice> notices;
    std::vector<std::string> console_lines, secrets;
    std::vector<Record> records;

    void answer(SslNotice what) override { notices.push_back(std::move(what)); }
    void console(Said what) override { console_lines.push_back(what.text); }
    void console_line(std::string text) override { console_lines.push_back(std::move(text)); }
    void key_log(std::string line) override { secrets.push_back(std::move(line)); }
    CauseId record(Record what) override {
        records.push_back(std::move(what));
        return CauseId(records.size());
    }
    template <typename Notice>
    const Notice* last() const {
        const Notice* found = nullptr;
        for (const auto& notice : notices)
            if (const auto* one = std::get_if<Notice>(&notice)) found = one;
        return found;
    }
    template <typename Notice>
    std::size_t count() const {
        std::size_t n = 0;
        for (const auto& notice : notices) n += std::holds_alternative<Notice>(notice) ? 1 : 0;
        return n;
    }
    bool said(const std::string& text) const {
        for (const auto& line : console_lines)
            if (line.find(text) != line.npos) return true;
        return false;
    }
    bool recorded(const std::string& text) const {
        for (const auto& record : records)
            if (record.text.find(text) != record.text.npos) return true;
        return false;
    }
};

/// A scripted client.
struct Client : TlsSink {
    std::vector<Buffer> to_wire;
    std::string received;
    std::optional<TlsEstablished> up;
    std::optional<TlsFailure> broken;
    bool closed_by_peer = false;
    RandomStream random;
    std::unique_ptr<TlsSession> session;

    explicit Client(const TlsSettings& settings, const TlsSessionOptions& options = {},
                    std::uint64_t seed = 1, Instant now = kNow)
        : random(stream("client", seed)) {
        auto context = TlsContext::make(TlsRole::client, settings, random, now);
        session = std::make_unique<TlsSession>(std::get<std::shared_ptr<TlsContext>>(context), options,
                                               random, now);
    }
    /// One of many, which share what is made once.
    Client(std::shared_ptr<TlsContext> context, RandomStream& shared) : random(stream("client")) {
        session = std::make_unique<TlsSession>(std::move(context), TlsSessionOptions{}, shared, kNow);
    }
    void ciphertext(Buffer data, std::size_t) override { to_wire.push_back(std::move(data)); }
    void plaintext(Buffer data) override { received += data.view(); }
    void established(const TlsEstablished& how) override { up = how; }
    void failed(const TlsFailure& why) override { broken = why; }
    void peer_closed() override { closed_by_peer = true; }
    void key_log(std::string) override {}
};

/// Protection of a client that offers just these suites (all negotiable ones when empty).
inline Protection offering(ProtocolSet protocols, const std::vector<std::string>& suites = {}) {
    Protection offer;
    offer.protocols = protocols;
    for (const auto& suite : all_cipher_suites())
        if (suites.empty() || std::find(suites.begin(), suites.end(), suite.name) != suites.end())
            offer.included.push_back(&suite);
    return offer;
}

inline TlsSettings client_settings(ProtocolSet protocols = default_protocols(),
                                   const std::vector<std::string>& suites = {}) {
    TlsSettings settings;
    settings.protection = offering(protocols, suites);
    settings.trusted = {lab_pki().authority_der};
    return settings;
}

inline ServerOptions member_options(const Policy& policy = {}) {
    ServerOptions options;
    options.userid = "SSL00001";
    options.policy = policy;
    return options;
}

/// One member, one client, and the wire between them (the conduit's part is played here).
struct Line {
    Ear ear;
    Server member;
    SslSessionId id = 1;
    Instant now = kNow;
    std::size_t chunk = 0;  ///< bytes per delivery; 0 = as sent
    std::string wire;       ///< everything that passed, both ways
    std::string application;

    explicit Line(const Policy& policy = {}, const KeyDatabase& database = lab_pki().database,
                  std::shared_ptr<SessionCache> cache = nullptr, std::uint64_t seed = 1,
                  const std::string& userid = "SSL00001")
        : member(member_options(policy), database, std::move(cache), stream(userid, seed)) {
        member.start(now, ear);
    }
    void open(const std::string& label = "FTPCERT", ClientCertCheck check = ClientCertCheck::none) {
        SslOpen what;
        what.session = id;
        what.label = label;
        what.check = check;
        what.local = {Ipv4Address::of(9, 60, 60, 3), 21};
        what.peer = {Ipv4Address::of(9, 60, 60, 4), 1031};
        member.receive(what, now, ear);
    }
    void to_member(std::string_view bytes) {
        const std::size_t step = chunk ? chunk : bytes.size();
        for (std::size_t at = 0; at < bytes.size(); at += step)
            member.receive(SslFromWire{id, {Buffer::copy_of(bytes.substr(at, step))}}, now, ear);
    }
    /// Carries bytes until both are silent.
    void pump(Client& client) {
        for (bool moved = true; moved;) {
            moved = false;
            for (auto& data : std::exchange(client.to_wire, {})) {
                wire += data.view();
                to_member(data.view());
                moved = true;
            }
            for (auto& notice : std::exchange(ear.notices, {})) {
                if (auto* data = std::get_if<SslToWire>(&notice); data && data->session == id) {
                    wire += data->data.view();
                    const auto bytes = data->data;
                    const std::size_t step = chunk ? chunk : bytes.size();
                    for (std::size_t at = 0; at < bytes.size(); at += step)
                        client.session->receive(bytes.slice(at, std::min(step, bytes.size() - at)), now,
                                                client);
                    moved = true;
                } else if (auto* text = std::get_if<SslToApplication>(&notice)) {
                    application += text->data.view();
                } else {
                    heard.push_back(std::move(notice));
                }
            }
        }
    }
    void connect(Client& client, const std::string& label = "FTPCERT") {
        open(label);
        client.session->start(now, client);
        pump(client);
    }
    template <typename Notice>
    const Notice* last() const {
        const Notice* found = nullptr;
        for (const auto& notice : heard)
            if (const auto* one = std::get_if<Notice>(&notice)) found = one;
        if (const auto* one = ear.last<Notice>()) found = one;
        return found;
    }

    std::vector<SslNotice> heard;  ///< notices other than bytes
};

}  // namespace vmlab::sslserv::test

// REFRESH, and clients that come back: at the same member, at another of the pool, too late.
#include <doctest/doctest.h>

#include "sslserv/session_tickets.hpp"
#include "tests/sslserv/wire.hpp"

using namespace vmlab;
using namespace vmlab::sslserv;
using namespace vmlab::sslserv::test;

namespace {

/// Sessions come back by id up to TLS 1.2, by ticket from TLS 1.3 on.
constexpr Protocol kWays[] = {Protocol::tlsv1_2, Protocol::tlsv1_3};

Policy with(Protocol version) {
    Policy policy;
    policy.level = Level(Release::v740);
    policy.protocols = {{version, true, {}}};
    return policy;
}

/// A session of a new client, as it would offer it.
Bytes session_at(Line& line, Protocol version, const std::string& label = "FTPCERT") {
    Client client(client_settings({version}), {}, 1, line.now);
    line.connect(client, label);
    REQUIRE(client.up.has_value());
    CHECK_FALSE(client.up->resumed);
    CHECK(client.up->version == version);
    ++line.id;
    REQUIRE_FALSE(client.session->resumable().empty());
    return client.session->resumable();
}

/// A client that resumes; true when the member said so. By its own clock, where it has one, it offers what is
/// too old.
bool resumes(Line& line, Protocol version, const Bytes& session, const std::string& label = "FTPCERT",
             ClientCertCheck check = ClientCertCheck::none, std::optional<Instant> clock = {}) {
    Client client(client_settings({version}), {.resume = session}, 9, clock.value_or(line.now));
    line.open(label, check);
    client.session->start(line.now, client);
    line.pump(client);
    REQUIRE(client.up.has_value());
    const auto* up = line.last<SslEstablished>();
    REQUIRE(up != nullptr);
    CHECK(up->resumed == client.up->resumed);
    line.application.clear();
    client.session->write(Buffer::copy_of(std::string_view("again")), line.now, client);
    line.pump(client);
    CHECK(line.application == "again");
    ++line.id;
    return up->resumed;
}

}  // namespace

TEST_CASE("a client resumes at another member of the pool, until CACHELIFE is over") {
    for (const auto version : kWays) {
        CAPTURE(keyword_of(version));
        const auto cache = std::make_shared<SessionCache>();
        Policy policy = with(version);
        policy.cache_life = hours(1);
        Line first(policy, lab_pki().database, cache, 1, "SSL00001");
        const Bytes session = session_at(first, version);
        CHECK(cache->counts().entries == (version == Protocol::tlsv1_2 ? 1 : 0));
        CHECK(cache->counts().tickets == (version == Protocol::tlsv1_2 ? 0 : 1));

        Line second(policy, lab_pki().database, cache, 1, "SSL00002");
        second.now = kNow + hours(1) - seconds(1);
        CHECK(resumes(second, version, session));
        CHECK(cache->counts().hits == 1);
        CHECK(cache->counts().misses == 0);

        Line other_label(policy, lab_pki().database, cache, 1, "SSL00003");
        CHECK_FALSE(resumes(other_label, version, session, "TELCERT"));
        CHECK(cache->counts().misses == 1);

        Line late(policy, lab_pki().database, cache, 1, "SSL00004");
        late.now = kNow + hours(1) + seconds(1);
        CHECK_FALSE(resumes(late, version, session, "FTPCERT", ClientCertCheck::none, kNow));
        CHECK(cache->counts().misses == 2);
        CHECK(cache->counts().expired == 1);
        CHECK(cache->counts().hits == 1);
    }
}

TEST_CASE("a ticket has its whole life, whenever its key was made; the key goes after that") {
    const auto cache = std::make_shared<SessionCache>();
    Policy policy = with(Protocol::tlsv1_3);
    policy.cache_life = hours(1);
    Line line(policy, lab_pki().database, cache);
    const Bytes first = session_at(line, Protocol::tlsv1_3);
    line.now = kNow + minutes(59);
    const Bytes last = session_at(line, Protocol::tlsv1_3);
    line.now = kNow + minutes(118);
    const auto offers = [&](const Bytes& session) {
        return resumes(line, Protocol::tlsv1_3, session, "FTPCERT", ClientCertCheck::none, kNow);
    };
    CHECK_FALSE(offers(first));
    CHECK(cache->counts().expired == 1);
    CHECK(resumes(line, Protocol::tlsv1_3, last));
    line.now = kNow + minutes(121);
    CHECK_FALSE(offers(first));
    CHECK(cache->counts().expired == 1);  // the key is gone: a miss, no more is known
    CHECK(cache->counts().misses == 2);
}

TEST_CASE("the age of a ticket is obfuscated modulo 2^32 (RFC 8446 section 4.2.11.1)") {
    // After 23 hours about one sum of fifty wraps.
    const auto cache = std::make_shared<SessionCache>();
    Line line(with(Protocol::tlsv1_3), lab_pki().database, cache);
    std::vector<Bytes> sessions;
    for (int i = 0; i < 120; ++i) sessions.push_back(session_at(line, Protocol::tlsv1_3));
    line.now = kNow + hours(23);
    for (const auto& session : sessions) CHECK(resumes(line, Protocol::tlsv1_3, session));
}

TEST_CASE("a ticket that was touched, or is somebody else's, opens nothing") {
    auto random = stream("tickets");
    SessionCache cache, other;
    const Bytes state(76, 7);
    const auto ticket = seal_ticket(cache, state, "FTPCERT", kNow, hours(1), random);
    CHECK(ticket.text.size() <= state.size() + 24);
    CHECK(open_ticket(cache, ticket, "FTPCERT", kNow) == state);
    CHECK_FALSE(open_ticket(other, ticket, "FTPCERT", kNow).has_value());
    CHECK_FALSE(open_ticket(cache, ticket, "TELCERT", kNow).has_value());
    for (auto* part : {ticket.key.data(), ticket.iv.data(), ticket.mac.data(), ticket.text.data()}) {
        auto touched = ticket;
        const auto at = part == ticket.key.data()   ? touched.key.data()
                        : part == ticket.iv.data()  ? touched.iv.data()
                        : part == ticket.mac.data() ? touched.mac.data()
                                                    : touched.text.data();
        at[3] ^= 1;
        CHECK_FALSE(open_ticket(cache, touched, "FTPCERT", kNow).has_value());
    }
    CHECK(cache.counts().tickets == 1);
    CHECK(cache.counts().hits == 1);
    CHECK(cache.counts().misses == 5);
}

TEST_CASE("without a cache, or with CACHELIFE 0, nobody resumes") {
    for (const auto version : kWays) {
        CAPTURE(keyword_of(version));
        const auto cache = std::make_shared<SessionCache>();
        Policy zero = with(version);
        zero.cache_life = Duration{};
        Line none(with(version)), short_lived(zero, lab_pki().database, cache);
        for (auto* line : {&none, &short_lived}) {
            Client client(client_settings({version}));
            line->connect(client);
            REQUIRE(client.up.has_value());
            ++line->id;
            if (!client.session->resumable().empty())
                CHECK_FALSE(resumes(*line, version, client.session->resumable()));
            CHECK(client.session->resumable().empty() == (version == Protocol::tlsv1_3));
        }
        CHECK(cache->counts().entries == 0);
        CHECK(cache->counts().tickets == 0);
    }
}

TEST_CASE("a session does not resume where something else is asked of clients") {
    for (const auto version : kWays) {
        CAPTURE(keyword_of(version));
        const auto cache = std::make_shared<SessionCache>();
        Line line(with(version), lab_pki().database, cache);
        const Bytes session = session_at(line, version);
        CHECK_FALSE(resumes(line, version, session, "FTPCERT", ClientCertCheck::preferred));
        CHECK(resumes(line, version, session));
    }
}

TEST_CASE("a session does not outlive the policy that it was made under") {
    for (const auto version : kWays) {
        CAPTURE(keyword_of(version));
        const auto cache = std::make_shared<SessionCache>();
        Line before(with(version), lab_pki().database, cache);
        const Bytes session = session_at(before, version);
        const std::string cipher = before.last<SslEstablished>()->cipher;

        Policy stricter = with(version);
        stricter.ciphers = {{cipher, false, {}}};
        Line after(stricter, lab_pki().database, cache, 2);
        CHECK_FALSE(resumes(after, version, session));
        CHECK(after.last<SslEstablished>()->cipher != cipher);
    }
}

TEST_CASE("a label with a new certificate: clients that come back see it") {
    auto renewed = lab_pki().database;
    auto random = stream("renewal");
    CertificateTemplate form;
    form.subject.common_name = "renewed";
    form.not_before = kNow;
    form.not_after = kNow + hours(1);
    CHECK_FALSE(renewed.remove("FTPCERT"));
    CHECK_FALSE(
        renewed.add_certificate("FTPCERT",
                                make_certificate(form, public_key_of(lab_keys().server)->info,
                                                 lab_pki().authority_der, lab_keys().authority, random),
                                lab_keys().server, true, kNow));
    for (const auto version : kWays) {
        CAPTURE(keyword_of(version));
        const auto cache = std::make_shared<SessionCache>();
        Line line(with(version), lab_pki().database, cache);
        const Bytes session = session_at(line, version);
        line.member.refresh(renewed, kNow, line.ear);
        CHECK_FALSE(resumes(line, version, session));
    }
}

TEST_CASE("a session that ended with a fatal alert is not resumed (RFC 5246 section 7.2.2)") {
    const auto cache = std::make_shared<SessionCache>();
    Line line({}, lab_pki().database, cache);
    Client client(client_settings());
    line.connect(client);
    CHECK(cache->counts().entries == 1);
    line.to_member(std::string("\x17\x03\x03\x00\x20", 5) + std::string(32, 'x'));
    REQUIRE(line.last<SslFailed>() != nullptr);
    CHECK(cache->counts().entries == 0);
    line.id = 2;
    CHECK_FALSE(resumes(line, Protocol::tlsv1_2, client.session->resumable()));
}

TEST_CASE("a resumed session is logged for captures as well") {
    const auto cache = std::make_shared<SessionCache>();
    Line line({}, lab_pki().database, cache);
    Client client(client_settings());
    line.connect(client);
    line.id = 2;
    CHECK(resumes(line, Protocol::tlsv1_2, client.session->resumable()));
    REQUIRE(line.ear.secrets.size() == 2);
    CHECK(line.ear.secrets[0].substr(14, 64) != line.ear.secrets[1].substr(14, 64));
    CHECK(line.ear.secrets[0].substr(79) == line.ear.secrets[1].substr(79));
}

TEST_CASE("the cache is bounded, cleaned by age and after CACHECLEANUP connections") {
    SessionCache cache(2);
    cache.put("a", {1}, kNow, seconds(10));
    cache.put("b", {2}, kNow, seconds(20));
    cache.put("c", {3}, kNow, seconds(30));
    CHECK_FALSE(cache.find("a", kNow).has_value());
    CHECK(cache.find("b", kNow) == Bytes{2});
    cache.clean(kNow + seconds(25));
    CHECK(cache.counts().entries == 1);
    CHECK(cache.counts().displaced == 1);
    CHECK(cache.counts().expired == 1);

    const auto pool = std::make_shared<SessionCache>();
    pool->put("old", {1}, kNow - hours(1), seconds(1));
    Policy policy;
    policy.cache_cleanup = 10;
    Line line(policy, lab_pki().database, pool);
    for (line.id = 1; line.id < 10; ++line.id) line.open();
    CHECK(pool->counts().entries == 1);
    line.open();
    CHECK(pool->counts().entries == 0);
}

TEST_CASE("REFRESH: new sessions use the new database, established ones go on") {
    Line line;
    Client before(client_settings());
    line.connect(before);
    REQUIRE(before.up.has_value());

    auto without = lab_pki().database;
    CHECK_FALSE(without.remove("FTPCERT").has_value());
    line.member.refresh(without, kNow, line.ear);
    CHECK(line.ear.said("DTCSSL905I"));

    before.session->write(Buffer::copy_of(std::string_view("unmoved")), kNow, before);
    line.pump(before);
    CHECK(line.application == "unmoved");

    line.id = 2;
    line.open();
    REQUIRE(line.last<SslFailed>() != nullptr);
    CHECK(line.last<SslFailed>()->code == 6);
    CHECK(line.last<SslFailed>()->session == 2);

    line.member.refresh(lab_pki().database, kNow, line.ear);
    line.id = 3;
    Client after(client_settings());
    line.connect(after);
    CHECK(after.up.has_value());
    CHECK(line.member.snapshot().sessions.size() == 2);
}

TEST_CASE(
    "a look-up that nobody answers stops the member; new sessions go on; it goes on when it is answered") {
    for (const auto version : kWays) {
        CAPTURE(keyword_of(version));
        const auto cache = std::make_shared<SessionCache>();
        Line line(with(version), lab_pki().database, cache);
        const Bytes session = session_at(line, version);
        cache->set_unserved({"SSLDCSSM is gone", {}, {"machine SSLDCSSM"}});

        line.id = 2;
        Client fresh(client_settings({version}), {}, 2);
        line.connect(fresh);
        CHECK(fresh.up.has_value());
        CHECK_FALSE(line.member.waiting());
        // An id that somebody made up is nothing that the cache could have.
        CHECK_FALSE(cache->find("an id of nobody's", line.now).has_value());
        CHECK(cache->counts().unanswered == 0);

        line.id = 3;
        Client back(client_settings({version}), {.resume = session}, 3);
        line.connect(back);
        CHECK_FALSE(back.up.has_value());
        CHECK(line.member.waiting());
        CHECK(line.member.snapshot().waiting);
        CHECK(line.ear.recorded("SSL00001 waits for the session cache: SSLDCSSM is gone"));
        line.id = 4;
        Client late(client_settings({version}), {}, 4);
        line.connect(late);
        CHECK_FALSE(late.up.has_value());
        CHECK(line.member.next_deadline() == kNow + seconds(1));

        cache->set_served();
        line.now = kNow + seconds(1);
        line.member.tick(line.now, line.ear);
        line.pump(late);
        CHECK(late.up.has_value());
        line.id = 3;
        line.pump(back);
        CHECK_FALSE(line.member.waiting());
    }
}

TEST_CASE("who was revoked meanwhile does not come back by resuming a session, nor by a ticket") {
    for (const auto version : {Protocol::tlsv1_2, Protocol::tlsv1_3}) {
        CAPTURE(int(version));
        const auto cache = std::make_shared<SessionCache>();
        Line line(with(version), lab_pki().database, cache);
        const Bytes session = session_at(line, version);
        CHECK(resumes(line, version, session));
        auto random = stream("list");
        RevocationList list;
        list.this_update = kNow;
        auto changed = lab_pki().database;
        changed.set_revocations(Revocations::read(
            "list", make_revocation_list(list, lab_pki().authority_der, lab_keys().authority, random)));
        for (int again = 0; again < 2; ++again) {
            line.member.refresh(changed, kNow, line.ear);
            CHECK_FALSE(resumes(line, version, session));
        }
    }
}

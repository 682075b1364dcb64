// REFRESH, and clients that come back: at the same member, at another of the pool, too late.
#include <doctest/doctest.h>

#include "tests/sslserv/wire.hpp"

using namespace vmlab;
using namespace vmlab::sslserv;
using namespace vmlab::sslserv::test;

namespace {

/// A client that resumes; true when the member said so.
bool resumes(Line& line, const Bytes& session, const std::string& label = "FTPCERT",
             ClientCertCheck check = ClientCertCheck::none) {
    Client client(client_settings(), {.resume = session}, 9);
    line.open(label, check);
    client.session->start(line.now, client);
    line.pump(client);
    REQUIRE(client.up.has_value());
    const auto* up = line.last<SslEstablished>();
    REQUIRE(up != nullptr);
    CHECK(up->resumed == client.up->resumed);
    client.session->write(Buffer::copy_of(std::string_view("again")), kNow, client);
    line.pump(client);
    CHECK(line.application.ends_with("again"));
    return up->resumed;
}

}  // namespace

TEST_CASE("a client resumes at another member of the pool, until CACHELIFE is over") {
    const auto cache = std::make_shared<SessionCache>();
    Policy policy;
    policy.cache_life = hours(1);
    Line first(policy, lab_pki().database, cache, 1, "SSL00001");
    Client client(client_settings());
    first.connect(client);
    REQUIRE(client.up.has_value());
    const Bytes session = client.session->resumable();
    REQUIRE_FALSE(session.empty());
    CHECK(cache->counts().entries == 1);

    Line second(policy, lab_pki().database, cache, 1, "SSL00002");
    CHECK(resumes(second, session));
    CHECK(cache->counts().hits == 1);

    Line other_label(policy, lab_pki().database, cache, 1, "SSL00003");
    CHECK_FALSE(resumes(other_label, session, "TELCERT"));

    Line late(policy, lab_pki().database, cache, 1, "SSL00004");
    late.now = kNow + hours(1) + seconds(1);
    CHECK_FALSE(resumes(late, session));
}

TEST_CASE("without a cache nobody resumes") {
    Line line;
    Client client(client_settings());
    line.connect(client);
    line.id = 2;
    CHECK_FALSE(resumes(line, client.session->resumable()));
    Policy zero;
    zero.cache_life = Duration{};
    const auto cache = std::make_shared<SessionCache>();
    Line none(zero, lab_pki().database, cache);
    Client again(client_settings());
    none.connect(again);
    CHECK(cache->counts().entries == 0);
}

TEST_CASE("a session does not resume where something else is asked of clients") {
    const auto cache = std::make_shared<SessionCache>();
    Line line({}, lab_pki().database, cache);
    Client client(client_settings());
    line.connect(client);
    line.id = 2;
    CHECK_FALSE(resumes(line, client.session->resumable(), "FTPCERT", ClientCertCheck::preferred));
    line.id = 3;
    CHECK(resumes(line, client.session->resumable()));
}

TEST_CASE("a session does not outlive the policy that it was made under") {
    const auto cache = std::make_shared<SessionCache>();
    Line before({}, lab_pki().database, cache);
    Client client(client_settings());
    before.connect(client);
    REQUIRE(client.up.has_value());
    REQUIRE(client.up->cipher == "RSA_AES_128_GCM_SHA256");

    Policy stricter;
    stricter.ciphers = {{"RSA_AES_128_GCM_SHA256", false, {}}};
    Line after(stricter, lab_pki().database, cache, 2);
    CHECK_FALSE(resumes(after, client.session->resumable()));
    CHECK(after.last<SslEstablished>()->cipher != "RSA_AES_128_GCM_SHA256");
}

TEST_CASE("a label with a new certificate: clients that come back see it") {
    const auto cache = std::make_shared<SessionCache>();
    Line line({}, lab_pki().database, cache);
    Client client(client_settings());
    line.connect(client);
    REQUIRE(client.up.has_value());
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
    line.member.refresh(renewed, kNow, line.ear);
    line.id = 2;
    CHECK_FALSE(resumes(line, client.session->resumable()));
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
    CHECK_FALSE(resumes(line, client.session->resumable()));
}

TEST_CASE("a resumed session is logged for captures as well") {
    const auto cache = std::make_shared<SessionCache>();
    Line line({}, lab_pki().database, cache);
    Client client(client_settings());
    line.connect(client);
    line.id = 2;
    CHECK(resumes(line, client.session->resumable()));
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
    const auto cache = std::make_shared<SessionCache>();
    Line line({}, lab_pki().database, cache);
    Client first(client_settings());
    line.connect(first);
    REQUIRE(first.up.has_value());
    const Bytes session = first.session->resumable();
    cache->set_unserved({"SSLDCSSM is gone", {}, {"machine SSLDCSSM"}});

    line.id = 2;
    Client fresh(client_settings(), {}, 2);
    line.connect(fresh);
    CHECK(fresh.up.has_value());
    CHECK_FALSE(line.member.waiting());

    line.id = 3;
    Client back(client_settings(), {.resume = session}, 3);
    line.connect(back);
    CHECK_FALSE(back.up.has_value());
    CHECK(line.member.waiting());
    CHECK(line.member.snapshot().waiting);
    CHECK(line.ear.recorded("SSL00001 waits for the session cache: SSLDCSSM is gone"));
    line.id = 4;
    Client late(client_settings(), {}, 4);
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

TEST_CASE("who was revoked meanwhile does not come back by resuming a session") {
    const auto cache = std::make_shared<SessionCache>();
    Line line({}, lab_pki().database, cache);
    Client client(client_settings());
    line.connect(client);
    line.id = 2;
    CHECK(resumes(line, client.session->resumable()));
    auto random = stream("list");
    RevocationList list;
    list.this_update = kNow;
    auto changed = lab_pki().database;
    changed.set_revocations(Revocations::read(
        "list", make_revocation_list(list, lab_pki().authority_der, lab_keys().authority, random)));
    line.member.refresh(changed, kNow, line.ear);
    line.id = 3;
    CHECK_FALSE(resumes(line, client.session->resumable()));
    line.member.refresh(changed, kNow, line.ear);
    line.id = 4;
    CHECK_FALSE(resumes(line, client.session->resumable()));
}

// The SSL pool hands sessions to the member with the fewest; servers start in the product's order.
#include <doctest/doctest.h>

#include "stack/server/autolog.hpp"
#include "stack/server/conduit.hpp"
#include "stack/server/ssl_pool.hpp"

using namespace vmlab;
using namespace vmlab::stack;

namespace {

SslConfig pool_of_three() {
    SslConfig config;
    config.server = {"*", {}};
    config.members = {"SSL00001", "SSL00002", "SSL00003"};
    config.max_sessions = 5;
    config.max_per_server = 2;
    return config;
}

}  // namespace

TEST_CASE("least loaded first, the lowest name among equals, never beyond the limits") {
    SslPool pool(pool_of_three());
    CHECK(pool.choose().why == "no SSL server is ready");
    for (const Userid member : {Userid("SSL00001"), Userid("SSL00002"), Userid("SSL00003")})
        pool.set_state(member, MemberState::ready);
    CHECK(pool.choose().member == Userid("SSL00001"));
    CHECK(pool.choose().member == Userid("SSL00002"));
    CHECK(pool.choose().member == Userid("SSL00003"));
    pool.release("SSL00002");
    CHECK(pool.choose().member == Userid("SSL00002"));
    CHECK(pool.choose().member == Userid("SSL00001"));
    CHECK(pool.choose().member == Userid("SSL00002"));
    CHECK(pool.choose().why == "SSLLIMITS MAXSESSIONS 5 is reached");
    CHECK(pool.sessions() == 5);
    CHECK(pool.refused() == 2);
}

TEST_CASE("a member that is down gets nothing; MAXPERSSLSERVER bounds the rest") {
    SslPool pool(pool_of_three());
    pool.set_state("SSL00002", MemberState::ready);
    CHECK(pool.choose().member == Userid("SSL00002"));
    CHECK(pool.choose().member == Userid("SSL00002"));
    CHECK(pool.choose().why == "every ready SSL server has MAXPERSSLSERVER 2 sessions");
    CHECK(SslPool(SslConfig{}).choose().why == "no SSLSERVERID statement");
}

TEST_CASE("the first SSL server, then the rest and AUTOLOG when it is ready") {
    ServerConfig config;
    config.ssl = pool_of_three();
    config.autolog = {{"FTPSERVE", {}}, {"SMTP", {}}};
    Autolog autolog(config);
    const Instant now{seconds{100}};
    CHECK(autolog.begin(now) == std::vector<Userid>{"SSL00001"});
    CHECK(autolog.next_deadline() == now + seconds{30});
    CHECK(autolog.member_ready(now) == std::vector<Userid>{"SSL00002", "SSL00003", "FTPSERVE", "SMTP"});
    CHECK(autolog.member_ready(now).empty());
    CHECK_FALSE(autolog.next_deadline());
}

TEST_CASE(
    "no SSL server within TIMEOUT: AUTOLOG goes on without; one that ends early lets the others be tried") {
    ServerConfig config;
    config.ssl = pool_of_three();
    config.autolog = {{"SMTP", {}}};
    Autolog autolog(config);
    const Instant now{seconds{100}};
    (void)autolog.begin(now);
    CHECK(autolog.member_gone() == std::vector<Userid>{"SSL00002", "SSL00003"});
    CHECK(autolog.member_gone().empty());
    CHECK(autolog.tick(now + seconds{29}).empty());
    CHECK(autolog.tick(now + seconds{30}) == std::vector<Userid>{"SMTP"});
}

TEST_CASE("as many servers as the limits need, and AUTOLOG at once without SSLSERVERID") {
    ServerConfig config;
    config.ssl = pool_of_three();
    config.ssl.max_sessions = 3;  // two servers of two
    Autolog two(config);
    (void)two.begin({});
    CHECK(two.member_ready({}) == std::vector<Userid>{"SSL00002"});
    config.ssl.server.reset();
    config.autolog = {{"SMTP", {}}};
    CHECK(Autolog(config).begin({}) == std::vector<Userid>{"SMTP"});
}

TEST_CASE("the conduit's rule: bytes before the reply are injection, nobody hears a closing connection") {
    using S = ConduitState;
    using B = ByteSource;
    using D = ByteDestination;
    CHECK(destination_of(S::plain, B::wire) == D::application);
    CHECK(destination_of(S::replying, B::wire) == D::injection);
    CHECK(destination_of(S::replying, B::application) == D::wire);
    CHECK(destination_of(S::securing, B::wire) == D::ssl_from_wire);
    CHECK(destination_of(S::securing, B::application) == D::held);
    CHECK(destination_of(S::secured, B::application) == D::ssl_from_application);
    CHECK(destination_of(S::secured, B::ssl_plaintext) == D::application);
    CHECK(destination_of(S::closing, B::ssl_ciphertext) == D::nowhere);  // our FIN is in the send queue
    CHECK(destination_of(S::closing, B::wire) == D::nowhere);
}

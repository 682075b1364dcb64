// The resolver: which names it asks for, whom, in what order, how long it waits, and what it says when it
// gives up.
#include <doctest/doctest.h>

#include <deque>

#include "services/dns/resolver.hpp"

using namespace vmlab;
using namespace vmlab::services;

namespace {

constexpr Ipv4Address kFirst = Ipv4Address::of(9, 60, 60, 2), kSecond = Ipv4Address::of(9, 60, 60, 5);

SourceLocation at(std::uint32_t line) { return {{"TCPIP", "DATA", {'F', '1'}}, line, 1}; }

class Bench : public ResolverSink {
public:
    Bench() {
        config.servers = {{kFirst, at(4)}};
        config.domains = {{"example.test", at(3)}};
        config.timeout = {seconds{5}, at(6)};
        config.hosts = {{{Ipv4Address::of(9, 60, 60, 1), {{"ETC", "HOSTS", {'F', '1'}}, 2, 1}},
                         {"router.example.test", "router"}}};
        config.hosts_where = {{"ETC", "HOSTS", {'F', '1'}}, 0, 0};
    }
    CauseId record(Record what) override {
        records.push_back(std::move(what));
        return CauseId::none;
    }
    void request(SocketRequest what) override { requests.push_back(std::move(what)); }
    void trace(std::string line) override { traced += line + "\n"; }

    void look_up(std::string name, DnsType type = DnsType::a) {
        resolver.emplace(config, Lookup{std::move(name), type}, 100, 7000);
        resolver->start(now, *this);
    }
    /// What was asked since the last time: "mail.example.test A of 9.60.60.2..53; ".
    std::string asked() {
        std::string text;
        for (auto& r : requests) {
            if (const auto* d = std::get_if<DatagramRequest>(&r)) {
                tag = d->tag;
                const auto query = parse_dns(d->data.span());
                REQUIRE(query.has_value());
                last = *query;
                text += last.questions[0].name.str() + " " + name_of(last.questions[0].type) + " of " +
                        d->to.str() + "; ";
            } else if (const auto* c = std::get_if<ConnectRequest>(&r)) {
                tag = c->tag;
                text += "connect to " + c->peer.str() + "; ";
            } else if (const auto* s = std::get_if<SendRequest>(&r)) {
                last = parse_dns(s->data.span().subspan(2)).value();
                text += "send; ";
            } else if (std::holds_alternative<CloseRequest>(r)) {
                text += "close; ";
            } else if (std::holds_alternative<AbortRequest>(r)) {
                text += "abort; ";
            }
        }
        requests.clear();
        return text;
    }
    DnsMessage answer(DnsCode code = DnsCode::ok) {
        DnsMessage m = last;
        m.response = m.authoritative = true;
        m.code = code;
        return m;
    }
    DnsMessage address(Ipv4Address a) {
        DnsMessage m = answer();
        m.answers = {{last.questions[0].name, DnsType::a, 1, 60, a}};
        return m;
    }
    void reply(const DnsMessage& m, Ipv4Address from = kFirst) {
        resolver->receive(DatagramArrived{tag, {from, 53}, Buffer::copy_of(emit_dns(m, 512))}, now, *this);
    }
    void wait() {
        REQUIRE(resolver->next_deadline());
        now = *resolver->next_deadline();
        resolver->tick(now, *this);
    }
    const LookupOutcome& outcome() {
        REQUIRE(resolver->outcome().has_value());
        return *resolver->outcome();
    }
    std::string refusals() const {
        std::string text;
        for (const auto& r : records)
            if (r.kind == RecordKind::refusal) {
                text += r.text;
                for (const auto& where : r.rests_on)
                    if (where.known()) text += " <" + where.str() + ">";
                text += "\n";
            }
        return text;
    }

    ResolverConfig config;
    std::optional<Resolver> resolver;
    std::vector<SocketRequest> requests;
    std::vector<Record> records;
    std::string traced;
    DnsMessage last;
    std::uint32_t tag = 0;
    Instant now{};
};

}  // namespace

TEST_CASE_FIXTURE(Bench, "NSINTERADDR: the name server is asked by UDP, and its answer counts") {
    look_up("mail.example.test");
    CHECK(asked() == "mail.example.test A of 9.60.60.2..53; ");
    CHECK(last.recursion_desired);
    reply(address(Ipv4Address::of(9, 60, 60, 3)));
    CHECK(outcome().kind == LookupOutcome::Kind::found);
    CHECK(outcome().addresses == std::vector<IpAddress>{Ipv4Address::of(9, 60, 60, 3)});
    CHECK(outcome().server->str() == "9.60.60.2..53");
    CHECK(std::holds_alternative<CloseDatagramsRequest>(requests.back()));
    CHECK_FALSE(resolver->next_deadline());
}

TEST_CASE_FIXTURE(Bench, "DOMAINORIGIN and DOMAINSEARCH: a short name gets each domain, then none") {
    config.domains.push_back({"lab.example.test", at(5)});
    look_up("mail");
    CHECK(asked() == "mail.example.test A of 9.60.60.2..53; ");
    reply(answer(DnsCode::no_such_name));
    CHECK(asked() == "mail.lab.example.test A of 9.60.60.2..53; ");
    reply(answer(DnsCode::no_such_name));
    CHECK(asked() == "mail A of 9.60.60.2..53; ");
    reply(answer(DnsCode::no_such_name));
    CHECK(outcome().kind == LookupOutcome::Kind::no_such_name);
    CHECK(refusals() ==
          "mail is not resolved: 9.60.60.2 port 53 knows no such name <TCPIP DATA F1:4:1> <ETC HOSTS F1> "
          "<TCPIP DATA F1:3:1> <TCPIP DATA F1:5:1>\n");
}

TEST_CASE_FIXTURE(Bench,
                  "a name with dots is asked for as typed first; with a dot at its end as typed only") {
    look_up("mail.lab");
    CHECK(asked() == "mail.lab A of 9.60.60.2..53; ");
    reply(answer(DnsCode::no_such_name));
    CHECK(asked() == "mail.lab.example.test A of 9.60.60.2..53; ");
    look_up("mail.lab.");
    CHECK(asked() == "mail.lab A of 9.60.60.2..53; ");
    reply(answer(DnsCode::no_such_name));
    CHECK(outcome().kind == LookupOutcome::Kind::no_such_name);
}

TEST_CASE_FIXTURE(Bench, "RESOLVERTIMEOUT and RESOLVERUDPRETRIES: each server so long, all of them again") {
    config.servers.push_back({kSecond, at(5)});
    config.retries = {1, at(7)};
    look_up("pluto");
    std::string all;
    for (int i = 0; i < 4; ++i) {
        all += asked();
        wait();
    }
    CHECK(all ==
          "pluto.example.test A of 9.60.60.2..53; pluto.example.test A of 9.60.60.5..53; "
          "pluto.example.test A of 9.60.60.2..53; pluto.example.test A of 9.60.60.5..53; ");
    CHECK(now == Instant{} + seconds{20});
    CHECK(outcome().kind == LookupOutcome::Kind::no_answer);
    CHECK(refusals().find("pluto is not resolved: nothing answers at 9.60.60.5 port 53 within 5 seconds "
                          "<TCPIP DATA F1:4:1> <TCPIP DATA F1:5:1>") != std::string::npos);
}

TEST_CASE_FIXTURE(Bench,
                  "a server that the network says is not there is not waited for; ETC HOSTS comes next") {
    config.retries = {0, at(7)};
    look_up("router");
    (void)asked();
    resolver->receive(DatagramFailed{tag, kFirst, 3, 3, "ICMP"}, now, *this);
    CHECK(outcome().kind == LookupOutcome::Kind::found);
    CHECK_FALSE(outcome().server.has_value());
    CHECK(outcome().addresses[0].str() == "9.60.60.1");
    CHECK(refusals() ==
          "router.example.test is not resolved by 9.60.60.2 port 53: nothing answers at 9.60.60.2 port 53 "
          "<TCPIP DATA F1:4:1>\n");
    CHECK(records.back().rests_on[0].str() == "ETC HOSTS F1:2:1");
}

TEST_CASE_FIXTURE(Bench, "DOMAINLOOKUP: the file first, or alone; without name servers it is all there is") {
    config.order = {{LookupSource::file, at(8)}, {LookupSource::dns, at(8)}};
    look_up("ROUTER");
    CHECK(asked().empty());
    CHECK(outcome().kind == LookupOutcome::Kind::found);
    look_up("9.60.60.1", DnsType::ptr);
    CHECK(outcome().name == "router.example.test");
    config.order = {{LookupSource::file, at(8)}};
    look_up("mail");
    CHECK(asked().empty());
    CHECK(outcome().why == "it is not in ETC HOSTS");
    config.order.clear();
    config.servers.clear();
    look_up("router");
    CHECK(outcome().kind == LookupOutcome::Kind::found);
}

TEST_CASE_FIXTURE(Bench, "RESOLVEVIA TCP: a connection for each question; NSPORTADDR says which port") {
    config.by_tcp = {true, at(9)};
    config.port = {5353, at(10)};
    look_up("mail");
    CHECK(asked() == "connect to 9.60.60.2..5353; ");
    resolver->receive(Connected{tag, 55, {}, {}}, now, *this);
    CHECK(asked() == "send; ");
    const auto bytes = emit_dns(address(Ipv4Address::of(9, 60, 60, 3)), kMostTcpMessage);
    std::string stream{char(bytes.size() >> 8), char(bytes.size() & 0xff)};
    stream.append(bytes.begin(), bytes.end());
    for (const char c : stream)
        resolver->receive(Received{55, Buffer::copy_of(std::string_view(&c, 1))}, now, *this);
    CHECK(outcome().kind == LookupOutcome::Kind::found);
    CHECK(asked() == "close; ");
    look_up("mail");
    (void)asked();
    resolver->receive(ConnectFailed{tag, "refused"}, now, *this);
    CHECK(outcome().kind == LookupOutcome::Kind::no_answer);
    CHECK(
        refusals().find("nothing answers at 9.60.60.2 port 5353 <TCPIP DATA F1:4:1> <TCPIP DATA F1:10:1>") !=
        std::string::npos);
}

TEST_CASE_FIXTURE(Bench, "a server that refuses one name is asked for the next; what it said before counts") {
    look_up("nobody");
    (void)asked();
    reply(answer(DnsCode::no_such_name));
    CHECK(asked() == "nobody A of 9.60.60.2..53; ");
    reply(answer(DnsCode::refused));
    CHECK(outcome().kind == LookupOutcome::Kind::no_such_name);
    CHECK(refusals().find("nobody is not resolved by 9.60.60.2 port 53: the server says: Query refused") !=
          std::string::npos);
}

TEST_CASE_FIXTURE(Bench, "a truncated answer is asked for again by TCP") {
    look_up("many.example.test");
    (void)asked();
    auto cut = answer();
    cut.truncated = true;
    reply(cut);
    CHECK(asked() == "connect to 9.60.60.2..53; ");
    CHECK_FALSE(resolver->outcome());
}

TEST_CASE_FIXTURE(Bench, "answers to other questions, of others, or that make no sense are left lying") {
    look_up("mail");
    (void)asked();
    auto other_id = address(Ipv4Address::of(6, 6, 6, 6));
    other_id.id ^= 1;
    auto other_name = address(Ipv4Address::of(6, 6, 6, 6));
    other_name.questions[0].name = *DnsName::parse("other.example.test");
    reply(other_id);
    reply(other_name);
    reply(address(Ipv4Address::of(6, 6, 6, 6)), kSecond);
    reply(last);  // a query, not an answer
    resolver->receive(DatagramArrived{tag, {kFirst, 53}, Buffer::copy_of("x")}, now, *this);
    CHECK_FALSE(resolver->outcome());
    CHECK(std::count_if(records.begin(), records.end(),
                        [](const Record& r) { return r.kind == RecordKind::drop; }) == 5);
    reply(address(Ipv4Address::of(9, 60, 60, 3)));
    CHECK(outcome().addresses[0].str() == "9.60.60.3");
}

TEST_CASE_FIXTURE(Bench,
                  "each question has a number that those before do not tell, and a socket (RFC 5452)") {
    std::vector<std::uint16_t> ids;
    std::vector<std::uint32_t> tags;
    config.retries = {30, at(7)};
    look_up("mail.example.test");
    for (int i = 0; i < 30; ++i) {
        (void)asked();
        ids.push_back(last.id);
        tags.push_back(tag);
        wait();
    }
    int neighbours = 0;
    for (std::size_t i = 1; i < ids.size(); ++i) {
        neighbours += std::uint16_t(ids[i] - ids[i - 1]) <= 1;
        CHECK(tags[i] != tags[i - 1]);
    }
    CHECK(neighbours <= 1);
    // An answer from the server's address, but another port, is none.
    (void)asked();
    auto forged = address(Ipv4Address::of(6, 6, 6, 6));
    resolver->receive(DatagramArrived{tag, {kFirst, 5353}, Buffer::copy_of(emit_dns(forged, 512))}, now,
                      *this);
    CHECK_FALSE(resolver->outcome().has_value());
    reply(address(Ipv4Address::of(9, 60, 60, 3)));
    CHECK(outcome().addresses == std::vector<IpAddress>{Ipv4Address::of(9, 60, 60, 3)});
}

TEST_CASE_FIXTURE(Bench, "an alias is followed; TRACE RESOLVER tells the story") {
    config.trace = {true, at(11)};
    look_up("www");
    (void)asked();
    auto alias = answer();
    alias.answers = {
        {last.questions[0].name, DnsType::cname, 1, 60, *DnsName::parse("mail.example.test")},
        {*DnsName::parse("mail.example.test"), DnsType::a, 1, 60, Ipv4Address::of(9, 60, 60, 3)}};
    reply(alias);
    CHECK(outcome().name == "mail.example.test");
    CHECK(outcome().aliases == std::vector<std::string>{"www.example.test"});
    CHECK(traced ==
          "Resolver: A of www\n"
          "Resolver: query A of www.example.test to 9.60.60.2..53 by UDP\n"
          "Resolver: 9.60.60.2..53: mail.example.test 9.60.60.3\n");
}

TEST_CASE_FIXTURE(Bench, "what can be no host name is not asked for; giving up closes the socket") {
    look_up("a..b");
    CHECK(outcome().kind == LookupOutcome::Kind::bad_name);
    CHECK(asked().empty());
    look_up("mail");
    (void)asked();
    resolver->stop(*this);
    CHECK(std::holds_alternative<CloseDatagramsRequest>(requests.back()));
}

TEST_CASE_FIXTURE(Bench, "AAAA: an IPv6 address is asked for, and one is asked for its name (RFC 3596)") {
    const IpAddress v6 = *IpAddress::parse("2001:db8::3");
    config.order = {{LookupSource::dns, {}}};
    look_up("mail.example.test.", DnsType::aaaa);
    CHECK(asked() == "mail.example.test AAAA of 9.60.60.2..53; ");
    DnsMessage m = answer();
    m.answers = {{last.questions[0].name, DnsType::aaaa, 1, 60, v6}};
    reply(m);
    CHECK(outcome().kind == LookupOutcome::Kind::found);
    CHECK(outcome().addresses == std::vector<IpAddress>{v6});

    look_up("2001:db8::3", DnsType::ptr);
    CHECK(asked() ==
          "3.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa PTR of 9.60.60.2..53; ");
    m = answer();
    m.answers = {{last.questions[0].name, DnsType::ptr, 1, 60, *DnsName::parse("mail.example.test")}};
    reply(m);
    CHECK(outcome().name == "mail.example.test");
}

TEST_CASE_FIXTURE(Bench, "AAAA: an answer of A is none, and lines of ETC HOSTS are of one family each") {
    config.order = {{LookupSource::dns, {}}};
    look_up("mail.example.test.", DnsType::aaaa);
    (void)asked();
    reply(address(Ipv4Address::of(9, 60, 60, 3)));
    CHECK(outcome().kind == LookupOutcome::Kind::no_data);

    config.order = {{LookupSource::file, {}}};
    config.hosts.push_back({{*IpAddress::parse("2001:db8::1"), at(9)}, {"router.example.test", "router"}});
    look_up("router", DnsType::aaaa);
    CHECK(outcome().addresses == std::vector<IpAddress>{*IpAddress::parse("2001:db8::1")});
    look_up("router");
    CHECK(outcome().addresses == std::vector<IpAddress>{Ipv4Address::of(9, 60, 60, 1)});
}

TEST_CASE_FIXTURE(Bench,
                  "an alias of which the server says no more is asked for; a chain without end is left") {
    const auto alias_to = [&](const char* target) {
        DnsMessage m = answer();
        m.answers = {{last.questions[0].name, DnsType::cname, 1, 60, *DnsName::parse(target)}};
        return m;
    };
    config.order = {{LookupSource::dns, {}}};
    look_up("www.example.test.");
    (void)asked();
    reply(alias_to("mail.other.test"));
    CHECK(asked() == "mail.other.test A of 9.60.60.2..53; ");
    reply(address(Ipv4Address::of(9, 60, 60, 3)));
    CHECK(outcome().kind == LookupOutcome::Kind::found);
    CHECK(outcome().name == "mail.other.test");
    CHECK(outcome().aliases == std::vector<std::string>{"www.example.test"});

    look_up("a0.example.test.");
    (void)asked();
    int questions = 1;
    for (int i = 1; i < 20 && !resolver->outcome(); ++i, ++questions) {
        reply(alias_to(("a" + std::to_string(i) + ".example.test").c_str()));
        (void)asked();
    }
    CHECK(outcome().kind == LookupOutcome::Kind::no_data);
    CHECK(questions <= 10);
}

TEST_CASE_FIXTURE(Bench, "an alias that the server knows to stand for nothing is not asked for again") {
    config.order = {{LookupSource::dns, {}}};
    look_up("www.example.test.");
    (void)asked();
    DnsMessage m = answer();
    m.answers = {{last.questions[0].name, DnsType::cname, 1, 60, *DnsName::parse("mail.example.test")}};
    m.authority = {{*DnsName::parse("example.test"), DnsType::soa, 1, 60, DnsAuthority{}}};
    reply(m);
    CHECK(asked().empty());
    CHECK(outcome().kind == LookupOutcome::Kind::no_data);
}

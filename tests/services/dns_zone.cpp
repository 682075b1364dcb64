// What a name server says of its zone.
#include <doctest/doctest.h>

#include <fmt/format.h>

#include "services/dns/zone.hpp"
#include "stack/base/overloaded.hpp"

using namespace vmlab;
using namespace vmlab::services;

namespace {

DnsZone zone() {
    DnsZone z;
    z.domains = {*DnsName::parse("example.test"), *DnsName::parse("60.60.9.in-addr.arpa")};
    z.add("example.test", {.type = DnsType::soa,
                           .data = DnsAuthority{*DnsName::parse("ns1.example.test"),
                                                *DnsName::parse("me.example.test"), 1, 2, 3, 4, 5}});
    z.add_mail("example.test", 10, "mail.example.test");
    z.add_host("mail.example.test", Ipv4Address::of(9, 60, 60, 3));
    z.add_host("mail.example.test", *IpAddress::parse("2001:db8::3"));
    z.add_alias("www.example.test", "mail.example.test");
    z.add_alias("loop1.example.test", "loop2.example.test");
    z.add_alias("loop2.example.test", "loop1.example.test");
    return z;
}

std::string words(const std::vector<DnsRecord>& records) {
    std::string text;
    for (const auto& r : records) {
        const auto data = std::visit(overloaded{
                                         [](const Ipv4Address& a) { return a.str(); },
                                         [](const IpAddress& a) { return a.str(); },
                                         [](const DnsName& n) { return n.str(); },
                                         [](const DnsMail& m) { return m.exchange.str(); },
                                         [](const DnsAuthority& s) { return s.server.str(); },
                                         [](const DnsRaw&) { return std::string("raw"); },
                                     },
                                     r.data);
        text += fmt::format("{} {} {}; ", r.name.str(), name_of(r.type), data);
    }
    return text;
}

DnsMessage ask(std::string_view name, DnsType type) {
    DnsMessage query;
    query.id = 7;
    query.recursion_desired = true;
    query.questions = {{*DnsName::parse(name), type}};
    return answer_dns(zone(), query);
}

}  // namespace

TEST_CASE("name server: A, PTR, CNAME and MX are answered with authority") {
    const auto a = ask("MAIL.example.test", DnsType::a);
    CHECK(a.authoritative);
    CHECK(a.id == 7);
    CHECK(a.recursion_desired);
    CHECK_FALSE(a.recursion_available);
    CHECK(words(a.answers) == "mail.example.test A 9.60.60.3; ");
    CHECK(words(ask("3.60.60.9.in-addr.arpa", DnsType::ptr).answers) ==
          "3.60.60.9.in-addr.arpa PTR mail.example.test; ");
    CHECK(words(ask("www.example.test", DnsType::a).answers) ==
          "www.example.test CNAME mail.example.test; mail.example.test A 9.60.60.3; ");
    CHECK(words(ask("www.example.test", DnsType::cname).answers) ==
          "www.example.test CNAME mail.example.test; ");
    const auto mx = ask("example.test", DnsType::mx);
    CHECK(words(mx.answers) == "example.test MX mail.example.test; ");
    CHECK(words(mx.additional) == "mail.example.test A 9.60.60.3; mail.example.test AAAA 2001:db8::3; ");
}

TEST_CASE("name server: AAAA and the digits of ip6.arpa (RFC 3596)") {
    CHECK(words(ask("mail.example.test", DnsType::aaaa).answers) == "mail.example.test AAAA 2001:db8::3; ");
    const auto reverse = DnsName::reverse_of(*IpAddress::parse("2001:db8::3"));
    CHECK(reverse.str() == "3.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa");
    CHECK(reverse == *DnsName::parse(reverse.str()));
}

TEST_CASE("name server: a host may have addresses of both families") {
    DnsZone both = zone();
    both.domains.push_back(*DnsName::parse("8.b.d.0.1.0.0.2.ip6.arpa"));
    const auto ask_both = [&](std::string_view name, DnsType type) {
        DnsMessage query;
        query.questions = {{*DnsName::parse(name), type}};
        return answer_dns(both, query);
    };
    CHECK(words(ask_both("www.example.test", DnsType::aaaa).answers) ==
          "www.example.test CNAME mail.example.test; mail.example.test AAAA 2001:db8::3; ");
    CHECK(words(ask_both("mail.example.test", DnsType::a).answers) == "mail.example.test A 9.60.60.3; ");
    CHECK(words(ask_both("example.test", DnsType::mx).additional) ==
          "mail.example.test A 9.60.60.3; mail.example.test AAAA 2001:db8::3; ");
    const auto reverse = DnsName::reverse_of(*IpAddress::parse("2001:db8::3")).str();
    CHECK(words(ask_both(reverse, DnsType::ptr).answers) == reverse + " PTR mail.example.test; ");
}

TEST_CASE("name server: no such name, no such record, not my zone, not my business") {
    const auto none = ask("nobody.example.test", DnsType::a);
    CHECK(none.code == DnsCode::no_such_name);
    CHECK(words(none.authority) == "example.test SOA ns1.example.test; ");
    const auto no_data = ask("mail.example.test", DnsType::mx);
    CHECK(no_data.code == DnsCode::ok);
    CHECK(no_data.answers.empty());
    CHECK(words(no_data.authority) == "example.test SOA ns1.example.test; ");
    CHECK(ask("60.60.9.in-addr.arpa", DnsType::ptr).code == DnsCode::ok);  // names below it exist
    CHECK(ask("www.example.org", DnsType::a).code == DnsCode::refused);
    CHECK(ask("loop1.example.test", DnsType::a).answers.size() == 8);  // it ends
    DnsMessage update;
    update.opcode = 5;
    CHECK(answer_dns(zone(), update).code == DnsCode::not_implemented);
    CHECK(answer_dns(zone(), DnsMessage{}).code == DnsCode::format_error);
}

TEST_CASE("name server: bytes that are no query get a format error, or nothing") {
    const std::vector<std::uint8_t> broken = {0xab, 0xcd, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0};  // no question
    const auto answer = parse_dns(answer_dns(zone(), broken, kMostUdpMessage));
    REQUIRE(answer.has_value());
    CHECK(answer->id == 0xabcd);
    CHECK(answer->code == DnsCode::format_error);
    CHECK(answer_dns(zone(), std::vector<std::uint8_t>(11), kMostUdpMessage).empty());
    std::vector<std::uint8_t> response(12);
    response[2] = 0x80;  // answers are never answered
    CHECK(answer_dns(zone(), response, kMostUdpMessage).empty());
}

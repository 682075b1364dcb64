// DNS messages: bytes as they go over the wire, both ways, and what malformed ones come to.
#include <doctest/doctest.h>

#include "services/dns/message.hpp"
#include "stack/base/random.hpp"

using namespace vmlab;
using namespace vmlab::services;

namespace {

using Bytes = std::vector<std::uint8_t>;

DnsName name(std::string_view text) { return DnsName::parse(text).value(); }

Bytes bytes_of(std::string_view text) { return {text.begin(), text.end()}; }

/// An answer of BIND to "MX of example.test", taken apart by hand: compression, A in the additional section.
Bytes mail_answer() {
    using namespace std::string_view_literals;
    return bytes_of(
        "\x12\x34\x85\x80\x00\x01\x00\x01\x00\x00\x00\x01"
        "\x07"
        "example\x04"
        "test\x00\x00\x0f\x00\x01"
        "\xc0\x0c\x00\x0f\x00\x01\x00\x00\x0e\x10\x00\x09\x00\x0a\x04"
        "mail\xc0\x0c"
        "\xc0\x2c\x00\x01\x00\x01\x00\x00\x0e\x10\x00\x04\x09\x3c\x3c\x03"sv);
}

DnsMessage one_of_each() {
    DnsMessage m;
    m.id = 0xbeef;
    m.response = m.authoritative = m.recursion_desired = true;
    m.code = DnsCode::refused;
    m.questions = {{name("Host.Example.TEST"), DnsType::any}};
    m.answers = {{name("host.example.test"), DnsType::a, 1, 60, Ipv4Address::of(9, 60, 60, 3)},
                 {name("www.example.test"), DnsType::cname, 1, 60, name("host.example.test")},
                 {name("example.test"), DnsType::mx, 1, 60, DnsMail{10, name("host.example.test")}}};
    m.authority = {{name("example.test"), DnsType::soa, 1, 60,
                    DnsAuthority{name("ns1.example.test"), name("me.example.test"), 1, 2, 3, 4, 5}}};
    m.additional = {{DnsName(), DnsType(41), 1232, 0, DnsRaw{{1, 2, 3}}}};
    return m;
}

}  // namespace

TEST_CASE("DNS: an answer with compressed names is taken apart, and put together byte by byte") {
    const auto bytes = mail_answer();
    const auto m = parse_dns(bytes);
    REQUIRE(m.has_value());
    CHECK(m->id == 0x1234);
    CHECK(m->response);
    CHECK(m->authoritative);
    CHECK(m->recursion_available);
    REQUIRE(m->questions.size() == 1);
    CHECK(m->questions[0].name.str() == "example.test");
    CHECK(name_of(m->questions[0].type) == "MX");
    REQUIRE(m->answers.size() == 1);
    CHECK(std::get<DnsMail>(m->answers[0].data).preference == 10);
    CHECK(std::get<DnsMail>(m->answers[0].data).exchange.str() == "mail.example.test");
    CHECK(m->answers[0].ttl == 3600);
    REQUIRE(m->additional.size() == 1);
    CHECK(std::get<Ipv4Address>(m->additional[0].data).str() == "9.60.60.3");
    CHECK(emit_dns(*m, kMostUdpMessage) == bytes);
}

TEST_CASE("DNS: what is emitted is parsed as the same message, spelling included") {
    const auto m = one_of_each();
    const auto again = parse_dns(emit_dns(m, kMostUdpMessage));
    REQUIRE(again.has_value());
    CHECK(*again == m);
    CHECK(again->questions[0].name.str() == "Host.Example.TEST");
}

TEST_CASE("DNS: AAAA records, and the names of IPv6 addresses (RFC 3596)") {
    const auto address = *IpAddress::parse("2001:db8:60::3");
    DnsMessage m;
    m.questions = {{name("host.example.test"), DnsType::aaaa}};
    m.answers = {{name("host.example.test"), DnsType::aaaa, 1, 60, address}};
    const auto bytes = emit_dns(m, kMostUdpMessage);
    const auto again = parse_dns(bytes);
    REQUIRE(again.has_value());
    CHECK(*again == m);
    CHECK(bytes[bytes.size() - 17] == 16);  // the length of its data
    CHECK(bytes.back() == 3);
    CHECK(name_of(DnsType::aaaa) == "AAAA");
    CHECK(DnsName::reverse_of(address).str() ==
          "3.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.6.0.0.8.b.d.0.1.0.0.2.ip6.arpa");
    auto longer = bytes;
    longer[longer.size() - 17] = 15;  // an address of fifteen bytes is none
    CHECK_FALSE(parse_dns(longer).has_value());
}

TEST_CASE("DNS: names have bounds, fold letters, and print what does not print") {
    CHECK(name("www.example.test.") == name("WWW.Example.Test"));
    CHECK(name("www.example.test").is_in(name("EXAMPLE.test")));
    CHECK_FALSE(name("badexample.test").is_in(name("example.test")));
    CHECK_FALSE(DnsName::parse("").has_value());
    CHECK_FALSE(DnsName::parse("a..b").has_value());
    CHECK_FALSE(DnsName::parse(std::string(64, 'a')).has_value());
    CHECK(DnsName::parse(std::string(63, 'a')).has_value());
    std::string longest;
    for (int i = 0; i < 127; ++i) longest += "a.";
    CHECK(DnsName::parse(longest).has_value());
    CHECK_FALSE(DnsName::parse(longest + "a").has_value());
    CHECK(DnsName().str() == ".");
    CHECK(DnsName::reverse_of(Ipv4Address::of(9, 60, 61, 4)).str() == "4.61.60.9.in-addr.arpa");
    DnsName strange;
    REQUIRE(strange.append(std::string_view("a.b\0c", 5)));
    CHECK(strange.str() == "a\\046b\\000c");
}

TEST_CASE("DNS: what does not fit is left out from the end, and TC says so") {
    auto m = one_of_each();
    m.authority.clear();
    m.additional.clear();
    m.answers.clear();
    for (unsigned i = 0; i < 40; ++i)
        m.answers.push_back({name("many.example.test"), DnsType::a, 1, 60, Ipv4Address::of(9, 60, 61, i)});
    const auto bytes = emit_dns(m, kMostUdpMessage);
    CHECK(bytes.size() <= kMostUdpMessage);
    const auto cut = parse_dns(bytes);
    REQUIRE(cut.has_value());
    CHECK(cut->truncated);
    CHECK(cut->answers.size() > 20);
    CHECK(cut->answers.size() < 40);
    CHECK(parse_dns(emit_dns(m, kMostTcpMessage))->answers.size() == 40);
}

TEST_CASE("DNS: compression pointers that go forward, to themselves or round in circles are no message") {
    using namespace std::string_view_literals;
    const auto header = "\x00\x01\x00\x00\x00\x01\x00\x00\x00\x00\x00\x00"sv;
    for (const auto question : {"\xc0\x0c\x00\x01\x00\x01"sv,      // to itself
                                "\xc0\x0e\x00\x00\x01\x00\x01"sv,  // forward
                                "\x01"
                                "a\xc0\x0c\x00\x01\x00\x01"sv,  // round in circles
                                "\x40"
                                "a\x00\x00\x01\x00\x01"sv,  // a label type that is none
                                "\x05"
                                "ab"sv,  // beyond the end
                                "\xc0"sv}) {
        auto bytes = bytes_of(header);
        bytes.insert(bytes.end(), question.begin(), question.end());
        CHECK_FALSE(parse_dns(bytes).has_value());
    }
    auto trailing = mail_answer();
    trailing.push_back(0);
    CHECK_FALSE(parse_dns(trailing).has_value());
    auto wrong_length = mail_answer();
    wrong_length[40] += 1;  // RDLENGTH of the MX record
    CHECK_FALSE(parse_dns(wrong_length).has_value());
}

TEST_CASE("DNS: mutated messages are refused or mean what they say, whatever they are") {
    RandomStream dice(seed_from_number(53), "mutations");
    const std::vector<Bytes> seeds = {mail_answer(), emit_dns(one_of_each(), kMostUdpMessage)};
    std::size_t parsed = 0;
    for (int round = 0; round < 30'000; ++round) {
        Bytes bytes = seeds[dice.below(seeds.size())];
        for (auto n = dice.below(4) + 1; n > 0; --n) {
            const auto at = dice.below(bytes.size());
            switch (dice.below(4)) {
                case 0: bytes[at] = std::uint8_t(dice.below(256)); break;
                case 1: bytes[at] ^= std::uint8_t(1u << dice.below(8)); break;
                case 2: bytes.resize(at + 1); break;
                default: bytes.insert(bytes.begin() + std::ptrdiff_t(at), 0xc0);
            }
        }
        const auto m = parse_dns(bytes);
        if (!m) continue;
        ++parsed;
        const auto again = parse_dns(emit_dns(*m, kMostTcpMessage));
        REQUIRE(again.has_value());
        CHECK(*again == *m);
    }
    CHECK(parsed > 1000);
}

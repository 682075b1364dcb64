// What the first bytes of a client decide: which protocol it will be, and that nobody is pushed down to an
// older one.
#include <doctest/doctest.h>

#include "sslserv/client_hello.hpp"
#include "tests/sslserv/wire.hpp"

using namespace vmlab;
using namespace vmlab::sslserv;
using namespace vmlab::sslserv::test;

namespace {

constexpr std::uint16_t kFallback = 0x5600;

std::string u16(std::size_t n) { return {char(n >> 8), char(n)}; }

/// A ClientHello in one record; with `versions` it carries supported_versions.
std::string hello_of(std::uint16_t version, const std::vector<std::uint16_t>& suites,
                     const std::vector<std::uint16_t>& versions = {}) {
    std::string list, extensions;
    for (const auto suite : suites) list += u16(suite);
    if (!versions.empty()) {
        std::string offered;
        for (const auto v : versions) offered += u16(v);
        extensions = u16(43) + u16(offered.size() + 1) + char(offered.size()) + offered;
    }
    std::string body = u16(version) + std::string(32, 'r') + '\0' + u16(list.size()) + list + '\1' + '\0';
    if (!extensions.empty()) body += u16(extensions.size()) + extensions;
    const std::string message = '\1' + std::string(1, '\0') + u16(body.size()) + body;
    return "\x16\x03\x01" + u16(message.size()) + message;
}

ClientHello parsed(const std::string& bytes) {
    ClientHello hello;
    const auto* data = reinterpret_cast<const std::uint8_t*>(bytes.data());
    CHECK(read_first_flight({data, bytes.size()}, hello) == FirstFlight::client_hello);
    return hello;
}

/// The alert that a member answers with, -1 when it goes on.
int alert_to(Line& line, const std::string& bytes) {
    line.open();
    line.to_member(bytes);
    for (const auto& notice : line.ear.notices)
        if (const auto* data = std::get_if<SslToWire>(&notice)) {
            const auto record = data->data.span();
            if (record.size() == 7 && record[0] == 0x15) return record[6];
        }
    return -1;
}

Policy of(Level level, ProtocolSet on) {
    Policy policy;
    policy.level = level;
    for (const auto version :
         {Protocol::sslv3, Protocol::tlsv1_0, Protocol::tlsv1_1, Protocol::tlsv1_2, Protocol::tlsv1_3})
        policy.protocols.push_back({version, on.has(version), {}});
    return policy;
}

}  // namespace

TEST_CASE("the newest version that both have, by the list or by the hello") {
    const ProtocolSet middle{Protocol::tlsv1_1, Protocol::tlsv1_2};
    const auto old = parsed(hello_of(0x0302, {0x2f}));
    CHECK(choose_version(old, middle, false) == Protocol::tlsv1_1);
    CHECK(choose_version(old, {Protocol::tlsv1_2}, false) == std::nullopt);
    CHECK(choose_version(old, {Protocol::tlsv1_0, Protocol::tlsv1_2}, false) == Protocol::tlsv1_0);
    const auto newest_only = parsed(hello_of(0x0303, {0x1301}, {0x0304}));
    CHECK(choose_version(newest_only, middle, true) == std::nullopt);
    // Who does not know TLS 1.3 does not know the list either.
    CHECK(choose_version(newest_only, middle, false) == Protocol::tlsv1_2);
    const auto both = parsed(hello_of(0x0303, {0x1301, 0x2f}, {0x7a7a, 0x0304, 0x0303}));
    CHECK(choose_version(both, {Protocol::tlsv1_2, Protocol::tlsv1_3}, true) == Protocol::tlsv1_3);
    CHECK(choose_version(both, middle, true) == Protocol::tlsv1_2);
    CHECK(both.version == 0x0304);
    CHECK(both.legacy_version == 0x0303);
}

TEST_CASE("a version that is refused gets alert protocol_version, at every level") {
    Line plain;
    CHECK(alert_to(plain, hello_of(0x0301, {0x2f})) == 70);
    Line aware(of(Level(Release::v740), {Protocol::tlsv1_2}));
    CHECK(alert_to(aware, hello_of(0x0303, {0x1301}, {0x0304})) == 70);
    CHECK(aware.last<SslFailed>()->code == 412);
    // 7.1 takes it for a client of TLS 1.2 without a common suite.
    Line unaware;
    CHECK(alert_to(unaware, hello_of(0x0303, {0x1301}, {0x0304})) == 40);
    CHECK(unaware.last<SslFailed>()->code == 402);
}

TEST_CASE("TLSFALLBACKSCSV: who fell back although it need not is told so") {
    Line line;
    CHECK(alert_to(line, hello_of(0x0302, {0x2f, kFallback})) == 86);
    CHECK(line.last<SslFailed>()->code == 415);
    CHECK(line.ear.said("DTCSSL022E Handshake failed rc: 415"));
    CHECK(line.ear.recorded("the client fell back to TLS1.1 although TLS1.2 is enabled"));
    Line newest;
    CHECK(alert_to(newest, hello_of(0x0303, {0x2f, kFallback})) == -1);
    Line without_signal;
    CHECK(alert_to(without_signal, hello_of(0x0302, {0x2f})) == -1);
    Line newer(of(Level(Release::v740), {Protocol::tlsv1_2, Protocol::tlsv1_3}));
    CHECK(alert_to(newer, hello_of(0x0303, {0x2f, kFallback})) == 86);
}

TEST_CASE("TLSFALLBACKSCSV OFF: it is served") {
    Policy policy;
    policy.fallback_scsv = false;
    Line line(policy);
    CHECK(alert_to(line, hello_of(0x0302, {0x2f, kFallback})) == -1);
    CHECK(line.last<SslFailed>() == nullptr);
    CHECK(line.ear.count<SslToWire>() > 0);
}

TEST_CASE("whoever speaks TLS and is refused hears one alert, whatever was wrong") {
    auto random = stream("flights");
    std::size_t refused = 0;
    for (const bool second : {false, true})
        for (int round = 0; round < 400; ++round) {
            CAPTURE(round);
            Line line;
            Client client(client_settings());
            line.open();
            client.session->start(kNow, client);
            if (second) {
                const std::string hello(client.to_wire.at(0).view());
                client.to_wire.clear();
                line.to_member(hello);
                for (const auto& notice : std::exchange(line.ear.notices, {}))
                    if (const auto* data = std::get_if<SslToWire>(&notice))
                        client.session->receive(data->data, kNow, client);
            }
            std::string flight;
            for (const auto& data : client.to_wire) flight += data.view();
            // The header of the first record stays: it is TLS, and the record is whole.
            for (unsigned n = 1 + unsigned(random.below(3)); n > 0; --n)
                flight[5 + random.below(flight.size() - 5)] = char(random.below(256));
            line.to_member(flight);
            const auto* failed = line.last<SslFailed>();
            if (failed == nullptr) continue;  // it waits for more, or nothing that matters was changed
            ++refused;
            int alerts = 0;
            for (const auto& notice : line.ear.notices)
                if (const auto* data = std::get_if<SslToWire>(&notice))
                    alerts += data->data.span()[0] == 0x15;
            CHECK_MESSAGE(alerts == 1, line.ear.records.back().text);
        }
    CHECK(refused > 300);
}

TEST_CASE("a hello in records of any size is one, and so is what comes behind it") {
    const auto hello = hello_of(0x0303, {0x009c, 0x002f});
    const auto message = hello.substr(5);
    for (const std::size_t size :
         {std::size_t(1), std::size_t(3), std::size_t(4), std::size_t(7), message.size() - 1}) {
        CAPTURE(size);
        std::string spread;
        for (std::size_t at = 0; at < message.size(); at += size) {
            const auto part = message.substr(at, size);
            spread += "\x16\x03\x01" + u16(part.size()) + part;
        }
        for (const std::size_t cut : {std::size_t(4), spread.size() / 2, spread.size() - 1}) {
            std::vector<std::uint8_t> some(spread.begin(), spread.begin() + std::ptrdiff_t(cut));
            CHECK_FALSE(join_records(some));
        }
        const std::string behind = "\x14\x03\x01";
        const auto all = spread + behind;
        std::vector<std::uint8_t> bytes(all.begin(), all.end());
        CHECK(join_records(bytes));
        CHECK(std::string(bytes.begin(), bytes.end()) == hello + behind);
        Line line;
        CHECK(alert_to(line, spread) == -1);
        CHECK(line.ear.count<SslToWire>() > 0);
    }
    for (const std::string& other : {std::string("\x16\x03\x01\x00\x00", 5), std::string("GET / HTTP/1.0"),
                                     std::string("\x16\x03\x01\x00\x05\x02\x00\x00\x01x", 10)}) {
        std::vector<std::uint8_t> bytes(other.begin(), other.end());
        CHECK(join_records(bytes));
        CHECK(std::string(bytes.begin(), bytes.end()) == other);
    }
}

TEST_CASE("first flights for which the library has two alerts, or none, get one") {
    for (const auto version : {0x0302, 0x0303}) {
        CAPTURE(version);
        Line nothing;
        CHECK(alert_to(nothing, hello_of(std::uint16_t(version), {})) == 50);
        std::size_t alerts = 0;
        for (const auto& notice : nothing.ear.notices)
            if (const auto* data = std::get_if<SslToWire>(&notice)) alerts += data->data.span()[0] == 0x15;
        CHECK(alerts == 1);
    }
    Line change;
    CHECK(alert_to(change, std::string("\x14\x03\x03\x00\x01\x01", 6) + hello_of(0x0303, {0x009c})) == 10);
    CHECK(change.last<SslFailed>()->code == 415);
}

TEST_CASE("mutated hellos: a version that was chosen is enabled and was offered") {
    auto random = stream("hellos");
    const ProtocolSet on{Protocol::sslv3, Protocol::tlsv1_1, Protocol::tlsv1_3};
    for (int round = 0; round < 5000; ++round) {
        std::string bytes = hello_of(0x0303, {0x1301, 0x2f, kFallback}, {0x0304, 0x0303, 0x0302});
        for (unsigned n = 1 + random.below(4); n > 0; --n)
            bytes[random.below(std::uint32_t(bytes.size()))] = char(random.below(256));
        bytes.resize(random.below(4) ? bytes.size() : random.below(std::uint32_t(bytes.size())));
        ClientHello hello;
        const auto* data = reinterpret_cast<const std::uint8_t*>(bytes.data());
        if (read_first_flight({data, bytes.size()}, hello) != FirstFlight::client_hello) continue;
        CHECK(hello.versions.size() <= 127);
        if (const auto version = choose_version(hello, on, round % 2 == 0)) CHECK(on.has(*version));
        CHECK(offer_of(hello).size() < 1000);
    }
}

TEST_CASE("an X25519 share whose top bit is set is taken; the bit is masked (RFC 7748 section 5)") {
    const auto extension = [](int number, const std::string& body) {
        return u16(std::size_t(number)) + u16(body.size()) + body;
    };
    for (const char last : {'\x7e', '\xfe', '\xff'}) {
        CAPTURE(int(last));
        const std::string share = std::string(31, 'x') + last;
        const std::string extensions = extension(43, std::string("\x02\x03\x04", 3)) +
                                       extension(10, u16(2) + u16(29)) + extension(13, u16(2) + u16(0x0804)) +
                                       extension(51, u16(36) + u16(29) + u16(32) + share);
        const std::string body = u16(0x0303) + std::string(32, 'r') + '\0' + u16(2) + u16(0x1301) + '\1' +
                                 '\0' + u16(extensions.size()) + extensions;
        const std::string message = '\1' + std::string(1, '\0') + u16(body.size()) + body;
        Line line(of(Level(Release::v740), {Protocol::tlsv1_3}));
        CHECK(alert_to(line, "\x16\x03\x01" + u16(message.size()) + message) == -1);
        const auto* answer = line.ear.last<SslToWire>();
        REQUIRE(answer != nullptr);
        CHECK(line.ear.last<SslFailed>() == nullptr);
    }
}

// What a server in a cryptographic mode proves before it serves, and that a proof can fail.
#include "sslserv/self_test.hpp"

#include <doctest/doctest.h>

#include "tests/sslserv/wire.hpp"

using namespace vmlab;
using namespace vmlab::sslserv;
using namespace vmlab::sslserv::test;

namespace {

std::vector<KnownAnswer> vectors() {
    const auto test = shipped_self_test();
    return {test.answers.begin(), test.answers.end()};
}

/// The same with its last digit changed.
std::string spoilt(std::string_view hex) {
    std::string text(hex);
    text.back() = text.back() == '0' ? '1' : '0';
    return text;
}

/// A member of these modes that proves itself by this.
struct Start {
    Ear ear;
    explicit Start(std::vector<Mode> modes, const SelfTest& test,
                   const KeyDatabase& database = KeyDatabase({.fips = true})) {
        auto options = member_options();
        for (const auto mode : modes) options.policy.modes.push_back({mode, {}});
        options.self_test = test;
        Server member(options, database, nullptr, stream("self test"));
        member.start(kNow, ear);
    }
    bool serves() const { return ear.count<SslServerReady>() == 1; }
};

std::string hex(const Digest256& digest) {
    std::string text;
    for (const auto byte : digest) text += fmt::format("{:02x}", byte);
    return text;
}

}  // namespace

TEST_CASE("every known answer is computed, and a wrong one is noticed: the answer, the input, the key") {
    for (const auto& vector : vectors()) {
        CAPTURE(vector.name);
        CHECK(passes(vector));
        auto wrong = vector;
        const std::string answer = spoilt(vector.answer), input = spoilt(vector.input);
        wrong.answer = answer;
        CHECK_FALSE(passes(wrong));
        wrong = vector;
        wrong.input = input;
        CHECK_FALSE(passes(wrong));
        const std::string key = vector.key.empty() ? "" : spoilt(vector.key);
        wrong = vector;
        wrong.key = key;
        // The last byte of an RSA key is that of a number that is not needed to sign; of a key of 3DES it is
        // parity.
        const bool matters = vector.check == KnownAnswer::Check::computes && vector.iv.size() != 16;
        if (!key.empty() && matters) CHECK_FALSE(passes(wrong));
    }
}

TEST_CASE("the seal is the one of the tables as they are") {
    const auto test = shipped_self_test();
    CHECK_MESSAGE(integrity_of(test) == test.seal, "the seal of these tables is " << hex(integrity_of(test)));
}

TEST_CASE("MODE FIPS-140-2: integrity and known answers, then the server is ready") {
    const Start good({Mode::fips_140_2}, shipped_self_test());
    CHECK(good.serves());
    CHECK(
        good.ear.said("DTCSSL930I Cryptographic module: integrity is proved by HMAC-SHA256; 13 known-answer "
                      "tests passed"));
}

TEST_CASE("MODE FIPS-140-2: each known answer that fails keeps the server down: 9") {
    const auto all = vectors();
    for (std::size_t i = 0; i < all.size(); ++i) {
        auto answers = all;
        const std::string wrong = spoilt(all[i].answer);
        answers[i].answer = wrong;
        SelfTest test = shipped_self_test();
        test.answers = answers;
        test.seal = integrity_of(test);
        const Start bad({Mode::fips_140_2}, test);
        CAPTURE(all[i].name);
        CHECK_FALSE(bad.serves());
        CHECK(bad.ear.count<SslServerGone>() == 1);
        CHECK(bad.ear.said("DTCSSL931E Cryptographic module: the known-answer test " +
                           std::string(all[i].name) + " failed"));
        CHECK(
            bad.ear.said("DTCSSL904E Secure environment cannot be initialized rc: 9 reason: Cryptographic "
                         "processing error"));
    }
}

TEST_CASE("a changed cipher table breaks the seal in both modes; without a mode nothing is asked") {
    std::vector<CipherSuite> suites(all_cipher_suites().begin(), all_cipher_suites().end());
    suites[3].bits = 255;
    SelfTest test = shipped_self_test();
    test.suites = suites;
    for (const auto mode : {Mode::fips_140_2, Mode::nist_800_131a}) {
        const Start bad({mode}, test);
        CHECK_FALSE(bad.serves());
        CHECK(bad.ear.said("DTCSSL931E Cryptographic module: the integrity check failed"));
    }
    CHECK(Start({}, test).serves());
}

TEST_CASE("MODE NIST-800-131A: integrity only, and any key database") {
    const Start good({Mode::nist_800_131a}, shipped_self_test(), lab_pki().database);
    CHECK(good.serves());
    CHECK(good.ear.said("HMAC-SHA256"));
    CHECK_FALSE(good.ear.said("known-answer"));
}

TEST_CASE("both modes: the key database must be one of FIPS mode") {
    CHECK(Start({Mode::fips_140_2, Mode::nist_800_131a}, shipped_self_test()).serves());
    const Start plain({Mode::fips_140_2, Mode::nist_800_131a}, shipped_self_test(), lab_pki().database);
    CHECK_FALSE(plain.serves());
    CHECK(plain.ear.said("rc: 444"));
}

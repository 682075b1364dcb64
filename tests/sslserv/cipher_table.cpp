// The one cipher table: every suite is found by each of its names and by its code.
#include <doctest/doctest.h>

#include <set>

#include "sslserv/cipher_suites.hpp"

using namespace vmlab;
using namespace vmlab::sslserv;

namespace {

std::string lower(std::string_view text) {
    std::string out(text);
    for (char& c : out)
        if (c >= 'A' && c <= 'Z') c = char(c + 32);
    return out;
}

}  // namespace

TEST_CASE("every suite is recognized by z/VM's, IANA's and OpenSSL's name and by its code, in any case") {
    std::set<std::string> seen;
    for (const auto& suite : all_cipher_suites()) {
        CAPTURE(suite.name);
        CHECK(recognize_cipher_suite(lower(suite.name)) == &suite);
        CHECK(recognize_cipher_suite(lower(suite.iana)) == &suite);
        if (!suite.openssl.empty()) CHECK(recognize_cipher_suite(lower(suite.openssl)) == &suite);
        CHECK(recognize_cipher_suite(code_text(suite)) == &suite);
        CHECK(seen.insert(std::string(suite.iana)).second);
        CHECK((suite.openssl.empty() || seen.insert("openssl " + std::string(suite.openssl)).second));
        if (suite.negotiable) CHECK_FALSE(suite.openssl.empty());
    }
}

TEST_CASE("codes as people write them") {
    const auto* gcm = find_cipher_suite("RSA_AES_128_GCM_SHA256");
    for (const char* typed :
         {"009c", "0x009C", "0X009c", "00,9C", "0x00,0x9C", "{0x00,0x9c}", "{ 0x00, 0x9c }"})
        CHECK(recognize_cipher_suite(typed) == gcm);
    for (const char* typed : {"9c", "09c", "0009c", "", "0x", "009cg", "-09c", "{}", "ffff", "AES"})
        CHECK(recognize_cipher_suite(typed) == nullptr);
    CHECK(recognize_cipher_suite("EDH-RSA-DES-CBC3-SHA") == find_cipher_suite("DHE_RSA_3DES"));
    CHECK(recognize_cipher_suite("030080") == find_cipher_suite("RC2_128_MD5"));
    CHECK(find_cipher_suite(std::uint16_t(0x0080)) == nullptr);
}

TEST_CASE("the bits of security are those of the seed's slide") {
    const auto bits = [](std::string_view name) { return find_cipher_suite(name)->bits; };
    CHECK(bits("3DES_168_SHA") == 112);
    CHECK(bits("RSA_AES_128") == 128);
    CHECK(bits("RSA_AES_256_GCM_SHA384") == 256);
    CHECK(bits("DES_56_SHA") == 56);
    CHECK(bits("RC4_40_MD5") == 40);
    CHECK(bits("NULL_SHA") == 0);
}

TEST_CASE("levels: what came with service and with TLS 1.3") {
    const auto* curve = find_cipher_suite("ECDHE_RSA_AES_128");
    const auto* newest = find_cipher_suite("AES_128_GCM_SHA256");
    CHECK_FALSE(is_known(*curve, Level(Release::v640)));
    CHECK(is_known(*curve, Level(Release::v710)));
    CHECK_FALSE(is_known(*curve, Level(Release::v710, {})));
    CHECK(is_known(*curve, Level(Release::v720, {})));
    CHECK_FALSE(is_known(*newest, Level(Release::v720)));
    CHECK(is_known(*newest, Level(Release::v730)));
    for (const auto& suite : all_cipher_suites())
        if (suite.listed) CHECK(is_known(suite, Level(Release::v640, {})));
}

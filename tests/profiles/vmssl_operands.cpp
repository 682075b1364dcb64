// The operands of VMSSL: what each becomes, and that one which cannot be understood keeps the server down.
#include <doctest/doctest.h>

#include "profiles/vmssl_parms.hpp"
#include "tests/profiles/reading.hpp"

using namespace vmlab;
using namespace vmlab::profiles;
using namespace vmlab::profiles::testing;

namespace {

constexpr std::string_view kSuites[] = {"RSA_AES_128_SHA256", "RSA_AES_256_SHA256", "3DES_168_SHA"};

VmsslParms read(std::string_view text) {
    const SourceText source = file("SYSTEM", "DTCPARMS", "D1", text);
    return read_vmssl_parms(scan_all(source, 0), source, {{std::begin(kSuites), std::end(kSuites)}});
}

std::string refused(std::string_view text) {
    const VmsslParms parms = read(text);
    CHECK_FALSE(parms.acceptable());
    return told(parms.findings);
}

}  // namespace

TEST_CASE("nothing typed: the defaults of level 710") {
    const VmsslParms p = read("");
    CHECK(p.acceptable());
    CHECK(*p.key_file == "/etc/gskadm/Database.kdb");
    CHECK(*p.cache_life == 86400);
    CHECK(*p.cache_cleanup == 100);
    CHECK(p.trace.level == VmsslTraceLevel::normal);
    CHECK(*p.fallback_scsv);
}

TEST_CASE("operands and their abbreviations") {
    const VmsslParms p = read(
        "KEYF /etc/gskadm/Other.kdb CACHEL 30M CACHEC 50 MODE FIPS-140-2 MODE NIST-800-131A\n"
        "PROTOCOL +TLSV1_2 PROTO -TLSV1_1 -TLSV1_0 EXEMPT 3des_168_sha EXEMPT LOW ENABLE RSA_AES_256_SHA256\n"
        "TLSFALLBACKSCSV OFF GSKT 255 TRA CONN DATA 9.60.60.4:23 100");
    CHECK(told(p.findings) == "");
    CHECK(*p.key_file == "/etc/gskadm/Other.kdb");
    CHECK(*p.cache_life == 1800);
    CHECK(*p.cache_cleanup == 50);
    REQUIRE(p.modes.size() == 2);
    CHECK(*p.modes[0] == VmsslMode::fips_140_2);
    REQUIRE(p.protocols.size() == 3);
    CHECK(p.protocols[0].enable);
    CHECK(p.protocols[2].version == "TLSV1_0");
    CHECK_FALSE(p.protocols[2].enable);
    CHECK(p.protocols[2].where.str() == "SYSTEM DTCPARMS D1:2:34");
    REQUIRE(p.ciphers.size() == 3);
    CHECK(p.ciphers[0].name == "3DES_168_SHA");
    CHECK(p.ciphers[2].enable);
    CHECK_FALSE(*p.fallback_scsv);
    CHECK(*p.gsk_trace == 255);
    CHECK(p.trace.level == VmsslTraceLevel::connections);
    CHECK(p.trace.data);
    CHECK(p.trace.address->str() == "9.60.60.4");
    CHECK(p.trace.port == 23);
    CHECK(p.trace.length == 100);
}

TEST_CASE("durations and filters in all their spellings") {
    CHECK(*read("CACHELIFE 2").cache_life == 7200);
    CHECK(*read("CACHELIFE 2 M").cache_life == 120);
    CHECK(*read("CACHELIFE 45s").cache_life == 45);
    CHECK(*read("CACHELIFE 0").cache_life == 0);
    CHECK(read("TRACE FLOW ALL").trace.level == VmsslTraceLevel::flow);
    CHECK(read("TRACE NORMAL :992").trace.port == 992);
    CHECK(read("TRACE NORMAL 9.60.60.4..21").trace.port == 21);
    CHECK(read("NOTRACE").trace.level == VmsslTraceLevel::none);
    CHECK(read("FIPS").modes.size() == 1);
}

TEST_CASE("operands that keep the server from starting") {
    CHECK(refused("KEYFIEL /x") ==
          "1:1 error DTCPRS902E KEYFIEL is not an operand of VMSSL [KEYFile]\n"
          "1:9 error DTCPRS902E /x is not an operand of VMSSL\n");
    CHECK(refused("KEYFILE") == "1:1 error DTCPRS904E KEYFILE ends before its path\n");
    CHECK(refused("CACHELIFE 25") ==
          "1:11 error DTCPRS903E 25 is not valid as duration up to 24 hours of CACHELIFE\n");
    CHECK(refused("CACHECLEANUP 5") ==
          "1:14 error DTCPRS903E 5 is not valid as CACHECLEANUP from 10 to 1000 of CACHECLEANUP\n");
    CHECK(refused("MODE NIST-800-131") ==
          "1:6 error DTCPRS903E NIST-800-131 is not valid as mode of MODE [NIST-800-131A]\n");
    CHECK(refused("PROTOCOL TLSV1_3") ==
          "1:10 error DTCPRS903E TLSV1_3 is not valid as protocol of PROTOCOL [TLSV1_2]\n");
    CHECK(refused("PROTOCOL") == "1:1 error DTCPRS904E PROTOCOL ends before its protocol\n");
    CHECK(refused("EXEMPT RSA_AES_128_SHA265") ==
          "1:8 error DTCPRS903E RSA_AES_128_SHA265 is not valid as cipher suite of EXEMPT "
          "[RSA_AES_128_SHA256]\n");
    CHECK(refused("ENABLE LOW") == "1:8 error DTCPRS903E LOW is not valid as cipher suite of ENABLE\n");
    CHECK(refused("TRACE LOUD") == "1:7 error DTCPRS903E LOUD is not valid as level of TRACE\n");
    CHECK(refused("TLSFALLBACKSCSV MAYBE") ==
          "1:17 error DTCPRS903E MAYBE is not valid as ON or OFF of TLSFALLBACKSCSV\n");
}

TEST_CASE("VMDUMP is read but not simulated: the server starts") {
    const VmsslParms p = read("VMDUMP ErrorSocket KEYFILE /x");
    CHECK(p.acceptable());
    CHECK(told(p.findings) == "1:1 info DTCPRS906I VMDUMP is read but not simulated\n");
    CHECK(*p.key_file == "/x");
}

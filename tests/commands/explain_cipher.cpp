// EXPLAIN CIPHER: one suite by any of its names; the table; what is not known.
#include "simulator/commands/explain_cipher.hpp"

#include <doctest/doctest.h>

#include <algorithm>

using namespace vmlab;
using namespace vmlab::sim;

namespace {

std::string joined(const std::vector<std::string>& lines) {
    std::string text;
    for (const auto& line : lines) text += line + "\n";
    return text;
}

std::string told(const std::string& typed) {
    const auto question = find_ciphers(std::vector{typed});
    std::string text;
    for (const auto* suite : question.found) text += joined(report_cipher(*suite));
    for (const auto& word : question.unknown) text += report_unknown_cipher(word) + "\n";
    return text;
}

}  // namespace

TEST_CASE("one suite, whatever it is called") {
    const std::string text =
        "DHE_RSA_3DES\n"
        "  Code:         0016\n"
        "  IANA:         TLS_DHE_RSA_WITH_3DES_EDE_CBC_SHA\n"
        "  OpenSSL:      DHE-RSA-DES-CBC3-SHA\n"
        "  Protocols:    SSLV3 TLSV1_0 TLSV1_1 TLSV1_2\n"
        "  Key exchange: Diffie-Hellman with a fresh key\n"
        "  Certificate:  an RSA key\n"
        "  Strength:     112 bits of security\n"
        "  Policy:       Included by default; EXEMPT takes it away\n"
        "  Here:         negotiable\n";
    for (const char* typed : {"dhe_rsa_3des", "TLS_DHE_RSA_WITH_3DES_EDE_CBC_SHA", "DHE-RSA-DES-CBC3-SHA",
                              "EDH-RSA-DES-CBC3-SHA", "0016", "0x00,0x16"})
        CHECK(told(typed) == text);
}

TEST_CASE("what cannot be negotiated says why") {
    CHECK(told("DHE_DSS_AES_128").find("not negotiable: the TLS library has no DSA") != std::string::npos);
    CHECK(told("DH_RSA_DES").find("no static DH") != std::string::npos);
    CHECK(told("RC4_40_MD5").find("no export ciphers") != std::string::npos);
    CHECK(told("DES_56_SHA").find("no single DES") != std::string::npos);
    CHECK(told("RC2_128_MD5").find("SSLv2 kind 030080") != std::string::npos);
    CHECK(told("NULL").find("nothing is encrypted") != std::string::npos);
}

TEST_CASE("the whole table, on a screen's width; a name that does not exist") {
    const auto all = find_ciphers({});
    CHECK(all.found.size() == sslserv::all_cipher_suites().size());
    const auto lines = report_cipher_table(all.found);
    CHECK(lines.size() == all.found.size() + 1);
    for (const auto& line : lines) CHECK(line.size() <= 79);
    for (const auto* suite : all.found)
        for (const auto& line : report_cipher(*suite)) CHECK(line.size() <= 79);
    CHECK(told("RSA_AES_129") == "RSA_AES_129 is no cipher suite of this system. Near it: RSA_AES_128.\n");
    CHECK(report_ciphers_json(find_ciphers(std::vector<std::string>{"NULL"}).found)
              .find("\"code\": \"0000\"") != std::string::npos);
}

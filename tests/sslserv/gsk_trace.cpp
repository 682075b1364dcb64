// GSKTRACE: which lines the bits of its mask bring.
#include <doctest/doctest.h>

#include "tests/sslserv/wire.hpp"

using namespace vmlab;
using namespace vmlab::sslserv;
using namespace vmlab::sslserv::test;

namespace {

/// What a member with this mask prints of a session that carries data and ends.
std::string traced(std::uint32_t mask, const std::string& label = "FTPCERT") {
    Policy policy;
    policy.gsk_trace = mask;
    Line line(policy);
    Client client(client_settings());
    line.connect(client, label);
    client.session->write(Buffer::copy_of(std::string_view("HELO\r\n\xc1")), kNow, client);
    line.pump(client);
    client.session->shutdown(kNow, client);
    line.pump(client);
    line.member.receive(SslShutdown{1}, kNow, line.ear);
    std::string text;
    for (const auto& said : line.ear.console_lines)
        if (said.starts_with("DTCSSL932I")) text += said.substr(11) + "\n";
    return text;
}

}  // namespace

TEST_CASE("0: nothing") { CHECK(traced(0).empty()); }

TEST_CASE("1: the entry of each function, in the order of the work") {
    CHECK(traced(1) ==
          "GSKTRACE ENTRY gsk_environment_open\n"
          "GSKTRACE ENTRY gsk_attribute_set_buffer GSK_KEYRING_FILE /etc/gskadm/Database.kdb\n"
          "GSKTRACE ENTRY gsk_attribute_set_enum GSK_PROTOCOL_TLSV1_2 ON\n"
          "GSKTRACE ENTRY gsk_attribute_set_enum GSK_PROTOCOL_TLSV1_1 ON\n"
          "GSKTRACE ENTRY gsk_attribute_set_enum GSK_PROTOCOL_TLSV1_0 OFF\n"
          "GSKTRACE ENTRY gsk_attribute_set_enum GSK_PROTOCOL_SSLV3 OFF\n"
          "GSKTRACE ENTRY gsk_attribute_set_enum GSK_PROTOCOL_SSLV2 OFF\n"
          "GSKTRACE ENTRY gsk_attribute_set_buffer GSK_V3_CIPHER_SPECS_EXPANDED\n"
          "GSKTRACE ENTRY gsk_environment_init\n"
          "GSKTRACE ENTRY gsk_secure_socket_open session 1\n"
          "GSKTRACE ENTRY gsk_attribute_set_enum session 1 GSK_SESSION_TYPE GSK_SERVER_SESSION\n"
          "GSKTRACE ENTRY gsk_attribute_set_buffer session 1 GSK_KEYRING_LABEL FTPCERT\n"
          "GSKTRACE ENTRY gsk_secure_socket_init session 1\n"
          "GSKTRACE ENTRY gsk_secure_socket_read session 1 7 bytes\n"
          "GSKTRACE ENTRY gsk_secure_socket_shutdown session 1\n"
          "GSKTRACE ENTRY gsk_secure_socket_close session 1\n");
}

TEST_CASE("2 and 4: exits and errors, with the return code and its text") {
    const auto good = traced(2);
    CHECK(good.find("GSKTRACE EXIT  gsk_environment_init rc 0\n") != good.npos);
    CHECK(good.find("GSKTRACE EXIT  gsk_secure_socket_init session 1 rc 0\n") != good.npos);
    CHECK(traced(4).empty());
    CHECK(traced(4, "NOTTHERE") ==
          "GSKTRACE ERROR gsk_secure_socket_init session 1 rc 6 Key label is not found\n");
    const auto bad = traced(2, "NOTTHERE");
    CHECK(bad.find("GSKTRACE EXIT  gsk_secure_socket_init session 1 rc 6\n") != bad.npos);
}

TEST_CASE("8: information; 16 and 32: what is read, as EBCDIC and as ASCII") {
    CHECK(traced(8).find("GSKTRACE INFO  cipher specifications 009C009D009E009F") == 0);
    CHECK(traced(32) ==
          "GSKTRACE DUMP  session 1 0000 48454c4f0d0ac1                   *HELO...         *\n");
    CHECK(traced(16) ==
          "GSKTRACE DUMP  session 1 0000 48454c4f0d0ac1                   *..<|..A         *\n");
}

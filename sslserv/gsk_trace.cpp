#include "sslserv/gsk_trace.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "sslserv/messages.hpp"
#include "sslserv/policy.hpp"
#include "sslserv/return_codes.hpp"
#include "sslserv/server.hpp"

namespace vmlab::sslserv {
namespace {

enum : std::uint32_t { kEntry = 1, kExit = 2, kError = 4, kInfo = 8, kEbcdic = 16, kAscii = 32 };

constexpr std::size_t kMostDumped = 256;  ///< bytes of one read or write
constexpr std::size_t kRow = 16;

char ascii_of(std::uint8_t byte) { return byte >= 0x20 && byte < 0x7f ? char(byte) : '.'; }

/// Letters, digits and the commonest signs of code page 037.
constexpr std::array<char, 256> make_ebcdic() {
    std::array<char, 256> table{};
    for (auto& c : table) c = '.';
    constexpr std::pair<std::uint8_t, std::string_view> kRuns[] = {
        {0x40, " "},         {0x4b, ".<(+|&"},    {0x5b, "$*);"},      {0x60, "-/"},
        {0x6b, ",%_>?"},     {0x7a, ":#@'=\""},   {0x81, "abcdefghi"}, {0x91, "jklmnopqr"},
        {0xa2, "stuvwxyz"},  {0xc1, "ABCDEFGHI"}, {0xd1, "JKLMNOPQR"}, {0xe2, "STUVWXYZ"},
        {0xf0, "0123456789"}};
    for (const auto& [first, text] : kRuns)
        for (std::size_t i = 0; i < text.size(); ++i) table[first + i] = text[i];
    return table;
}
constexpr auto kEbcdicText = make_ebcdic();

std::string about(SslSessionId session) { return fmt::format("session {}", session); }

}  // namespace

void GskTrace::call(std::string_view function, std::string_view what, int rc) const {
    const std::string made = fmt::format("{}{}{}", function, what.empty() ? "" : " ", what);
    if (has(kEntry)) out_.console(say<DTCSSL932I>("ENTRY", made));
    if (rc != 0 && has(kError))
        out_.console(say<DTCSSL932I>("ERROR", fmt::format("{} rc {} {}", made, rc, return_code(rc).text)));
    if (has(kExit)) out_.console(say<DTCSSL932I>("EXIT", fmt::format("{} rc {}", made, rc)));
}

void GskTrace::info(std::string_view text) const {
    if (has(kInfo)) out_.console(say<DTCSSL932I>("INFO", text));
}

void GskTrace::dump(std::string_view what, std::span<const std::uint8_t> data) const {
    const auto shown = data.first(std::min(data.size(), kMostDumped));
    for (const auto bit : {kEbcdic, kAscii}) {
        if (!has(bit)) continue;
        for (std::size_t at = 0; at < shown.size(); at += kRow) {
            const auto row = shown.subspan(at, std::min(kRow, shown.size() - at));
            std::string hex, text;
            for (const auto byte : row) {
                hex += fmt::format("{:02x}", byte);
                text += bit == kAscii ? ascii_of(byte) : kEbcdicText[byte];
            }
            out_.console(
                say<DTCSSL932I>("DUMP", fmt::format("{} {:04x} {:<32} *{:<16}*", what, at, hex, text)));
        }
    }
}

void GskTrace::environment(const Policy& policy, const Protection& protection, int rc) const {
    if (mask_ == 0) return;
    if (protection.fips) call("gsk_fips_state_set", "GSK_FIPS_STATE_ON");
    call("gsk_environment_open", "");
    call("gsk_attribute_set_buffer", "GSK_KEYRING_FILE " + policy.key_file);
    for (const auto version : known_protocols(policy.level))
        call("gsk_attribute_set_enum", fmt::format("GSK_PROTOCOL_{} {}", keyword_of(version),
                                                   protection.protocols.has(version) ? "ON" : "OFF"));
    std::string codes;
    for (const auto* suite : protection.included) codes += code_text(*suite);
    call("gsk_attribute_set_buffer", "GSK_V3_CIPHER_SPECS_EXPANDED");
    info(fmt::format("cipher specifications {}", codes));
    call("gsk_environment_init", "", rc);
}

void GskTrace::open(const SslOpen& what) const {
    if (mask_ == 0) return;
    call("gsk_secure_socket_open", about(what.session));
    call("gsk_attribute_set_enum",
         fmt::format("{} GSK_SESSION_TYPE {}", about(what.session),
                     what.role == TlsRole::client          ? "GSK_CLIENT_SESSION"
                     : what.check == ClientCertCheck::none ? "GSK_SERVER_SESSION"
                                                           : "GSK_SERVER_SESSION_WITH_CL_AUTH"));
    if (!what.label.empty())
        call("gsk_attribute_set_buffer",
             fmt::format("{} GSK_KEYRING_LABEL {}", about(what.session), what.label));
}

void GskTrace::handshake(SslSessionId session, int rc) const {
    if (mask_ != 0) call("gsk_secure_socket_init", about(session), rc);
}

void GskTrace::read(SslSessionId session, std::span<const std::uint8_t> data) const {
    if (mask_ == 0) return;
    call("gsk_secure_socket_read", fmt::format("{} {} bytes", about(session), data.size()));
    dump(about(session), data);
}

void GskTrace::write(SslSessionId session, std::span<const std::uint8_t> data) const {
    if (mask_ == 0) return;
    call("gsk_secure_socket_write", fmt::format("{} {} bytes", about(session), data.size()));
    dump(about(session), data);
}

void GskTrace::shutdown(SslSessionId session) const {
    if (mask_ != 0) call("gsk_secure_socket_shutdown", about(session));
}

void GskTrace::close(SslSessionId session) const {
    if (mask_ != 0) call("gsk_secure_socket_close", about(session));
}

}  // namespace vmlab::sslserv

#include "simulator/machines/conversation.hpp"

#include <fmt/format.h>

#include "sslserv/keydb/crypto.hpp"
#include "stack/base/overloaded.hpp"

namespace vmlab::sim {

std::string describe(const ClientStep& step) {
    return std::visit(
        overloaded{
            [](const OpenConnection& s) {
                return fmt::format("connect to {}{}", s.to.str(), s.tls ? " with TLS" : "");
            },
            [](const ExpectReply& s) { return fmt::format("expect a reply {}", s.code); },
            [](const ExpectBytes& s) { return fmt::format("expect {} bytes exactly", s.bytes.size()); },
            [](const ExpectText& s) { return fmt::format("expect '{}'", s.text); },
            [](const SendLine& s) {
                return "send " + (s.secret ? s.line.substr(0, s.line.find(' ')) + " ********" : s.line);
            },
            [](const SendBytes& s) { return fmt::format("send {} bytes", s.bytes.size()); },
            [](const StartTls&) { return std::string("TLS handshake"); },
            [](const OpenData& s) {
                return std::string(s.extended ? "open a data connection (EPSV)"
                                              : "open a data connection (PASV)");
            },
            [](const TransferData& s) {
                return fmt::format("{} on the {} data connection", s.upload ? "upload" : "download",
                                   s.secure ? "private" : "clear");
            },
            [](const CloseConnection&) { return std::string("close the connection"); },
            [](const ExpectClose&) { return std::string("expect the end of the connection"); },
            [](const SendEcho& s) { return "ping " + s.to.str(); },
            [](const Pause& s) {
                return fmt::format("wait {} ms", duration_cast<milliseconds>(s.length).count());
            },
        },
        step);
}

bool ConversationResult::heard(std::string_view text) const {
    for (const auto& line : transcript)
        if (line.starts_with("< ") && line.find(text) != std::string::npos) return true;
    return why.find(text) != std::string::npos;
}

std::string sha256_text(std::string_view content) {
    const auto* bytes = reinterpret_cast<const std::uint8_t*>(content.data());
    std::string text;
    for (const auto byte : sslserv::sha256({bytes, content.size()})) text += fmt::format("{:02x}", byte);
    return text;
}

}  // namespace vmlab::sim

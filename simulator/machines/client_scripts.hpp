// What usual clients say, as conversations: FTP (RFC 959, 2228, 2428, 4217), SMTP (RFC 5321, 3207), Telnet's
// START-TLS up to the handshake, TLS from the first byte.
#pragma once

#include <string>
#include <vector>

#include "simulator/machines/conversation.hpp"

namespace vmlab::sim {

struct FtpJob {
    enum class Kind { list, get, put, remove } kind = Kind::list;
    std::string name{};     ///< of the file; of `list` a pattern, may be empty
    std::string content{};  ///< of `put`
};
struct FtpVisit {
    Endpoint server{};
    bool tls = false;           ///< AUTH TLS before USER
    bool private_data = false;  ///< PBSZ 0, PROT P
    bool extended = true;       ///< EPSV, not PASV
    std::string user{}, password{};
    std::string directory{};  ///< CWD; empty = where the login leads
    std::vector<FtpJob> jobs{};
};
[[nodiscard]] Conversation ftp_conversation(const FtpVisit& visit);

struct SmtpVisit {
    Endpoint server{};
    bool tls = false;
    std::string from{}, to{};  ///< no `to`: only as far as EHLO
    std::string text{};
};
[[nodiscard]] Conversation smtp_conversation(const SmtpVisit& visit);

/// The server's DO START-TLS, WILL and SB FOLLOWS as real clients send them, the server's SB FOLLOWS, TLS.
[[nodiscard]] Conversation telnet_conversation(const Endpoint& server);
/// A client without TLS and without a display: refuses START-TLS, TN3270E and TERMINAL-TYPE, and gets CP's
/// greeting in line mode.
[[nodiscard]] Conversation clear_telnet_conversation(const Endpoint& server);
/// A user in line mode, under START-TLS, who says nothing for this long (nor answers a timing mark), and then
/// asks whether the server is there.
[[nodiscard]] Conversation idle_telnet_conversation(const Endpoint& server, Duration idle);
[[nodiscard]] Conversation tls_conversation(const Endpoint& server);

/// `bytes` bytes of text, lines of 64 characters: for uploads.
[[nodiscard]] std::string sample_text(std::size_t bytes);

}  // namespace vmlab::sim

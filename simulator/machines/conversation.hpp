// What a scripted client does and what came of it: a list of steps, worked off one after the other by a
// Workstation, each within the conversation's patience.
//
// A conversation has one control connection, and one data connection at a time (FTP). It ends with its last
// step, or at the first that fails; what it did not close is closed then.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "sslserv/cipher_suites.hpp"
#include "stack/base/ip_address.hpp"
#include "stack/base/time.hpp"

namespace vmlab::sim {

// ── steps ─────────────────────────────────────────────────────────────────────────────────────────────────

/// Opens the control connection; with `tls`, the handshake comes first of all (a static SECURE port).
struct OpenConnection {
    Endpoint to{};
    bool tls = false;
};
/// A reply of FTP or SMTP, of one line or several ("220-… 220 …"), whose code begins with this.
struct ExpectReply {
    std::string code;
};
/// These bytes come next; other ones fail the step.
struct ExpectBytes {
    std::string bytes;
};
/// This text somewhere in what comes; everything up to its end is taken.
struct ExpectText {
    std::string text;
};
/// A line; CR LF is added. `secret`: the transcript shows the first word only.
struct SendLine {
    std::string line;
    bool secret = false;
};
struct SendBytes {
    std::string bytes;
};
/// The handshake on the control connection, now.
struct StartTls {};
/// EPSV or PASV on the control connection, its reply (229, 227), and the connection to the port named there
/// (on the server's own address, as clients do that do not trust a 227).
struct OpenData {
    bool extended = true;
};
/// What goes over the data connection, until it is closed in order: under TLS that needs close_notify from
/// the peer, so a truncated file is a failure.
struct TransferData {
    bool secure = false;
    bool upload = false;
    std::string content{};  ///< of an upload
};
/// close_notify and FIN on the control connection, then the peer's.
struct CloseConnection {};
/// The peer closes; what it still says is kept in the transcript.
struct ExpectClose {};
struct SendEcho {
    IpAddress to{};
};
struct Pause {
    Duration length{};
};

using ClientStep =
    std::variant<OpenConnection, ExpectReply, ExpectBytes, ExpectText, SendLine, SendBytes, StartTls,
                 OpenData, TransferData, CloseConnection, ExpectClose, SendEcho, Pause>;

/// "expect a reply 331", for a result that names the failing step.
[[nodiscard]] std::string describe(const ClientStep& step);

struct Conversation {
    /// The name that the server's certificate must carry; empty = not compared.
    std::string host{};
    bool verify = true;  ///< the certificate's chain must end in an authority the workstation trusts
    /// Its TLS knows nothing newer.
    sslserv::Protocol newest = sslserv::Protocol::tlsv1_3;
    std::string certificate{};  ///< that it shows when it is asked: a name of Workstation::hold(); or none
    bool resume_data = false;   ///< data connections offer the control connection's TLS session
    Duration patience = seconds{30};  ///< for each step
    std::vector<ClientStep> steps{};
};

// ── results ───────────────────────────────────────────────────────────────────────────────────────────────

struct TransferResult {
    bool upload = false;
    std::size_t bytes = 0;
    std::string sha256{};  ///< lower-case hexadecimal
    std::string cipher{};  ///< empty in clear
    bool resumed = false;
    std::string content{};  ///< of a download
};

struct ConversationResult {
    bool ended = false;
    bool succeeded = false;
    std::optional<std::size_t> failed_step{};
    std::string why{};  ///< "expect a reply 234: the peer said 421 Temporarily …"
    /// "> USER TCPMAINT", "< 331 Send password please.", "* TLS1.2 RSA_AES_128_GCM_SHA256, certificate
    /// verified".
    std::vector<std::string> transcript{};
    std::string protocol{}, cipher{};  ///< of the control connection; empty in clear
    bool verified = false;             ///< its certificate was checked, and is good
    std::vector<TransferResult> transfers{};
    Instant began{}, over{};

    /// Whether a line of the transcript that came from the peer, or why it failed, contains this.
    [[nodiscard]] bool heard(std::string_view text) const;
};

[[nodiscard]] std::string sha256_text(std::string_view content);

}  // namespace vmlab::sim

// What the FTP server says to a client: each reply once. Codes are RFC 959, 1123, 2228, 2428, 3659, 4217.
//
// Wording::seed and ::source texts are literal; the others are ours, and no client depends on them.
#pragma once

#include "stack/base/message.hpp"

namespace vmlab::services {

struct ReplyDef {
    int code;
    std::string_view text;  ///< fmt placeholders {} for what varies
    Wording wording = Wording::ours;
};

/// The text of reply R after its code. The number of values is checked at compile time.
template <const ReplyDef& R, typename... Values>
[[nodiscard]] std::string filled(const Values&... values) {
    static_assert(detail::placeholders_in(R.text) == sizeof...(Values), "reply text and values do not match");
    return fmt::format(fmt::runtime(R.text), detail::printable(values)...);
}

namespace ftp_reply {

// The connection.
inline constexpr ReplyDef kGreeting{220, "{} IBM VM Level {} at {}, {} {} {} {}", Wording::source};
inline constexpr ReplyDef kIdleClose{220, "Connection will close if idle for more than {} minute{}.",
                                     Wording::seed};
inline constexpr ReplyDef kReady{220, "Service ready for a new user"};
inline constexpr ReplyDef kGoodbye{221, "Quit command received. Goodbye.", Wording::source};
inline constexpr ReplyDef kTooMany{421, "Too many sessions; try again later"};
inline constexpr ReplyDef kIdle{421, "Connection closed: idle for more than {} seconds"};
inline constexpr ReplyDef kDropped{421, "Connection closed by the operator"};
inline constexpr ReplyDef kEnding{421, "{} is ending"};
inline constexpr ReplyDef kNoSecurityNow{421, "Temporarily unable to process security", Wording::seed};
inline constexpr ReplyDef kManyFailures{421, "Too many failed logins; connection closed"};

// Syntax.
inline constexpr ReplyDef kLineTooLong{500, "Command line too long; connection closed"};
inline constexpr ReplyDef kUnknown{500, "Unrecognized command: {}"};
inline constexpr ReplyDef kBadArgument{501, "{}: the operand is missing or not valid"};
inline constexpr ReplyDef kNotSimulated{502, "{} is not simulated"};
inline constexpr ReplyDef kBadSequence{503, "Bad sequence of commands", Wording::source};
inline constexpr ReplyDef kBadSequenceFor{503, "Bad sequence of commands: {}"};
inline constexpr ReplyDef kBadParameter{504, "{}: not supported"};
inline constexpr ReplyDef kOk{200, "{}"};
inline constexpr ReplyDef kStatus{211, "{}"};
inline constexpr ReplyDef kFileStatus{213, "{}"};
inline constexpr ReplyDef kHelp{214, "{}"};
inline constexpr ReplyDef kSuperfluous{202, "{} is not needed here"};

// Security.
inline constexpr ReplyDef kSecurityOk{234, "Security environment established - ready for negotiation",
                                      Wording::source};
inline constexpr ReplyDef kSecureAlready{503, "The connection is secure already"};
inline constexpr ReplyDef kMechanism{504, "{} is not a security mechanism of this server"};
inline constexpr ReplyDef kSecurityNever{534, "This server does not use security"};
inline constexpr ReplyDef kAuthFirst{534, "Server requires authentication before USER command"};
inline constexpr ReplyDef kBufferSize{200, "Protection buffer size accepted", Wording::source};
inline constexpr ReplyDef kBufferSizeZero{200, "PBSZ=0"};
inline constexpr ReplyDef kProtection{200, "Data connection protection set to {}"};
inline constexpr ReplyDef kProtectionLevel{536, "Protection level {} is not supported"};
inline constexpr ReplyDef kProtectionPolicy{534, "Protection level {} is refused by this server's policy"};
inline constexpr ReplyDef kClearRefused{533, "The control connection stays secure"};
inline constexpr ReplyDef kDataPolicy{521, "Data connection cannot be opened with this PROT setting",
                                      Wording::source};
inline constexpr ReplyDef kDataSecurity{522, "Data connection could not be secured"};

// Logging in.
inline constexpr ReplyDef kSendPassword{331, "Send password please.", Wording::source};
inline constexpr ReplyDef kLoggedIn{230, "{} logged in; working directory = {}", Wording::source};
inline constexpr ReplyDef kLoggedInNowhere{230, "{} logged in; no working directory defined",
                                           Wording::source};
inline constexpr ReplyDef kNotLoggedIn{530, "Not logged in", Wording::source};
inline constexpr ReplyDef kLoginRejected{530, "Login attempt by {} rejected", Wording::source};

// Places and files.
inline constexpr ReplyDef kWorkingDirectory{250, "Working directory is {}", Wording::source};
inline constexpr ReplyDef kPrintDirectory{257, "\"{}\" is working directory", Wording::source};
inline constexpr ReplyDef kNowhere{550, "No working directory is defined"};
inline constexpr ReplyDef kMadeDirectory{257, "\"{}\" created"};
inline constexpr ReplyDef kDone{250, "{}"};
inline constexpr ReplyDef kPending{350, "{}"};
inline constexpr ReplyDef kFileRefused{550, "{}: {}"};
inline constexpr ReplyDef kNoSpace{552, "{}: no space left"};
inline constexpr ReplyDef kTooBig{552, "{}: more than this server takes"};
inline constexpr ReplyDef kBadName{553, "{}: not a valid name"};

// Data connections and transfers.
inline constexpr ReplyDef kPassive{227, "Entering Passive Mode ({})", Wording::source};
inline constexpr ReplyDef kExtendedPassive{229, "Entering Extended Passive Mode (|||{}|)", Wording::source};
inline constexpr ReplyDef kPassiveAll{200, "EPSV ALL accepted"};
inline constexpr ReplyDef kPortAccepted{200, "Port request OK."};
inline constexpr ReplyDef kFamily{522, "Network protocol not supported, use ({})", Wording::source};
inline constexpr ReplyDef kNoPassivePort{425, "No port is free for a data connection"};
inline constexpr ReplyDef kNoData{425, "Cannot open data connection: {}"};
inline constexpr ReplyDef kListOpen{125, "List started OK", Wording::source};
inline constexpr ReplyDef kListOpening{150, "List started OK"};
inline constexpr ReplyDef kSendOpen{125, "Sending file '{}'"};
inline constexpr ReplyDef kSendOpening{150, "Sending file '{}'"};
inline constexpr ReplyDef kStoreOpen{125, "Storing file '{}'"};
inline constexpr ReplyDef kStoreOpening{150, "Storing file '{}'"};
inline constexpr ReplyDef kListDone{250, "List completed successfully.", Wording::source};
inline constexpr ReplyDef kTransferDone{250, "Transfer completed successfully.", Wording::source};
inline constexpr ReplyDef kTransferBroken{426, "Transfer aborted: {}"};
inline constexpr ReplyDef kAborted{226, "ABOR command processed"};

}  // namespace ftp_reply
}  // namespace vmlab::services

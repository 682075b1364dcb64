// The SMTP server's messages on its console.
#pragma once

#include "stack/base/message.hpp"

namespace vmlab::services {

inline constexpr MessageDef DTCSMT901I{"DTCSMT901I", "{} listens on port {}",
                                       "The SMTP server is ready for clients.", "", Wording::ours};
inline constexpr MessageDef DTCSMT902E{
    "DTCSMT902E", "Error verifying TLS label {}: Label is not recognized",
    "The SMTP server asked the SSL server whether it knows the label of its TLSLABEL statement; it does not. "
    "The server ends.",
    "TLSLABEL in SMTP CONFIG, letter by letter, against the labels in the SSL server's key database; whether "
    "the SSL server has read the database since the label was made.",
    Wording::ours};
inline constexpr MessageDef DTCSMT903E{
    "DTCSMT903E", "Error verifying TLS label {}: no SSL server is available",
    "A TLSLABEL is configured, so the SMTP server needs an SSL server to start; none answered. The server "
    "ends.",
    "NETSTAT CONFIG SSL for the state of the pool; SSLSERVERID in PROFILE TCPIP; the consoles of the SSL "
    "servers.",
    Wording::ours};
inline constexpr MessageDef DTCSMT904W{
    "DTCSMT904W", "TLS is {}, but there is no TLSLABEL statement: TLS is not available",
    "Without a label there is no certificate to show, so every request for TLS will be refused.",
    "TLSLABEL in SMTP CONFIG.", Wording::ours};
inline constexpr MessageDef DTCSMT905E{
    "DTCSMT905E", "Port {} cannot be opened: {}",
    "TCPIP refused the port on which the SMTP server listens. The server ends.",
    "PORT in PROFILE TCPIP: to whom the port is reserved; NETSTAT CLIENTS and NETSTAT CONN: who holds it.",
    Wording::ours};
inline constexpr MessageDef DTCSMT906I{
    "DTCSMT906I", "{} set to {} by {}",
    "An operator changed a setting by SMSG; it lasts until the server ends.", "", Wording::ours};
inline constexpr MessageDef DTCSMT907W{
    "DTCSMT907W", "SMSG command from {} refused: not authorized",
    "Only users whom the configuration authorizes may give the SMTP server privileged commands.",
    "SMSGAUTHLIST in SMTP CONFIG.", Wording::ours};
inline constexpr MessageDef DTCSMT908I{"DTCSMT908I", "{} ends at the request of {}",
                                       "An operator ended the server by SMSG SHUTDOWN.", "", Wording::ours};
inline constexpr MessageDef DTCSMT909I{
    "DTCSMT909I", "Note {:08} to {} stays in the queue: delivery to other hosts is not simulated",
    "FORWARDMAIL let the note in, but this system has no way to hand it on. SMSG SMTP QUEUES shows it.", "",
    Wording::ours};

inline constexpr const MessageDef* kSmtpMessages[] = {&DTCSMT901I, &DTCSMT902E, &DTCSMT903E,
                                                      &DTCSMT904W, &DTCSMT905E, &DTCSMT906I,
                                                      &DTCSMT907W, &DTCSMT908I, &DTCSMT909I};

}  // namespace vmlab::services

// The FTP server's messages on its console.
#pragma once

#include "stack/base/message.hpp"

namespace vmlab::services {

inline constexpr MessageDef DTCFTS8467E{
    "DTCFTS8467E", "Error verifying TLS label {}: {}",
    "The FTP server asked the SSL server whether it knows the label of its TLSLABEL statement; it does not. "
    "The server ends.",
    "TLSLABEL in SRVRFTP CONFIG, letter by letter, against the labels in the SSL server's key database; "
    "whether the SSL server has read the database since the label was made.",
    Wording::seed};
inline constexpr MessageDef DTCFTS901I{"DTCFTS901I", "{} listens on port {}",
                                       "The FTP server is ready for clients.", "", Wording::ours};
inline constexpr MessageDef DTCFTS902E{
    "DTCFTS902E", "Error verifying TLS label {}: no SSL server is available",
    "A TLSLABEL is configured, so the FTP server needs an SSL server to start; none answered. The server "
    "ends.",
    "NETSTAT CONFIG SSL for the state of the pool; SSLSERVERID in PROFILE TCPIP; the consoles of the SSL "
    "servers.",
    Wording::ours};
inline constexpr MessageDef DTCFTS903W{
    "DTCFTS903W", "SECURE{} is {}, but there is no TLSLABEL statement: TLS is not available",
    "Without a label there is no certificate to show, so every request for TLS will be refused.",
    "TLSLABEL in SRVRFTP CONFIG.", Wording::ours};
inline constexpr MessageDef DTCFTS904E{
    "DTCFTS904E", "Port {} cannot be opened: {}",
    "TCPIP refused the port on which the FTP server listens. The server ends.",
    "PORT in PROFILE TCPIP: to whom the port is reserved; NETSTAT CLIENTS and NETSTAT CONN: who holds it.",
    Wording::ours};
inline constexpr MessageDef DTCFTS905I{
    "DTCFTS905I", "{} set to {} by {}",
    "An operator changed a setting by SMSG; it lasts until the server ends.", "", Wording::ours};
inline constexpr MessageDef DTCFTS906W{
    "DTCFTS906W", "SMSG command from {} refused: not authorized",
    "Only users whom the configuration authorizes may give the FTP server commands.",
    "The OBEY statement in PROFILE TCPIP.", Wording::ours};
inline constexpr MessageDef DTCFTS907I{"DTCFTS907I", "{} ends at the request of {}",
                                       "An operator ended the server by SMSG SHUTDOWN.", "", Wording::ours};

inline constexpr const MessageDef* kFtpMessages[] = {&DTCFTS8467E, &DTCFTS901I, &DTCFTS902E, &DTCFTS903W,
                                                     &DTCFTS904E,  &DTCFTS905I, &DTCFTS906W, &DTCFTS907I};

}  // namespace vmlab::services

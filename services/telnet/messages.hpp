// The Telnet server's messages. It runs inside TCPIP, so they appear on TCPIP's console.
#pragma once

#include "stack/base/message.hpp"

namespace vmlab::services {

inline constexpr MessageDef DTCSTM119I{"DTCSTM119I", "Server Telnet closed down. Bye.",
                                       "TCPIP is ending, and the Telnet server inside it with it.", "",
                                       Wording::source};
inline constexpr MessageDef DTCSTM901I{"DTCSTM901I", "Server Telnet listens on port {}",
                                       "The Telnet server opened a port of INTERNALCLIENTPARMS.", "",
                                       Wording::ours};
inline constexpr MessageDef DTCSTM902E{
    "DTCSTM902E", "Server Telnet cannot open port {}: {}",
    "TCPIP refused a port on which the Telnet server should listen. Its other ports are not affected.",
    "PORT in INTERNALCLIENTPARMS against the PORT statement of PROFILE TCPIP: the port must be reserved for "
    "INTCLIEN.",
    Wording::ours};
inline constexpr MessageDef DTCSTM903W{
    "DTCSTM903W", "SECURECONNECTION is {}, but there is no TLSLABEL: TLS is not available",
    "Without a label there is no certificate to show, so no connection can be secured.",
    "TLSLABEL in INTERNALCLIENTPARMS.", Wording::ours};
inline constexpr MessageDef DTCSTM904W{
    "DTCSTM904W", "Connection {} from {} ended: {}",
    "A client could not be served as SECURECONNECTION demands.",
    "SECURECONNECTION and TLSLABEL in INTERNALCLIENTPARMS; whether the client is set to negotiate TLS; "
    "NETSTAT CONFIG SSL for the state of the SSL servers.",
    Wording::ours};
inline constexpr MessageDef DTCSTM905W{
    "DTCSTM905W", "No logical device is free for connection {} from {}",
    "Every logical device that the Telnet server may create is in use.",
    "LDEVRANGE in INTERNALCLIENTPARMS; NETSTAT TELNET for the sessions that hold devices.", Wording::ours};

inline constexpr const MessageDef* kTelnetMessages[] = {&DTCSTM119I, &DTCSTM901I, &DTCSTM902E,
                                                        &DTCSTM903W, &DTCSTM904W, &DTCSTM905W};

}  // namespace vmlab::services

// Console messages of the small servers on static ports.
#pragma once

#include "stack/base/message.hpp"

namespace vmlab::services {

inline constexpr MessageDef DTCECH901I{"DTCECH901I", "{} listens on port {}",
                                       "The server is ready for clients.", "", Wording::ours};
inline constexpr MessageDef DTCECH902E{
    "DTCECH902E", "Port {} cannot be opened: {}", "TCPIP refused the port of this server. The server ends.",
    "PORT in PROFILE TCPIP: to whom the port is reserved; NETSTAT CLIENTS and NETSTAT CONN: who holds it.",
    Wording::ours};

inline constexpr const MessageDef* kEchoMessages[] = {&DTCECH901I, &DTCECH902E};

}  // namespace vmlab::services

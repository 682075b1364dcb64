// What TLSECHO and the SMAPI responder have in common: a server on a static port, without commands. TLS, if
// any, is TCPIP's matter (PORT … SECURE label): it stands before Accepted.
#pragma once

#include "services/echo/messages.hpp"
#include "services/port_server.hpp"

namespace vmlab::services {

struct SmallConfig {
    Sourced<std::uint16_t> port{};
    std::size_t max_sessions = 1000;
};

struct SmallShared {
    SmallConfig config;
    SystemFacts system;
};

struct SmallWords {
    static Said listens(const Userid& server, std::uint16_t port) { return say<DTCECH901I>(server, port); }
    static Said port_refused(std::uint16_t port, const std::string& why) {
        return say<DTCECH902E>(port, why);
    }
    static std::string too_many(const SmallShared&) { return {}; }
};

template <typename Session>
using SmallServer = PortServer<Session, SmallWords>;

}  // namespace vmlab::services

// TLSECHO: a test partner behind a static SECURE port. It is silent until the client speaks.
//
//   deciding ── a request line of HTTP ──► request ── blank line ──► answered with a page in text, closed
//      └──────── anything else ──────────► echoing ── the client's close ──► the rest is echoed, closed
//
// While what has come could still become an HTTP method it is held back; the client's close settles it.
#pragma once

#include "services/echo/port_server.hpp"
#include "services/socket_writer.hpp"

namespace vmlab::services {

class EchoSession {
public:
    EchoSession(const Accepted& accepted, const SystemFacts& system, Instant now);

    void receive(const SocketNotice& notice, Instant now, Host& out);
    void tick(Instant now, Host& out);
    [[nodiscard]] std::optional<Instant> deadline() const { return deadline_; }
    bool ended() const { return ended_; }

private:
    enum class Phase { deciding, request, echoing, closing };

    void take(const Buffer& data, Host& out);
    void answer(Host& out);
    void finish(Host& out);
    void abort(std::string_view why, Host& out);

    Endpoint peer_;
    bool secured_;
    std::string host_;
    SocketWriter writer_;
    Phase phase_ = Phase::deciding;
    std::string request_;
    Instant deadline_;
    bool ended_ = false;
};

using TlsEchoServer = PortServer<EchoSession>;

}  // namespace vmlab::services

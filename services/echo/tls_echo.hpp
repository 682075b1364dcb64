// TLSECHO: a test partner behind a static SECURE port. It is silent until the client speaks.
//
//   deciding ── a request line of HTTP ──► request ── blank line ──► answered with a page in text, closed
//      └──────── anything else ──────────► echoing ── the client's close ──► the rest is echoed, closed
//
// While what has come could still become an HTTP method it is held back; the client's close settles it.
#pragma once

#include "services/echo/small_server.hpp"

namespace vmlab::services {

class EchoSession {
public:
    using Shared = SmallShared;

    EchoSession(const Accepted& accepted, Call<SmallShared> call);

    void greet(Call<SmallShared>) {}
    void receive(const SocketNotice& notice, Call<SmallShared> call);
    void tick(Call<SmallShared> call);
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

using TlsEchoServer = SmallServer<EchoSession>;

}  // namespace vmlab::services

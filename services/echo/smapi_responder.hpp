// A responder in the place of the Systems Management API's request server: it speaks the frame of the
// protocol, and says of every function that it does not exist here. No function of the API is simulated.
//
//   client → server   length of the rest (4) · length of the function name (4) · name · its parameters
//   server → client   request id (4)                                 at once
//   server → client   length of the rest (4) · request id (4) · return code (4) · reason code (4)
//
// Numbers are binary, most significant byte first. Return code 900 with reason 0 is the API's "specified
// function does not exist" (remembered, not looked up). Passwords travel in the parameters: they are skipped.
#pragma once

#include "services/echo/small_server.hpp"

namespace vmlab::services {

inline constexpr std::uint32_t kSmapiNoSuchFunction = 900;

class SmapiSession {
public:
    using Shared = SmallShared;

    SmapiSession(const Accepted& accepted, Call<SmallShared> call);

    void greet(Call<SmallShared>) {}
    void receive(const SocketNotice& notice, Call<SmallShared> call);
    void tick(Call<SmallShared> call);
    [[nodiscard]] std::optional<Instant> deadline() const { return deadline_; }
    bool ended() const { return ended_; }

private:
    void take(Host& out);
    void answer(std::span<const std::uint8_t> request, Host& out);
    void refuse(std::string_view why, Host& out);

    Endpoint peer_;
    SocketWriter writer_;
    std::string arrived_;
    std::uint32_t next_request_;
    Instant deadline_;
    bool closing_ = false, ended_ = false;
};

using SmapiResponder = SmallServer<SmapiSession>;

}  // namespace vmlab::services

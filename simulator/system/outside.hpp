// What the world wants of the laptop. simulator/edge implements it with libuv; a virtual run with nothing at
// all.
#pragma once

#include <cstdint>
#include <string>

#include "stack/base/bytes.hpp"
#include "stack/base/ip_address.hpp"
#include "stack/base/names.hpp"
#include "stack/base/socket_api.hpp"

namespace vmlab::sim {

class Outside {
public:
    virtual ~Outside() = default;

    // ── loopback clients (numbers as in ClientConnected) ──────────────────────
    virtual void client_opened(std::uint64_t /*client*/) {}  ///< the virtual connection is established
    virtual void client_data(std::uint64_t /*client*/, Buffer /*data*/) {
    }  ///< answer with ClientTook when written
    virtual void client_credit(std::uint64_t /*client*/, std::size_t /*bytes*/) {
    }                                                          ///< the world took that much
    virtual void client_shutdown(std::uint64_t /*client*/) {}  ///< the virtual peer will send no more
    /// Gone in the world. `finished`: close after what is queued; anything else: reset at once.
    virtual void client_closed(std::uint64_t /*client*/, CloseReason /*reason*/, const std::string& /*why*/) {
    }
    /// A stack's TCP port at this address begins or ends to listen: the loopback port follows.
    virtual void listening(const Endpoint& /*where*/, bool /*now*/) {}

    /// A frame for the kernel of the laptop (TapHost).
    virtual void kernel_frame(const Buffer& /*frame*/) {}

    // ── people ────────────────────────────────────────────────────────────────
    /// A line on a virtual machine's console. `priority`: a message from elsewhere, shown highlighted.
    virtual void console_line(const Userid& /*machine*/, const std::string& /*line*/, bool /*priority*/) {}
    /// The machine's console wants input again (Ready, CP READ) or not (a command is running).
    virtual void console_ready(const Userid& /*machine*/, bool /*ready*/) {}
    /// Whether there is a person at a terminal, who can edit_text().
    virtual bool can_edit() const { return false; }
    /// Let that person edit a file with the host's editor; false when it failed. `text` in and out.
    virtual bool edit_text(const std::string& /*title*/, std::string& /*text*/) { return false; }
    /// A TLS secret in NSS key log form, for captures.
    virtual void key_log(const std::string& /*line*/) {}
    /// Whether anybody reads key_log().
    [[nodiscard]] virtual bool logs_keys() const { return false; }
};

}  // namespace vmlab::sim

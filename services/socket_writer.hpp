// The sending half of one socket as a service sees it: what waits for credit, and what comes after it.
//
// TCPIP takes at most kSendCredit bytes of a socket ahead of its acknowledgements; the rest waits here, as
// shared slices of the buffers it came in. Shutdown and close take their place in the queue, so nothing that
// was sent is cut off.
#pragma once

#include <deque>
#include <string_view>

#include "services/service.hpp"

namespace vmlab::services {

class SocketWriter {
public:
    SocketWriter() = default;
    explicit SocketWriter(SocketId socket) : socket_(socket) {}

    void send(Buffer data, Host& out);
    void send(std::string_view text, Host& out) { send(Buffer::copy_of(text), out); }
    /// The reply in clear behind which the TLS handshake begins.
    void send_then_secure(std::string_view text, Host& out);
    /// After what is queued: no more will be sent; what arrives is still wanted.
    void shutdown(Host& out);
    /// After what is queued: close.
    void close(Host& out);
    void receive_credit(std::size_t bytes, Host& out);

    SocketId socket() const { return socket_; }
    /// Bytes that TCPIP has not taken yet.
    std::size_t waiting() const { return waiting_; }
    /// Everything was handed over, the close included.
    bool handed_over() const { return queue_.empty(); }
    /// Everything was handed over and all credit has come back: the peer's TCP has it all.
    bool drained() const { return queue_.empty() && credit_ == kSendCredit; }

private:
    struct Item {
        enum class Kind { data, secure, shutdown, close } kind = Kind::data;
        Buffer data{};
    };
    void push(Item item, Host& out);
    void pump(Host& out);

    SocketId socket_ = 0;
    std::size_t credit_ = kSendCredit;
    std::size_t waiting_ = 0;
    std::deque<Item> queue_;
};

}  // namespace vmlab::services

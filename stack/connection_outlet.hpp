// What a connection says, carried out: its segments go to egress, its news to the user, its end to the
// journal.
#pragma once

#include "stack/stack_impl.hpp"

namespace vmlab::stack {

struct Stack::Impl::Outlet final : ConnectionSink {
    Outlet(Impl& stack_of, Connection& connection_of, Instant at, Sink& sink)
        : stack(stack_of), connection(connection_of), now(at), out(sink) {}

    void send_segment(const wire::TcpHeader& header, const Buffer& payload) override;
    void established() override;
    void received(Buffer data) override;
    void peer_closed() override;
    void acknowledged(std::size_t bytes) override;
    void closed(CloseReason reason, std::string_view why) override;
    void dropped(DropReason reason) override;
    void urgent(std::size_t bytes) override;
    void advised(Advice advice, std::string_view why) override;
    void fast_open(const FastOpenNews& news) override;  // fast_open.cpp
    void suspected(Suspicion what) override;
    [[nodiscard]] Duration time_wait() const override { return stack.options.time_wait; }
    void path_changed(const PathNews& news) override;
    void carry(const wire::TcpHeader& header, const Buffer& payload);

    Impl& stack;
    Connection& connection;
    Instant now;
    Sink& out;
    bool unwanted = false;  ///< its listener went away while it was half-open: the caller aborts it
};

}  // namespace vmlab::stack

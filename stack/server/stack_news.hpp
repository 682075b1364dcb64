// The stack's Sink inside TCPIP: frames leave at once, news of connections wait until the stack's call has
// returned.
#pragma once

#include <fmt/core.h>

#include <utility>

#include "stack/server/tcpip_server.hpp"

namespace vmlab::stack {

class TcpipServer::StackNews : public Sink {
public:
    StackNews(TcpipServer& server, ServerSink& out) : news_(server.news_), out_(out) {}

    CauseId record(Record what) override { return out_.record(std::move(what)); }
    void send_frame(InterfaceId interface, Buffer frame) override {
        out_.send_frame(interface, std::move(frame));
    }

    void accepted(ConnectionId listener, ConnectionId id, const Endpoint& local,
                  const Endpoint& peer) override {
        auto& n = add(News::Kind::accepted, id);
        n.listener = listener;
        n.local = local;
        n.peer = peer;
    }
    void connected(ConnectionId id, const Endpoint& local, const Endpoint& peer) override {
        auto& n = add(News::Kind::connected, id);
        n.local = local;
        n.peer = peer;
    }
    void connect_failed(ConnectionId id, CloseReason reason, std::string why) override {
        auto& n = add(News::Kind::connect_failed, id);
        n.reason = reason;
        n.why = std::move(why);
    }
    void received(ConnectionId id, Buffer data) override {
        add(News::Kind::received, id).data = std::move(data);
    }
    void peer_closed(ConnectionId id) override { add(News::Kind::peer_closed, id); }
    void closed(ConnectionId id, CloseReason reason, std::string why) override {
        auto& n = add(News::Kind::closed, id);
        n.reason = reason;
        n.why = std::move(why);
    }
    void acknowledged(ConnectionId id, std::size_t bytes) override {
        add(News::Kind::acknowledged, id).bytes = bytes;
    }
    void datagram(std::uint16_t, const Endpoint&, const Endpoint&, Buffer) override {}  // no UDP service yet
    void echo_reply(std::uint16_t identifier, std::uint16_t, const IpAddress&, std::size_t) override {
        add(News::Kind::echo_reply, identifier);
    }
    void icmp_error(const IpAddress& from, std::uint8_t type, std::uint8_t code,
                    std::uint16_t identifier) override {
        add(News::Kind::icmp_error, identifier).why =
            fmt::format("ICMP type {} code {} from {}", type, code, from.str());
    }

private:
    News& add(News::Kind kind, ConnectionId id) {
        auto& n = news_.emplace_back();
        n.kind = kind;
        n.id = id;
        return n;
    }

    std::vector<News>& news_;
    ServerSink& out_;
};

}  // namespace vmlab::stack

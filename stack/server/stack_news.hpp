// The stack's Sink inside TCPIP: frames and records leave at once, news of connections wait for drain().
#pragma once

#include <fmt/core.h>

#include <utility>

#include "stack/server/tcpip_server.hpp"

namespace vmlab::stack {

class TcpipServer::StackNews final : public NewsSink {
public:
    StackNews(TcpipServer& server, ServerSink& out) : NewsSink(server.news_), out_(out) {}

    CauseId record(Record what) override { return out_.record(std::move(what)); }
    void send_frame(InterfaceId interface, Buffer frame) override {
        out_.send_frame(interface, std::move(frame));
    }

private:
    ServerSink& out_;
};

}  // namespace vmlab::stack

// The stack's Sink inside TCPIP: frames and records leave at once, news of connections wait for drain().
#pragma once

#include <fmt/core.h>

#include <utility>

#include "stack/server/tcpip_server.hpp"

namespace vmlab::stack {

class TcpipServer::StackNews final : public NewsSink {
public:
    StackNews(TcpipServer& server, ServerSink& out) : NewsSink(server.news_), server_(server), out_(out) {}

    CauseId record(Record what) override { return out_.record(std::move(what)); }
    void send_frame(InterfaceId interface, Buffer frame) override {
        out_.send_frame(interface, std::move(frame));
    }
    void proved(InterfaceId interface, const IpAddress& address, bool ours,
                const SourceLocation& where) override {
        server_.note_proved(interface, address, ours, where, out_);
    }

private:
    TcpipServer& server_;
    ServerSink& out_;
};

/// Stands before the sink of one call while anything is traced: what leaves is shown, then passed on.
class TcpipServer::Tracing final : public ServerSink {
public:
    Tracing(const TraceSettings& settings, ServerSink& out) : settings_(settings), out_(out) {}

    CauseId record(Record what) override { return out_.record(std::move(what)); }
    void send_frame(InterfaceId interface, Buffer frame) override {
        for (auto& line : trace_of_frame(settings_, frame.span(), false)) out_.trace(std::move(line));
        out_.send_frame(interface, std::move(frame));
    }
    void notify(const Userid& client, SocketNotice notice) override {
        if (settings_.on(client == kInternalClient ? TraceArea::telnet : TraceArea::tcp_request))
            out_.trace(trace_of(client, notice));
        out_.notify(client, std::move(notice));
    }
    void ssl(const Userid& server, SslRequest request) override {
        if (settings_.on(TraceArea::ssl)) out_.trace(trace_of(server, request));
        out_.ssl(server, std::move(request));
    }
    void xautolog(const Userid& userid, const SourceLocation& where) override {
        out_.xautolog(userid, where);
    }
    void console(Said what) override { out_.console(std::move(what)); }
    void trace(std::string line) override { out_.trace(std::move(line)); }
    void inform(const Userid& user, const Said& what) override { out_.inform(user, what); }
    void listening(const Endpoint& where, bool now) override { out_.listening(where, now); }

private:
    const TraceSettings& settings_;
    ServerSink& out_;
};

}  // namespace vmlab::stack

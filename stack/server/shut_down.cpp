// The end of a stack: #CP EXT with its delay, and what happens to connections when the virtual machine ends.
#include <fmt/core.h>

#include "stack/server/messages.hpp"
#include "stack/server/stack_news.hpp"

namespace vmlab::stack {
namespace {

std::string counted(std::size_t n, const char* what) {
    return fmt::format("{} {}{}", n, what, n == 1 ? "" : "s");
}

}  // namespace

bool TcpipServer::begin_shutdown(Instant now, ServerSink& out) {
    if (!up_ || shutdown_at_) return false;
    Said begun = say<DTCSHU004E>();
    begun.text = DTCSHU004E.number;  // it has no text
    out.console(std::move(begun));
    std::set<Userid> active;
    std::vector<ConnectionId> ports, all;
    for (const auto& [id, listener] : listeners_) {
        active.insert(listener.client);
        ports.push_back(id);
    }
    for (const auto& [id, c] : conduits_) {
        active.insert(c.client);
        all.push_back(id);
    }
    if (active.empty()) return false;
    out.console(say<DTCSHU009E>(counted(active.size(), "active client"),
                                counted(ports.size() + all.size(), "connection")));
    out.console(say<DTCSHU010E>());
    out.console(say<DTCSHU011E>());
    out.console(say<DTCSHU012E>());
    out.console(say<DTCSHU013E>());
    for (const auto id : ports) end_listener(id, now, out);
    for (const auto id : all)
        if (const auto c = conduits_.find(id); c != conduits_.end())
            reset(c->second, CloseReason::dropped, "TCPIP is being shut down", now, out);
    shutdown_at_ = now + kShutdownDelay;
    drain(now, out);
    return true;
}

void TcpipServer::stop(bool silent, Instant now, ServerSink& out) {
    if (!up_) return;
    StackNews sink(*this, out);
    for (const auto& [id, listener] : listeners_) out.listening({listener.address, listener.port}, false);
    listeners_.clear();
    std::vector<ConnectionId> all;
    for (const auto& [id, c] : conduits_) all.push_back(id);
    for (const auto id : all) finish(id, CloseReason::dropped, "TCPIP has ended", out);
    stack_.stop(silent, now, sink);
    news_.clear();
    up_ = false;
}

}  // namespace vmlab::stack

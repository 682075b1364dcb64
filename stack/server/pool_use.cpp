// What of the control block and buffer pools is in use, and what a pool at its limit refuses.
#include <fmt/core.h>

#include "stack/base/overloaded.hpp"
#include "stack/server/messages.hpp"
#include "stack/server/tcpip_server.hpp"

namespace vmlab::stack {

PoolUse TcpipServer::pool_use() const {
    const StackUse stack = stack_.use();
    PoolUse use{};
    const auto set = [&use](PoolId pool, std::size_t blocks) { use[std::size_t(pool)] = blocks; };
    set(PoolId::address_translation, stack.neighbours);
    set(PoolId::ccb, clients_.size());
    set(PoolId::data_buffer, stack.data_buffers);
    set(PoolId::envelope, stack.envelopes);
    set(PoolId::ip_route, stack.routes);
    set(PoolId::rcb, pings_.size());
    set(PoolId::scb, listeners_.size() + conduits_.size() + udp_sockets_.size());
    set(PoolId::tcb, stack.connections);
    return use;
}

void TcpipServer::check_pools(ServerSink& out) {
    if (!pools_.note(pool_use())) return;
    while (const auto low = pools_.take_low()) {
        const PoolConfig& config = pools_.config(low->pool);
        Said said = say<DTCMON401I>(name_of(low->pool), low->blocks, low->free);
        if (config.blocks.where.known()) said.rests_on.push_back(config.blocks.where);
        if (config.limit) said.rests_on.push_back(config.limit->where);
        say_serious(said, out);
    }
}

std::optional<PortDecision> TcpipServer::exhausted(PoolId pool) const {
    if (!pools_.exhausted(pool, pool_use()[std::size_t(pool)])) return std::nullopt;
    const auto& limit = *pools_.config(pool).limit;
    PortDecision refused;
    refused.allowed = false;
    refused.why = fmt::format("no {} is free, the limit is {}", name_of(pool), *limit);
    refused.where = limit.where;
    return refused;
}

bool TcpipServer::refuse_client(const Userid& client, const SocketRequest& what, ServerSink& out) {
    if (clients_.contains(client)) return false;
    const auto refused = exhausted(PoolId::ccb);
    if (!refused) return false;
    out.record({RecordKind::refusal,
                fmt::format("{} may not use TCP/IP: {}", client.view(), refused->why),
                {refused->where},
                about_machine(client)});
    std::visit(overloaded{
                   [&](const ListenRequest& r) {
                       out.notify(client, ListenFailed{r.port, refused->why});
                   },
                   [&](const ConnectRequest& r) {
                       out.notify(client, ConnectFailed{r.tag, refused->why});
                   },
                   [&](const TlsQueryRequest& r) {
                       out.notify(client, TlsAnswer{r.label, TlsStatus::no_server});
                   },
                   [&](const PingRequest& r) {
                       out.notify(client, PingAnswer{r.tag, false, {}, refused->why});
                   },
                   [&](const DatagramRequest& r) {
                       out.notify(client, DatagramFailed{r.tag, {}, 0, 0, refused->why});
                   },
                   [](const auto&) {},
               },
               what);
    return true;
}

}  // namespace vmlab::stack

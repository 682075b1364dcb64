#include "simulator/machines/laptop.hpp"

#include <fmt/core.h>

#include "stack/base/overloaded.hpp"

namespace vmlab::sim {

void Laptop::other(Event& event, System& world) {
    Wire wire(*this, world);
    const auto connection_of = [this](std::uint64_t number) -> Client* {
        const auto found = clients_.find(number);
        return found == clients_.end() ? nullptr : &found->second;
    };
    std::visit(overloaded{
                   [&](ClientConnected& e) { connect(e, world); },
                   [&](ClientSent& e) {
                       if (Client* c = connection_of(e.client))
                           stack_.send(c->connection, std::move(e.data), world.now(), wire);
                   },
                   [&](ClientTook& e) {
                       if (Client* c = connection_of(e.client))
                           stack_.consumed(c->connection, e.bytes, world.now(), wire);
                   },
                   [&](ClientShutdown& e) {
                       if (Client* c = connection_of(e.client))
                           stack_.shutdown(c->connection, world.now(), wire);
                   },
                   [&](ClientGone& e) {
                       Client* c = connection_of(e.client);
                       if (!c) return;
                       const auto connection = c->connection;
                       forget(connection);
                       stack_.abort(connection, world.now(), wire);
                   },
                   [](auto&) {},
               },
               event.payload);
}

void Laptop::connect(const ClientConnected& e, System& world) {
    Wire wire(*this, world);
    world.record(
        {RecordKind::input, fmt::format("loopback client {} connects to {}", e.client, e.target.str()), {}});
    const auto connection = stack_.connect(e.target, 0, world.now(), wire);
    if (!connection) {
        world.outside().client_closed(e.client, CloseReason::unreachable,
                                      "no port is left on the laptop's stack");
        return;
    }
    clients_[e.client] = {e.client, *connection};
    by_connection_[*connection] = e.client;
}

void Laptop::forget(stack::ConnectionId connection) {
    const auto found = by_connection_.find(connection);
    if (found == by_connection_.end()) return;
    clients_.erase(found->second);
    by_connection_.erase(found);
}

void Laptop::news(stack::News& n, System& world) {
    const auto found = by_connection_.find(n.id);
    if (found == by_connection_.end()) return;
    const std::uint64_t client = found->second;
    Outside& outside = world.outside();
    switch (n.kind) {
        case stack::News::Kind::connected: outside.client_opened(client); break;
        case stack::News::Kind::connect_failed:
        case stack::News::Kind::closed:
            if (n.reason != CloseReason::finished)
                world.record({RecordKind::close,
                              fmt::format("loopback client {}: {}{}{}", client, name_of(n.reason),
                                          n.why.empty() ? "" : ": ", n.why),
                              {}});
            forget(n.id);
            outside.client_closed(client, n.reason, n.why);
            break;
        case stack::News::Kind::received:
            for (auto& part : n.received) outside.client_data(client, std::move(part));
            break;
        case stack::News::Kind::peer_closed: outside.client_shutdown(client); break;
        case stack::News::Kind::acknowledged: outside.client_credit(client, n.bytes); break;
        default: break;
    }
}

}  // namespace vmlab::sim

#include "stack/news.hpp"

#include <fmt/core.h>

namespace vmlab::stack {

News& NewsSink::add(News::Kind kind, ConnectionId id) {
    auto& n = news_.emplace_back();
    n.kind = kind;
    n.id = id;
    return n;
}

News& NewsSink::row(News::Kind kind, ConnectionId id) {
    const bool goes_on = !news_.empty() && news_.back().kind == kind && news_.back().id == id;
    return goes_on ? news_.back() : add(kind, id);
}

void NewsSink::accepted(ConnectionId listener, ConnectionId id, const Endpoint& local, const Endpoint& peer) {
    auto& n = add(News::Kind::accepted, id);
    n.listener = listener;
    n.local = local;
    n.peer = peer;
}

void NewsSink::connected(ConnectionId id, const Endpoint& local, const Endpoint& peer) {
    auto& n = add(News::Kind::connected, id);
    n.local = local;
    n.peer = peer;
}

void NewsSink::connect_failed(ConnectionId id, CloseReason reason, std::string why) {
    auto& n = add(News::Kind::connect_failed, id);
    n.reason = reason;
    n.why = std::move(why);
}

void NewsSink::received(ConnectionId id, Buffer data) {
    News& n = row(News::Kind::received, id);
    n.bytes += data.size();
    n.received.push_back(std::move(data));
}

void NewsSink::peer_closed(ConnectionId id) { add(News::Kind::peer_closed, id); }

void NewsSink::closed(ConnectionId id, CloseReason reason, std::string why) {
    auto& n = add(News::Kind::closed, id);
    n.reason = reason;
    n.why = std::move(why);
}

void NewsSink::acknowledged(ConnectionId id, std::size_t bytes) {
    row(News::Kind::acknowledged, id).bytes += bytes;
}
void NewsSink::attacked(Attack attack, const Endpoint& peer) {
    News& n = add(News::Kind::attacked, 0);
    n.attack = attack;
    n.peer = peer;
}

void NewsSink::conflicted(InterfaceId interface, Ipv4Address address, const MacAddress& claimed_by) {
    News& n = add(News::Kind::conflicted, interface);
    n.local.address = address;
    n.why = claimed_by.str();
}

void NewsSink::datagram(std::uint16_t local_port, const Endpoint& from, const Endpoint& to, Buffer data) {
    auto& n = add(News::Kind::datagram, local_port);
    n.peer = from;
    n.local = to;
    n.data = std::move(data);
}

void NewsSink::echo_reply(std::uint16_t identifier, std::uint16_t, const IpAddress& from, std::size_t bytes) {
    auto& n = add(News::Kind::echo_reply, identifier);
    n.peer.address = from;
    n.bytes = bytes;
}

void NewsSink::icmp_error(const IcmpReport& report) {
    auto& n = add(News::Kind::icmp_error, report.identifier);
    n.icmp = report;
    n.why = fmt::format("ICMP type {} code {} from {}", report.type, report.code, report.from.str());
}

}  // namespace vmlab::stack

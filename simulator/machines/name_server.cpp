#include "simulator/machines/name_server.hpp"

#include "stack/base/assert.hpp"

namespace vmlab::sim {
namespace {

constexpr std::size_t kMostStreams = 64;
constexpr std::size_t kMostHeard = 2 * (services::kMostTcpMessage + 2);  ///< of a stream, unanswered

std::span<const std::uint8_t> bytes_of(std::string_view text) {
    return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

}  // namespace

NameServer::NameServer(Name8 name, const stack::StackOptions& options, RandomStream random,
                       services::DnsZone zone)
    : ExternalHost(name, options, std::move(random)), zone_(std::move(zone)) {
    const bool bound = stack_.bind_udp(services::kDnsPort) && stack_.listen(services::kDnsPort, {});
    vm_assert(bound);
}

void NameServer::news(stack::News& n, System& world) {
    using Kind = stack::News::Kind;
    Wire wire(*this, world);
    switch (n.kind) {
        case Kind::datagram: {
            const auto answer = services::answer_dns(zone_, n.data.span(), services::kMostUdpMessage);
            if (!answer.empty())
                stack_.send_datagram(services::kDnsPort, n.peer, Buffer::copy_of(answer), world.now(), wire);
            break;
        }
        case Kind::accepted:
            if (streams_.size() >= kMostStreams) stack_.abort(n.id, world.now(), wire);
            else streams_[n.id];
            break;
        case Kind::received: {
            const auto stream = streams_.find(n.id);
            if (stream == streams_.end()) break;
            for (const auto& part : n.received) stream->second += part.view();
            stack_.consumed(n.id, n.bytes, world.now(), wire);
            answer_stream(n.id, world);
            break;
        }
        case Kind::peer_closed:
            if (streams_.contains(n.id)) stack_.shutdown(n.id, world.now(), wire);
            break;
        case Kind::closed: streams_.erase(n.id); break;
        default: break;
    }
}

/// Each message has its length in front of it (RFC 1035 section 4.2.2).
void NameServer::answer_stream(stack::ConnectionId id, System& world) {
    Wire wire(*this, world);
    std::string& heard = streams_.at(id);
    while (heard.size() >= 2) {
        const std::size_t length = std::size_t(std::uint8_t(heard[0])) << 8 | std::uint8_t(heard[1]);
        if (heard.size() < length + 2) break;
        const auto answer = services::answer_dns(zone_, bytes_of(std::string_view(heard).substr(2, length)),
                                                 services::kMostTcpMessage);
        heard.erase(0, length + 2);
        if (answer.empty() || !stack_.takes_data(id)) continue;
        std::string reply{char(answer.size() >> 8), char(answer.size() & 0xff)};
        reply.append(answer.begin(), answer.end());
        stack_.send(id, Buffer::copy_of(reply), world.now(), wire);
    }
    if (heard.size() <= kMostHeard) return;
    streams_.erase(id);
    stack_.abort(id, world.now(), wire);
}

}  // namespace vmlab::sim

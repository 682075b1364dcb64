// What a stack reported during one call, kept until the call has returned: nothing then re-enters the stack.
//
// The owner of a stack derives a sink that says where frames and records go, and works the news off after
// each call.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "stack/stack.hpp"

namespace vmlab::stack {

/// Buffers in their order. One alone, the usual case, needs no memory for itself.
class Parts {
public:
    void push_back(Buffer part) {
        if (alone_.empty() && more_.empty()) {
            alone_ = std::move(part);
            return;
        }
        if (more_.empty()) more_.push_back(std::exchange(alone_, {}));
        more_.push_back(std::move(part));
    }
    Buffer* begin() { return more_.empty() ? &alone_ : more_.data(); }
    Buffer* end() { return begin() + size(); }
    const Buffer* begin() const { return more_.empty() ? &alone_ : more_.data(); }
    const Buffer* end() const { return begin() + size(); }
    std::size_t size() const { return more_.empty() ? !alone_.empty() : more_.size(); }
    /// All of them; none are left.
    std::vector<Buffer> take() {
        if (!alone_.empty()) more_.push_back(std::exchange(alone_, {}));
        return std::exchange(more_, {});
    }

private:
    Buffer alone_{};  // empty when there is none, or when there are more
    std::vector<Buffer> more_{};
};

/// One report; which fields count follows from its kind and stack.hpp's Sink. The vector that holds them is
/// reused, so that the data plane allocates nothing.
struct News {
    enum class Kind : std::uint8_t {
        accepted,
        connected,
        connect_failed,
        received,
        peer_closed,
        closed,
        acknowledged,
        attacked,
        conflicted,  ///< `local`: our address; `id`: the interface; `why`: who claims it
        datagram,
        echo_reply,
        icmp_error,
    } kind{};
    ConnectionId id = 0;  ///< the connection; of a datagram the local port; of ICMP the identifier
    ConnectionId listener = 0;
    Endpoint local{}, peer{};
    Parts received{};  ///< what came in a row, `bytes` in all
    Buffer data{};     ///< of a datagram
    std::size_t bytes = 0;
    Attack attack{};
    IcmpReport icmp{};
    CloseReason reason = CloseReason::finished;
    std::string why{};
};

class NewsSink : public Sink {
public:
    explicit NewsSink(std::vector<News>& news) : news_(news) {}

    void accepted(ConnectionId listener, ConnectionId id, const Endpoint& local,
                  const Endpoint& peer) override;
    void connected(ConnectionId id, const Endpoint& local, const Endpoint& peer) override;
    void connect_failed(ConnectionId id, CloseReason reason, std::string why) override;
    void received(ConnectionId id, Buffer data) override;
    void peer_closed(ConnectionId id) override;
    void closed(ConnectionId id, CloseReason reason, std::string why) override;
    void acknowledged(ConnectionId id, std::size_t bytes) override;
    void attacked(Attack attack, const Endpoint& peer) override;
    void conflicted(InterfaceId interface, Ipv4Address address, const MacAddress& claimed_by) override;
    void datagram(std::uint16_t local_port, const Endpoint& from, const Endpoint& to, Buffer data) override;
    void echo_reply(std::uint16_t identifier, std::uint16_t sequence, const IpAddress& from,
                    std::size_t bytes) override;
    void icmp_error(const IcmpReport& report) override;

private:
    News& add(News::Kind kind, ConnectionId id);
    /// The last report, if it is of this kind and connection; else a new one.
    News& row(News::Kind kind, ConnectionId id);

    std::vector<News>& news_;
};

}  // namespace vmlab::stack

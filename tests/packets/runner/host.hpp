// The host under test: one stack on one wire, with the socket interface on top that scripts call.
//
// A file descriptor names a socket; a socket stands for a listener, a connection or a UDP port of the stack.
// A call that cannot be answered yet is asked again after everything that happens (attempt()).
#pragma once

#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "stack/stack.hpp"
#include "tests/packets/runner/script.hpp"
#include "tests/packets/runner/wire_packet.hpp"

namespace vmlab::packets {

inline const Instant kStart = Instant{seconds{1'700'000'000}};

/// What a call gives: a value, or -1 and an errno's name.
struct Result {
    std::int64_t value = 0;
    std::string error{};
};
inline Result failed(std::string error) { return {-1, std::move(error)}; }

struct Socket {
    bool datagram = false;
    enum class State { fresh, listening, connecting, connected, closed } state = State::fresh;
    stack::ConnectionId id = 0;
    Endpoint local{}, peer{};
    bool bound = false, non_blocking = false, read_shut = false, write_shut = false, corked = false;
    bool peer_closed = false, failed_once = false;
    bool lingers = false;
    std::optional<std::size_t> fast_open{};  ///< TCP_FASTOPEN of a listener
    bool own_key = false;                    ///< TCP_FASTOPEN_KEY: the stack's until the socket is closed
    bool fast_connect = false;               ///< TCP_FASTOPEN_CONNECT
    bool deferred = false;                   ///< connect() was called, and waits for data
    std::int64_t linger_time = 0;
    std::optional<std::size_t> backlog{};
    stack::ConnectionOptions options{.no_delay = false};
    stack::ConnectionRoom room{};
    std::size_t send_limit = 4 * 1024 * 1024;
    std::string error{};         ///< SO_ERROR
    std::deque<int> arrivals{};  ///< descriptors yet to be accepted, by internal number
    std::deque<Buffer> queue{};  ///< received, not read
    std::deque<std::pair<Endpoint, Buffer>> datagrams{};
    std::string held{};                                ///< written while corked
    std::uint64_t read_at = 0;                         ///< position in the peer's stream
    std::map<std::string, std::int64_t> remembered{};  ///< options that only have to be given back

    [[nodiscard]] std::size_t unread() const;
};

/// What the user was told besides data.
struct Told {
    std::int64_t trouble = 0, soft_errors = 0, urgent = 0, urgent_bytes = 0, arp_requests = 0;
};

class Host final : public stack::Sink {
public:
    struct Setup {
        stack::StackOptions options{.receive_buffer = 65535};
        IpAddress host{Ipv4Address::of(192, 168, 0, 1)}, peer{Ipv4Address::of(192, 0, 2, 1)},
            gateway{Ipv4Address::of(192, 168, 0, 2)};  ///< all of one family
        unsigned prefix = 16;
        std::uint16_t mtu = 1500, bind_port = 8080, connect_port = 8080;
    };
    explicit Host(const Setup& setup);

    // ── time and wire ─────────────────────────────────────────────────────────
    void receive(Buffer frame);
    /// Lets everything happen that is due until then.
    void advance(Instant to);
    [[nodiscard]] std::optional<Instant> next_deadline() const { return stack_.next_deadline(); }
    [[nodiscard]] Instant now() const { return now_; }
    std::deque<Live> sent;  ///< what left and was not looked at yet

    // ── the user ──────────────────────────────────────────────────────────────
    /// How far a call has come that could not be answered at once.
    struct Progress {
        bool begun = false;
        std::size_t bytes = 0;
    };
    /// Nothing: it would block. Throws NotOurs.
    std::optional<Result> attempt(const Call& call, Progress& progress);

    /// Descriptors are what the script calls them: false when it calls another one so already.
    bool rename(std::int64_t descriptor, std::int64_t as);
    /// What this side wrote on a connection, from its first byte.
    [[nodiscard]] const std::string& written(const Endpoint& local, const Endpoint& peer);
    /// The connection of these endpoints, or that they had.
    [[nodiscard]] stack::ConnectionSnapshot row(const Endpoint& local, const Endpoint& peer) const;
    [[nodiscard]] std::size_t urgent_left(const stack::ConnectionId id) const {
        return stack_.urgent_left(id);
    }
    [[nodiscard]] std::size_t unsent(const stack::ConnectionId id) const { return stack_.unsent(id); }
    [[nodiscard]] const Told& told() const { return told_; }
    [[nodiscard]] const Setup& setup() const { return setup_; }
    void set_stack_options(const stack::StackOptions& options);
    /// Where active opens went last.
    std::optional<std::pair<Endpoint, Endpoint>> opened;
    /// Stack-wide defaults of keep-alives and the like, for sockets to come.
    stack::ConnectionOptions defaults{.no_delay = false};
    std::uint8_t window_shift = 0;     ///< that sockets to come offer at least
    bool other_kernel = false;         ///< see Settings
    bool listeners_open_fast = false;  ///< without a socket option
    /// Of all listeners that have none of their own (TCP_FASTOPEN_KEY).
    void set_fast_open_key(const stack::SipKey& key) { stack_.set_fast_open_key(*(fast_open_key_ = key)); }
    void forget_fast_open_servers() { stack_.forget_fast_open_servers(); }
    /// What a script expects that is each kernel's own affair, such as sizes of buffers: once each.
    std::vector<std::string> not_compared;
    void not_compare(const std::string& what);
    /// Buffers are of another size than where the script was written.
    [[nodiscard]] bool has_other_buffers() const;

    // Sink
    CauseId record(Record) override { return CauseId::none; }
    void send_frame(stack::InterfaceId, Buffer frame) override;
    void accepted(stack::ConnectionId listener, stack::ConnectionId id, const Endpoint& local,
                  const Endpoint& peer) override;
    void connected(stack::ConnectionId id, const Endpoint& local, const Endpoint& peer) override;
    void connect_failed(stack::ConnectionId id, CloseReason reason, std::string why) override;
    void received(stack::ConnectionId id, Buffer data) override;
    void peer_closed(stack::ConnectionId id) override;
    void closed(stack::ConnectionId id, CloseReason reason, std::string why) override;
    void attacked(stack::Attack, const Endpoint&) override {}
    void acknowledged(stack::ConnectionId id, std::size_t) override;
    void urgent(stack::ConnectionId, std::size_t bytes) override;
    void advised(stack::ConnectionId, stack::Advice advice, std::string_view) override;
    void datagram(std::uint16_t local_port, const Endpoint& from, const Endpoint& to, Buffer data) override;
    void echo_reply(std::uint16_t, std::uint16_t, const IpAddress&, std::size_t) override {}
    void icmp_error(const stack::IcmpReport& report) override;

private:
    using Arguments = std::vector<Expression>;
    // calls.cpp
    Result call_socket(const Arguments& a);
    Result call_bind(Socket& s, const Arguments& a);
    Result call_listen(Socket& s, const Arguments& a);
    /// With the options that it has now. False: the port is taken.
    bool begin_listening(Socket& s);
    std::optional<Result> call_accept(Socket& s, bool non_blocking);
    std::optional<Result> call_connect(Socket& s, const Arguments& a, Progress& progress);
    std::optional<Result> call_write(Socket& s, const Expression& data, std::int64_t size, std::int64_t flags,
                                     Progress& progress);
    std::optional<Result> call_read(Socket& s, const Expression& data, std::int64_t size, std::int64_t flags,
                                    Progress& progress);
    // fast_open.cpp
    std::optional<Result> call_fast_write(Socket& s, const Expression& data, std::int64_t size, bool waits,
                                          Progress& progress);
    /// Where the address says, or the connection was deferred to. Nothing: it has begun.
    std::optional<Result> begin_connection(Socket& s, Buffer first, bool fast);
    Result set_fast_open_option(Socket& s, const Arguments& a);
    std::optional<Result> call_message(Socket& s, const Call& call, Progress& progress);
    Result call_send_to(Socket& s, std::int64_t size);
    std::optional<Result> receive_datagram(Socket& s);
    Result call_shutdown(Socket& s, std::int64_t how);
    Result call_close(int descriptor);
    std::optional<Result> answer(Socket& s, const Call& call, Progress& progress);
    void hand_over(Socket& s, bool all);
    int add(std::unique_ptr<Socket> socket);
    int descriptor_of(int number);
    [[nodiscard]] std::size_t room_to_write(const Socket& s) const;
    // socket_options.cpp
    Result set_option(Socket& s, const Arguments& a);
    Result get_option(Socket& s, const Arguments& a);
    std::optional<std::int64_t> option_value(Socket& s, const std::string& name);
    Result call_fcntl(Socket& s, const Arguments& a);
    Result call_ioctl(Socket& s, const Arguments& a);
    std::optional<Result> call_poll(const Arguments& a);
    [[nodiscard]] std::int64_t readiness(const Socket& s) const;
    void apply_options(Socket& s);

    void set_up_ipv4();
    void set_up_ipv6();
    void answer_arp(Buffer frame);
    /// True if the packet is one of neighbour discovery, which is not what scripts are about.
    bool answer_solicitation(const Live& live);
    Socket* find(stack::ConnectionId id);
    /// To be called after each call of the stack: nothing re-enters it.
    void drain();
    /// By descriptor; null if there is none.
    Socket* socket(std::int64_t descriptor);

    Setup setup_;
    stack::Stack stack_;
    std::optional<stack::SipKey> fast_open_key_{};
    bool sets_buffers_ = false;  // the script, by SO_RCVBUF
    Instant now_ = kStart;
    int next_number_ = 0;
    std::map<int, std::unique_ptr<Socket>> sockets_;  // by internal number
    std::map<int, int> descriptors_;                  // descriptor → internal number
    std::map<stack::ConnectionId, int> by_connection_;
    std::map<std::pair<Endpoint, Endpoint>, std::string> written_;
    std::vector<Buffer> answers_;  // to ARP; they arrive when the stack is done with what it does
    Told told_;
};

/// "cubic", "reno", "newreno", "bbr".
[[nodiscard]] std::optional<stack::CongestionAlgorithm> congestion_named(std::string_view name);
/// The value of an argument; words are constants of the socket interface. Throws NotOurs.
[[nodiscard]] std::int64_t value_of(const Expression& e);

}  // namespace vmlab::packets

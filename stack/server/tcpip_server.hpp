// The TCPIP virtual machine's program: a stack, the port table, the SSL pool, and a conduit for every
// connection.
//
// It hears frames, clients (virtual machines with sockets), SSL servers and CP; it never calls any of them.
#pragma once

#include <array>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <span>

#include "stack/base/message.hpp"
#include "stack/base/ssl_api.hpp"
#include "stack/news.hpp"
#include "stack/server/autolog.hpp"
#include "stack/server/conduit.hpp"
#include "stack/server/port_table.hpp"
#include "stack/server/server_config.hpp"
#include "stack/server/snapshot.hpp"
#include "stack/server/ssl_pool.hpp"
#include "stack/stack.hpp"

namespace vmlab::stack {

/// How long #CP EXT waits for RSTs and notifications to be delivered (DTCSHU010E).
inline constexpr Duration kShutdownDelay = seconds{30};

class ServerSink : public Recorder {
public:
    virtual void send_frame(InterfaceId interface, Buffer frame) = 0;
    virtual void notify(const Userid& client, SocketNotice notice) = 0;
    virtual void ssl(const Userid& server, SslRequest request) = 0;
    /// CP XAUTOLOG; a machine that is logged on is forced off first (AUTOLOG does so).
    /// `where` names the userid: AUTOLOG, or SSLSERVERID.
    virtual void xautolog(const Userid& userid, const SourceLocation& where) = 0;
    virtual void console(Said what) = 0;
    /// A line of TRACE: to the console, or to the file that FILE names.
    virtual void trace(std::string line) = 0;
    /// CP MSG to a user whom INFORM names.
    virtual void inform(const Userid& user, const Said& what) = 0;
    /// A TCP port at this address begins or ends to listen.
    virtual void listening(const Endpoint& where, bool now) = 0;

protected:
    ~ServerSink() = default;
};

class TcpipServer {
public:
    TcpipServer(ServerConfig config, RandomStream random);
    ~TcpipServer();
    TcpipServer(const TcpipServer&) = delete;

    /// Brings devices, addresses and routes up and begins to start the servers.
    void start(Instant now, ServerSink& out);
    /// Frames that arrived together, in their order; they are taken out of the span.
    void receive_frames(InterfaceId interface, std::span<Buffer> frames, Instant now, ServerSink& out);
    void receive_request(const Userid& client, SocketRequest request, Instant now, ServerSink& out);
    void receive_ssl(const Userid& server, SslNotice notice, Instant now, ServerSink& out);
    /// A virtual machine's session ended: its sockets, or its SSL sessions, are gone.
    void receive_gone(const Userid& who, Instant now, ServerSink& out);
    void tick(Instant now, ServerSink& out);
    [[nodiscard]] std::optional<Instant> next_deadline() const;

    /// NETSTAT SSL START, SSLADMIN START: the member is being logged on.
    void member_starting(const Userid& member);
    /// OBEYFILE, NETSTAT OBEY: runs with `next` from now on. What only a start reads (userid, level, profile
    /// file, SSLSERVERID and its servers) stays as it is.
    void apply(ServerConfig next, Instant now, ServerSink& out);
    /// NETSTAT BLOCK, UNBLOCK: whether anything is taken from this address.
    void set_blocked(const BlockedNetwork& network, bool blocked);
    /// NETSTAT DELARP.
    void forget_neighbour(const IpAddress& address) { stack_.forget_neighbour(address); }
    /// NETSTAT RESETDOS.
    void reset_attacks() { stack_.reset_attacks(); }
    /// NETSTAT RESETPOOL.
    void reset_pools() { pools_.reset(); }
    /// NETSTAT DROP. False if there is no such connection.
    bool drop(ConnectionId connection, Instant now, ServerSink& out);
    /// #CP EXT: resets all connections and closes all ports, says so, and waits kShutdownDelay, so that
    /// clients and peers hear of it. False when nobody has a socket, or when it was asked before: then the
    /// end is now.
    bool begin_shutdown(Instant now, ServerSink& out);
    /// The delay is over.
    [[nodiscard]] bool shutdown_over(Instant now) const { return shutdown_at_ && *shutdown_at_ <= now; }
    /// Ends: resets all connections (with RST unless the machine vanishes) and tells clients.
    void stop(bool silent, Instant now, ServerSink& out);

    /// TRACE and NOTRACE of a running stack.
    void set_trace(TraceSettings settings) { config_.trace = std::move(settings); }
    [[nodiscard]] const ServerConfig& config() const { return config_; }
    [[nodiscard]] ServerSnapshot snapshot() const;

private:
    class Tracing;    // a ServerSink that shows what passes through it
    class StackNews;  // the stack's Sink for the duration of one call
    struct Listener {
        ConnectionId id = 0;
        Userid client{};
        std::uint16_t port = 0;
        bool bytes_are_tls = false;
        KeepAlive keep_alive{};
        IpAddress address{};  ///< unspecified = all of ours
    };
    void end_listener(ConnectionId id, Instant now, ServerSink& out);
    void restart_missing(Instant now, ServerSink& out);
    struct Ping {
        Userid client{};
        std::uint32_t tag = 0;
        Instant sent{}, deadline{};
    };

    /// A client's UDP socket, by the port that it got.
    struct UdpSocket {
        Userid client{};
        std::uint32_t tag = 0;
    };

    static StackOptions options_of(const ServerConfig& config);
    void drain(Instant now, ServerSink& out);
    void news(News& n, Instant now, ServerSink& out);

    // start-up
    void note_autolog(ServerSink& out);
    void note_ssl_servers(ServerSink& out);
    void note_ports(ServerSink& out);
    std::vector<std::string> about_ssl_servers() const;
    void bring_up_devices(Instant now, ServerSink& out);
    bool initialize_device(const DeviceConfig& device, ServerSink& out);
    bool suits_network(const DeviceConfig& device, ServerSink& out);
    void bring_up_link(const DeviceConfig& device, const LinkConfig& link, ServerSink& out);
    void note_address(const HomeEntry& home, ServerSink& out);
    /// Whether an address of IPv6 is ours, when that is known.
    void note_proved(InterfaceId interface, const IpAddress& address, bool ours, const SourceLocation& where,
                     ServerSink& out);
    void assign_addresses(const std::vector<HomeEntry>& before, Instant now, ServerSink& out);
    [[nodiscard]] bool has_virtual(const std::string& link_name) const;
    void choose_sources(ServerSink& out);
    void install_routes(const std::vector<GatewayEntry>& before, ServerSink& out);
    void apply_devices(const std::vector<DeviceConfig>& before, ServerSink& out);
    void apply_addresses(const std::vector<HomeEntry>& before, Instant now, ServerSink& out);
    void lose_address(InterfaceId interface, const IpAddress& address, const std::vector<HomeEntry>& before,
                      Instant now, ServerSink& out);
    void note_link_of(const HomeEntry& home, const DeviceConfig& device, ServerSink& out);
    void note_lost_ports(const ServerConfig& before, ServerSink& out);
    /// Those of links that are active.
    std::map<std::string, InterfaceId> interfaces() const;
    Said inactive(Said said, const std::string& link, const SourceLocation& user) const;
    SourceLocation named_at(const Userid& userid) const;
    void tick_autolog(Instant now, ServerSink& out);
    void xautolog_all(const std::vector<Userid>& list, ServerSink& out);

    // pools (pool_use.cpp)
    [[nodiscard]] PoolUse pool_use() const;
    /// After anything happened: pools that became low.
    void check_pools(ServerSink& out);
    /// Nothing, or why the client gets no further block of this pool.
    [[nodiscard]] std::optional<PortDecision> exhausted(PoolId pool) const;
    /// A client that would be one too many is told so.
    [[nodiscard]] bool refuse_client(const Userid& client, const SocketRequest& what, ServerSink& out);

    // requests of clients
    void request(const Userid& client, ListenRequest& r, Instant now, ServerSink& out);
    void request(const Userid& client, UnlistenRequest& r, Instant now, ServerSink& out);
    void request(const Userid& client, ConnectRequest& r, Instant now, ServerSink& out);
    void request(const Userid& client, SendRequest& r, Instant now, ServerSink& out);
    void request(const Userid& client, ShutdownRequest& r, Instant now, ServerSink& out);
    void request(const Userid& client, CloseRequest& r, Instant now, ServerSink& out);
    void request(const Userid& client, AbortRequest& r, Instant now, ServerSink& out);
    void request(const Userid& client, TlsQueryRequest& r, Instant now, ServerSink& out);
    void request(const Userid& client, SecureRequest& r, Instant now, ServerSink& out);
    void request(const Userid& client, PingRequest& r, Instant now, ServerSink& out);
    void request(const Userid& client, DatagramRequest& r, Instant now, ServerSink& out);
    void request(const Userid& client, CloseDatagramsRequest& r, Instant now, ServerSink& out);
    void note_listener(const Userid& client, const ListenRequest& r, const PortDecision& decision,
                       ServerSink& out);
    Conduit* conduit_of(const Userid& client, SocketId socket);

    // words of SSL servers
    void ssl_said(const Userid& server, SslServerReady& n, Instant now, ServerSink& out);
    void ssl_said(const Userid& server, SslServerQuiescing& n, Instant now, ServerSink& out);
    void ssl_said(const Userid& server, SslServerGone& n, Instant now, ServerSink& out);
    void ssl_said(const Userid& server, SslToWire& n, Instant now, ServerSink& out);
    void ssl_said(const Userid& server, SslToApplication& n, Instant now, ServerSink& out);
    void ssl_said(const Userid& server, SslEstablished& n, Instant now, ServerSink& out);
    void ssl_said(const Userid& server, SslFailed& n, Instant now, ServerSink& out);
    void ssl_said(const Userid& server, SslPeerClosed& n, Instant now, ServerSink& out);
    void ssl_said(const Userid& server, SslDone& n, Instant now, ServerSink& out);
    void ssl_said(const Userid& server, SslLabelAnswer& n, Instant now, ServerSink& out);
    void member_lost(const Userid& member, const std::string& how, Instant now, ServerSink& out);
    void reject(const Userid& server, const std::string& why, std::vector<SourceLocation> rests_on,
                ServerSink& out);
    void server_at_work(Conduit& c, Instant now, ServerSink& out);
    bool ask_next_member(Conduit& c, const SslFailed& n, ServerSink& out);

    // news of the stack
    void accepted(ConnectionId listener, ConnectionId connection, const Endpoint& local, const Endpoint& peer,
                  Instant now, ServerSink& out);
    void connected(ConnectionId connection, const Endpoint& local, const Endpoint& peer, ServerSink& out);
    void connect_failed(ConnectionId connection, const std::string& why, ServerSink& out);
    void from_wire(ConnectionId connection, std::vector<Buffer> data, std::size_t bytes, Instant now,
                   ServerSink& out);
    void wire_closed(ConnectionId connection, ServerSink& out);
    void tcp_closed(ConnectionId connection, CloseReason reason, const std::string& why, ServerSink& out);
    void acknowledged(ConnectionId connection, std::size_t bytes, Instant now, ServerSink& out);
    void attacked(Attack attack, const Endpoint& peer, Instant now, ServerSink& out);
    void conflicted(InterfaceId interface, const IpAddress& address, const std::string& claimed_by,
                    ServerSink& out);
    /// On the console, and to everybody whom INFORM names.
    void say_serious(const Said& what, ServerSink& out);
    void echo_replied(std::uint16_t identifier, Instant now, ServerSink& out);
    void echo_failed(std::uint16_t identifier, std::string why, ServerSink& out);
    void datagram_arrived(std::uint16_t port, const Endpoint& from, Buffer data, ServerSink& out);
    void datagram_failed(const IcmpReport& report, std::string why, ServerSink& out);

    // conduits
    void open_session(Conduit& c, ServerSink& out);
    void begin_handshake_if_reply_left(Conduit& c, ServerSink& out);
    void close_half(Conduit& c, Instant now, ServerSink& out);
    void keep_alive(const Conduit& c, Instant now);
    void set_deadline(Conduit& c, std::optional<Instant> at);
    void reset(Conduit& c, CloseReason reason, std::string why, Instant now, ServerSink& out);
    /// Tells the application (if it knows the socket), frees the SSL session, forgets the conduit.
    void finish(ConnectionId id, CloseReason reason, std::string why, ServerSink& out);
    void tell(const Conduit& c, SocketNotice notice, ServerSink& out);

    ServerConfig config_;
    Stack stack_;
    SslPool pool_;
    Pools pools_;
    Autolog autolog_;
    Instant started_{};
    bool up_ = false;
    std::map<ConnectionId, Listener> listeners_;
    std::map<ConnectionId, Conduit> conduits_;
    std::set<std::pair<Instant, ConnectionId>> deadlines_;
    std::map<std::uint16_t, Ping> pings_;
    std::uint16_t next_ping_ = 1;
    std::map<std::uint16_t, UdpSocket> udp_sockets_;
    struct LabelQuery {
        Userid client{};
        std::string label;
        Userid member{};
    };
    std::map<std::uint32_t, LabelQuery> label_queries_;
    std::uint32_t next_query_ = 1;
    std::set<Userid> clients_;
    std::optional<Instant> shutdown_at_{};
    std::array<std::optional<Instant>, std::size_t(Attack::count_)> attack_said_{};
    std::vector<News> news_;
};

}  // namespace vmlab::stack

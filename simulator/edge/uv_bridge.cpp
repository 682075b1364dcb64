#include "simulator/edge/uv_bridge.hpp"

#include <fmt/core.h>
#include <linux/sockios.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <uv.h>

#include <array>
#include <map>
#include <utility>

#include "simulator/edge/uv_driver.hpp"
#include "stack/base/assert.hpp"

namespace vmlab::sim {
namespace {

/// Bytes of a client that may be under way into the world before its socket is read no further.
constexpr std::size_t kInboundCredit = 256 * 1024;
constexpr std::size_t kReadSize = 64 * 1024;
constexpr int kBacklog = 512;

/// Closing with linger time zero sends RST instead of FIN, whatever libuv knows of the socket's state.
void arm_reset(uv_tcp_t& socket) {
    uv_os_fd_t fd = -1;
    if (uv_fileno(reinterpret_cast<uv_handle_t*>(&socket), &fd) != 0) return;
    const linger now{1, 0};
    ::setsockopt(fd, SOL_SOCKET, SO_LINGER, &now, sizeof now);
}

/// Bytes that were written to a client and that it has not taken yet: in libuv, and in the host's sockets.
std::size_t untaken(const uv_tcp_t& socket) {
    uv_os_fd_t fd = -1;
    int in_kernel = 0;
    if (uv_fileno(reinterpret_cast<const uv_handle_t*>(&socket), &fd) != 0) return 0;
    if (::ioctl(fd, SIOCOUTQ, &in_kernel) != 0) in_kernel = 0;
    return uv_stream_get_write_queue_size(reinterpret_cast<const uv_stream_t*>(&socket)) +
           std::size_t(in_kernel);
}

}  // namespace

struct UvBridge::Impl {
    struct Client {
        uv_tcp_t socket{};
        uv_timer_t patience{};  // runs while the last bytes leave
        Impl* bridge = nullptr;
        std::uint64_t number = 0;
        std::size_t under_way = 0;  // read, and not yet taken by the world
        std::size_t untaken = 0;    // while the last bytes leave: how many were left when we looked last
        int open_handles = 2;
        bool opened = false, reading = false, client_ended = false, world_ended = false, finishing = false,
             closing = false;
    };
    struct Write {
        uv_write_t request{};
        Client* client = nullptr;
        Buffer data{};
    };
    struct Listener {
        uv_tcp_t socket{};
        Impl* bridge = nullptr;
        Endpoint where{};
    };
    struct Port {
        std::array<std::optional<Endpoint>, 2> where{};  // of IPv4, of IPv6
        std::array<Listener*, 2> listeners{};  // 127.0.0.1, ::1; null when the host has no such address

        const Endpoint& target(std::size_t family) const {
            return where[family] ? *where[family] : *where[1 - family];
        }
    };

    UvDriver& driver;
    BridgeOptions options;
    std::map<std::uint16_t, Port> ports{};
    std::map<std::uint64_t, Client*> clients{};
    std::uint64_t last_number = 0;
    std::vector<std::string> refusals{};
    std::vector<char> room = std::vector<char>(kReadSize);

    void open_port(std::uint16_t loopback, const Endpoint& where);
    Listener* listen_at(const char* address, std::uint16_t loopback, const Endpoint& where, int& error);
    void close_port(Port& port);
    void aim(Port& port);
    void accept(Listener& listener);
    void start_reading(Client& client);
    void received(Client& client, ssize_t count, const char* bytes);
    void finish(Client& client);
    void be_patient(Client& client);
    void send_end(Client& client);
    void last_bytes_left(Client& client);
    void close(Client& client, bool reset);
    void lost(Client& client, const std::string& why);
    Client* find(std::uint64_t number) const;
    static void handle_closed(uv_handle_t* handle);
};

// ── ports
// ───────────────────────────────────────────────────────────────────────────────────────────────────

void UvBridge::Impl::open_port(std::uint16_t loopback, const Endpoint& where) {
    const std::size_t family = where.address.is_v4() ? 0 : 1;
    if (const auto known = ports.find(loopback); known != ports.end()) {
        known->second.where[family] = where;
        return aim(known->second);
    }
    Port port;
    port.where[family] = where;
    const std::array<const char*, 2> addresses{"127.0.0.1", "::1"};
    for (std::size_t i = 0; i < addresses.size(); ++i) {
        int error = 0;
        port.listeners[i] = listen_at(addresses[i], loopback, where, error);
        const bool no_such_family = error == UV_EADDRNOTAVAIL || error == UV_EAFNOSUPPORT;
        if (error == 0 || (i == 1 && no_such_family)) continue;
        auto why =
            fmt::format("{} port {} (for {}): {}", addresses[i], loopback, where.str(), uv_strerror(error));
        driver.enter(
            HostNoted{options.machine, RecordKind::refusal, "loopback port refused by the host: " + why});
        if (options.ports.is_needed(where)) refusals.push_back(std::move(why));
        close_port(port);
        return;
    }
    ports.emplace(loopback, port);
}

UvBridge::Impl::Listener* UvBridge::Impl::listen_at(const char* address, std::uint16_t loopback,
                                                    const Endpoint& where, int& error) {
    auto* listener = new Listener;
    listener->bridge = this;
    listener->where = where;
    listener->socket.data = listener;
    uv_tcp_init(driver.loop(), &listener->socket);
    sockaddr_storage at{};
    const bool v4 = uv_ip4_addr(address, loopback, reinterpret_cast<sockaddr_in*>(&at)) == 0;
    if (!v4) uv_ip6_addr(address, loopback, reinterpret_cast<sockaddr_in6*>(&at));
    error = uv_tcp_bind(&listener->socket, reinterpret_cast<const sockaddr*>(&at), v4 ? 0 : UV_TCP_IPV6ONLY);
    if (error == 0)
        error = uv_listen(reinterpret_cast<uv_stream_t*>(&listener->socket), kBacklog,
                          [](uv_stream_t* server, int status) {
                              auto* from = static_cast<Listener*>(server->data);
                              if (status == 0) from->bridge->accept(*from);
                          });
    if (error == 0) return listener;
    uv_close(reinterpret_cast<uv_handle_t*>(&listener->socket),
             [](uv_handle_t* handle) { delete static_cast<Listener*>(handle->data); });
    return nullptr;
}

/// Where the listeners of a port lead to now.
void UvBridge::Impl::aim(Port& port) {
    for (std::size_t i = 0; i < port.listeners.size(); ++i)
        if (port.listeners[i]) port.listeners[i]->where = port.target(i);
}

void UvBridge::Impl::close_port(Port& port) {
    for (auto*& listener : port.listeners) {
        if (!listener) continue;
        uv_close(reinterpret_cast<uv_handle_t*>(&listener->socket),
                 [](uv_handle_t* handle) { delete static_cast<Listener*>(handle->data); });
        listener = nullptr;
    }
}

// ── clients
// ─────────────────────────────────────────────────────────────────────────────────────────────────

void UvBridge::Impl::accept(Listener& listener) {
    auto* client = new Client;
    client->bridge = this;
    client->socket.data = client->patience.data = client;
    uv_tcp_init(driver.loop(), &client->socket);
    uv_timer_init(driver.loop(), &client->patience);
    client->number = ++last_number;
    clients.emplace(client->number, client);
    if (uv_accept(reinterpret_cast<uv_stream_t*>(&listener.socket),
                  reinterpret_cast<uv_stream_t*>(&client->socket)) != 0)
        return close(*client, true);
    if (clients.size() > options.max_clients) {
        driver.enter(
            HostNoted{options.machine, RecordKind::refusal,
                      fmt::format("loopback client for {} reset: {} clients are connected, the limit",
                                  listener.where.str(), options.max_clients)});
        return close(*client, true);
    }
    uv_tcp_nodelay(&client->socket, 1);
    driver.post(options.machine, ClientConnected{client->number, listener.where});
}

void UvBridge::Impl::start_reading(Client& client) {
    if (client.reading || client.closing || client.client_ended || !client.opened) return;
    client.reading = true;
    uv_read_start(
        reinterpret_cast<uv_stream_t*>(&client.socket),
        [](uv_handle_t* handle, std::size_t, uv_buf_t* buffer) {
            auto& shared = static_cast<Client*>(handle->data)->bridge->room;
            *buffer = uv_buf_init(shared.data(), unsigned(shared.size()));
        },
        [](uv_stream_t* stream, ssize_t count, const uv_buf_t* buffer) {
            auto* from = static_cast<Client*>(stream->data);
            from->bridge->received(*from, count, buffer->base);
        });
}

void UvBridge::Impl::received(Client& client, ssize_t count, const char* bytes) {
    if (count == 0) return;
    if (count == UV_EOF) {
        client.client_ended = true;
        client.reading = false;
        uv_read_stop(reinterpret_cast<uv_stream_t*>(&client.socket));
        if (client.finishing) return last_bytes_left(client);
        return driver.post(options.machine, ClientShutdown{client.number});
    }
    if (count < 0) return lost(client, uv_strerror(int(count)));
    if (client.finishing) return;  // the world has finished with it: what comes now has no reader
    client.under_way += std::size_t(count);
    if (client.under_way >= kInboundCredit) {
        client.reading = false;
        uv_read_stop(reinterpret_cast<uv_stream_t*>(&client.socket));
    }
    driver.post(options.machine,
                ClientSent{client.number, Buffer::copy_of(std::string_view(bytes, std::size_t(count)))});
}

/// The world is done with the client: FIN after what is queued, and time for it to be fetched.
void UvBridge::Impl::finish(Client& client) {
    client.finishing = true;
    send_end(client);
    be_patient(client);
    last_bytes_left(client);
}

/// A client that still fetches, however slowly, gets everything; one that does nothing is reset.
void UvBridge::Impl::be_patient(Client& client) {
    client.untaken = untaken(client.socket);
    uv_timer_start(
        &client.patience,
        [](uv_timer_t* timer) {
            auto* slow = static_cast<Client*>(timer->data);
            if (untaken(slow->socket) < slow->untaken) slow->bridge->be_patient(*slow);
            else slow->bridge->close(*slow, true);
        },
        std::uint64_t(duration_cast<milliseconds>(options.linger).count()), 0);
}

/// FIN after what is queued; once.
void UvBridge::Impl::send_end(Client& client) {
    if (std::exchange(client.world_ended, true)) return;
    auto* request = new uv_shutdown_t;
    request->data = &client;
    const int error =
        uv_shutdown(request, reinterpret_cast<uv_stream_t*>(&client.socket), [](uv_shutdown_t* done, int) {
            auto* to = static_cast<Client*>(done->data);
            delete done;
            to->bridge->last_bytes_left(*to);
        });
    if (error != 0) delete request;  // not connected any more: reading says so
}

/// Closing while the client still sends would turn our FIN into a reset: wait for its end of file as well.
void UvBridge::Impl::last_bytes_left(Client& client) {
    if (client.closing || !client.finishing) return;
    const bool written = uv_stream_get_write_queue_size(reinterpret_cast<uv_stream_t*>(&client.socket)) == 0;
    if (written && client.client_ended) return close(client, false);
    client.opened = true;
    start_reading(client);
}

void UvBridge::Impl::lost(Client& client, const std::string& why) {
    if (client.closing) return;
    if (!client.finishing) {
        driver.enter(HostNoted{options.machine, RecordKind::close,
                               fmt::format("loopback client {}: {}", client.number, why)});
        driver.post(options.machine, ClientGone{client.number});
    }
    close(client, true);
}

void UvBridge::Impl::close(Client& client, bool reset) {
    if (std::exchange(client.closing, true)) return;
    if (reset) arm_reset(client.socket);
    clients.erase(client.number);
    uv_close(reinterpret_cast<uv_handle_t*>(&client.socket), handle_closed);
    uv_close(reinterpret_cast<uv_handle_t*>(&client.patience), handle_closed);
}

void UvBridge::Impl::handle_closed(uv_handle_t* handle) {
    auto* client = static_cast<Client*>(handle->data);
    if (--client->open_handles == 0) delete client;
}

UvBridge::Impl::Client* UvBridge::Impl::find(std::uint64_t number) const {
    const auto found = clients.find(number);
    return found == clients.end() ? nullptr : found->second;
}

// ── what the world says
// ─────────────────────────────────────────────────────────────────────────────────────

UvBridge::UvBridge(UvDriver& driver, BridgeOptions options)
    : impl_(std::make_unique<Impl>(Impl{driver, std::move(options)})) {}

UvBridge::~UvBridge() {
    close();
    uv_run(impl_->driver.loop(), UV_RUN_NOWAIT);  // the handles outlive their close by one turn of the loop
}

void UvBridge::client_opened(std::uint64_t number) {
    auto* client = impl_->find(number);
    if (!client || client->finishing) return;
    client->opened = true;
    impl_->start_reading(*client);
}

void UvBridge::client_data(std::uint64_t number, Buffer data) {
    auto* client = impl_->find(number);
    if (!client || client->world_ended || data.empty()) return;
    auto* write = new Impl::Write;
    write->client = client;
    write->data = std::move(data);
    write->request.data = write;
    // libuv only reads from it; its type has no const.
    auto* bytes = reinterpret_cast<char*>(const_cast<std::uint8_t*>(write->data.data()));
    const uv_buf_t buffer = uv_buf_init(bytes, unsigned(write->data.size()));
    const int error =
        uv_write(&write->request, reinterpret_cast<uv_stream_t*>(&client->socket), &buffer, 1,
                 [](uv_write_t* request, int status) {
                     const std::unique_ptr<Impl::Write> done(static_cast<Impl::Write*>(request->data));
                     Impl& bridge = *done->client->bridge;
                     if (status == UV_ECANCELED) return;
                     if (status < 0) return bridge.lost(*done->client, uv_strerror(status));
                     if (!done->client->finishing)
                         bridge.driver.post(bridge.options.machine,
                                            ClientTook{done->client->number, done->data.size()});
                 });
    if (error != 0) delete write;  // the read side hears of the same broken socket
}

void UvBridge::client_credit(std::uint64_t number, std::size_t bytes) {
    auto* client = impl_->find(number);
    if (!client) return;
    vm_assert(bytes <= client->under_way);
    client->under_way -= bytes;
    if (client->under_way <= kInboundCredit / 2) impl_->start_reading(*client);
}

void UvBridge::client_shutdown(std::uint64_t number) {
    auto* client = impl_->find(number);
    if (client) impl_->send_end(*client);
}

void UvBridge::client_closed(std::uint64_t number, CloseReason reason) {
    auto* client = impl_->find(number);
    if (!client || client->finishing) return;
    if (reason == CloseReason::finished && client->opened) impl_->finish(*client);
    else impl_->close(*client, true);
}

void UvBridge::listening(const Endpoint& where, bool now) {
    const auto loopback = impl_->options.ports.loopback_port(where);
    if (!loopback) return;
    if (now) return impl_->open_port(*loopback, where);
    const auto found = impl_->ports.find(*loopback);
    if (found == impl_->ports.end()) return;
    auto& families = found->second.where;
    auto& mine = families[where.address.is_v4() ? 0 : 1];
    if (mine != where) return;
    mine.reset();
    if (families[0] || families[1]) return impl_->aim(found->second);
    impl_->close_port(found->second);
    impl_->ports.erase(found);
}

std::vector<OpenPort> UvBridge::open_ports() const {
    std::vector<OpenPort> open;
    for (const auto& [loopback, port] : impl_->ports) open.push_back({loopback, port.target(0)});
    return open;
}

std::size_t UvBridge::clients() const { return impl_->clients.size(); }

std::vector<std::string> UvBridge::take_refusals() { return std::exchange(impl_->refusals, {}); }

void UvBridge::close() {
    for (auto& [loopback, port] : impl_->ports) impl_->close_port(port);
    impl_->ports.clear();
    while (!impl_->clients.empty()) impl_->close(*impl_->clients.begin()->second, true);
}

}  // namespace vmlab::sim

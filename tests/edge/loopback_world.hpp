// A small world for tests of the edge: one machine that answers loopback clients as a test wants, and real
// clients in processes of their own.
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <functional>
#include <map>
#include <optional>
#include <string>

#include "simulator/edge/edge.hpp"
#include "simulator/system/system.hpp"
#include "stack/base/overloaded.hpp"

namespace vmlab::sim {

inline const IpAddress kHost = Ipv4Address::of(9, 60, 60, 3), kHost6 = *IpAddress::parse("2001:db8:60::3");

/// LAPTOP: hands what loopback clients do to the test, and wakes every 5 ms so that the test can look around.
class TestHost final : public Machine {
public:
    using Machine::Machine;

    std::function<void(const ClientConnected&, Outside&)> connected =
        [](const ClientConnected& e, Outside& out) { out.client_opened(e.client); };
    std::function<void(ClientSent&, Outside&)> sent{};
    std::function<void(const ClientTook&, Outside&)> took{};
    std::function<void(const ClientShutdown&, Outside&)> shutdown{};
    std::function<void(const ClientGone&, Outside&)> gone{};
    std::function<void(System&)> looks_around{};

    void receive(Event& event, System& world) override {
        Outside& out = world.outside();
        std::visit(overloaded{
                       [&](ClientConnected& e) { connected(e, out); },
                       [&](ClientSent& e) {
                           if (sent) sent(e, out);
                       },
                       [&](ClientTook& e) {
                           if (took) took(e, out);
                       },
                       [&](ClientShutdown& e) {
                           if (shutdown) shutdown(e, out);
                       },
                       [&](ClientGone& e) {
                           if (gone) gone(e, out);
                       },
                       [](auto&) {},
                   },
                   event.payload);
        if (looks_around) looks_around(world);
        next_ = world.now() + milliseconds{5};
    }
    std::optional<Instant> next_deadline() const override { return next_; }

private:
    Instant next_{};
};

/// A real client: runs in its own process and tells what it saw in a sentence.
class ClientProcess {
public:
    explicit ClientProcess(const std::function<std::string()>& life) {
        int ends[2];
        if (::pipe(ends) != 0) return;
        std::fflush(nullptr);
        pid_ = ::fork();
        if (pid_ == 0) {
            // Nothing of the lab's: a listening socket that lived on here would take later clients.
            for (int fd = 3; fd < 1024; ++fd)
                if (fd != ends[1]) ::close(fd);
            ::alarm(60);
            const std::string told = life();
            (void)!::write(ends[1], told.data(), told.size());
            ::_exit(0);
        }
        ::close(ends[1]);
        from_ = ends[0];
    }
    ClientProcess(ClientProcess&& other) noexcept : pid_(std::exchange(other.pid_, -1)), from_(other.from_) {}
    ~ClientProcess() {
        if (pid_ < 0) return;
        ::kill(pid_, SIGKILL);
        ::waitpid(pid_, nullptr, 0);
        ::close(from_);
    }

    /// What it told, once it has ended.
    std::optional<std::string> told() {
        if (pid_ < 0) return told_;
        int status = 0;
        if (::waitpid(pid_, &status, WNOHANG) != pid_) return std::nullopt;
        pid_ = -1;
        char room[4096];
        ssize_t n = 0;
        while ((n = ::read(from_, room, sizeof room)) > 0) told_.append(room, std::size_t(n));
        ::close(from_);
        if (status != 0) told_ += " (died)";
        return told_;
    }

private:
    pid_t pid_ = -1;
    int from_ = -1;
    std::string told_;
};

/// A connection of a client process.
class Socket {
public:
    Socket(const char* address, std::uint16_t port) {
        sockaddr_in v4{};
        sockaddr_in6 v6{};
        const bool is_v4 = ::inet_pton(AF_INET, address, &v4.sin_addr) == 1;
        v4.sin_family = AF_INET;
        v4.sin_port = v6.sin6_port = htons(port);
        v6.sin6_family = AF_INET6;
        if (!is_v4) ::inet_pton(AF_INET6, address, &v6.sin6_addr);
        fd = ::socket(is_v4 ? AF_INET : AF_INET6, SOCK_STREAM, 0);
        const auto* to = is_v4 ? reinterpret_cast<sockaddr*>(&v4) : reinterpret_cast<sockaddr*>(&v6);
        error = ::connect(fd, to, is_v4 ? sizeof v4 : sizeof v6) == 0 ? 0 : errno;
    }
    ~Socket() { ::close(fd); }
    Socket(const Socket&) = delete;

    bool send(std::string_view bytes) {
        while (!bytes.empty()) {
            const auto n = ::send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL);
            if (n <= 0) return false;
            bytes.remove_prefix(std::size_t(n));
        }
        return true;
    }
    /// Everything until end of file; " (reset)" is appended when it ended otherwise.
    std::string receive_all() {
        std::string all;
        char room[65536];
        ssize_t n = 0;
        while ((n = ::recv(fd, room, sizeof room, 0)) > 0) all.append(room, std::size_t(n));
        return n < 0 ? all + " (" + (errno == ECONNRESET ? "reset" : std::strerror(errno)) + ")" : all;
    }
    void shutdown() { ::shutdown(fd, SHUT_WR); }

    int fd = -1;
    int error = 0;
};

/// A port base that no other test of this moment uses.
inline std::uint16_t some_base() { return std::uint16_t(20000 + ::getpid() % 3500 * 10); }

/// The world with its edge; runs until `done` holds.
struct LoopbackWorld {
    explicit LoopbackWorld(std::uint16_t port_base = some_base(), Duration patience = seconds{10})
        : base(port_base), linger(patience) {
        auto machine = std::make_unique<TestHost>(Name8{"LAPTOP"});
        host = machine.get();
        world.add(std::move(machine));
        edge.attach(world);
    }
    static EdgeOptions options(std::uint16_t base, Duration linger) {
        EdgeOptions wanted;
        wanted.linger = linger;
        wanted.ports = PortMap{kHost, base, 0, 0};
        wanted.terminal = false;
        return wanted;
    }
    /// The virtual port listens; its loopback port.
    std::uint16_t listen(std::uint16_t port) {
        edge.listening({kHost, port}, true);
        return std::uint16_t(base + port);
    }
    void run_until(const std::function<bool()>& done, Duration at_most = seconds{30}) {
        const Instant end = world.now() + at_most;
        host->looks_around = [&, end](System& w) {
            if (done() || w.now() >= end) edge.stop();
        };
        world.post(host->index(), DeadlinePassed{});
        edge.run();
    }
    std::string run(ClientProcess& client) {
        std::optional<std::string> told;
        run_until([&] { return (told = client.told()).has_value(); });
        return told.value_or("(it did not end)");
    }

    std::uint16_t base;
    Duration linger;
    Edge edge{options(base, linger), {.exposes = [](const IpAddress& address) { return address == kHost6; }}};
    System world{Instant{}, seed_from_number(1), edge};
    TestHost* host = nullptr;
};

}  // namespace vmlab::sim

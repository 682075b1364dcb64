// Real clients over loopback: their bytes reach the world and come back whole, ends and refusals keep their
// kind.
#include <doctest/doctest.h>
#include <fmt/core.h>

#include <list>
#include <vector>

#include "tests/edge/loopback_world.hpp"

using namespace vmlab;
using namespace vmlab::sim;

namespace {

/// Echoes at once: the world takes and gives back every byte, and ends when the client does.
void echo(TestHost& host) {
    host.sent = [](ClientSent& e, Outside& out) {
        const std::size_t size = e.data.size();
        out.client_data(e.client, std::move(e.data));
        out.client_credit(e.client, size);
    };
    host.shutdown = [](const ClientShutdown& e, Outside& out) {
        out.client_closed(e.client, CloseReason::finished, "");
    };
}

std::string pattern(std::size_t size) {
    std::string bytes(size, '\0');
    std::uint32_t x = 1;
    for (auto& byte : bytes) byte = char((x = x * 1664525 + 1013904223) >> 24);
    return bytes;
}

}  // namespace

TEST_CASE("clients of ::1 go on by IPv6 where the stack listens there, those of 127.0.0.1 by IPv4") {
    using Said = std::vector<std::pair<IpAddress, bool>>;
    // Where a client comes out, when the stack has said these things about its port 7.
    const auto visit = [](const char* address, const Said& said) {
        LoopbackWorld lab;
        std::string target;
        lab.host->connected = [&](const ClientConnected& e, Outside& out) {
            target = e.target.str();
            out.client_closed(e.client, CloseReason::refused, "");
        };
        for (const auto& one : said) lab.edge.listening({one.first, 7}, one.second);
        const auto port = std::uint16_t(lab.base + 7);
        ClientProcess client([&]() -> std::string {
            Socket socket(address, port);
            if (socket.error == EADDRNOTAVAIL || socket.error == EAFNOSUPPORT) return "no IPv6 here";
            if (socket.error != 0) return "nobody";
            (void)socket.receive_all();
            return "over";
        });
        const auto told = lab.run(client);
        return target.empty() ? told : target;
    };
    const Said both{{kHost, true}, {kHost6, true}};
    if (visit("::1", both) == "no IPv6 here") return;
    CHECK(visit("::1", both) == "2001:db8:60::3..7");
    CHECK(visit("127.0.0.1", both) == "9.60.60.3..7");
    CHECK(visit("::1", {{kHost, true}}) == "9.60.60.3..7");
    const IpAddress stranger = *IpAddress::parse("2001:db8:60::9");  // another stack's
    CHECK(visit("::1", {{kHost, true}, {stranger, true}}) == "9.60.60.3..7");
    CHECK(visit("127.0.0.1", {{kHost, true}, {kHost6, true}, {kHost, false}}) == "2001:db8:60::3..7");
    CHECK(visit("::1", {{kHost, true}, {kHost6, true}, {kHost, false}, {kHost6, false}}) == "nobody");
}

TEST_CASE("8 MiB go through the world and come back whole; the half-close goes both ways") {
    for (const char* address : {"127.0.0.1", "::1"}) {
        CAPTURE(address);
        LoopbackWorld lab;
        echo(*lab.host);
        const auto port = lab.listen(7);
        ClientProcess client([&]() -> std::string {
            const std::string bytes = pattern(8 << 20);
            Socket socket(address, port);
            if (socket.error == EADDRNOTAVAIL || socket.error == EAFNOSUPPORT)
                return "whole";  // no IPv6 here
            const pid_t sender = ::fork();
            if (sender == 0) {
                socket.send(bytes);
                socket.shutdown();
                ::_exit(0);
            }
            return socket.receive_all() == bytes ? "whole" : "torn";
        });
        CHECK(lab.run(client) == "whole");
        CHECK(lab.edge.clients() == 0);
    }
}

TEST_CASE("a virtual refusal resets the real client") {
    LoopbackWorld lab;
    lab.host->connected = [](const ClientConnected& e, Outside& out) {
        out.client_closed(e.client, CloseReason::refused, "no SSL server");
    };
    const auto port = lab.listen(21);
    ClientProcess client([&] { return Socket("127.0.0.1", port).receive_all(); });
    CHECK(lab.run(client) == " (reset)");
}

TEST_CASE("a connection that breaks in the world is reset, even with bytes on their way out") {
    LoopbackWorld lab;
    lab.host->sent = [](ClientSent& e, Outside& out) {
        out.client_data(e.client, Buffer::copy_of("220 "));
        out.client_closed(e.client, CloseReason::timed_out, "");
    };
    const auto port = lab.listen(21);
    ClientProcess client([&] {
        Socket socket("127.0.0.1", port);
        socket.send("x");
        const std::string seen = socket.receive_all();
        return seen.substr(seen.size() - 7);
    });
    CHECK(lab.run(client) == "(reset)");
}

TEST_CASE("a loopback port listens exactly while its virtual port does") {
    LoopbackWorld lab;
    const auto port = std::uint16_t(lab.base + 25);
    const auto attempt = [&] {
        ClientProcess client([&] {
            Socket socket("127.0.0.1", port);
            return std::string(socket.error == 0 ? "connected" : std::strerror(socket.error));
        });
        std::optional<std::string> told;
        while (!(told = client.told())) ::usleep(1000);
        return *told;
    };
    CHECK(attempt() == "Connection refused");
    lab.listen(25);
    CHECK(attempt() == "connected");
    lab.edge.listening({kHost, 25}, false);
    CHECK(attempt() == "Connection refused");
    lab.listen(25);
    CHECK(attempt() == "connected");
}

TEST_CASE("the orderly end of a client reaches the world") {
    LoopbackWorld lab;
    std::string seen;
    lab.host->shutdown = [&](const ClientShutdown& e, Outside&) { seen = fmt::format("{} ended", e.client); };
    const auto port = lab.listen(7);
    ClientProcess client([&] {
        Socket socket("127.0.0.1", port);
        socket.shutdown();
        return socket.receive_all();
    });
    lab.run_until([&] { return !seen.empty(); });
    CHECK(seen == "1 ended");
}

TEST_CASE("a client that resets is gone for the world") {
    LoopbackWorld lab;
    std::string seen;
    lab.host->gone = [&](const ClientGone& e, Outside&) { seen = fmt::format("{} gone", e.client); };
    const auto port = lab.listen(7);
    ClientProcess client([&] {
        Socket socket("127.0.0.1", port);
        const linger at_once{1, 0};
        ::setsockopt(socket.fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
        return std::string();
    });
    lab.run_until([&] {
        client.told();
        return !seen.empty();
    });
    CHECK(seen == "1 gone");
    CHECK(lab.edge.clients() == 0);
}

TEST_CASE("a world that takes nothing stops the client at 256 KiB") {
    LoopbackWorld lab;
    std::size_t received = 0;
    lab.host->sent = [&](ClientSent& e, Outside&) { received += e.data.size(); };
    const auto port = lab.listen(7);
    ClientProcess client([&] {
        Socket socket("127.0.0.1", port);
        socket.send(std::string(32 << 20, 'x'));
        socket.shutdown();
        return std::string("sent");
    });
    int looks_since = 0;
    lab.run_until([&] { return received >= 256 * 1024 && ++looks_since > 40; });
    CHECK(received >= 256 * 1024);
    CHECK(received < 256 * 1024 + 64 * 1024);
}

TEST_CASE("credit opens the way again") {
    LoopbackWorld lab;
    std::size_t received = 0;
    std::size_t most = 0, under_way = 0;
    lab.host->sent = [&](ClientSent& e, Outside&) {
        received += e.data.size();
        under_way += e.data.size();
        most = std::max(most, under_way);
    };
    const auto port = lab.listen(7);
    ClientProcess client([&] {
        Socket socket("127.0.0.1", port);
        return std::string(socket.send(std::string(4 << 20, 'x')) ? "sent" : "broke");
    });
    bool ended = false;
    lab.host->shutdown = [&](const ClientShutdown&, Outside&) { ended = true; };
    lab.run_until([&] {
        lab.edge.client_credit(1, std::exchange(under_way, 0));
        return ended && client.told().has_value();  // the process ends a moment after its connection
    });
    CHECK(received == 4 << 20);
    CHECK(most < 256 * 1024 + 64 * 1024);
    CHECK(client.told() == "sent");
}

TEST_CASE("ClientTook follows what the client has room for") {
    LoopbackWorld lab;
    std::size_t took = 0;
    lab.host->connected = [](const ClientConnected& e, Outside& out) {
        out.client_opened(e.client);
        for (int i = 0; i < 16; ++i) out.client_data(e.client, Buffer::copy_of(std::string(1 << 20, 'y')));
        out.client_shutdown(e.client);
    };
    lab.host->took = [&](const ClientTook& e, Outside&) { took += e.bytes; };
    const auto port = lab.listen(7);
    std::size_t before_reading = 0;
    ClientProcess client([&] {
        Socket socket("127.0.0.1", port);
        ::usleep(300'000);
        return fmt::format("{}", socket.receive_all().size());
    });
    int looks = 0;
    std::optional<std::string> told;
    lab.run_until([&] {
        if (++looks == 20) before_reading = took;
        return (told = client.told()).has_value();
    });
    CHECK(before_reading < 16 << 20);
    CHECK(*told == fmt::format("{}", 16 << 20));
    CHECK(took == 16 << 20);
}

TEST_CASE("the last bytes of a finished connection arrive although the client still sends") {
    LoopbackWorld lab;
    lab.host->sent = [](ClientSent& e, Outside& out) {
        out.client_data(e.client, Buffer::copy_of("221 Bye\r\n"));
        out.client_closed(e.client, CloseReason::finished, "");
    };
    const auto port = lab.listen(21);
    ClientProcess client([&] {
        Socket socket("127.0.0.1", port);
        for (int i = 0; i < 50; ++i) {
            socket.send("NOOP\r\n");
            ::usleep(1000);
        }
        return socket.receive_all();
    });
    CHECK(lab.run(client) == "221 Bye\r\n");
}

/// A finished connection leaves `size` bytes to a client that may do nothing for 200 ms; what the client
/// told.
template <typename Life>
std::string after_the_end(std::size_t size, Life&& life) {
    LoopbackWorld lab(some_base(), milliseconds{200});
    lab.host->connected = [&](const ClientConnected& e, Outside& out) {
        out.client_opened(e.client);
        out.client_data(e.client, Buffer::copy_of(pattern(size)));
        out.client_closed(e.client, CloseReason::finished, "");
    };
    const auto port = lab.listen(21);
    ClientProcess client([&]() -> std::string {
        Socket socket("127.0.0.1", port);
        return life(socket);
    });
    const auto told = lab.run(client);
    CHECK(lab.edge.clients() == 0);
    return told;
}

TEST_CASE("a slow client gets all of what a finished connection left for it") {
    constexpr std::size_t kSize = 8 << 20;
    const auto told = after_the_end(kSize, [](Socket& slow) -> std::string {
        std::string all(kSize, '\0');
        std::size_t have = 0;
        for (ssize_t n = 1; have < kSize && n > 0; have += std::size_t(std::max<ssize_t>(n, 0))) {
            n = ::recv(slow.fd, all.data() + have, std::min<std::size_t>(128 * 1024, kSize - have), 0);
            ::usleep(15'000);
        }
        if (have != kSize || all != pattern(kSize)) return fmt::format("torn at {}", have);
        return slow.receive_all() == "" ? "whole" : "not ended";
    });
    CHECK(told == "whole");
}

TEST_CASE("a client that fetches nothing of what a finished connection left for it is reset") {
    constexpr std::size_t kSize = 64 << 20;  // more than the host's sockets hold
    const auto told = after_the_end(kSize, [](Socket& idle) -> std::string {
        ::usleep(1'000'000);
        return idle.receive_all().size() < kSize ? "cut off" : "whole";
    });
    CHECK(told == "cut off");
}

TEST_CASE("200 clients at once, each with its own bytes") {
    LoopbackWorld lab;
    echo(*lab.host);
    const auto port = lab.listen(7);
    std::list<ClientProcess> clients;
    for (int n = 0; n < 10; ++n)
        clients.emplace_back([&, n] {
            std::vector<std::unique_ptr<Socket>> sockets;
            for (int i = 0; i < 20; ++i) sockets.push_back(std::make_unique<Socket>("127.0.0.1", port));
            int good = 0;
            for (int i = 0; i < 20; ++i) sockets[std::size_t(i)]->send(fmt::format("client {}.{}", n, i));
            for (auto& socket : sockets) socket->shutdown();
            for (int i = 0; i < 20; ++i)
                good += sockets[std::size_t(i)]->receive_all() == fmt::format("client {}.{}", n, i);
            return fmt::format("{}", good);
        });
    int good = 0, ended = 0;
    lab.run_until([&] {
        for (auto client = clients.begin(); client != clients.end();) {
            const auto told = client->told();
            if (told) good += std::stoi(*told), ++ended;
            client = told ? clients.erase(client) : std::next(client);
        }
        return ended == 10;
    });
    CHECK(good == 200);
    CHECK(lab.edge.clients() == 0);
}

TEST_CASE("a taken port is reported with its number and the port behind it") {
    LoopbackWorld first;
    first.listen(23);
    LoopbackWorld second(first.base);
    second.listen(23);
    const auto refusals = second.edge.port_refusals();
    REQUIRE(refusals.size() == 2);
    CHECK(refusals[1].find(fmt::format("--port-base N (this was {})", first.base)) != std::string::npos);
    CHECK(refusals[0].starts_with(fmt::format("127.0.0.1 port {} (for 9.60.60.3..23)", first.base + 23)));
    CHECK(second.edge.open_ports().empty());
    CHECK(second.world.journal().kept().back().kind == RecordKind::refusal);
}

TEST_CASE("a high port that a client of the host has by chance is recorded, and nothing fails for it") {
    LoopbackWorld first(std::uint16_t(1100 + ::getpid() % 500 * 10));
    first.listen(44444);
    LoopbackWorld second(first.base);
    second.listen(44444);
    CHECK(second.edge.port_refusals().empty());
    CHECK(second.edge.open_ports().empty());
    CHECK(second.world.journal().kept().back().text.find("refused by the host") != std::string::npos);
}

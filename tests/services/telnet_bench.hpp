// A bench for the Telnet server: a host that remembers, a CP that only shows the logo, and a client whose
// bytes are written in hexadecimal.
#pragma once

#include <fmt/core.h>

#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "services/telnet/server.hpp"
#include "stack/base/assert.hpp"

namespace vmlab::services::telnet_bench {

using Bytes = std::vector<std::uint8_t>;

inline Bytes unhex(std::string_view text) {
    Bytes bytes;
    unsigned value = 0, digits = 0;
    for (const char c : text) {
        if (c == ' ') continue;
        value = value * 16 + unsigned(c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10);
        if (++digits % 2 == 0) {
            bytes.push_back(std::uint8_t(value));
            value = 0;
        }
    }
    return bytes;
}

inline std::string hex(std::span<const std::uint8_t> bytes) {
    std::string text;
    for (const auto byte : bytes) text += fmt::format("{}{:02X}", text.empty() ? "" : " ", byte);
    return text;
}

/// Text as the bytes of a subnegotiation, in hexadecimal.
inline std::string hex(std::string_view text) {
    return hex(std::span(reinterpret_cast<const std::uint8_t*>(text.data()), text.size()));
}

class BenchHost final : public Host {
public:
    CauseId record(Record what) override {
        records.push_back(std::move(what));
        return CauseId{std::uint32_t(records.size())};
    }
    void request(SocketRequest what) override { requests.push_back(std::move(what)); }
    void console(Said what) override { lines.push_back(what.text); }
    void console_line(std::string text) override { lines.push_back(std::move(text)); }
    void smsg(const Userid&, std::string) override {}
    void terminal(TerminalInput what) override { inputs.push_back(std::move(what)); }
    void end(int) override {}
    Files& files() override { assertion_failed("the Telnet server uses no files", __FILE__, __LINE__); }

    bool recorded(std::string_view part) const {
        for (const Record& record : records)
            if (record.text.find(part) != std::string::npos) return true;
        return false;
    }

    std::vector<Record> records;
    std::vector<SocketRequest> requests;
    std::vector<std::string> lines;
    std::vector<TerminalInput> inputs;
};

/// One server and what its clients have received.
class Bench {
public:
    static constexpr SocketId kSocket = 1004;

    explicit Bench(TelnetConfig config = {}) : server(std::move(config)) {
        server.start(now, host);
        host.requests.clear();
    }

    void connect(bool secured = false, SocketId socket = kSocket, std::uint16_t port = 23) {
        const Endpoint local{Ipv4Address::of(9, 60, 60, 3), port}, peer{Ipv4Address::of(9, 60, 60, 4), 1031};
        hear(Accepted{socket, port, local, peer, secured});
    }
    void hear(SocketNotice notice) { server.receive(std::move(notice), now, host); }
    void client_sends(std::span<const std::uint8_t> bytes, SocketId socket = kSocket) {
        hear(Received{socket, Buffer::copy_of(bytes)});
        hear(SendCredit{socket, kSendCredit});
    }
    void client_sends(std::string_view in_hex, SocketId socket = kSocket) {
        client_sends(unhex(in_hex), socket);
    }
    void client_types(std::string_view text, SocketId socket = kSocket) {
        hear(Received{socket, Buffer::copy_of(text)});
        hear(SendCredit{socket, kSendCredit});
    }
    /// CP says something to the terminal.
    void cp(TerminalOutput what) { server.receive(std::move(what), now, host); }
    void wait(Duration time) {
        const Instant until = now + time;
        for (auto next = server.next_deadline(); next && *next <= until; next = server.next_deadline()) {
            now = std::max(now, *next);
            server.tick(now, host);
        }
        now = until;
    }

    /// Takes what was sent to the client since the last call, one element for each send.
    std::vector<Bytes> take_sends(SocketId socket = kSocket) {
        std::vector<Bytes> sends;
        std::vector<SocketRequest> others;
        for (auto& request : host.requests) {
            auto* send = std::get_if<SendRequest>(&request);
            if (send && send->socket == socket) {
                const auto bytes = send->data.span();
                sends.emplace_back(bytes.begin(), bytes.end());
                if (send->then_secure) secured_behind = hex(bytes);
            } else {
                others.push_back(std::move(request));
            }
        }
        host.requests = std::move(others);
        return sends;
    }
    /// The same as one line of hexadecimal; sends are divided by "|".
    std::string sent(SocketId socket = kSocket) {
        std::string text;
        for (const Bytes& bytes : take_sends(socket)) text += (text.empty() ? "" : " | ") + hex(bytes);
        return text;
    }
    std::string sent_text(SocketId socket = kSocket) {
        std::string text;
        for (const Bytes& bytes : take_sends(socket)) text.append(bytes.begin(), bytes.end());
        return text;
    }
    template <typename Request>
    const Request* requested() const {
        for (const auto& request : host.requests)
            if (const auto* found = std::get_if<Request>(&request)) return found;
        return nullptr;
    }
    bool closing() const { return requested<CloseRequest>() || requested<AbortRequest>(); }
    /// Takes the next word to CP, which must be of this kind.
    template <typename Word>
    Word take_input() {
        vm_assert(!host.inputs.empty());
        const Word word = std::get<Word>(host.inputs.front());
        host.inputs.erase(host.inputs.begin());
        return word;
    }

    Instant now = instant_of({2019, 10, 15, 2, 14, 30, 46, 0});
    BenchHost host;
    TelnetServer server;
    std::string secured_behind;  ///< the plaintext reply behind which TLS was asked for
};

inline TelnetConfig config_with(SecureLevel level, std::string label = "TELCERT") {
    TelnetConfig config;
    config.secure_connection.value = level;
    config.tls_label.value = std::move(label);
    return config;
}

/// Brings a connection to an agreed plain TN3270 display of this type, without START-TLS. A type that ends in
/// -E leaves the query unanswered.
inline void agree_tn3270(Bench& bench, std::string_view type, SocketId socket = Bench::kSocket) {
    bench.client_sends("FF FC 28", socket);
    bench.client_sends("FF FB 18", socket);
    bench.client_sends("FF FA 18 00 " + hex(type) + " FF F0", socket);
    bench.client_sends("FF FB 19 FF FD 19 FF FB 00 FF FD 00", socket);
}

/// Compares with tests/consoles/<name>.txt. VMLAB_UPDATE=1 writes the file instead. Empty = equal; else both
/// texts, for the failure to show.
inline std::string differs_from_golden(const std::string& name, const std::string& text) {
    const std::filesystem::path path =
        std::filesystem::path(VMLAB_SOURCE_DIR) / "tests/consoles" / (name + ".txt");
    if (std::getenv("VMLAB_UPDATE")) {
        std::filesystem::create_directories(path.parent_path());
        std::ofstream(path) << text;
        return {};
    }
    std::ostringstream golden;
    golden << std::ifstream(path).rdbuf();
    if (golden.str() == text) return {};
    return fmt::format("--- {}\n{}\n--- shown\n{}\n", path.filename().string(), golden.str(), text);
}

}  // namespace vmlab::services::telnet_bench

// Everything of the host that the world touches, in one object: loopback clients through the bridge, the
// person through the terminal, time through the driver.
//
//   Edge edge(options, hooks);               // before the world: it is the world's Outside
//   System world(start, seed, edge);         // build it, bring it up in virtual time: ports open meanwhile
//   edge.attach(world);
//   edge.port_refusals();                    // not empty: exit 4
//   edge.run();                              // real time, until stop(), the end of input, or a signal
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "simulator/edge/port_map.hpp"
#include "simulator/edge/terminal.hpp"
#include "simulator/edge/uv_bridge.hpp"
#include "simulator/edge/uv_driver.hpp"
#include "simulator/edge/uv_tap.hpp"
#include "simulator/system/outside.hpp"

namespace vmlab::sim {

struct EdgeOptions {
    std::optional<PortMap> ports{};  ///< nothing: no loopback port is opened
    Name8 machine{"LAPTOP"};         ///< the host of the world that stands for this laptop
    bool terminal = true;            ///< false: --serve, nobody types
    Userid user{"TCPMAINT"};         ///< whose console the terminal is
    TerminalOptions looks{};
    Duration linger = BridgeOptions{}.linger;
    std::string tap{};  ///< the TAP interface on which the kernel joins the LAN; empty: none
    Name8 tap_machine{"TAP"};
    std::uint16_t tap_interface = 1;
};

struct EdgeHooks {
    /// A typed line. True: done with (a command of the program); false: it goes to the user's console.
    std::function<bool(const std::string& line)> line{};
    std::function<std::vector<std::string>(const std::string& line)> completions{};
    /// The loop is about to wait: the moment to write the journal down.
    std::function<void()> quiet{};
    std::function<void(const std::string& line)> key_log{};
    /// A line of any machine's console but the user's.
    std::function<void(const Userid& machine, const std::string& line)> other_console{};
    /// Whether an IPv6 address is that of the stack that clients of ::1 reach; without it they go on by IPv4.
    std::function<bool(const IpAddress& address)> exposes{};
};

class Edge final : public Outside, private TerminalListener {
public:
    Edge(EdgeOptions options, EdgeHooks hooks);
    ~Edge();

    void attach(System& world);
    /// Call it before the world is destroyed.
    void detach() { driver_.detach(); }
    /// Returns the signal that ended it, or 0. Clients are reset and ports closed when it returns.
    int run();
    void stop();

    /// Shown on the terminal (stdout) without tearing the line that is being typed.
    void show(std::string_view line, bool highlight = false);
    /// Paints what was shown so far, at once. Between two turns of the loop it happens by itself.
    void paint();
    bool interactive() const;
    std::vector<OpenPort> open_ports() const;
    std::size_t clients() const;
    /// Ports that could not be opened, one sentence each, and what to do about it; empty when all could.
    std::vector<std::string> port_refusals();
    /// Why the TAP interface cannot be used, and what to do about it; empty when it can.
    const std::string& tap_refusal() const { return tap_refusal_; }
    /// The quiet moment comes again before the world is later than this.
    void wake_by(std::optional<Instant> when) { driver_.wake_by(when); }

    // ── Outside ───────────────────────────────────────────────────────────────
    void client_opened(std::uint64_t client) override;
    void client_data(std::uint64_t client, Buffer data) override;
    void client_credit(std::uint64_t client, std::size_t bytes) override;
    void client_shutdown(std::uint64_t client) override;
    void client_closed(std::uint64_t client, CloseReason reason, const std::string& why) override;
    void listening(const Endpoint& where, bool now) override;
    void kernel_frame(const Buffer& frame) override;
    void console_line(const Userid& machine, const std::string& line, bool priority) override;
    void console_ready(const Userid& machine, bool ready) override;
    bool can_edit() const override { return interactive(); }
    bool edit_text(const std::string& title, std::string& text) override;
    void key_log(const std::string& line) override;
    bool logs_keys() const override { return bool(hooks_.key_log); }

private:
    void line_typed(const std::string& line) override;
    void input_ended() override;
    std::vector<std::string> completions(const std::string& line) override;
    bool before_wait();
    bool signal(int number);

    EdgeOptions options_;
    EdgeHooks hooks_;
    UvDriver driver_;
    std::optional<UvBridge> bridge_;
    std::optional<UvTap> tap_;
    std::string tap_refusal_;
    std::optional<Terminal> terminal_;
};

}  // namespace vmlab::sim

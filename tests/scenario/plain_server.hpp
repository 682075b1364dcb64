// A peer for scripted clients: a host that answers lines as a test wants, FTP's data connections included.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <utility>

#include "simulator/machines/workstation.hpp"
#include "simulator/network/lan.hpp"

namespace vmlab::sim {

class PlainServer final : public ExternalHost {
public:
    using ExternalHost::ExternalHost;

    std::string greeting = "220-A test server\r\n220 ready\r\n";
    /// The answer to a line, by its first word; what is not here gets "500".
    std::map<std::string, std::string> answers{{"USER", "331 Send password please.\r\n"},
                                               {"PASS", "230 TEST logged in\r\n"},
                                               {"TYPE", "200 Representation type is I.\r\n"},
                                               {"DELE", "250 gone\r\n"},
                                               {"QUIT", "221 Goodbye.\r\n"},
                                               {"EPSV", "229 Entering Extended Passive Mode (|||50000|)\r\n"},
                                               {"PASV", "227 Entering Passive Mode (9,60,60,3,195,80)\r\n"}};
    std::map<std::string, std::string> files{};  ///< name → content; LIST sends ""
    bool hangs_up_after_greeting = false;

    void open_ports() {
        control_port_ = *stack_.listen(21, {});
        (void)stack_.listen(50000, {});
    }

private:
    void news(stack::News& n, System& world) override {
        using Kind = stack::News::Kind;
        Wire wire(*this, world);
        if (n.kind == Kind::accepted && n.listener == control_port_) {
            control_ = n.id;
            say(greeting, world);
            if (hangs_up_after_greeting) stack_.shutdown(control_, world.now(), wire);
        } else if (n.kind == Kind::accepted) {
            data_ = n.id;
        } else if (n.kind == Kind::received) {
            stack_.consumed(n.id, n.bytes, world.now(), wire);
            auto& taken = n.id == data_ ? files[storing_] : heard_;
            for (const auto& part : n.received) taken += part.view();
            for (auto end = heard_.find("\r\n"); end != heard_.npos; end = heard_.find("\r\n")) {
                const std::string line = heard_.substr(0, end);
                heard_.erase(0, end + 2);
                answer(line, world);
            }
        } else if (n.kind == Kind::peer_closed) {
            stack_.shutdown(n.id, world.now(), wire);
            if (n.id == data_ && !storing_.empty()) say("250 Transfer completed successfully.\r\n", world);
        }
    }
    void answer(const std::string& line, System& world) {
        const std::string verb = line.substr(0, line.find(' '));
        const std::string name = line.size() > verb.size() ? line.substr(verb.size() + 1) : std::string();
        storing_.clear();
        if (const auto found = answers.find(verb); found != answers.end()) return say(found->second, world);
        if (verb == "STOR") {
            storing_ = name;
            files[name].clear();
            say("125 Storing file\r\n", world);
        } else if (verb == "LIST" || verb == "RETR") {
            say("125 Sending\r\n", world);
            Wire wire(*this, world);
            stack_.send(data_, Buffer::copy_of(files[name]), world.now(), wire);
            stack_.shutdown(data_, world.now(), wire);
            say("250 Transfer completed successfully.\r\n", world);
        } else {
            say("500 " + verb + "?\r\n", world);
        }
    }
    void say(const std::string& text, System& world) {
        Wire wire(*this, world);
        if (!text.empty()) stack_.send(control_, Buffer::copy_of(text), world.now(), wire);
    }

    stack::ConnectionId control_port_ = 0, control_ = 0, data_ = 0;
    std::string heard_{}, storing_{};
};

/// WS1 and the server on one LAN, and nothing else.
struct ClientBench {
    explicit ClientBench(std::uint64_t seed = 1) : system(start(), seed_from_number(seed), outside) {
        system.set_fabric(network);
        const auto lan = network.add_lan("LAN0");
        const auto plug = [&](auto host, Ipv4Address address) {
            auto* made = host.get();
            network.attach(lan, system.add(std::move(host)), made->plug("eth0", address, 24, system));
            return made;
        };
        server = plug(
            std::make_unique<PlainServer>(Name8("SERVER"), stack::StackOptions{}, system.random("SERVER")),
            kServer.address.v4());
        client = plug(std::make_unique<Workstation>(Name8("WS1"), stack::StackOptions{}, system.random("WS1"),
                                                    system.random("WS1 TLS")),
                      Ipv4Address::of(9, 60, 60, 4));
        server->open_ports();
    }
    static Instant start() { return instant_of({2019, 10, 9, 0, 12, 0, 0, 0}); }

    /// The conversation from beginning to end.
    ConversationResult talk(Conversation what, Duration at_most = minutes{10}) {
        const auto number = client->start(std::move(what), system);
        (void)system.run_until(system.now() + at_most, [&] { return client->result(number).ended; });
        ConversationResult result = client->result(number);
        client->forget(number, system);
        system.run_until(system.now() + minutes{5});
        return result;
    }

    static constexpr Endpoint kServer{Ipv4Address::of(9, 60, 60, 3), 21};
    Outside outside{};
    System system;
    Network network{system.random("network")};
    PlainServer* server = nullptr;
    Workstation* client = nullptr;
};

}  // namespace vmlab::sim

// Three hosts that only listen, on one LAN.
#pragma once

#include <cstring>
#include <memory>
#include <string>
#include <vector>

#include "simulator/network/lan.hpp"

namespace vmlab::sim {

struct Listener final : Machine {
    using Machine::Machine;
    std::vector<std::string> heard;
    std::vector<std::size_t> rows;   ///< frames of each event
    std::vector<unsigned> at, upto;  ///< its interfaces
    void receive(Event& event, System&) override {
        auto* arrived = std::get_if<FramesArrived>(&event.payload);
        if (!arrived) return;
        rows.push_back(arrived->frames.size());
        at.push_back(arrived->interface);
        upto.push_back(arrived->interface + arrived->interfaces - 1u);
        for (const auto& frame : arrived->frames) heard.emplace_back(frame.view().substr(14));
    }
};

struct Bench {
    Outside outside;
    System system{instant_of({2019, 10, 9, 0, 12, 0, 0, 0}), seed_from_number(1), outside};
    Network network{system.random("network")};
    std::size_t lan = network.add_lan("LAN0");
    std::vector<Listener*> hosts;

    Bench() {
        system.set_fabric(network);
        for (const char* name : {"A", "B", "C"}) {
            auto host = std::make_unique<Listener>(*Name8::parse(name));
            hosts.push_back(host.get());
            network.attach(lan, system.add(std::move(host)), 0);
        }
    }
    /// Sends from one host to another (or to all with to = 255).
    void send(std::size_t from, std::uint8_t to, std::string_view text) {
        Buffer frame = Buffer::allocate(14 + text.size());
        std::memset(frame.writable(), 0, 14);
        if (to == 255) std::memset(frame.writable(), 0xff, 6);
        if (to != 255) frame.writable()[5] = to;
        frame.writable()[11] = std::uint8_t(from);
        std::memcpy(frame.writable() + 14, text.data(), text.size());
        system.transmit(*hosts[from], 0, frame);
    }
    void run(Duration how_long) { system.run_until(system.now() + how_long); }
};

}  // namespace vmlab::sim

// A host on the virtual network that is not z/VM: a stack with programs of its own. Router, workstation, the
// laptop.
#pragma once

#include <string>
#include <vector>

#include "simulator/system/system.hpp"
#include "stack/news.hpp"
#include "stack/stack.hpp"

namespace vmlab::sim {

class ExternalHost : public Machine {
public:
    ExternalHost(Name8 name, const stack::StackOptions& options, RandomStream random)
        : Machine(name), stack_(options, std::move(random)) {}

    /// Adds an interface with an address (the network plugs it in). Its number.
    stack::InterfaceId plug(std::string interface_name, Ipv4Address address, unsigned prefix, System& world);
    /// An interface speaks IPv6 with this address, too, beside its link-local one. Nobody is asked whether it
    /// is free: the site's hosts have been there before.
    void give(stack::InterfaceId interface, const IpAddress& address, unsigned prefix, System& world);
    void add_default_route(Ipv4Address first_hop, stack::InterfaceId interface) {
        add_route({}, 0, first_hop, interface);
    }
    void add_route(Ipv4Address network, unsigned prefix, Ipv4Address first_hop, stack::InterfaceId interface);
    void add_route(const IpAddress& network, unsigned prefix, const IpAddress& first_hop,
                   stack::InterfaceId interface);

    void receive(Event& event, System& world) override;
    std::optional<Instant> next_deadline() const override { return stack_.next_deadline(); }
    stack::StackSnapshot snapshot() const { return stack_.snapshot(); }

protected:
    /// The stack's sink for a call; news are worked off by drain().
    class Wire final : public stack::NewsSink {
    public:
        Wire(ExternalHost& host, System& world) : NewsSink(host.news_), host_(host), world_(world) {}
        CauseId record(Record what) override { return world_.record(host_.name(), std::move(what)); }
        void send_frame(stack::InterfaceId interface, Buffer frame) override {
            world_.transmit(host_, interface, std::move(frame));
        }

    private:
        ExternalHost& host_;
        System& world_;
    };

    /// Hands each piece of news to news(); call it after every use of the stack.
    void drain(System& world);
    /// What the host's program makes of it. A router has no program.
    virtual void news(stack::News& /*n*/, System& /*world*/) {}
    /// Events that are not the network's.
    virtual void other(Event& /*event*/, System& /*world*/) {}

    stack::Stack stack_;

private:
    std::vector<stack::News> news_;
};

}  // namespace vmlab::sim

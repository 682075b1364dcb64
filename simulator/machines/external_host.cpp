#include "simulator/machines/external_host.hpp"

namespace vmlab::sim {

stack::InterfaceId ExternalHost::plug(std::string interface_name, Ipv4Address address, unsigned prefix,
                                      System& world) {
    MacAddress mac{{0x02, 0x01}};
    for (std::size_t i = 0; i < 4; ++i) mac.bytes[2 + i] = std::uint8_t(address.value >> (24 - 8 * i));
    const auto id = stack_.add_interface({.name = std::move(interface_name), .mac = mac, .proves = false});
    Wire wire(*this, world);
    stack_.add_address(id, address, mask_of_prefix(prefix), world.now(), wire);
    return id;
}

void ExternalHost::add_route(Ipv4Address network, unsigned prefix, Ipv4Address first_hop,
                             stack::InterfaceId interface) {
    stack_.add_route({.destination = network,
                      .mask = mask_of_prefix(prefix),
                      .first_hop = first_hop,
                      .interface = interface});
}

void ExternalHost::give(stack::InterfaceId interface, const IpAddress& address, unsigned prefix,
                        System& world) {
    Wire wire(*this, world);
    stack_.add_address(interface, address, prefix, {}, world.now(), wire);
}

void ExternalHost::add_route(const IpAddress& network, unsigned prefix, const IpAddress& first_hop,
                             stack::InterfaceId interface) {
    stack_.add_route({.prefix = network, .length = prefix, .first_hop = first_hop, .interface = interface});
}

void ExternalHost::receive(Event& event, System& world) {
    Wire wire(*this, world);
    if (auto* arrived = std::get_if<FramesArrived>(&event.payload)) {
        for (std::uint16_t i = 1; i < arrived->interfaces; ++i)
            stack_.receive_frame(std::uint16_t(arrived->interface + i - 1), arrived->frames.front(),
                                 world.now(), wire);
        stack_.receive_frames(std::uint16_t(arrived->interface + arrived->interfaces - 1), arrived->frames,
                              world.now(), wire);
    } else if (std::holds_alternative<DeadlinePassed>(event.payload)) {
        stack_.tick(world.now(), wire);
    } else {
        other(event, world);
    }
    drain(world);
}

void ExternalHost::drain(System& world) {
    for (std::size_t i = 0; i < news_.size(); ++i) {
        stack::News n = std::move(news_[i]);  // the vector may grow while we work
        news(n, world);
    }
    news_.clear();
}

}  // namespace vmlab::sim

#include "simulator/site.hpp"

#include "stack/base/assert.hpp"

namespace vmlab::sim::site {
namespace {

/// The names of a network's addresses: 0.0.0.0.0.6.0.0.8.b.d.0.1.0.0.2.ip6.arpa.
services::DnsName reverse_domain(const IpAddress& network) {
    constexpr std::size_t kNibblesOfHost = 16;
    const auto whole = services::DnsName::reverse_of(network);
    services::DnsName domain;
    for (std::size_t i = kNibblesOfHost; i < whole.labels().size(); ++i)
        vm_assert(domain.append(std::string_view(whole.labels()[i])));
    return domain;
}

}  // namespace

std::string_view wire_of(std::string_view device_type) {
    if (device_type == "HIPERS" || device_type == "CTC") return device_type;
    return kWires[0];
}

std::vector<std::pair<IpAddress, std::string>> hosts(const LanPlan& plan) {
    std::vector<std::pair<IpAddress, std::string>> all = {
        {plan.first_hop, "router.example.test"},
        {plan.name_server, "ns1.example.test"},
        {plan.home, "gdlrct2.example.test"},
        {plan.workstation, "ws1.example.test"},
        {plan.second_workstation, "ws2.example.test"},
        {Ipv4Address::of(9, 60, 60, 10), "tcpip10.example.test"},
        {plan.laptop, "laptop.example.test"},
        {kFarRouter, "far-router.example.test"},
        {kFarWorkstation, "ws3.example.test"},
        {plan.ipv6.first_hop, "router.example.test"},
        {plan.ipv6.name_server, "ns1.example.test"},
        {plan.ipv6.workstation, "ws1.example.test"},
        {plan.ipv6.second_workstation, "ws2.example.test"},
        {plan.ipv6.laptop, "laptop.example.test"},
        {host_of(kFarNetwork6, 1), "far-router.example.test"},
        {host_of(kFarNetwork6, 4), "ws3.example.test"}};
    if (plan.ipv6.home) all.emplace_back(*plan.ipv6.home, "gdlrct2.example.test");
    return all;
}

services::DnsZone zone(const LanPlan& plan, const std::string& host) {
    using services::DnsName, services::DnsType;
    services::DnsZone zone;
    zone.domains = {*DnsName::parse("example.test"), *DnsName::parse("60.60.9.in-addr.arpa"),
                    *DnsName::parse("61.60.9.in-addr.arpa"), reverse_domain(plan.ipv6.first_hop),
                    reverse_domain(kFarNetwork6)};
    zone.add("example.test", {.type = DnsType::soa,
                              .data = services::DnsAuthority{*DnsName::parse("ns1.example.test"),
                                                             *DnsName::parse("hostmaster.example.test"),
                                                             2019100901, 7200, 900, 1209600, 3600}});
    zone.add("example.test", {.type = DnsType::ns, .data = *DnsName::parse("ns1.example.test")});
    zone.add_mail("example.test", 10, "gdlrct2.example.test");
    zone.add_mail("example.test", 20, "tcpip10.example.test");
    for (const auto& [address, name] : hosts(plan)) zone.add_host(name, address);
    const auto dot = host.find('.');
    const auto name = services::DnsName::parse(host);
    if (name && dot != host.npos && dot + 1 < host.size() && !host.ends_with(".example.test")) {
        zone.domains.push_back(*DnsName::parse(host.substr(dot + 1)));
        zone.add_host(host, plan.home);
        if (plan.ipv6.home) zone.add_host(host, *plan.ipv6.home);
    }
    zone.add_alias("mail.example.test", "gdlrct2.example.test");
    for (unsigned i = 0; i < 40; ++i)
        zone.add("many.example.test", {.type = DnsType::a, .data = Ipv4Address::of(9, 60, 61, 100 + i)});
    return zone;
}

}  // namespace vmlab::sim::site

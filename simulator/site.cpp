#include "simulator/site.hpp"

namespace vmlab::sim::site {

services::DnsZone zone(const LanPlan& plan, const std::string& host) {
    using services::DnsName, services::DnsType;
    services::DnsZone zone;
    zone.domains = {*DnsName::parse("example.test"), *DnsName::parse("60.60.9.in-addr.arpa"),
                    *DnsName::parse("61.60.9.in-addr.arpa")};
    zone.add("example.test", {.type = DnsType::soa,
                              .data = services::DnsAuthority{*DnsName::parse("ns1.example.test"),
                                                             *DnsName::parse("hostmaster.example.test"),
                                                             2019100901, 7200, 900, 1209600, 3600}});
    zone.add("example.test", {.type = DnsType::ns, .data = *DnsName::parse("ns1.example.test")});
    zone.add_mail("example.test", 10, "gdlrct2.example.test");
    zone.add_mail("example.test", 20, "tcpip10.example.test");
    zone.add_host("router.example.test", plan.first_hop);
    zone.add_host("ns1.example.test", plan.name_server);
    zone.add_host("gdlrct2.example.test", plan.home);
    zone.add_host("ws1.example.test", plan.workstation);
    zone.add_host("ws2.example.test", plan.second_workstation);
    zone.add_host("tcpip10.example.test", Ipv4Address::of(9, 60, 60, 10));
    zone.add_host("laptop.example.test", plan.laptop);
    zone.add_host("far-router.example.test", kFarRouter);
    zone.add_host("ws3.example.test", kFarWorkstation);
    const auto dot = host.find('.');
    const auto name = services::DnsName::parse(host);
    if (name && dot != host.npos && dot + 1 < host.size() && !host.ends_with(".example.test")) {
        zone.domains.push_back(*DnsName::parse(host.substr(dot + 1)));
        zone.add_host(host, plan.home);
    }
    zone.add_alias("mail.example.test", "gdlrct2.example.test");
    for (unsigned i = 0; i < 40; ++i)
        zone.add("many.example.test", {.type = DnsType::a, .data = Ipv4Address::of(9, 60, 61, 100 + i)});
    return zone;
}

}  // namespace vmlab::sim::site

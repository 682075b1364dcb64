// Which loopback port stands for which virtual port.
#include <doctest/doctest.h>

#include "simulator/edge/port_map.hpp"

using namespace vmlab;
using namespace vmlab::sim;

TEST_CASE("service ports move by the base, the passive range stays, other stacks stay inside") {
    const IpAddress ours = Ipv4Address::of(9, 60, 60, 3), other = Ipv4Address::of(9, 60, 60, 10);
    const PortMap map{ours, 12000, 50100, 50120};
    CHECK(map.loopback_port({ours, 21}) == 12021);
    CHECK(map.loopback_port({ours, 9999}) == 21999);
    CHECK(map.loopback_port({IpAddress(), 25}) == 12025);
    CHECK(map.loopback_port({ours, 50100}) == 50100);
    CHECK(map.loopback_port({ours, 50120}) == 50120);
    CHECK(map.loopback_port({ours, 44444}) == 56444);
    CHECK_FALSE(map.loopback_port({ours, 38100}));  // would fall into the passive range
    CHECK_FALSE(map.loopback_port({ours, 53536}));  // would be 65536
    CHECK_FALSE(map.loopback_port({other, 21}));
}

TEST_CASE("a base that cannot work is refused with the numbers that can") {
    const IpAddress ours = Ipv4Address::of(9, 60, 60, 3);
    CHECK_FALSE(PortMap{ours, 10000, 50100, 50120}.objection());
    CHECK(PortMap{ours, 80, 0, 0}.objection() ==
          "--port-base 80: use a number from 1024 to 55536 (service ports up to 9999 are added to it)");
    CHECK(PortMap{ours, 60000, 0, 0}.objection());
    CHECK(PortMap{ours, 45000, 50100, 50120}.objection() ==
          "--port-base 45000: its ports 45001 to 54999 meet the passive range 50100-50120 of FTP");
}

// Bad clients leave nothing behind: after 10 000 of them the heap is what it was after 1 000.
#include <doctest/doctest.h>

#include "tests/heap.hpp"
#include "tests/world/baseline_world.hpp"

using namespace vmlab;
using namespace vmlab::sim;

namespace {

/// Garbage to FTP, SMTP, Telnet, a TLS port; every fourth client is gone without a word.
void bad_client(BaselineWorld& lab, RandomStream& random) {
    static constexpr std::uint16_t ports[] = {21, 25, 23, 7443};
    std::string garbage(1 + random.below(300), '\0');
    random.fill({reinterpret_cast<std::uint8_t*>(garbage.data()), garbage.size()});
    Conversation c;
    c.patience = seconds{1};
    c.steps = {OpenConnection{{Ipv4Address::of(9, 60, 60, 3), ports[random.below(4)]}}, SendBytes{garbage}};
    if (random.below(4) != 0) c.steps.push_back(CloseConnection{});
    const auto number = lab.world.workstation().start(std::move(c), lab.system());
    lab.run(milliseconds{20});
    lab.world.workstation().forget(number, lab.system());
}

}  // namespace

TEST_CASE("memory after 10 000 bad clients is within 1 MiB of that after 1 000") {
    BaselineWorld lab;
    RandomStream random(seed_from_number(9), "bad clients");
    const auto flood = [&](int count) {
        for (int i = 0; i < count; ++i) bad_client(lab, random);
        lab.run(minutes{3});
    };
    flood(1'000);
    const auto before = bytes_in_use();
    flood(9'000);
    const auto after = bytes_in_use();
    CHECK(after < before + (1u << 20));
    CHECK(lab.world.stack("TCPIP")->secure_sessions == 0);
    CHECK(lab.talk(ftp_conversation("still here")).succeeded);
}

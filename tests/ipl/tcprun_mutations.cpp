// Whatever stands in DTCPARMS and TCPIP DATA, TCPRUN ends: with a program to run, or with DTCRUN1099E as its
// last line.
#include <doctest/doctest.h>

#include "stack/base/random.hpp"
#include "tests/ipl/fixture.hpp"

using namespace vmlab;
using namespace vmlab::sim;
using namespace vmlab::sim::testing;

namespace {

/// Replaces, removes or doubles a character, or empties a line.
void mutate(profiles::SourceText& source, RandomStream& random) {
    if (source.lines.empty()) return;
    std::string& line = source.lines[random.below(source.lines.size())];
    const std::size_t at = line.empty() ? 0 : random.below(line.size());
    switch (line.empty() ? 3 : random.below(4)) {
        case 0: line[at] = static_cast<char>(random.below(256)); break;
        case 1: line.erase(at, 1); break;
        case 2: line.insert(at, 1, ' '); break;
        case 3: line.clear(); break;
    }
}

}  // namespace

TEST_CASE("mutated definitions start a server or say that it is not started") {
    RandomStream random(seed_from_number(11), "tcprun");
    const auto profile = profiles::read_profile_tcpip(baseline("TCPMAINT.198", "PROFILE", "TCPIP", "D1"));
    int started = 0, refused = 0;
    for (int round = 0; round < 600; ++round) {
        Node node;
        for (const auto& [name, type] : {std::pair{Name8("GDLRCT2"), Name8("DTCPARMS")},
                                         {Name8("IBM"), Name8("DTCPARMS")},
                                         {Name8("TCPIP"), Name8("DATA")}}) {
            auto source = node.files.find(name, type);
            for (std::uint64_t n = random.below(6); n > 0; --n) mutate(*source, random);
            node.files.put(std::move(*source));
        }
        for (const Userid server : {Userid("TCPIP"), Userid("SSL00001"), Userid("FTPSERVE")}) {
            const TcprunResult result = node.run(server);
            REQUIRE_FALSE(result.console.empty());
            REQUIRE(result.console.size() < 300);
            const bool said =
                result.console.back().text == "DTCRUN1099E Server not started - correct problem and retry";
            REQUIRE(said != result.launch.has_value());
            ++(said ? refused : started);
            if (result.launch && result.launch->kind == ServerKind::stack)
                REQUIRE(configure_stack(profile, *result.launch, {"SSL00001"}).server.ports.size() == 8);
        }
    }
    CHECK(started > 100);
    CHECK(refused > 100);
}

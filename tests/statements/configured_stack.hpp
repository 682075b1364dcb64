// A stack on the bench whose profile is the text of the test.
#pragma once

#include "profiles/source_text.hpp"
#include "simulator/ipl/configure.hpp"
#include "tests/server/bench.hpp"

namespace vmlab::stack::test {

/// The bench's interface and pool; everything else is what the text says.
inline ServerConfig configured(std::string_view text) {
    const FileId file{"PROFILE", "TCPIP", {'D', '1'}};
    const auto profile = profiles::read_profile_tcpip(profiles::SourceText::from_host(
        file, std::string(text) + "\nASSORTEDPARMS FREELOWPORTS ENDASSORTEDPARMS"));
    ServerConfig c = sim::configure_stack(profile, {}, {}).server;
    const ServerConfig bench = Bench::config();
    c.devices = bench.devices;
    c.links = bench.links;
    c.home = bench.home;
    c.ssl = bench.ssl;
    return c;
}

}  // namespace vmlab::stack::test

// ETC HOSTS and ETC SERVICES: names of hosts and of ports. `#` or `;` begins a comment; of two entries for a
// name the first one counts.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "profiles/findings.hpp"
#include "profiles/values.hpp"

namespace vmlab::profiles {

struct HostEntry {
    Sourced<IpAddress> address{};
    std::vector<Sourced<std::string>> names{};  ///< as typed; the first is the host's own, the others aliases
};

struct EtcHosts {
    FileId file{};
    std::vector<HostEntry> entries{};
    Findings findings{};

    /// The first entry with this name (letters fold), or null.
    const HostEntry* find(std::string_view name) const;
};
[[nodiscard]] EtcHosts read_etc_hosts(const SourceText& source);

struct ServiceEntry {
    Sourced<std::string> name{};  ///< as typed
    std::uint16_t port = 0;
    bool udp = false;
    std::vector<Sourced<std::string>> aliases{};
};

struct EtcServices {
    FileId file{};
    std::vector<ServiceEntry> entries{};
    Findings findings{};

    /// The first entry of a port, or null.
    const ServiceEntry* find(std::uint16_t port, bool udp) const;
};
[[nodiscard]] EtcServices read_etc_services(const SourceText& source);

}  // namespace vmlab::profiles

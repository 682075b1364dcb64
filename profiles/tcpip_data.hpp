// TCPIP DATA: what clients and servers must know of the system: which virtual machine is the stack, what the
// host is called. `[system:] STATEMENT value`; a line for another system has no effect. Of a statement with
// one value the last one is used.
#pragma once

#include <string>
#include <vector>

#include "profiles/findings.hpp"
#include "profiles/values.hpp"

namespace vmlab::profiles {

struct TcpipData {
    FileId file{};
    Sourced<Userid> tcpip_userid{"TCPIP", {}};
    /// The statement as typed, one blank between ("Tcpipuserid TCPIP10"): DTCRUN1028E quotes it.
    std::string tcpip_userid_typed = "TCPIPUSERID TCPIP";
    Sourced<std::string> host_name{};      ///< empty: the node's name
    Sourced<std::string> domain_origin{};  ///< empty: none
    std::vector<Sourced<std::string>> domain_search{};
    std::vector<Sourced<Ipv4Address>> name_servers{};
    Sourced<Userid> smtp_server{"SMTP", {}};

    Findings findings{};
    std::vector<StatementSeen> statements{};
};

/// `node` decides about lines with a system name in front.
[[nodiscard]] TcpipData read_tcpip_data(const SourceText& source, const Name8& node);

}  // namespace vmlab::profiles

// TCPIP DATA: what clients and servers must know of the system: which virtual machine is the stack, what the
// host is called, who resolves names. `[system:] STATEMENT value`; a line for another system has no effect.
// Of a statement with one value the last one is used.
#pragma once

#include <string>
#include <vector>

#include "profiles/findings.hpp"
#include "profiles/values.hpp"
#include "profiles/vm_file_type.hpp"

namespace vmlab::profiles {

enum class DomainLookup : std::uint8_t { dns, file };
enum class ResolveVia : std::uint8_t { udp, tcp };

/// Defaults that are not in facts' sources are remembered: DOMAINLOOKUP, RESOLVERTIMEOUT, RESOLVERUDPRETRIES.
struct TcpipData {
    FileId file{};
    Sourced<Userid> tcpip_userid{"TCPIP", {}};
    /// The statement as typed, one blank between ("Tcpipuserid TCPIP10"): DTCRUN1028E quotes it.
    std::string tcpip_userid_typed = "TCPIPUSERID TCPIP";
    Sourced<std::string> host_name{};      ///< empty: the node's name
    Sourced<std::string> domain_origin{};  ///< empty: none
    std::vector<Sourced<std::string>> domain_search{};
    std::vector<Sourced<DomainLookup>> domain_lookup{};  ///< in order; empty: DNS, then FILE
    std::vector<Sourced<IpAddress>> name_servers{};
    Sourced<std::uint16_t> name_server_port{53, {}};
    Sourced<ResolveVia> resolve_via{};
    Sourced<std::uint32_t> resolver_timeout{30, {}};  ///< seconds
    Sourced<std::uint32_t> resolver_udp_retries{1, {}};
    Sourced<Userid> smtp_server{"SMTP", {}};
    Sourced<Userid> smtp_node{};            ///< empty: this one
    Sourced<Userid> uft_server{};           ///< empty: none
    Sourced<std::string> at_sign{"@", {}};  ///< one character
    std::vector<VmFileType> file_types{};   ///< VMFILETYPE
    Sourced<bool> trace_resolver{};         ///< TRACE RESOLVER
    Sourced<bool> secure_telnet_client{};   ///< the default of TELNET without SECURE or NOSECURE

    Findings findings{};
    std::vector<StatementSeen> statements{};
};

/// `node` decides about lines with a system name in front.
[[nodiscard]] TcpipData read_tcpip_data(const SourceText& source, const Name8& node);

}  // namespace vmlab::profiles

// PROFILE TCPIP: the configuration of a stack.
//
// Free-form: a statement runs until the next statement keyword or its END word; `;` begins a comment. A bad
// statement never stops the stack: it becomes a Finding and reading goes on. List statements (AUTOLOG, PORT,
// HOME, GATEWAY, OBEY, INFORM, PERMIT, RESTRICT): the first of a file replaces the list in force, later ones
// in the same file add to it (TCP/IP Planning and Customization, AUTOLOG). Of a statement with one value the
// last one is used.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "profiles/findings.hpp"
#include "profiles/values.hpp"
#include "stack/base/time.hpp"

namespace vmlab::profiles {

/// The entries of a list statement. `given` is true when the file has the statement at all.
template <typename Entry>
struct StatementList {
    bool given = false;
    SourceLocation where{};  ///< the first keyword
    std::vector<Entry> entries{};
};

struct AutologEntry {
    Sourced<Userid> userid{};
    std::string constant;  ///< the word behind the userid: 0 by custom, any word is taken
};

/// One entry of PORT; low = high for a single port.
struct PortEntry {
    std::uint16_t low = 0, high = 0;
    std::optional<Ipv4Address> address{};  ///< not simulated: the port is reserved on all addresses
    bool udp = false;
    Sourced<Userid> user{};
    bool autolog = true;                           ///< false with NOAUTOLOG
    std::optional<Sourced<std::string>> secure{};  ///< SECURE: the label, folded to upper case
    Sourced<ClientCertCheck> client_cert_check{};
    SourceLocation where{};
};

/// SSLSERVERID: a userid, or `*` for the pool.
struct SslServerId {
    Sourced<Userid> server{};
    Sourced<std::uint32_t> timeout{30, {}};  ///< seconds that AUTOLOG waits for the first server
    SourceLocation where{};
};

struct SslLimits {
    Sourced<std::uint32_t> max_sessions{3000, {}};
    Sourced<std::uint32_t> max_per_server{600, {}};
};

/// INTERNALCLIENTPARMS: the Telnet server. Times in seconds, 0 = never.
struct InternalClientParms {
    SourceLocation where{};
    std::vector<Sourced<std::uint16_t>> ports{};  ///< empty: 23
    Sourced<SecureLevel> secure_connection{};
    std::optional<Sourced<std::string>> tls_label{};
    Sourced<ClientCertCheck> client_cert_check{};
    Sourced<std::uint32_t> time_mark{600, {}};
    Sourced<std::uint32_t> inactive{0, {}};
    Sourced<std::uint32_t> scan_interval{60, {}};
    Sourced<std::uint16_t> ldev_low{0, {}}, ldev_high{0xffff, {}};
    Sourced<bool> tn3270e{true, {}};  ///< false with NOTN3270E
};

struct AssortedParms {
    Sourced<bool> restrict_low_ports{true, {}};
    Sourced<bool> permitted_users_only{};
    Sourced<bool> secure_local{};
    Sourced<bool> forwarding{true, {}};  ///< false with NOFWD
};

struct DeviceStatement {
    Sourced<std::string> name{};  ///< folded to upper case, at most 16 characters
    std::string type;             ///< OSD
    std::string vdev;             ///< 0600
    bool simulated = false;       ///< an OSD device: the only kind that comes up
    bool says_restart = false;    ///< AUTORESTART or NOAUTORESTART is given (else DTCPRS354I)
    SourceLocation where{};
};

struct LinkStatement {
    Sourced<std::string> name{};
    std::string type;  ///< QDIOETHERNET
    Sourced<std::string> device{};
    Sourced<std::uint16_t> mtu{1500, {}};
    bool layer2 = false;  ///< ETHERNET instead of IP
    SourceLocation where{};
};

struct HomeStatement {
    Ipv4Address address{};
    Ipv4Address mask{};
    Sourced<std::string> link{};
    SourceLocation where{};
};

struct GatewayStatement {
    Ipv4Address destination{};
    Ipv4Address mask{};       ///< 0.0.0.0: DEFAULTNET
    Ipv4Address first_hop{};  ///< unspecified: directly attached (`=`)
    Sourced<std::string> link{};
    std::uint16_t mtu = 0;    ///< 0 = the link's
    bool old_format = false;  ///< DTCPRS007E
    SourceLocation where{};
};

struct StartStatement {
    Sourced<std::string> device{};
    bool start = true;  ///< false: STOP
};

struct ProfileTcpip {
    FileId file{};
    StatementList<AutologEntry> autolog{};
    StatementList<PortEntry> ports{};
    StatementList<Sourced<Userid>> obey{}, inform{}, permit{}, restricted{};
    std::optional<SslServerId> ssl_server{};
    SslLimits ssl_limits{};
    std::optional<InternalClientParms> telnet{};
    AssortedParms assorted{};
    std::vector<DeviceStatement> devices{};
    std::vector<LinkStatement> links{};
    StatementList<HomeStatement> home{};
    StatementList<GatewayStatement> gateway{};
    std::vector<StartStatement> starts{};  ///< START and STOP in order
    /// Statements with one number: MAXRESTART, SOMAXCONN, KEEPALIVEOPTIONS INTERVAL, ARPAGE, …
    std::map<std::string, Sourced<std::uint32_t>> numbers{};

    Findings findings{};
    std::vector<StatementSeen> statements{};  ///< every statement that was recognized, in order

    const DeviceStatement* device(std::string_view name) const;
    const LinkStatement* link(std::string_view name) const;
};

/// Reads a profile. With `running` (OBEYFILE, NETSTAT OBEY) statements may name devices and links that are
/// already defined there.
[[nodiscard]] ProfileTcpip read_profile_tcpip(const SourceText& source,
                                              const ProfileTcpip* running = nullptr);

/// What `change` (an OBEYFILE) makes of `running`: lists given replace lists, values given replace values.
void apply_obeyfile(ProfileTcpip& running, const ProfileTcpip& change);

}  // namespace vmlab::profiles

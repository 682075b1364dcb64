// PROFILE TCPIP: the configuration of a stack.
//
// Free-form: a statement runs until the next statement keyword or its END word; `;` begins a comment. A bad
// statement never stops the stack: it becomes a Finding and reading goes on. List statements (StatementList:
// AUTOLOG, PORT, HOME, GATEWAY, OBEY, …): the first of a file replaces the list in force, later ones in the
// same file add to it (TCP/IP Planning and Customization, AUTOLOG). Of a statement with one value the
// last one is used.
#pragma once

#include <array>
#include <cstdint>
#include <iterator>
#include <optional>
#include <span>
#include <string>
#include <string_view>
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
    std::optional<IpAddress> address{};  ///< reserved at this home address only
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
    bool client_cert_full = false;  ///< REQUIRED was written FULL, the only word of levels without PH18435
    Sourced<std::uint32_t> time_mark{600, {}};
    Sourced<std::uint32_t> inactive{0, {}};
    Sourced<std::uint32_t> scan_interval{60, {}};
    Sourced<std::uint32_t> eoj_timeout{120, {}};
    Sourced<std::uint16_t> ldev_low{0, {}}, ldev_high{0xffff, {}};
    Sourced<bool> tn3270e{true, {}};                     ///< false with NOTN3270E
    Sourced<bool> asynchronous_input{};                  ///< ASYNCHRONOUSINPUT, ASYNCHINPUT, ASYNCINPUT
    Sourced<bool> ignore_eau_ab_data{};                  ///< IGNOREEAUABDATA
    Sourced<bool> transform{};                           ///< TRANSFORM
    Sourced<bool> tn3270e_no_exit{};                     ///< TN3270ENOSCEXIT: no CONNECTEXIT for TN3270E
    Sourced<std::string> terminal_name{"TCPIP", {}};     ///< CCSTERMNAME, one to five characters
    std::optional<Sourced<std::string>> connect_exit{};  ///< CONNECTEXIT: file name
    std::optional<Sourced<std::string>> tn3270e_exit{};  ///< TN3270EEXIT: file name
};

/// ASSORTEDPARMS. Of two opposite words the last one is used.
struct AssortedParms {
    Sourced<bool> restrict_low_ports{true, {}};  ///< false with FREELOWPORTS
    Sourced<bool> permitted_users_only{};
    Sourced<bool> secure_local{}, secure_local_v6{};
    Sourced<bool> forwarding{true, {}}, forwarding_v6{true, {}};  ///< false with NOFWD, NOFWDIPV6
    Sourced<bool> proxy_arp{};
    Sourced<bool> ignore_redirect{}, ignore_redirect_v6{};
    Sourced<bool> source_vipa{}, source_vipa_v6{};
    Sourced<bool> udp_queue_limit{true, {}};  ///< false with NOUDPQUEUELIMIT
    Sourced<bool> equal_cost_multipath{}, equal_cost_multipath_v6{};
    Sourced<bool> path_mtu_discovery{};
    Sourced<bool> check_consistency{};
    Sourced<bool> always_window_scale{};
    Sourced<bool> rfc1323{true, {}};  ///< false with NORFC1323
    Sourced<bool> variable_subnetting{true, {}};
    Sourced<bool> override_precedence{};
};

// ── limits, pools, tracing ─────────────────────────────────────────────────────

/// Limits against denial of service. 0 = no limit. The last two defaults are remembered only.
struct AttackLimits {
    Sourced<std::uint32_t> foreign_ip_connections{0, {}};  ///< FOREIGNIPCONLIMIT: SSTRESS beyond it
    Sourced<std::uint32_t> pending_connections{100, {}};   ///< PENDINGCONNECTIONLIMIT: SynFlood
    Sourced<std::uint32_t> persist_connections{100, {}};   ///< PERSISTCONNECTIONLIMIT: ZeroWin
};

struct KeepAliveOptions {
    Sourced<std::uint32_t> interval{120, {}};  ///< minutes
    Sourced<bool> send_garbage{};
};

/// The control block and buffer pools, in the order of kPools.
enum class Pool : std::uint8_t {
    acb,
    address_translation,
    ccb,
    data_buffer,
    envelope,
    ip_route,
    large_envelope,
    ncb,
    rcb,
    scb,
    skcb,
    small_data_buffer,
    tcb,
    tiny_data_buffer,
    ucb,
};
struct PoolKind {
    Pool pool;
    std::string_view statement;         ///< "ACBPOOLSIZE"
    std::uint32_t blocks, buffer_size;  ///< defaults (remembered); buffer size in bytes, 0 = no operand
};
inline constexpr PoolKind kPools[] = {
    {Pool::acb, "ACBPOOLSIZE", 1000, 0},
    {Pool::address_translation, "ADDRESSTRANSLATIONPOOLSIZE", 1500, 0},
    {Pool::ccb, "CCBPOOLSIZE", 150, 0},
    {Pool::data_buffer, "DATABUFFERPOOLSIZE", 160, 8192},
    {Pool::envelope, "ENVELOPEPOOLSIZE", 750, 0},
    {Pool::ip_route, "IPROUTEPOOLSIZE", 300, 0},
    {Pool::large_envelope, "LARGEENVELOPEPOOLSIZE", 50, 8192},
    {Pool::ncb, "NCBPOOLSIZE", 1500, 0},
    {Pool::rcb, "RCBPOOLSIZE", 50, 0},
    {Pool::scb, "SCBPOOLSIZE", 256, 0},
    {Pool::skcb, "SKCBPOOLSIZE", 256, 0},
    {Pool::small_data_buffer, "SMALLDATABUFFERPOOLSIZE", 1200, 0},
    {Pool::tcb, "TCBPOOLSIZE", 256, 0},
    {Pool::tiny_data_buffer, "TINYDATABUFFERPOOLSIZE", 500, 0},
    {Pool::ucb, "UCBPOOLSIZE", 100, 0},
};

/// Blocks at the start; a pool grows beyond them unless `limit` (LIMIT n; the operand is remembered) is
/// given.
struct PoolSize {
    Sourced<std::uint32_t> blocks{};
    Sourced<std::uint32_t> buffer_size{};
    std::optional<Sourced<std::uint32_t>> limit{};
};
class PoolSizes {
public:
    PoolSizes();
    PoolSize& operator[](Pool pool) { return sizes_[static_cast<std::size_t>(pool)]; }
    const PoolSize& operator[](Pool pool) const { return sizes_[static_cast<std::size_t>(pool)]; }

private:
    std::array<PoolSize, std::size(kPools)> sizes_{};
};

struct DataBufferLimits {
    Sourced<std::uint32_t> send{5, {}};     ///< buffers per connection; not simulated
    Sourced<std::uint32_t> receive{5, {}};  ///< the same; the largest window offered
};

enum class TraceChange : std::uint8_t { set, more, less, off };  ///< TRACE, MORETRACE, LESSTRACE, NOTRACE
/// One statement; they take effect in their order. NOTRACE without names ends all tracing.
struct TraceStatement {
    TraceChange change = TraceChange::set;
    std::vector<Sourced<std::string>> names{};  ///< upper case; groups (ALL, TCP, IP) as typed
    SourceLocation where{};
};
/// The names that TRACE knows, and those that a group stands for: TCP is TCPUP, TCPDOWN and TCPREQUEST.
[[nodiscard]] std::span<const std::string_view> trace_names();
[[nodiscard]] std::vector<std::string_view> trace_members(std::string_view name);

/// Where traces go: FILE fn ft fm, or SCREEN.
struct TraceOutput {
    std::optional<FileId> file{};  ///< none: the console
    SourceLocation where{};
};

enum class TimeStampKind : std::uint8_t { off, prefix, interval };
struct TimeStamp {
    TimeStampKind kind = TimeStampKind::prefix;
    std::uint32_t seconds = 0;  ///< of interval
};

/// VSWITCH CONTROLLER ON [vdev vdev] or OFF [FAILOVER_DISABLED].
struct VswitchController {
    Sourced<bool> on{};
    std::uint16_t low = 0x0600, high = 0xf8ff;
    bool failover = true;
};

// ── interfaces, addresses, routes ──────────────────────────────────────────────

enum class DeviceKind : std::uint8_t { osd, hipers, ctc, lcs, iucv, virtual_ip, other };
enum class RouterRole : std::uint8_t { none, primary, secondary };

struct DeviceStatement {
    Sourced<std::string> name{};  ///< folded to upper case, at most 16 characters
    std::string type;             ///< as the keyword: OSD
    DeviceKind kind = DeviceKind::other;
    std::string vdev;        ///< 0600; empty: the kind has none (IUCV, VIRTUAL)
    bool simulated = false;  ///< the kind comes up here
    Sourced<RouterRole> router{};
    std::optional<Sourced<std::string>> port_name{};
    /// AUTORESTART or NOAUTORESTART; nobody says so: on (and DTCPRS354I says it).
    Sourced<bool> auto_restart{true, {}};
    std::vector<Word> operands{};  ///< of kinds that are not simulated, as typed
    SourceLocation where{};

    bool says_restart() const { return auto_restart.where.known(); }
};

struct LinkStatement {
    Sourced<std::string> name{};
    std::string type;          ///< QDIOETHERNET
    std::uint32_t number = 0;  ///< of types that have one: the adapter, the side of a CTC
    Sourced<std::string> device{};
    Sourced<std::uint16_t> mtu{1500, {}};
    Sourced<bool> layer2{};  ///< ETHERNET instead of IP
    std::optional<Sourced<std::uint16_t>> vlan{};
    std::optional<Sourced<bool>> path_mtu{};  ///< PATHMTU, NOPATHMTU
    Sourced<bool> forwarding{true, {}};       ///< false with NOFWD
    SourceLocation where{};
};

/// A HOME entry; those of IPv6 are in their own list (ProfileTcpip::home_v6).
struct HomeStatement {
    Ipv4Address address{};
    Ipv4Address mask{};
    bool mask_given = true;  ///< false: the mask of its class, or that of BSDROUTINGPARMS
    Sourced<std::string> link{};
    SourceLocation where{};
};
struct HomeV6Statement {
    IpAddress address{};
    std::uint32_t prefix = 64;
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
struct GatewayV6Statement {
    IpAddress destination{};
    std::uint32_t prefix = 0;  ///< 0: DEFAULTNET
    IpAddress first_hop{};     ///< unspecified: directly attached
    Sourced<std::string> link{};
    std::uint16_t mtu = 0;
    SourceLocation where{};
};

struct StartStatement {
    Sourced<std::string> device{};
    bool start = true;  ///< false: STOP
};

/// TRANSLATE: a fixed entry of the ARP table.
struct TranslateStatement {
    Ipv4Address address{};
    std::string type;  ///< ETHERNET
    MacAddress hardware{};
    Sourced<std::string> link{};
    SourceLocation where{};
};

/// BLOCK: nothing is taken from these addresses.
struct BlockEntry {
    IpAddress address{};
    std::uint32_t prefix = 32;  ///< of its family; 32 or 128: one host
    SourceLocation where{};
};

struct BsdRoutingEntry {
    Sourced<std::string> link{};
    std::uint32_t mtu = 0, metric = 0;
    Ipv4Address mask{}, destination{};
    SourceLocation where{};
};
struct BsdRoutingParms {
    Sourced<bool> use_max_mtu{};  ///< TRUE or FALSE behind the keyword
    std::vector<BsdRoutingEntry> entries{};
};

/// A statement that is known and whose operands nobody looks into (ROUTERADV, TN3270E): its words as typed.
struct OtherStatement {
    std::string keyword;
    std::vector<Word> operands{};
    SourceLocation where{};
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

    AttackLimits attack_limits{};
    KeepAliveOptions keep_alive{};
    Sourced<std::uint32_t> max_restart{10, {}};       ///< MAXRESTART; the default is remembered
    Sourced<std::uint32_t> listen_backlog{10, {}};    ///< SOMAXCONN; the default is remembered
    Sourced<std::uint32_t> arp_age{5, {}};            ///< ARPAGE, minutes
    Sourced<std::uint32_t> packet_trace_size{0, {}};  ///< PACKETTRACESIZE, bytes
    PoolSizes pools{};
    DataBufferLimits data_buffer_limits{};
    Sourced<TimeStamp> time_stamp{};
    std::vector<TraceStatement> traces{};                   ///< in order
    std::optional<TraceOutput> trace_output{};              ///< the last FILE or SCREEN
    StatementList<Sourced<std::string>> trace_only{};       ///< links, addresses, userids, as typed, folded
    StatementList<Sourced<std::string>> monitor_records{};  ///< MONITORRECORDS
    std::optional<Sourced<std::string>> sys_contact{}, sys_location{};
    std::optional<VswitchController> vswitch_controller{};
    StatementList<BlockEntry> blocked{};

    std::vector<DeviceStatement> devices{};
    std::vector<LinkStatement> links{};
    StatementList<HomeStatement> home{};
    StatementList<HomeV6Statement> home_v6{};  ///< given with `home`: it is one statement
    StatementList<GatewayStatement> gateway{};
    StatementList<GatewayV6Statement> gateway_v6{};
    StatementList<TranslateStatement> translate{};
    std::optional<BsdRoutingParms> bsd_routing{};
    std::optional<Sourced<std::string>> primary_interface{};
    std::vector<StartStatement> starts{};  ///< START and STOP in order
    std::vector<OtherStatement> others{};

    Findings findings{};
    std::vector<StatementSeen> statements{};  ///< every statement that was recognized, in order

    const DeviceStatement* device(std::string_view name) const;
    const LinkStatement* link(std::string_view name) const;
};

/// Reads a profile. With `running` (OBEYFILE, NETSTAT OBEY) statements may name devices and links that are
/// already defined there.
[[nodiscard]] ProfileTcpip read_profile_tcpip(const SourceText& source,
                                              const ProfileTcpip* running = nullptr);

/// Statements of an OBEYFILE that a running stack does not take: only its start reads SSLSERVERID, PORT of
/// INTERNALCLIENTPARMS and PRIMARYINTERFACE (remembered, not documented here).
[[nodiscard]] std::vector<StatementSeen> start_only_statements(const ProfileTcpip& change);

/// What `change` (an OBEYFILE) makes of `running`: lists given replace lists, values given replace values.
/// start_only_statements change nothing.
void apply_obeyfile(ProfileTcpip& running, const ProfileTcpip& change);

}  // namespace vmlab::profiles

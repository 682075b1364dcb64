// TCPRUN: what happens between the IPL of a TCP/IP server and its program. The same for every server.
//
//   spool the console → TCPIP DATA → server definition → class definition → :stack. against TCPIPUSERID →
//   exits (SETUP) → :vmlink., :mount. → storage → (a stack: is there a TLS/SSL pool?) → announce, parameters,
//   service level → exits (BEGIN) → run → exits (END); exits (ERROR) when a step failed
//
// Each step says what it found. The first that fails ends it with its message and DTCRUN1099E: a server with
// a bad definition does not start. Pure but for the mounts, which are made in the session of the caller, and
// what the exits do.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "profiles/search.hpp"
#include "profiles/tcpip_data.hpp"
#include "simulator/cms/accessed_disks.hpp"
#include "simulator/cms/bfs_session.hpp"
#include "simulator/cms/exec.hpp"
#include "simulator/cms/storage.hpp"
#include "sslserv/policy.hpp"
#include "stack/base/message.hpp"
#include "stack/base/time.hpp"

namespace vmlab::sim {

/// OPENVM MOUNT and VMLINK in the server's session.
class Mounter {
public:
    virtual BfsSession::Outcome mount(std::string_view path, std::string_view point) = 0;
    /// Accesses an SFS directory under a file mode.
    virtual BfsSession::Outcome access(std::string_view directory, std::string_view mode) = 0;
    /// Links another user's minidisk, and accesses it.
    virtual BfsSession::Outcome link(const Userid& owner, std::string_view vdev, std::string_view mode) = 0;

protected:
    ~Mounter() = default;
};

/// Mounts in a BfsSession, as this user, read-only or not as CMS does by default; links and accesses among
/// the session's disks.
class SessionMounter final : public Mounter {
public:
    SessionMounter(BfsSession& session, AccessedDisks& disks, BfsIdentity who, const Storage& storage)
        : session_(session), disks_(disks), who_(std::move(who)), storage_(storage) {}
    BfsSession::Outcome mount(std::string_view path, std::string_view point) override {
        return session_.mount(path, point, false, who_, storage_.bfs, storage_.pools);
    }
    BfsSession::Outcome access(std::string_view directory, std::string_view mode) override;
    BfsSession::Outcome link(const Userid& owner, std::string_view vdev, std::string_view mode) override;

private:
    BfsSession& session_;
    AccessedDisks& disks_;
    BfsIdentity who_;
    const Storage& storage_;
};

/// What a server runs, by the :command. of its class.
enum class ServerKind : std::uint8_t { stack, ssl, ssl_dcss_agent, ftp, smtp, tls_echo, smapi };

struct TcprunInput {
    Userid userid{};
    Name8 node{};
    Level level{};  ///< of the system
    std::uint32_t storage_megabytes = 0;
    Instant now{};
    Zone zone{};                                      ///< the system's, unless :timezone. says otherwise
    bool connected = false;                           ///< somebody sits at the server's console
    std::vector<Sourced<std::uint16_t>> dedicated{};  ///< devices that the CP directory gives (DEDICATE)
};

/// All that the server's program needs to know from DTCPARMS and TCPIP DATA.
struct Launch {
    ServerKind kind = ServerKind::stack;
    Userid userid{};
    Level level{};                        ///< of the system
    std::string command;                  ///< "VMSSL"
    std::vector<profiles::Word> parms{};  ///< as the program gets them: folded unless :mixedcaseparms.YES
    Userid stack{};                       ///< itself for a stack; else TCPIPUSERID
    Userid owner = "TCPMAINT";            ///< of the console file
    std::vector<Sourced<Userid>> admin_ids{};         ///< :admin_id_list.; empty without the tag
    bool timestamp = true;                            ///< :timestamp.
    Zone zone{};                                      ///< :timezone., or the system's
    sslserv::Policy policy{};                         ///< of a TLS/SSL server: its parms as understood
    bool anonymous = false;                           ///< :anonymous.
    std::vector<Sourced<std::uint16_t>> dedicated{};  ///< as TcprunInput has them
    profiles::ServerDefinition definition{};
    profiles::TcpipData data{};
    std::vector<profiles::Dtcparms> dtcparms{};  ///< as found by this machine, in search order
};

/// Runs the EXECs that servers call. Implemented by whom has a command interpreter.
class ExitRunner {
public:
    /// Its lines go to `console`, what its commands answer among them.
    virtual ExecEnd run(const profiles::SourceText& exec, const std::string& arguments,
                        std::vector<Said>& console) = 0;

protected:
    ~ExitRunner() = default;
};

/// Calls the exits of a server, the global one first: TCPRUNXT EXEC where there is one, and the EXEC of
/// :exit.. Each is given the call (SETUP, BEGIN, END, ERROR), the server and its class. `definition` may be
/// nothing: the server has none. What they say is added to `console`; the message of the first that failed
/// comes back.
[[nodiscard]] std::optional<Said> call_exits(std::string_view call, const Userid& server,
                                             const std::optional<profiles::ServerDefinition>& definition,
                                             const profiles::FileLookup& files, ExitRunner& exits,
                                             std::vector<Said>& console);

struct TcprunResult {
    /// In order. A Said without a message is a plain line (parameters, service columns).
    std::vector<Said> console{};
    std::optional<Launch> launch{};      ///< nothing: the server does not start
    Said refusal{};                      ///< and this is why
    Userid owner = "TCPMAINT";           ///< whose reader gets the console file, also after a failure
    std::optional<Userid> dcss_agent{};  ///< to be XAUTOLOGged now (DTCRUN1043I), before the pool
};

[[nodiscard]] TcprunResult run_tcprun(const TcprunInput& input, const profiles::FileLookup& files,
                                      Mounter& mounter, ExitRunner& exits);

/// The class of this server entry runs VMSSL.
[[nodiscard]] bool runs_vmssl(const profiles::DtcEntry& server,
                              const std::vector<profiles::Dtcparms>& dtcparms);

/// The servers of `users` that DTCPARMS associates with `stack` (:stack.) and whose class runs VMSSL, by
/// name. A definition hidden by an earlier file does not count.
[[nodiscard]] std::vector<Userid> ssl_members(const Userid& stack, const std::vector<Userid>& users,
                                              const std::vector<profiles::Dtcparms>& dtcparms);

/// A time zone as :timezone. gives it: "EST5EDT" is five hours west of Greenwich, four in the summer of the
/// United States. Nothing if it cannot be read.
[[nodiscard]] std::optional<Zone> zone_of(std::string_view text, Instant now);

}  // namespace vmlab::sim

// The world as a command may see and change it. The system implements it; tests implement it by hand.
//
// Questions copy plain values out (snapshots); requests only append to the world and return at once: what
// comes of them is seen later, by asking again. Nothing here prints.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "profiles/etc_files.hpp"
#include "profiles/profile_tcpip.hpp"
#include "profiles/tcpip_data.hpp"
#include "services/telnet/server.hpp"
#include "simulator/cms/storage.hpp"
#include "simulator/cp/directory.hpp"
#include "simulator/cp/racf.hpp"
#include "simulator/cp/segments.hpp"
#include "simulator/cp/sessions.hpp"
#include "simulator/cp/system_level.hpp"
#include "simulator/cp/virtual_networks.hpp"
#include "simulator/system/why.hpp"
#include "sslserv/server.hpp"
#include "stack/base/message.hpp"
#include "stack/base/time.hpp"
#include "stack/server/snapshot.hpp"

namespace vmlab::sim {

/// What is done to the machine of an SSL server; all else it is asked for (ssl_command).
enum class SslAction { start, stop };

class Operations {
public:
    virtual ~Operations() = default;

    // ── questions ─────────────────────────────────────────────────────────────
    virtual Instant now() const = 0;
    virtual const Zone& zone() const = 0;
    virtual const SystemLevel& level() const = 0;
    virtual const Directory& directory() const = 0;
    virtual const CpSessions& sessions() const = 0;
    virtual const SavedSegments& segments() const = 0;
    virtual const VirtualNetworks& virtual_networks() const = 0;
    /// The external security manager; nullptr in a system without one.
    virtual Racf* racf() = 0;
    virtual Storage& storage() = 0;
    virtual const Journal& journal() const = 0;
    /// The record that frame `number` of the capture follows from; nothing when there is no such frame.
    virtual std::optional<CauseId> cause_of_frame(std::size_t number) const = 0;
    /// WHY … (PROVE: undoes changed lines in systems of its own until the symptom is gone; what it found, as
    /// lines.
    virtual std::vector<std::string> prove(const WhyQuestion& question, const WhyAnswer& answer) = 0;
    /// TCPIPUSERID of TCPIP DATA, as `user` finds it on its accessed disks: the stack that NETSTAT and
    /// SSLADMIN talk to by default.
    virtual Userid default_stack(const Userid& user) const = 0;
    /// Nothing unless this userid is a stack; `up` is false in it when the stack is not running.
    virtual std::optional<stack::ServerSnapshot> stack(const Userid& tcpip) const = 0;
    /// Nothing unless the SSL server is running (a member that still starts has active == false).
    virtual std::optional<sslserv::ServerSnapshot> ssl_server(const Userid& member) const = 0;
    /// :Admin_ID_list. of the stack's DTCPARMS entries: who may use SSLADMIN. Never empty.
    virtual std::vector<Sourced<Userid>> ssl_admins(const Userid& tcpip) const = 0;
    /// The lines on a machine's console since it was last closed; nothing for a userid that never ran.
    virtual const std::deque<std::string>* console_of(const Userid& machine) const = 0;
    /// TCPIP DATA and ETC HOSTS, as `user` finds them on its accessed disks; without entries when there are
    /// none.
    virtual profiles::TcpipData tcpip_data(const Userid& user) const = 0;
    virtual profiles::EtcHosts etc_hosts(const Userid& user) const = 0;
    /// 64 bits that strangers on the network cannot guess.
    virtual std::uint64_t unguessable() = 0;
    /// Names of services for ports (ETC SERVICES), upper case as NETSTAT prints them ("FTP-C"); empty when
    /// none.
    virtual std::string service_name(std::uint16_t port) const = 0;
    /// What the stack runs with: its profile and every OBEYFILE since; nullptr for what is no stack or never
    /// ran.
    virtual const profiles::ProfileTcpip* running_profile(const Userid& tcpip) const = 0;
    virtual std::vector<services::TelnetSessionSnapshot> telnet_sessions(const Userid& tcpip) const = 0;
    /// The virtual wire of that name (or all, for an empty one): settings, counters, faults, as lines.
    virtual std::vector<std::string> wires(std::string_view wire) const = 0;

    // ── requests ──────────────────────────────────────────────────────────────
    virtual void xautolog(const Userid& by, const Userid& user, std::string console_input) = 0;
    virtual void force(const Userid& by, const Userid& user) = 0;
    /// The machine's program is asked to end in order; its session then ends.
    virtual void signal_shutdown(const Userid& by, const Userid& user) = 0;
    /// A line typed at the machine's console; "#CP EXT" ends a server in order.
    virtual void type_at(const Userid& user, std::string text) = 0;
    virtual void smsg(const Userid& from, const Userid& to, std::string text) = 0;
    /// A line for a person: MSG, WNG (a warning reaches everybody who is connected).
    virtual void msg(const Userid& from, const Userid& to, std::string text, bool warning) = 0;
    virtual void ssl_admin(const Userid& by, const Userid& member, SslAction action) = 0;
    /// SSLADMIN's words to a server: AdminCommand, to which it answers, or not, with AdminAnswered.
    virtual void ssl_command(const Userid& by, const Userid& member, std::uint32_t tag, std::string text) = 0;
    /// Closes the machine's console spool file into `to`'s reader; its spool id, or nothing if there is none.
    virtual std::optional<unsigned> close_console(const Userid& machine, const Userid& to) = 0;
    /// Statements for a running stack (NETSTAT OBEY, OBEYFILE), already authorised. The lines say what was
    /// not understood; the rest takes effect.
    virtual std::vector<std::string> obey(const Userid& by, const Userid& tcpip, const FileId& file,
                                          std::string_view text) = 0;
    /// NETSTAT DROP. False when there is no such connection.
    virtual bool drop_connection(const Userid& by, const Userid& tcpip, std::uint32_t connection) = 0;
    /// NETSTAT BLOCK and UNBLOCK, DELARP, RESETDOS, already authorised.
    virtual void set_blocked(const Userid& by, const Userid& tcpip, const IpAddress& address,
                             bool blocked) = 0;
    virtual void forget_neighbour(const Userid& by, const Userid& tcpip, const IpAddress& address) = 0;
    virtual void forget_attacks(const Userid& by, const Userid& tcpip) = 0;
    virtual void reset_pools(const Userid& by, const Userid& tcpip) = 0;
    /// Changes a virtual wire (simulator/network/wire_command.hpp). What is wrong with the words, or nothing.
    virtual std::optional<std::string> change_wire(const Userid& by, std::string_view wire,
                                                   const std::vector<std::string>& words) = 0;
    /// CP defines, grants, couples; the adapters of running machines are moved at once.
    virtual NetworkReply change_networks(const Userid& by, NetworkOrder order) = 0;
    /// A command said this to a user, resting on lines of files: for the journal.
    virtual void note_message(const Userid& user, const Said& what) = 0;
    /// What the user's virtual machine asks of the sockets of a stack; the notices go to the interpreter that
    /// asked.
    virtual void socket(const Userid& by, const Userid& tcpip, SocketRequest request) = 0;
    /// What a command of this user decided or was refused: for the journal.
    virtual CauseId record(const Userid& user, Record what) = 0;
    /// Whether the user sits at the host's terminal: the only one with an editor.
    virtual bool can_edit(const Userid& user) const = 0;
    /// The host's editor on a text; nothing when it was left without a change.
    virtual std::optional<std::string> edit(const FileId& file, const std::string& text) = 0;
    /// Something was written to a minidisk or file space: for the journal.
    virtual void note_change(const Userid& by, const std::string& what) = 0;
};

}  // namespace vmlab::sim

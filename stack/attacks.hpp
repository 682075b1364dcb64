// What the stack takes for an attack (NETSTAT DOS), and what it remembers of them.
//
// Names of the product: SSTRESS stands in IBM's page on it (vm.ibm.com/related/tcpip/tcpdosss.html), KOD, KOX
// and Stream in the Summary of Changes of the TCP/IP User's Guide for level 430; SynFlood and ZeroWin in the
// STIG; the others of the product are only remembered. Teardrop, AckSplit, OptAck and Inject are ours.
//
//   one packet is enough        Land, Blat, Smurf-…, Fraggle, POD, KOD, KOX, Teardrop
//   a limit of the profile      SSTRESS, SynFlood, ZeroWin
//   more than kFew in a second  Stream, R4P3D, AckSplit, OptAck, Inject: one alone has honest causes, or a
//   rule
//
// What belongs to an attack is dropped and never answered, so that nobody can be hit by our answers; the rest
// of the traffic goes on.
#pragma once

#include <cstdint>
#include <vector>

#include "stack/base/ip_address.hpp"
#include "stack/base/time.hpp"

namespace vmlab::stack {

enum class Attack : std::uint8_t {
    stress,       ///< SSTRESS: one address holds more connections than FOREIGNIPCONLIMIT; its SYN is refused
    syn_flood,    ///< SynFlood: more half-open ones than PENDINGCONNECTIONLIMIT; one by chance is dropped
    zero_window,  ///< ZeroWin: more in persist than PERSISTCONNECTIONLIMIT; the oldest is dropped
    smurf_in,     ///< Smurf-IC: an echo request to a broadcast or multicast address arrived
    smurf_out,    ///< Smurf-OB: one was about to leave
    smurf_reply,  ///< Smurf-RP: an echo reply that nobody here asked for
    fraggle,      ///< Fraggle: a datagram to a broadcast address at a port that answers (echo, chargen, …)
    ping_of_death,   ///< POD: a fragment beyond the end of the longest datagram
    kiss_of_death,   ///< KOD: IGMP in fragments
    kox,             ///< KOX: the same from an impossible address
    land,            ///< Land: a SYN that claims to come from the very socket that it goes to
    blat,            ///< Blat: the same with URG; the address may be another one then
    stream,          ///< Stream: segments without any flag
    r4p3d,           ///< R4P3D: a flood of ACKs of connections that there are not (what it is, is ours)
    teardrop,        ///< Teardrop: fragments that overlap
    ack_split,       ///< AckSplit: segments acknowledged piece by piece; the window grows by bytes (RFC 3465)
    optimistic_ack,  ///< OptAck: ACKs of what was never sent
    injection,       ///< Inject: RST, SYN or data of somebody who does not know the connection's numbers
    count_,
};
[[nodiscard]] const char* name_of(Attack attack);

/// Packets in a second that are none of an attack yet, where one alone has honest causes.
inline constexpr int kFew = 20;
/// The same of ACKs without a connection: a stack that was restarted gets many.
inline constexpr int kFewStrayAcks = 200;

/// One address, one attack.
struct AttackRow {
    Attack attack{};
    IpAddress from{};
    std::uint64_t count = 0;  ///< packets dropped; of limits: connections refused or dropped
    Instant first_at{}, last_at{};
};

class AttackLog {
public:
    void note(Attack attack, const IpAddress& from, Instant now);
    void forget() { rows_.clear(); }
    [[nodiscard]] const std::vector<AttackRow>& rows() const { return rows_; }

private:
    /// Addresses are easily invented: beyond this the row that was quiet longest makes room.
    static constexpr std::size_t kMostRows = 256;

    std::vector<AttackRow> rows_;
};

}  // namespace vmlab::stack

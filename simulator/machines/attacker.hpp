// A host that attacks: at the times of its plan it sends what the stack's NETSTAT DOS knows by name.
//
// It has no stack: it answers ARP for its own address, asks for its victim's hardware address, and makes each
// frame itself. What a client with a connection would have to do (split ACKs, acknowledge what was never
// sent, shut windows) it cannot.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "simulator/system/system.hpp"
#include "stack/base/ip_address.hpp"
#include "stack/base/random.hpp"
#include "stack/wire/ethernet.hpp"

namespace vmlab::sim {

enum class AttackKind : std::uint8_t {
    syn_flood,      ///< SYNs that nothing follows
    land,           ///< a SYN from the socket that it goes to
    blat,           ///< the same with URG
    smurf,          ///< an echo request to the network's broadcast address
    smurf_reply,    ///< an echo reply that nobody asked for
    fraggle,        ///< a datagram for echo (port 7), to the broadcast address
    ping_of_death,  ///< a fragment beyond the end of the longest datagram
    kiss_of_death,  ///< IGMP in fragments
    stream,         ///< segments without flags
    ack_flood,      ///< ACKs of no connection (R4P3D)
    teardrop,       ///< fragments that overlap
    reset,          ///< RST into connections of another host, numbers guessed
    data,           ///< data into them
    claim,          ///< ARP: the victim's address is ours
};
/// "syn-flood".
[[nodiscard]] std::string_view name_of(AttackKind kind);
inline constexpr std::size_t kAttackKinds = std::size_t(AttackKind::claim) + 1;
[[nodiscard]] std::span<const std::string_view> attack_names();
[[nodiscard]] std::optional<AttackKind> find_attack(std::string_view name);

struct AttackPlan {
    AttackKind kind = AttackKind::syn_flood;
    Duration at{};            ///< since the world's start
    Duration lasts{};         ///< 0: one packet
    std::uint32_t rate = 10;  ///< packets (of teardrop: pairs) a second
    std::uint16_t port = 25;  ///< of the victim
    /// Whose packets they claim to be: addresses of this network by chance, or one; nothing: its own.
    std::optional<std::pair<Ipv4Address, std::uint8_t>> from{};
    /// Their ports, by chance; land and blat come from `port`.
    std::uint16_t low_port = 1024, high_port = 65535;
};

struct AttackerPlan {
    Name8 name{};
    Ipv4Address address{};
    std::vector<AttackPlan> attacks{};
};

class Attacker final : public Machine {
public:
    /// `start`: when the plan's times begin. `prefix`: of the network that it and its victim are on, in bits.
    Attacker(AttackerPlan plan, Ipv4Address victim, std::uint8_t prefix, Instant start, RandomStream random);

    void receive(Event& event, System& world) override;
    std::optional<Instant> next_deadline() const override;
    /// Packets sent so far: an attack that never came is none.
    std::uint64_t sent() const { return sent_; }

private:
    struct Running {
        AttackPlan plan;
        Instant next{}, until{};
        bool struck = false;
    };
    void hear(const Buffer& frame, System& world);
    void tick(System& world);
    void strike(const AttackPlan& attack, System& world);
    void send_arp(bool reply, Ipv4Address claimed, MacAddress to, Ipv4Address target, System& world);
    void send_ip(std::uint8_t protocol, Ipv4Address from, Ipv4Address to, std::vector<std::uint8_t> payload,
                 std::uint16_t offset, bool more, System& world);
    void send_segment(const AttackPlan& attack, System& world);
    Ipv4Address source_of(const AttackPlan& attack);

    AttackerPlan plan_;
    Ipv4Address victim_, broadcast_;
    MacAddress mac_{};
    std::optional<MacAddress> victim_mac_{};
    std::optional<Instant> asked_{};
    std::vector<Running> running_{};
    RandomStream random_;
    std::uint16_t identification_ = 1;
    std::uint64_t sent_ = 0;
};

}  // namespace vmlab::sim

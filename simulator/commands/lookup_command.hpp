// A command that needs names looked up before, or while, it does its work: PING, TRACERTE, NSLOOKUP,
// HOMETEST.
//
// The names are asked for over the sockets of the stack, as the user's virtual machine does it; the command
// hears of the outcome by resolved(), and of everything else that concerns it by hear() and wake().
#pragma once

#include <optional>
#include <string>

#include "services/dns/resolver.hpp"
#include "simulator/commands/command.hpp"
#include "simulator/commands/running_command.hpp"

namespace vmlab::sim {

class LookupCommand : public RunningCommand {
public:
    /// The first thing it does; once, when it is made.
    virtual void begin(Operations& world, std::vector<ConsoleLine>& out) = 0;

    void receive(const SocketNotice& notice, Operations& world, std::vector<ConsoleLine>& out) final;
    void tick(Operations& world, std::vector<ConsoleLine>& out) final;
    Instant next_deadline() const final;
    void give_up(Operations& world) override;
    std::optional<int> ended() const final { return rc_; }

protected:
    LookupCommand(const Call& call, const Userid& tcpip);

    virtual void resolved(const services::LookupOutcome& outcome, Operations& world,
                          std::vector<ConsoleLine>& out) = 0;
    /// Notices that are not for the lookup.
    virtual void hear(const SocketNotice& notice, Operations& world, std::vector<ConsoleLine>& out);
    /// deadline_ has come.
    virtual void wake(Operations& world, std::vector<ConsoleLine>& out);

    /// TCPIP DATA and ETC HOSTS as the user finds them.
    services::ResolverConfig resolver_config(const Operations& world) const;
    /// resolved() follows, perhaps at once. An address is not looked up. Without a `family` a name is asked
    /// for its IPv4 addresses, and one that has none for those of IPv6.
    void look_up_host(const std::string& host, Operations& world, std::vector<ConsoleLine>& out,
                      std::optional<services::DnsType> family = {});
    void look_up(services::ResolverConfig config, services::Lookup what, Operations& world,
                 std::vector<ConsoleLine>& out);
    /// Says a message and ends with `rc`.
    void fail(int rc, const Said& why, Operations& world, std::vector<ConsoleLine>& out);
    void end(int rc) { rc_ = rc; }
    /// A number for a socket of its own; below those of lookups.
    std::uint32_t next_tag() { return tag_++; }

    Userid by_, tcpip_;
    Instant deadline_ = Instant::max();

private:
    class Out;

    void after_lookup(Operations& world, std::vector<ConsoleLine>& out);

    std::uint32_t tag_, lookup_tag_;
    std::optional<std::string> either_family_{};  ///< the host, while its IPv4 addresses are looked up
    std::optional<services::Resolver> resolver_{};
    std::optional<int> rc_{};
};

/// The option ADDRTYPE IPV4|IPV6 (that of z/OS, as remembered); false when it is something else.
[[nodiscard]] bool read_family(std::string_view option, std::string_view value,
                               std::optional<services::DnsType>& family);

/// Makes the command and lets it begin.
template <typename Running, typename... Values>
Outcome start_command(Call& call, Values&&... values) {
    auto command = std::make_unique<Running>(call, std::forward<Values>(values)...);
    command->begin(call.world, call.out);
    return Outcome(std::move(command));
}

}  // namespace vmlab::sim

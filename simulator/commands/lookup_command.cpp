#include "simulator/commands/lookup_command.hpp"

#include <algorithm>

#include "simulator/ipl/configure.hpp"

namespace vmlab::sim {
namespace {

// Of one command's tags the first half is its own, the second its lookups'.
constexpr std::uint32_t kTagsOfCommand = 1u << 16;

}  // namespace

class LookupCommand::Out final : public services::ResolverSink {
public:
    Out(const LookupCommand& command, Operations& world, std::vector<ConsoleLine>& lines)
        : command_(command), world_(world), lines_(lines) {}
    CauseId record(Record what) override { return world_.record(command_.by_, std::move(what)); }
    void request(SocketRequest what) override {
        world_.socket(command_.by_, command_.tcpip_, std::move(what));
    }
    void trace(std::string line) override { lines_.push_back({std::move(line)}); }

private:
    const LookupCommand& command_;
    Operations& world_;
    std::vector<ConsoleLine>& lines_;
};

LookupCommand::LookupCommand(const Call& call, const Userid& tcpip)
    : by_(call.session.userid),
      tcpip_(tcpip),
      tag_(std::uint32_t(call.session.commands) * kTagsOfCommand),
      lookup_tag_(tag_ + kTagsOfCommand / 2) {}

void LookupCommand::hear(const SocketNotice&, Operations&, std::vector<ConsoleLine>&) {}
void LookupCommand::wake(Operations&, std::vector<ConsoleLine>&) {}

services::ResolverConfig LookupCommand::resolver_config(const Operations& world) const {
    return configure_resolver(world.tcpip_data(by_), world.etc_hosts(by_));
}

void LookupCommand::look_up_host(const std::string& host, Operations& world, std::vector<ConsoleLine>& out,
                                 std::optional<services::DnsType> family) {
    if (const auto address = IpAddress::parse(host)) {
        services::LookupOutcome outcome;
        outcome.kind = services::LookupOutcome::Kind::found;
        outcome.name = host;
        outcome.addresses = {*address};
        return resolved(outcome, world, out);
    }
    if (!family) either_family_ = host;
    look_up(resolver_config(world), {host, family.value_or(services::DnsType::a)}, world, out);
}

void LookupCommand::look_up(services::ResolverConfig config, services::Lookup what, Operations& world,
                            std::vector<ConsoleLine>& out) {
    resolver_.emplace(std::move(config), std::move(what), lookup_tag_, world.unguessable());
    lookup_tag_ += services::Resolver::kMostTags;
    Out sink(*this, world, out);
    resolver_->start(world.now(), sink);
    after_lookup(world, out);
}

void LookupCommand::after_lookup(Operations& world, std::vector<ConsoleLine>& out) {
    if (!resolver_ || !resolver_->outcome()) return;
    const auto outcome = *resolver_->outcome();
    resolver_.reset();
    const auto host = std::exchange(either_family_, {});
    if (host && outcome.kind == services::LookupOutcome::Kind::no_data)
        return look_up(resolver_config(world), {*host, services::DnsType::aaaa}, world, out);
    resolved(outcome, world, out);
}

void LookupCommand::receive(const SocketNotice& notice, Operations& world, std::vector<ConsoleLine>& out) {
    if (rc_) return;
    if (!resolver_) return hear(notice, world, out);
    Out sink(*this, world, out);
    resolver_->receive(notice, world.now(), sink);
    after_lookup(world, out);
}

void LookupCommand::tick(Operations& world, std::vector<ConsoleLine>& out) {
    if (!resolver_) return wake(world, out);
    Out sink(*this, world, out);
    resolver_->tick(world.now(), sink);
    after_lookup(world, out);
}

Instant LookupCommand::next_deadline() const {
    return resolver_ ? resolver_->next_deadline().value_or(deadline_) : deadline_;
}

void LookupCommand::give_up(Operations& world) {
    if (!resolver_) return;
    std::vector<ConsoleLine> nobody;
    Out sink(*this, world, nobody);
    resolver_->stop(sink);
}

bool read_family(std::string_view option, std::string_view value, std::optional<services::DnsType>& family) {
    const bool v4 = iequals(value, "IPV4"), v6 = iequals(value, "IPV6");
    if (!iequals(option, "ADDRTYPE") || (!v4 && !v6)) return false;
    family = v4 ? services::DnsType::a : services::DnsType::aaaa;
    return true;
}

void LookupCommand::fail(int rc, const Said& why, Operations& world, std::vector<ConsoleLine>& out) {
    out.push_back({why.text});
    world.record(by_, {RecordKind::message, why.text, why.rests_on});
    end(rc);
}

}  // namespace vmlab::sim

// HOMETEST: do HOSTNAME and DOMAINORIGIN of TCPIP DATA name this host? They do when the addresses that the
// resolver finds for them are in the HOME list. The lines are those of the tester of the same name on z/OS,
// as remembered.
#include <algorithm>

#include "simulator/commands/commands.hpp"
#include "simulator/commands/lookup_command.hpp"
#include "simulator/commands/messages.hpp"

namespace vmlab::sim {
namespace {

class RunningHometest final : public LookupCommand {
public:
    RunningHometest(const Call& call, const Userid& tcpip, std::vector<stack::HomeEntry> home, FileId profile)
        : LookupCommand(call, tcpip), home_(std::move(home)), profile_(profile) {}

    void begin(Operations& world, std::vector<ConsoleLine>& out) override {
        const auto data = world.tcpip_data(by_);
        host_ = {data.host_name->empty() ? world.level().node : *data.host_name,
                 data.host_name.where.known() ? data.host_name.where : SourceLocation{data.file, 0, 0}};
        origin_where_ = data.domain_origin.where;
        out.push_back({"TCP Host Name is: " + *host_});
        const bool dns =
            !data.name_servers.empty() &&
            (data.domain_lookup.empty() || *data.domain_lookup[0] == profiles::DomainLookup::dns);
        out.push_back({(dns ? "Using Name Server to Resolve " : "Using ETC HOSTS to Resolve ") + *host_});
        look_up_host(*host_, world, out);
    }

private:
    void resolved(const services::LookupOutcome& outcome, Operations& world,
                  std::vector<ConsoleLine>& out) override {
        if (asked_ipv6_) {
            // Having none of them is no fault: only IPv4 need be known by a name.
            addresses_.insert(addresses_.end(), outcome.addresses.begin(), outcome.addresses.end());
            return compare(world, out);
        }
        if (outcome.addresses.empty()) {
            auto said = say<DTCHMT901E>(*host_, outcome.why).because(host_.where);
            if (origin_where_.known()) said.rests_on.push_back(origin_where_);
            return fail(8, said, world, out);
        }
        addresses_ = outcome.addresses;
        const bool has_ipv6 =
            std::any_of(home_.begin(), home_.end(), [](const auto& entry) { return !entry.address.is_v4(); });
        if (!has_ipv6 || !addresses_[0].is_v4()) return compare(world, out);
        asked_ipv6_ = true;
        look_up_host(*host_, world, out, services::DnsType::aaaa);
    }
    void compare(Operations& world, std::vector<ConsoleLine>& out) {
        out.push_back({"The following IP addresses correspond to TCP Host Name: " + *host_});
        for (const auto& address : addresses_) out.push_back({address.str()});
        out.push_back({"The following IP addresses are the HOME IP addresses defined in " +
                       profile_.name.str() + " " + profile_.type.str() + ":"});
        for (const auto& entry : home_) out.push_back({entry.address.str()});
        out.push_back({"127.0.0.1"});
        std::string missing;
        for (const auto& address : addresses_) {
            const bool is_home = std::any_of(home_.begin(), home_.end(),
                                             [&](const auto& entry) { return address == entry.address; });
            if (!is_home) missing += (missing.empty() ? "" : ", ") + address.str();
        }
        if (!missing.empty()) {
            auto said = say<DTCHMT902W>(missing, *host_);
            for (const auto& entry : home_) said.rests_on.push_back(entry.where);
            said.rests_on.push_back(host_.where);
            return fail(4, said, world, out);
        }
        out.push_back({"All IP addresses for " + *host_ + " are in the HOME list!"});
        out.push_back({"Hometest was successful - all Tests Passed!"});
        end(0);
    }

    std::vector<stack::HomeEntry> home_;
    FileId profile_;
    Sourced<std::string> host_{};
    SourceLocation origin_where_{};
    std::vector<IpAddress> addresses_{};  ///< of the host's name
    bool asked_ipv6_ = false;
};

}  // namespace

Outcome run_hometest(Call& call) {
    const auto tcpip = chosen_stack(call);
    if (call.args.size() != 0) return call.fail(24, say<DTCPIN902E>(call.args.upper_word(0)));
    const auto snapshot = call.world.stack(tcpip);
    if (!snapshot || !snapshot->up) return call.fail(8, say<DTCNET901E>(tcpip));
    return start_command<RunningHometest>(call, tcpip, snapshot->config.home, snapshot->config.profile);
}

}  // namespace vmlab::sim

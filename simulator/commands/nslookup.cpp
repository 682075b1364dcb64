// NSLOOKUP: asks a name server, and prints what it says. The layout is that of BIND's nslookup, from which
// the product's comes; one question per command.
#include <fmt/format.h>

#include "simulator/commands/commands.hpp"
#include "simulator/commands/lookup_command.hpp"
#include "simulator/commands/messages.hpp"
#include "stack/base/overloaded.hpp"

namespace vmlab::sim {
namespace {

using services::DnsType;
using services::LookupOutcome;

struct Question {
    std::string host{}, server{};   ///< server empty: NSINTERADDR
    std::optional<DnsType> type{};  ///< nothing: A, or PTR of an address
};

std::string why_of(const LookupOutcome& outcome) {
    switch (outcome.kind) {
        case LookupOutcome::Kind::no_such_name: return "Non-existent domain";
        case LookupOutcome::Kind::no_data: return "No records of that type";
        case LookupOutcome::Kind::no_answer: return "No response from server";
        case LookupOutcome::Kind::bad_name: return "Not a domain name";
        case LookupOutcome::Kind::found: break;
    }
    return {};
}

std::string words_of(const services::DnsRecord& r) {
    return std::visit(overloaded{
                          [](const Ipv4Address& a) { return "internet address = " + a.str(); },
                          [](const IpAddress& a) { return "AAAA IPv6 address = " + a.str(); },
                          [&](const services::DnsName& n) {
                              const auto what = r.type == DnsType::ns      ? "nameserver"
                                                : r.type == DnsType::cname ? "canonical name"
                                                                           : "name";
                              return fmt::format("{} = {}", what, n.str());
                          },
                          [](const services::DnsMail& m) {
                              return fmt::format("preference = {}, mail exchanger = {}", m.preference,
                                                 m.exchange.str());
                          },
                          [](const services::DnsAuthority& soa) {
                              return fmt::format("origin = {}, mail addr = {}, serial = {}", soa.server.str(),
                                                 soa.mailbox.str(), soa.serial);
                          },
                          [&](const services::DnsRaw& raw) {
                              return fmt::format("{} bytes of {}", raw.bytes.size(), name_of(r.type));
                          },
                      },
                      r.data);
}

class RunningNslookup final : public LookupCommand {
public:
    RunningNslookup(const Call& call, const Userid& tcpip, Question question)
        : LookupCommand(call, tcpip), question_(std::move(question)) {}

    void begin(Operations& world, std::vector<ConsoleLine>& out) override {
        if (!question_.server.empty()) return look_up_host(question_.server, world, out);
        const auto config = resolver_config(world);
        if (config.servers.empty()) return fail(8, say<DTCPIN903E>().because(config.data_where), world, out);
        server_ = config.servers[0];
        ask_for_its_name(world, out);
    }

private:
    enum class Step { server, server_name, answer };

    void resolved(const LookupOutcome& outcome, Operations& world, std::vector<ConsoleLine>& out) override {
        switch (step_) {
            case Step::server:
                if (outcome.addresses.empty()) return fail(8, say<DTCPIN901E>(question_.server), world, out);
                server_ = {outcome.addresses[0], {}};
                return ask_for_its_name(world, out);
            case Step::server_name: return show_server(outcome, world, out);
            case Step::answer: return show(outcome, out);
        }
    }

    /// That one server and nobody else, for one answer.
    services::ResolverConfig config(const Operations& world) const {
        auto config = resolver_config(world);
        config.servers = {server_};
        config.order = {{services::LookupSource::dns, {}}};
        return config;
    }
    void ask_for_its_name(Operations& world, std::vector<ConsoleLine>& out) {
        step_ = Step::server_name;
        look_up(config(world), {server_->str(), DnsType::ptr}, world, out);
    }
    void show_server(const LookupOutcome& outcome, Operations& world, std::vector<ConsoleLine>& out) {
        if (outcome.kind == LookupOutcome::Kind::no_answer) {
            out.push_back({fmt::format("*** Can't find server name for address {}: {}", server_->str(),
                                       why_of(outcome))});
            return fail(8, say<DTCPIN904E>(server_->str(), outcome.why), world, out);
        }
        name_ = outcome.kind == LookupOutcome::Kind::found ? outcome.name : server_->str();
        out.push_back({"Server:  " + name_});
        out.push_back({"Address:  " + server_->str()});
        out.push_back({""});
        step_ = Step::answer;
        const bool address = IpAddress::parse(question_.host).has_value();
        type_ = question_.type.value_or(address ? DnsType::ptr : DnsType::a);
        look_up(config(world), {question_.host, type_}, world, out);
    }
    void show(const LookupOutcome& outcome, std::vector<ConsoleLine>& out) {
        if (outcome.kind != LookupOutcome::Kind::found) {
            out.push_back({fmt::format("*** {} can't find {}: {}", name_, question_.host, why_of(outcome))});
            return end(4);
        }
        if (!outcome.authoritative) out.push_back({"Non-authoritative answer:"});
        if (type_ == DnsType::a || (type_ == DnsType::ptr && !question_.type)) {
            std::string addresses;
            for (const auto& address : outcome.addresses)
                addresses += (addresses.empty() ? "" : ", ") + address.str();
            if (type_ == DnsType::ptr) addresses = question_.host;
            out.push_back({"Name:    " + outcome.name});
            out.push_back(
                {fmt::format("Address{}:  {}", outcome.addresses.size() > 1 ? "es" : "", addresses)});
            for (const auto& alias : outcome.aliases) out.push_back({"Aliases:  " + alias});
        } else {
            for (const auto* records : {&outcome.records, &outcome.additional})
                for (const auto& r : *records)
                    out.push_back({fmt::format("{}  {}", r.name.str(), words_of(r))});
        }
        end(0);
    }

    Question question_;
    Step step_ = Step::server;
    Sourced<IpAddress> server_{};
    std::string name_{};
    DnsType type_ = DnsType::a;
};

/// "-type=MX", "-querytype=MX". False when it is something else.
bool read_type(std::string_view word, std::optional<DnsType>& type) {
    const auto equals = word.find('=');
    if (equals == word.npos || word.front() != '-') return false;
    const auto name = word.substr(1, equals - 1);
    if (!iequals(name, "type") && !iequals(name, "querytype")) return false;
    type = services::dns_type(word.substr(equals + 1));
    return type.has_value();
}

}  // namespace

Outcome run_nslookup(Call& call) {
    const auto tcpip = chosen_stack(call);
    Question question;
    std::size_t at = 0;
    for (; call.args.word(at).starts_with('-'); ++at)
        if (!read_type(call.args.word(at), question.type))
            return call.fail(24, say<DTCPIN902E>(call.args.upper_word(at)));
    question.host = std::string(call.args.word(at));
    question.server = std::string(call.args.word(at + 1));
    if (question.host.empty() || call.args.size() > at + 2)
        return call.fail(24, say<DTCPIN902E>(call.args.upper_word(at + 2)));
    const auto snapshot = call.world.stack(tcpip);
    if (!snapshot || !snapshot->up) return call.fail(8, say<DTCNET901E>(tcpip));
    return start_command<RunningNslookup>(call, tcpip, std::move(question));
}

}  // namespace vmlab::sim

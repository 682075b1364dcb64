#include "services/dns/zone.hpp"

#include <algorithm>

#include "stack/base/assert.hpp"

namespace vmlab::services {
namespace {

constexpr std::uint32_t kOneHour = 3600;
constexpr int kMostAliases = 8;  ///< CNAMEs behind one another

DnsName known_name(std::string_view text) {
    const auto name = DnsName::parse(text);
    vm_assert(name.has_value());
    return *name;
}

bool exists(const DnsZone& zone, const DnsName& name) {
    // A name above a name that exists does exist, without records (RFC 4592 section 2.2.2).
    return std::any_of(zone.records.begin(), zone.records.end(),
                       [&](const DnsRecord& r) { return r.name.is_in(name); });
}

void add_authority(const DnsZone& zone, DnsMessage& answer) {
    for (const auto& r : zone.records)
        if (r.type == DnsType::soa) {
            answer.authority.push_back(r);
            return;
        }
}

/// Addresses of the hosts that answers name.
void add_addresses(const DnsZone& zone, DnsMessage& answer) {
    for (const auto& r : answer.answers) {
        const auto* mail = std::get_if<DnsMail>(&r.data);
        const auto* server = r.type == DnsType::ns ? std::get_if<DnsName>(&r.data) : nullptr;
        const DnsName* host = mail ? &mail->exchange : server;
        if (!host) continue;
        for (const auto& known : zone.records)
            if ((known.type == DnsType::a || known.type == DnsType::aaaa) && known.name == *host)
                answer.additional.push_back(known);
    }
}

}  // namespace

void DnsZone::add(std::string_view name, DnsRecord record) {
    record.name = known_name(name);
    record.ttl = kOneHour;
    records.push_back(std::move(record));
}

void DnsZone::add_host(std::string_view name, const IpAddress& address) {
    if (address.is_v4()) add(name, {.type = DnsType::a, .data = address.v4()});
    else add(name, {.type = DnsType::aaaa, .data = address});
    add(DnsName::reverse_of(address).str(), {.type = DnsType::ptr, .data = known_name(name)});
}

void DnsZone::add_alias(std::string_view alias, std::string_view name) {
    add(alias, {.type = DnsType::cname, .data = known_name(name)});
}

void DnsZone::add_mail(std::string_view domain, std::uint16_t preference, std::string_view exchange) {
    add(domain, {.type = DnsType::mx, .data = DnsMail{preference, known_name(exchange)}});
}

DnsMessage answer_dns(const DnsZone& zone, const DnsMessage& query) {
    DnsMessage answer;
    answer.id = query.id;
    answer.response = true;
    answer.opcode = query.opcode;
    answer.recursion_desired = query.recursion_desired;
    answer.questions = query.questions;
    if (query.opcode != 0) return answer.code = DnsCode::not_implemented, answer;
    if (query.questions.size() != 1) return answer.code = DnsCode::format_error, answer;
    const auto& question = query.questions[0];
    const bool ours = std::any_of(zone.domains.begin(), zone.domains.end(),
                                  [&](const DnsName& d) { return question.name.is_in(d); });
    if (!ours || question.klass != kDnsInternet) return answer.code = DnsCode::refused, answer;
    answer.authoritative = true;
    DnsName name = question.name;
    for (int i = 0; i < kMostAliases; ++i) {
        const DnsRecord* alias = nullptr;
        for (const auto& r : zone.records) {
            if (!(r.name == name)) continue;
            if (r.type == question.type || question.type == DnsType::any) answer.answers.push_back(r);
            else if (r.type == DnsType::cname) alias = &r;
        }
        if (!alias) break;
        answer.answers.push_back(*alias);
        name = std::get<DnsName>(alias->data);
    }
    if (answer.answers.empty()) {
        if (!exists(zone, name)) answer.code = DnsCode::no_such_name;
        add_authority(zone, answer);
    }
    add_addresses(zone, answer);
    return answer;
}

std::vector<std::uint8_t> answer_dns(const DnsZone& zone, std::span<const std::uint8_t> query,
                                     std::size_t most) {
    constexpr std::size_t kHeader = 12;
    if (query.size() < kHeader || (query[2] & 0x80) != 0) return {};
    const auto parsed = parse_dns(query);
    if (parsed) return emit_dns(answer_dns(zone, *parsed), most);
    DnsMessage error;
    error.id = std::uint16_t(query[0] << 8 | query[1]);
    error.response = true;
    error.code = DnsCode::format_error;
    return emit_dns(error, most);
}

}  // namespace vmlab::services

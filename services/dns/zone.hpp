// What a name server knows, and what it answers: one zone, authoritative, no recursion.
#pragma once

#include <span>
#include <vector>

#include "services/dns/message.hpp"

namespace vmlab::services {

struct DnsZone {
    /// Domains whose every name is known here: what is not among the records does not exist. The first one
    /// names the zone's authority.
    std::vector<DnsName> domains{};
    std::vector<DnsRecord> records{};  ///< in the order in which they are answered

    /// A or AAAA, and PTR. Texts that are no names are a mistake of the caller.
    void add_host(std::string_view name, const IpAddress& address);
    void add_alias(std::string_view alias, std::string_view name);
    void add_mail(std::string_view domain, std::uint16_t preference, std::string_view exchange);
    void add(std::string_view name, DnsRecord record);
};

/// NXDOMAIN for what is in the zone's domains and not there, REFUSED for what is outside, CNAMEs followed.
[[nodiscard]] DnsMessage answer_dns(const DnsZone& zone, const DnsMessage& query);
/// The same in bytes, at most `most`; empty when there is nothing to say to these bytes (a response, or too
/// short to have an id). What is no message is answered FORMERR.
[[nodiscard]] std::vector<std::uint8_t> answer_dns(const DnsZone& zone, std::span<const std::uint8_t> query,
                                                   std::size_t most);

}  // namespace vmlab::services

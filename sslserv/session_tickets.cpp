#include "sslserv/session_tickets.hpp"

namespace vmlab::sslserv {
namespace {

constexpr std::size_t kTime = 8;  ///< bytes of the expiry that follows the state

Digest256 mac_of(const TicketKey& key, const SealedTicket& ticket, std::string_view made_under) {
    const Digest256 place =
        sha256({reinterpret_cast<const std::uint8_t*>(made_under.data()), made_under.size()});
    Bytes all(place.begin(), place.end());
    all.insert(all.end(), ticket.key.begin(), ticket.key.end());
    all.insert(all.end(), ticket.iv.begin(), ticket.iv.end());
    all.insert(all.end(), ticket.text.begin(), ticket.text.end());
    return hmac_sha256(key.authentication, all);
}

/// In a time that does not tell where they differ.
bool same(const Digest256& a, const Digest256& b) {
    unsigned differ = 0;
    for (std::size_t i = 0; i < a.size(); ++i) differ |= unsigned(a[i] ^ b[i]);
    return differ == 0;
}

}  // namespace

SealedTicket seal_ticket(SessionCache& cache, ByteView state, std::string_view made_under, Instant now,
                         Duration life, RandomStream& random) {
    const TicketKey& key = cache.sealing_key(now, life, random);
    Bytes plain(state.begin(), state.end());
    const auto until = std::uint64_t((now + life).time_since_epoch().count());
    for (std::size_t i = kTime; i-- > 0;) plain.push_back(std::uint8_t(until >> (8 * i)));
    SealedTicket ticket;
    ticket.key = key.name;
    random.fill(ticket.iv);
    ticket.text = aes256_cbc_encrypt(key.encryption, ticket.iv, plain);
    ticket.mac = mac_of(key, ticket, made_under);
    return ticket;
}

std::optional<Bytes> open_ticket(SessionCache& cache, const SealedTicket& ticket, std::string_view made_under,
                                 Instant now) {
    const auto key = cache.find_key(ticket.key, now);
    if (!key) return std::nullopt;
    std::optional<Bytes> plain;
    if (same(mac_of(*key, ticket, made_under), ticket.mac))
        plain = aes256_cbc_decrypt(key->encryption, ticket.iv, ticket.text);
    if (!plain || plain->size() < kTime) {
        cache.count_ticket(SessionCache::Ticket::unfit);
        return std::nullopt;
    }
    std::uint64_t until = 0;
    for (const auto byte : ByteView(*plain).last(kTime)) until = until << 8 | byte;
    if (until <= std::uint64_t(now.time_since_epoch().count())) {
        cache.count_ticket(SessionCache::Ticket::expired);
        return std::nullopt;
    }
    cache.count_ticket(SessionCache::Ticket::resumes);
    plain->resize(plain->size() - kTime);
    return plain;
}

}  // namespace vmlab::sslserv

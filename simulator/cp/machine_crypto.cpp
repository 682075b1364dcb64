#include "simulator/cp/machine_crypto.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "simulator/cp/directory.hpp"
#include "stack/base/names.hpp"

namespace vmlab::sim {
namespace {

constexpr unsigned kDomain = 12;  ///< that the machine gives to z/VM

}  // namespace

std::optional<CryptoCard> CryptoCard::parse(std::string_view type) {
    CryptoCard card;
    card.type = upper(type);
    if (card.type.size() != 5 || !card.type.starts_with("CEX") || card.type[3] < '4' || card.type[3] > '8')
        return std::nullopt;
    switch (card.type[4]) {
        case 'A': card.kind = Kind::accelerator; return card;
        case 'C': card.kind = Kind::cca; return card;
        case 'P': card.kind = Kind::ep11; return card;
        default: return std::nullopt;
    }
}

GuestCrypto crypto_of_guest(const DirectoryEntry* entry, const MachineCrypto& machine, const Level& level) {
    GuestCrypto has;
    has.cpacf = machine.cpacf;
    if (entry == nullptr) {
        has.why_no_ap = "it is not in the CP directory";
        return has;
    }
    has.rests_on = {entry->crypto_where.known() ? entry->crypto_where : entry->where};
    if (!level.has(Apar::PI72106)) has.why_no_ap = "the level has no PI72106";
    else if (!entry->apvirtual) has.why_no_ap = "its directory entry has no CRYPTO APVIRTUAL";
    else if (std::ranges::none_of(machine.cards, &CryptoCard::shares_rsa))
        has.why_no_ap = "the machine has no card to share for RSA";
    has.apvirtual = has.why_no_ap.empty();
    return has;
}

std::vector<std::string> report_ap_queues(const MachineCrypto& machine) {
    std::vector<std::string> lines;
    for (std::size_t ap = 0; ap < machine.cards.size(); ++ap)
        lines.push_back(fmt::format("AP {:03} {} Domain {:03} operational    {:<9} unspecified", ap,
                                    machine.cards[ap].type, kDomain,
                                    machine.cards[ap].shares_rsa() ? "shared" : "free"));
    return lines;
}

std::vector<std::string> report_crypto_domains(const MachineCrypto& machine) {
    if (machine.cards.empty()) return {};
    return {
        fmt::format("Domain {:03} {} AP {}", kDomain,
                    std::ranges::any_of(machine.cards, &CryptoCard::shares_rsa) ? "shared" : "free",
                    machine.cards.size() == 1 ? "000" : fmt::format("000-{:03}", machine.cards.size() - 1))};
}

std::vector<std::string> report_virtual_crypto(const DirectoryEntry* entry, const MachineCrypto& machine) {
    if (entry == nullptr || !entry->apvirtual) return {};
    const auto card = std::ranges::find_if(machine.cards, &CryptoCard::shares_rsa);
    if (card == machine.cards.end()) return {};
    return {fmt::format("AP {:03} {} Domain {:03} shared        online", 0, card->type, 0)};
}

}  // namespace vmlab::sim

#include "sslserv/keydb/revocations.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <utility>

namespace vmlab::sslserv {
namespace {

constexpr std::string_view kPemBegin = "-----BEGIN ";

std::string day_of(Instant at) { return iso_utc(at).substr(0, 10); }

}  // namespace

Revocations Revocations::unreadable(std::string name, std::string why) {
    Revocations all;
    all.name_ = std::move(name);
    all.damage_ = std::move(why);
    return all;
}

Revocations Revocations::read(std::string name, ByteView file) {
    Revocations all;
    all.name_ = std::move(name);
    const std::string_view text(reinterpret_cast<const char*>(file.data()), file.size());
    auto found = text.find(kPemBegin) == text.npos ? std::vector<Bytes>{Bytes(file.begin(), file.end())}
                                                   : from_pem(text, "X509 CRL");
    for (auto& der : found) {
        auto list = read_revocation_list(der);
        if (!list) return unreadable(std::move(all.name_), "it is no list of revoked certificates");
        all.lists_.push_back({std::move(*list), std::move(der)});
    }
    if (all.lists_.empty()) all.damage_ = "there is no list of revoked certificates in it";
    return all;
}

void Revocations::prove(const std::vector<Bytes>& authorities) {
    for (auto& each : lists_)
        each.proved = std::ranges::any_of(authorities, [&](const Bytes& authority) {
            const auto info = read_certificate(authority);
            return info && info->subject_der == each.list.issuer_der && is_signed_by(each.der, authority);
        });
}

std::string Revocations::objection_to(const List& each, Instant now) {
    const auto& list = each.list;
    if (!each.proved)
        return fmt::format("the list of {} is not signed by an authority that is trusted", list.issuer);
    if (list.partial) return fmt::format("the list of {} is not about all of its certificates", list.issuer);
    if (now < list.this_update)
        return fmt::format("the list of {} is not valid before {}", list.issuer, day_of(list.this_update));
    if (now > list.next_update)
        return fmt::format("the list of {} was to be replaced by {}", list.issuer, day_of(list.next_update));
    return {};
}

std::optional<Revocations::Verdict> Revocations::judge(const CertificateInfo& certificate,
                                                       Instant now) const {
    if (!damage_.empty()) return Verdict{false, fmt::format("{} cannot be used: {}", name_, damage_)};
    std::optional<Verdict> doubt;
    for (const auto& each : lists_) {
        const auto& list = each.list;
        if (list.issuer_der != certificate.issuer_der) continue;
        const auto entry = std::ranges::find(list.revoked, certificate.serial, &RevokedCertificate::serial);
        if (each.proved && entry != list.revoked.end())
            return Verdict{
                true, fmt::format("revoked on {}, says the list of {}", day_of(entry->when), list.issuer)};
        if (auto why = objection_to(each, now); !why.empty()) doubt = Verdict{false, std::move(why)};
    }
    return doubt;
}

std::string Revocations::objection(Instant now) const {
    if (!damage_.empty()) return damage_;
    for (const auto& each : lists_)
        if (auto why = objection_to(each, now); !why.empty()) return why;
    return {};
}

Digest256 Revocations::fingerprint() const {
    Bytes all(damage_.begin(), damage_.end());
    for (const auto& each : lists_) all.insert(all.end(), each.der.begin(), each.der.end());
    return sha256(all);
}

std::string Revocations::summary() const {
    std::size_t revoked = 0;
    for (const auto& each : lists_) revoked += each.list.revoked.size();
    return fmt::format("{} list{}, {} certificate{} revoked", lists_.size(), lists_.size() == 1 ? "" : "s",
                       revoked, revoked == 1 ? "" : "s");
}

}  // namespace vmlab::sslserv

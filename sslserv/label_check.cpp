// Is the key database, and is a label in it, fit for use? What System SSL refuses is refused here, before
// anybody sees it: the TLS library would present an expired certificate without a word.
#include <fmt/core.h>

#include <algorithm>

#include "sslserv/messages.hpp"
#include "sslserv/return_codes.hpp"
#include "sslserv/server_impl.hpp"

namespace vmlab::sslserv {

/// With a MODE: what must be so before the server may serve.
std::optional<TlsFailure> Server::Impl::prove_module(Sink& out) const {
    const auto fail = [&](std::string what) {
        out.console(say<DTCSSL931E>(what));
        return failure_of(kGskCryptography, what + " failed");
    };
    if (!protection.fips && !protection.nist) return std::nullopt;
    if (integrity_of(options.self_test) != options.self_test.seal) return fail("the integrity check");
    if (protection.fips)
        for (const auto& vector : options.self_test.answers)
            if (!passes(vector)) return fail(fmt::format("the known-answer test {}", vector.name));
    out.console(say<DTCSSL930I>(
        protection.fips ? fmt::format("; {} known-answer tests passed", options.self_test.answers.size())
                        : ""));
    return std::nullopt;
}

std::optional<TlsFailure> Server::Impl::judge_database(const KeyDatabase& keys) const {
    if (protection.fips && !keys.options().fips)
        return failure_of(kGskNotFips,
                          "MODE FIPS-140-2 needs a key database that was created as a FIPS database");
    return std::nullopt;
}

/// The database is there, new or again: what it holds, and what it says of revoked certificates.
void Server::Impl::note_database(Instant now, Sink& out) {
    std::string text = fmt::format("{} has read key database {}: {} records", options.userid.view(),
                                   options.policy.key_file, database.records().size());
    revocations.reset();
    if (database.revocations().given()) {
        Revocations lists = database.revocations();
        lists.prove(trusted_authorities());
        const auto objection = lists.objection(now);
        text += fmt::format("; {}: {}{}{}", lists.name(), lists.summary(), objection.empty() ? "" : "; ",
                            objection);
        if (!objection.empty())
            out.console(say<DTCSSL923W>(lists.name(), objection).because(options.policy.key_file_where));
        revocations = std::make_shared<const Revocations>(std::move(lists));
    }
    out.record({RecordKind::state, text, {}, kAboutKeyDatabase});
}

/// The server's own certificate, before anybody sees it: the TLS library would present an expired one without
/// a word.
std::optional<TlsFailure> Server::Impl::judge(const KeyRecord& record, const CertificateInfo& info,
                                              Instant now) const {
    if (record.pkcs8.empty())
        return failure_of(kGskNoPrivateKey, "the label names a certificate without a key");
    if (!record.trusted) return failure_of(kGskLabelUnusable, "the certificate is marked as not trusted");
    if (now < info.not_before)
        return failure_of(kGskCertificateDate,
                          "the certificate is not valid before " + iso_utc(info.not_before));
    if (now > info.not_after)
        return failure_of(kGskCertificateDate,
                          "the certificate is not valid after " + iso_utc(info.not_after));
    if (info.key.kind == KeyKind::dsa)
        return failure_of(kGskUnsupported, "the certificate's key is a DSA key, which cannot be used");
    if (info.key.kind == KeyKind::other)
        return failure_of(kGskUnsupported, "the certificate's key type is not supported");
    if (info.key.kind == KeyKind::ec && !protection.elliptic_curves)
        return failure_of(kGskUnsupported, fmt::format("level {} without PI99184 knows no elliptic curves",
                                                       options.policy.level.tcpip()));
    const auto floor = info.key.kind == KeyKind::rsa ? protection.min_rsa_bits : protection.min_ec_bits;
    if (info.key.bits < floor)
        return failure_of(kGskCertificateValidation,
                          fmt::format("the key has {} bits; {} are the least", info.key.bits, floor));
    if (protection.weakest_hash == SignatureHash::md5) return std::nullopt;
    auto chain = database.issuers_of(record);
    chain.insert(chain.begin(), &record);
    for (const auto* each : chain) {
        const auto read = read_certificate(each->der);
        const bool root = each != &record && read && read->self_issued();
        if (!root && !(read && meets_floor(read->hash, protection)))
            return failure_of(kGskCertificateValidation, fmt::format("certificate {} is not signed with {}",
                                                                     each->label, name_of_floor(protection)));
    }
    return std::nullopt;
}

std::vector<Bytes> Server::Impl::trusted_authorities() const {
    std::vector<Bytes> found;
    for (const auto& record : database.records()) {
        if (!record.trusted) continue;
        const auto info = read_certificate(record.der);
        if (info && (info->authority || info->self_issued())) found.push_back(record.der);
    }
    return found;
}

std::variant<std::shared_ptr<TlsContext>, TlsFailure> Server::Impl::load(const KeyRecord& record,
                                                                         Instant now) {
    TlsSettings settings;
    settings.protection = protection;
    settings.certificate = record.der;
    settings.pkcs8 = record.pkcs8;
    for (const auto* issuer : database.issuers_of(record))
        if (issuer->issuer != issuer->id) settings.chain.push_back(issuer->der);
    settings.trusted = trusted_authorities();
    settings.revocations = revocations;
    settings.label = record.label;
    settings.cache = cache;
    settings.cache_life = options.policy.cache_life;
    return TlsContext::make(TlsRole::server, settings, random, now);
}

std::variant<std::shared_ptr<TlsContext>, TlsFailure> Server::Impl::context_of(const SslOpen& what,
                                                                               Instant now) {
    if (what.role == TlsRole::client) {
        TlsSettings settings;
        settings.protection = protection;
        settings.trusted = trusted_authorities();
        settings.revocations = revocations;
        const auto* own = what.label.empty() ? nullptr : database.find(what.label);
        if (!what.label.empty() && !own)
            return failure_of(kGskKeyLabelNotFound, "the label is not in the key database");
        if (own) settings.certificate = own->der;
        if (own) settings.pkcs8 = own->pkcs8;
        return TlsContext::make(TlsRole::client, settings, random, now);
    }
    if (const auto known = labels.find(what.label); known != labels.end()) {
        if (now >= known->second.not_before && now <= known->second.not_after) return known->second.context;
        labels.erase(known);
    }
    const auto* record = database.find(what.label);
    if (!record)
        return failure_of(kGskKeyLabelNotFound,
                          fmt::format("label {} is not in the key database", what.label));
    const auto info = read_certificate(record->der);
    if (!info) return failure_of(kGskBadCertificate, "the certificate cannot be read");
    if (auto unfit = judge(*record, *info, now)) return *unfit;
    auto loaded = load(*record, now);
    if (const auto* context = std::get_if<std::shared_ptr<TlsContext>>(&loaded))
        labels[what.label] = {*context, info->not_before, info->not_after, info->key.kind, info->key.bits};
    return loaded;
}

}  // namespace vmlab::sslserv

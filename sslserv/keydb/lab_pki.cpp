#include "sslserv/keydb/lab_pki.hpp"

#include <algorithm>

#include "sslserv/keydb/der.hpp"
#include "stack/base/assert.hpp"

namespace vmlab::sslserv {

Bytes LabKeys::serialize() const {
    return der::sequence({der::item(der::kOctetString, authority), der::item(der::kOctetString, server)});
}

std::optional<LabKeys> LabKeys::read(ByteView bytes) {
    der::Reader outer(bytes);
    const auto pair = outer.next(der::kSequence);
    if (!pair || !outer.at_end()) return std::nullopt;
    der::Reader reader(pair->content);
    const auto authority = reader.next(der::kOctetString);
    const auto server = reader.next(der::kOctetString);
    if (!authority || !server || !reader.at_end()) return std::nullopt;
    const auto copied = [](ByteView view) { return Bytes(view.begin(), view.end()); };
    LabKeys keys{copied(authority->content), copied(server->content)};
    if (!public_key_of(keys.authority) || !public_key_of(keys.server)) return std::nullopt;
    return keys;
}

LabKeys make_lab_keys(RandomStream& random) {
    LabKeys keys;
    keys.authority = make_key(KeyKind::rsa, 2048, random);
    keys.server = make_key(KeyKind::rsa, 2048, random);
    vm_assert(!keys.authority.empty() && !keys.server.empty());
    return keys;
}

namespace {

void add_to_order(const LabCertificate& order, CertificateTemplate form, Instant now, const LabKeys& keys,
                  RandomStream& random, LabPki& pki) {
    const bool lab_key = order.kind == KeyKind::rsa && order.bits == 2048;
    const Bytes key = lab_key ? keys.server : make_key(order.kind, order.bits, random);
    const auto public_key = public_key_of(key);
    vm_assert(public_key.has_value());
    form.subject.organizational_unit = order.label;
    form.hash = order.hash;
    if (order.dates == LabCertificate::Dates::expired) {
        form.not_before = now - hours(24 * 366);
        form.not_after = now - hours(24);
    } else if (order.dates == LabCertificate::Dates::not_yet) {
        form.not_before = now + hours(24);
    }
    Bytes certificate = make_certificate(form, public_key->info, pki.authority_der, keys.authority, random);
    const auto refused = pki.database.add_certificate(order.label, std::move(certificate),
                                                      order.with_key ? key : Bytes{}, true, now);
    vm_assert(!refused);
}

}  // namespace

LabPki make_lab_pki(const LabPkiRequest& what, const LabKeys& keys, RandomStream& random) {
    LabPki pki;
    CertificateTemplate form;
    form.not_before = what.now - hours(24);
    form.not_after = what.now + hours(24 * 365);
    form.subject.organization = "vmlab";
    form.subject.country = "US";
    form.subject.common_name = "vmlab Lab CA";
    form.authority = true;
    pki.authority_der = make_self_signed(form, keys.authority, random);
    vm_assert(!pki.authority_der.empty());
    pki.authority_pem = to_pem(pki.authority_der, "CERTIFICATE");
    pki.database = KeyDatabase({.fips = what.fips});

    const auto refused =
        pki.database.add_certificate(kLabAuthorityLabel, pki.authority_der, {}, true, what.now);
    vm_assert(!refused);
    const auto server_key = public_key_of(keys.server);
    vm_assert(server_key.has_value());
    form.authority = false;
    form.subject.common_name = what.host_names.empty() ? "localhost" : what.host_names.front();
    form.names = {what.host_names, what.addresses};
    for (const auto& order : what.certificates) add_to_order(order, form, what.now, keys, random, pki);
    for (const auto& label : what.labels) {
        if (pki.database.find(label)) continue;  // several services may name one label
        form.subject.organizational_unit = label;
        Bytes certificate =
            make_certificate(form, server_key->info, pki.authority_der, keys.authority, random);
        vm_assert(!pki.database.add_certificate(label, std::move(certificate), keys.server, true, what.now));
    }
    pki.kdb = pki.database.serialize(what.password, random);
    pki.rdb =
        KeyDatabase({.kind = DatabaseKind::requests, .fips = what.fips}).serialize(what.password, random);
    pki.sth = make_stash(what.password);
    return pki;
}

}  // namespace vmlab::sslserv

#include "sslserv/keydb/lab_pki.hpp"

#include <algorithm>

#include "sslserv/keydb/der.hpp"
#include "stack/base/assert.hpp"

namespace vmlab::sslserv {

Bytes LabKeys::serialize() const {
    return der::sequence({der::item(der::kOctetString, authority), der::item(der::kOctetString, server),
                          der::item(der::kOctetString, client)});
}

std::optional<LabKeys> LabKeys::read(ByteView bytes) {
    der::Reader outer(bytes);
    const auto pair = outer.next(der::kSequence);
    if (!pair || !outer.at_end()) return std::nullopt;
    der::Reader reader(pair->content);
    const auto authority = reader.next(der::kOctetString);
    const auto server = reader.next(der::kOctetString);
    const auto client = reader.next(der::kOctetString);
    if (!authority || !server || !reader.at_end()) return std::nullopt;
    const auto copied = [](ByteView view) { return Bytes(view.begin(), view.end()); };
    LabKeys keys{copied(authority->content), copied(server->content), {}};
    if (client) keys.client = copied(client->content);
    if (!public_key_of(keys.authority) || !public_key_of(keys.server)) return std::nullopt;
    if (client && !public_key_of(keys.client)) return std::nullopt;
    return keys;
}

LabKeys make_lab_keys(RandomStream& random) {
    LabKeys keys;
    keys.authority = make_key(KeyKind::rsa, 2048, random);
    keys.server = make_key(KeyKind::rsa, 2048, random);
    keys.client = make_client_key(random);
    vm_assert(!keys.authority.empty() && !keys.server.empty());
    return keys;
}

Bytes make_client_key(RandomStream& random) {
    Bytes key = make_key(KeyKind::rsa, 2048, random);
    vm_assert(!key.empty());
    return key;
}

std::vector<LabClient> lab_clients() {
    return {{.name = "client"},
            {.name = "client-expired", .dates = LabCertificate::Dates::expired},
            {.name = "client-stranger", .stranger = true},
            {.name = "client-revoked", .revoked = true}};
}

namespace {

void set_dates(LabCertificate::Dates dates, Instant now, Instant& first, Instant& last) {
    if (dates == LabCertificate::Dates::expired) {
        first = now - hours(24 * 366);
        last = now - hours(24);
    } else if (dates == LabCertificate::Dates::not_yet) {
        first = now + hours(24);
    }
}

/// Clients' certificates, and the list of those that are revoked.
void add_clients(const LabPkiRequest& what, CertificateTemplate form, const LabKeys& keys,
                 RandomStream& random, LabPki& pki) {
    const auto public_key = public_key_of(keys.client);
    vm_assert(public_key.has_value());
    form.names = {};
    Bytes stranger;
    RevocationList list;
    for (const auto& order : what.clients) {
        CertificateTemplate one = form;
        one.subject.common_name = order.name;
        set_dates(order.dates, what.now, one.not_before, one.not_after);
        if (order.stranger && stranger.empty()) {
            CertificateTemplate other = form;
            other.subject.common_name = "Another CA";
            other.authority = true;
            stranger = make_self_signed(other, keys.client, random);
        }
        Bytes der = make_certificate(one, public_key->info, order.stranger ? stranger : pki.authority_der,
                                     order.stranger ? keys.client : keys.authority, random);
        const auto info = read_certificate(der);
        vm_assert(info.has_value());
        if (order.revoked) list.revoked.push_back({info->serial, what.now - hours(1)});
        pki.clients.push_back({order.name, std::move(der)});
    }
    if (list.revoked.empty()) return;
    list.this_update = what.now - hours(24);
    list.next_update = what.now + hours(24 * 30);
    set_dates(what.list_dates, what.now, list.this_update, list.next_update);
    pki.revocation_list =
        to_pem(make_revocation_list(list, pki.authority_der, keys.authority, random), "X509 CRL");
}

void add_to_order(const LabCertificate& order, CertificateTemplate form, Instant now, const LabKeys& keys,
                  RandomStream& random, LabPki& pki) {
    const bool lab_key = order.kind == KeyKind::rsa && order.bits == 2048;
    const Bytes key = lab_key ? keys.server : make_key(order.kind, order.bits, random);
    const auto public_key = public_key_of(key);
    vm_assert(public_key.has_value());
    form.subject.organizational_unit = order.label;
    form.hash = order.hash;
    set_dates(order.dates, now, form.not_before, form.not_after);
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
    form.subject.organizational_unit.clear();
    if (!what.clients.empty()) add_clients(what, form, keys, random, pki);
    return pki;
}

}  // namespace vmlab::sslserv

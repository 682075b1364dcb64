// Encoding first (names, extensions, the to-be-signed part), then reading, then PEM.
#include "sslserv/keydb/certificate.hpp"

#include <fmt/core.h>

#include <algorithm>

#include "sslserv/keydb/der.hpp"
#include "stack/base/names.hpp"

namespace vmlab::sslserv {
namespace {

struct NameType {
    std::string_view shown;
    std::string_view oid;
    std::string DistinguishedName::*field;
};
/// In the order of encoding: from the country down to the common name.
constexpr NameType kNameTypes[] = {
    {"C", "2.5.4.6", &DistinguishedName::country},
    {"ST", "2.5.4.8", &DistinguishedName::state},
    {"L", "2.5.4.7", &DistinguishedName::locality},
    {"O", "2.5.4.10", &DistinguishedName::organization},
    {"OU", "2.5.4.11", &DistinguishedName::organizational_unit},
    {"CN", "2.5.4.3", &DistinguishedName::common_name},
};

constexpr std::string_view kBasicConstraints = "2.5.29.19", kKeyUsage = "2.5.29.15",
                           kExtendedUsage = "2.5.29.37", kSubjectKeyId = "2.5.29.14",
                           kAuthorityKeyId = "2.5.29.35", kAlternativeNames = "2.5.29.17",
                           kListNumber = "2.5.29.20", kExtensionRequest = "1.2.840.113549.1.9.14";

struct SignatureType {
    KeyKind kind;
    SignatureHash hash;
    std::string_view oid;
};
constexpr SignatureType kSignatureTypes[] = {
    {KeyKind::rsa, SignatureHash::md5, "1.2.840.113549.1.1.4"},
    {KeyKind::rsa, SignatureHash::sha1, "1.2.840.113549.1.1.5"},
    {KeyKind::rsa, SignatureHash::sha256, "1.2.840.113549.1.1.11"},
    {KeyKind::rsa, SignatureHash::sha384, "1.2.840.113549.1.1.12"},
    {KeyKind::rsa, SignatureHash::sha512, "1.2.840.113549.1.1.13"},
    {KeyKind::ec, SignatureHash::sha1, "1.2.840.10045.4.1"},
    {KeyKind::ec, SignatureHash::sha256, "1.2.840.10045.4.3.2"},
    {KeyKind::ec, SignatureHash::sha384, "1.2.840.10045.4.3.3"},
    {KeyKind::ec, SignatureHash::sha512, "1.2.840.10045.4.3.4"},
};

Bytes copied(ByteView view) { return {view.begin(), view.end()}; }

// ── encoding ──────────────────────────────────────────────────────────────────────────────────────────────

Bytes encode_name(const DistinguishedName& name) {
    Bytes parts;
    for (const auto& type : kNameTypes) {
        const std::string& value = name.*type.field;
        if (value.empty()) continue;
        const auto tag = type.shown == "C" ? der::kPrintableString : der::kUtf8String;
        const Bytes part =
            der::item(der::kSet, der::sequence({der::object_id(type.oid), der::item(tag, value)}));
        parts.insert(parts.end(), part.begin(), part.end());
    }
    return der::item(der::kSequence, parts);
}

Bytes encode_time(Instant at) {
    const auto c = calendar_of(at);
    if (c.year < 2050)
        return der::item(der::kUtcTime, fmt::format("{:02}{:02}{:02}{:02}{:02}{:02}Z", c.year % 100, c.month,
                                                    c.day, c.hour, c.minute, c.second));
    return der::item(der::kGeneralizedTime, fmt::format("{:04}{:02}{:02}{:02}{:02}{:02}Z", c.year, c.month,
                                                        c.day, c.hour, c.minute, c.second));
}

Bytes encode_algorithm(KeyKind kind, SignatureHash hash) {
    for (const auto& type : kSignatureTypes)
        if (type.kind == kind && type.hash == hash)
            return kind == KeyKind::rsa ? der::sequence({der::object_id(type.oid), der::null()})
                                        : der::sequence({der::object_id(type.oid)});
    return {};
}

Bytes encode_extension(std::string_view oid, bool critical, ByteView value) {
    const Bytes flag = critical ? Bytes{der::kBoolean, 1, 0xff} : Bytes{};
    return der::sequence({der::object_id(oid), flag, der::item(der::kOctetString, value)});
}

/// Empty when there are no names.
Bytes encode_alternative_names(const AlternativeNames& names) {
    Bytes parts;
    const auto append = [&](const Bytes& part) { parts.insert(parts.end(), part.begin(), part.end()); };
    for (const auto& name : names.dns) append(der::item(0x82, name));
    for (const auto& address : names.addresses) {
        const auto& bytes = address.bytes();
        append(der::item(0x87, ByteView(bytes).subspan(address.is_v4() ? 12 : 0)));
    }
    return parts.empty() ? Bytes{}
                         : encode_extension(kAlternativeNames, false, der::item(der::kSequence, parts));
}

/// SHA-1 of the key's bits (RFC 5280 section 4.2.1.2, method 1).
Bytes key_id_of(ByteView public_info) {
    der::Reader outer(public_info);
    const auto spki = outer.next(der::kSequence);
    if (!spki) return {};
    der::Reader reader(spki->content);
    if (!reader.next(der::kSequence)) return {};
    const auto bits = reader.next(der::kBitString);
    if (!bits || bits->content.empty()) return {};
    const auto digest = sha1(bits->content.subspan(1));
    return {digest.begin(), digest.end()};
}

Bytes encode_extensions(const CertificateTemplate& what, const PublicKey& key, ByteView authority_key_id) {
    const Bytes constraints = what.authority ? der::sequence({Bytes{der::kBoolean, 1, 0xff}})
                                             : der::item(der::kSequence, ByteView{});
    // keyCertSign and cRLSign; or digitalSignature, and keyEncipherment where the key can do it.
    const Bytes usage = what.authority             ? Bytes{der::kBitString, 2, 1, 0x06}
                        : key.kind == KeyKind::rsa ? Bytes{der::kBitString, 2, 5, 0xa0}
                                                   : Bytes{der::kBitString, 2, 7, 0x80};
    const Bytes purposes = der::sequence(
        {der::object_id("1.3.6.1.5.5.7.3.1"), der::object_id("1.3.6.1.5.5.7.3.2")});  // server, client
    const Bytes extended = what.authority ? Bytes{} : encode_extension(kExtendedUsage, false, purposes);
    const Bytes authority_id =
        authority_key_id.empty()
            ? Bytes{}
            : encode_extension(kAuthorityKeyId, false, der::sequence({der::item(0x80, authority_key_id)}));
    const Bytes all = der::sequence({
        encode_extension(kBasicConstraints, true, constraints),
        encode_extension(kKeyUsage, true, usage),
        extended,
        encode_extension(kSubjectKeyId, false, der::item(der::kOctetString, key_id_of(key.info))),
        authority_id,
        encode_alternative_names(what.names),
    });
    return der::item(der::kContext0 + 3, all);
}

/// Sixteen random bytes, positive and never zero.
Bytes make_serial(RandomStream& random) {
    Bytes serial(16);
    random.fill(serial);
    serial[0] = std::uint8_t((serial[0] & 0x3f) | 0x40);
    return der::item(der::kInteger, serial);
}

Bytes sign_and_wrap(const Bytes& body, const Bytes& algorithm, ByteView pkcs8, SignatureHash hash,
                    RandomStream& random) {
    const Bytes signature = sign(pkcs8, hash, body, random);
    if (signature.empty()) return {};
    return der::sequence({body, algorithm, der::bit_string(signature)});
}

Bytes issue(const CertificateTemplate& what, ByteView subject_der, const PublicKey& key, ByteView issuer_der,
            const PublicKey& issuer_key, ByteView issuer_pkcs8, RandomStream& random) {
    const Bytes algorithm = encode_algorithm(issuer_key.kind, what.hash);
    if (algorithm.empty()) return {};
    const Bytes version = der::item(der::kContext0, der::integer(2));
    const Bytes body =
        der::sequence({version, make_serial(random), algorithm, issuer_der,
                       der::sequence({encode_time(what.not_before), encode_time(what.not_after)}),
                       subject_der, key.info, encode_extensions(what, key, key_id_of(issuer_key.info))});
    return sign_and_wrap(body, algorithm, issuer_pkcs8, what.hash, random);
}

Bytes issue_under(const CertificateTemplate& what, ByteView subject_der, const PublicKey& key,
                  ByteView authority_certificate, ByteView authority_pkcs8, RandomStream& random) {
    const auto authority = read_certificate(authority_certificate);
    if (!authority) return {};
    return issue(what, subject_der, key, authority->subject_der, authority->key, authority_pkcs8, random);
}

// ── reading ───────────────────────────────────────────────────────────────────────────────────────────────

/// Text for the screen: what is not printable ASCII becomes '?'.
std::string printable(ByteView value) {
    std::string out;
    for (const auto c : value) out += c >= 0x20 && c < 0x7f ? char(c) : '?';
    return out;
}

struct NameText {
    std::string whole;
    std::string common_name;
};

/// `content` of a Name; the parts are shown most specific first.
std::optional<NameText> read_name(ByteView content) {
    NameText text;
    der::Reader reader(content);
    while (!reader.at_end()) {
        const auto set = reader.next(der::kSet);
        if (!set) return std::nullopt;
        der::Reader inner(set->content);
        while (!inner.at_end()) {
            const auto pair = inner.next(der::kSequence);
            if (!pair) return std::nullopt;
            der::Reader fields(pair->content);
            const auto oid = fields.next(der::kObjectId);
            const auto value = fields.next();
            if (!oid || !value) return std::nullopt;
            std::string type = der::object_id_text(oid->content);
            for (const auto& known : kNameTypes)
                if (known.oid == type) type = known.shown;
            if (type == "CN") text.common_name = printable(value->content);
            const std::string part = fmt::format("{}={}", type, printable(value->content));
            text.whole = text.whole.empty() ? part : fmt::format("{}, {}", part, text.whole);
        }
    }
    return text;
}

/// Years that an Instant cannot hold are pulled to its ends ("no well-defined expiration", RFC 5280).
std::optional<Instant> read_time(der::Reader& reader) {
    const auto item = reader.next();
    if (!item || (item->tag != der::kUtcTime && item->tag != der::kGeneralizedTime)) return std::nullopt;
    const std::size_t year_digits = item->tag == der::kUtcTime ? 2 : 4;
    const ByteView text = item->content;
    if (text.size() != year_digits + 11 || text.back() != 'Z') return std::nullopt;
    for (std::size_t i = 0; i + 1 < text.size(); ++i)
        if (text[i] < '0' || text[i] > '9') return std::nullopt;
    const auto number = [&](std::size_t at, std::size_t digits) {
        int value = 0;
        for (std::size_t i = 0; i < digits; ++i) value = value * 10 + (text[at + i] - '0');
        return value;
    };
    int year = number(0, year_digits);
    if (year_digits == 2) year += year < 50 ? 2000 : 1900;
    const auto field = [&](std::size_t i) { return number(year_digits + 2 * i, 2); };
    const Calendar c{year, field(0), field(1), 0, field(2), field(3), field(4), 0};
    constexpr int kDays[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    if (c.month < 1 || c.month > 12 || c.hour > 23 || c.minute > 59 || c.second > 59) return std::nullopt;
    const bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    const int days = kDays[c.month - 1] + (c.month == 2 && leap ? 1 : 0);
    if (c.day < 1 || c.day > days) return std::nullopt;
    if (year > 2200) return Instant::max();
    if (year < 1700) return Instant::min();
    return instant_of(c);
}

struct Algorithm {
    KeyKind kind = KeyKind::other;
    SignatureHash hash = SignatureHash::unknown;
};

Algorithm read_algorithm(ByteView content) {
    der::Reader reader(content);
    const auto oid = reader.next(der::kObjectId);
    if (!oid) return {};
    const std::string text = der::object_id_text(oid->content);
    for (const auto& type : kSignatureTypes)
        if (type.oid == text) return {type.kind, type.hash};
    return {};
}

bool read_alternative_names(ByteView value, AlternativeNames& names) {
    der::Reader outer(value);
    const auto list = outer.next(der::kSequence);
    if (!list) return false;
    der::Reader reader(list->content);
    while (!reader.at_end()) {
        const auto name = reader.next();
        if (!name) return false;
        if (name->tag == 0x82) {
            names.dns.push_back(printable(name->content));
        } else if (name->tag == 0x87 && name->content.size() == 4) {
            const auto& b = name->content;
            names.addresses.push_back(Ipv4Address::of(b[0], b[1], b[2], b[3]));
        } else if (name->tag == 0x87 && name->content.size() == 16) {
            std::array<std::uint8_t, 16> bytes;
            std::ranges::copy(name->content, bytes.begin());
            names.addresses.emplace_back(bytes);
        }
    }
    return true;
}

bool read_extensions(ByteView content, AlternativeNames& names, bool& authority) {
    der::Reader outer(content);
    const auto list = outer.next(der::kSequence);
    if (!list) return false;
    der::Reader reader(list->content);
    while (!reader.at_end()) {
        const auto extension = reader.next(der::kSequence);
        if (!extension) return false;
        der::Reader fields(extension->content);
        const auto oid = fields.next(der::kObjectId);
        if (fields.next_tag() == der::kBoolean && !fields.next()) return false;
        const auto value = fields.next(der::kOctetString);
        if (!oid || !value) return false;
        const std::string type = der::object_id_text(oid->content);
        if (type == kAlternativeNames && !read_alternative_names(value->content, names)) return false;
        if (type == kBasicConstraints) {
            der::Reader constraints(value->content);
            const auto pair = constraints.next(der::kSequence);
            if (!pair) return false;
            der::Reader flag(pair->content);
            const auto ca = flag.next(der::kBoolean);
            authority = ca && ca->content.size() == 1 && ca->content[0] != 0;
        }
    }
    return true;
}

/// A signed object: body, algorithm, signature.
struct Signed {
    der::Item body{};
    Algorithm algorithm{};
    ByteView signature{};
};

std::optional<Signed> read_signed(ByteView bytes) {
    der::Reader outer(bytes);
    const auto whole = outer.next(der::kSequence);
    if (!whole || !outer.at_end()) return std::nullopt;
    der::Reader reader(whole->content);
    const auto body = reader.next(der::kSequence);
    const auto algorithm = reader.next(der::kSequence);
    const auto signature = reader.next(der::kBitString);
    if (!body || !algorithm || !signature || signature->content.empty()) return std::nullopt;
    return Signed{*body, read_algorithm(algorithm->content), signature->content.subspan(1)};
}

/// Whether one of these extensions must be understood; nothing when they cannot be read.
std::optional<bool> has_critical_extension(ByteView content) {
    der::Reader outer(content);
    const auto list = outer.next(der::kSequence);
    if (!list || !outer.at_end()) return std::nullopt;
    bool critical = false;
    der::Reader reader(list->content);
    while (!reader.at_end()) {
        const auto extension = reader.next(der::kSequence);
        if (!extension) return std::nullopt;
        der::Reader fields(extension->content);
        if (!fields.next(der::kObjectId)) return std::nullopt;
        if (const auto flag = fields.next(der::kBoolean))
            critical = critical || (flag->content.size() == 1 && flag->content[0] != 0);
        if (!fields.next(der::kOctetString) || !fields.at_end()) return std::nullopt;
    }
    return critical;
}

/// The entries of a list of revoked certificates.
bool read_revoked(ByteView content, RevocationList& list) {
    der::Reader reader(content);
    while (!reader.at_end()) {
        const auto entry = reader.next(der::kSequence);
        if (!entry) return false;
        der::Reader fields(entry->content);
        const auto serial = fields.next(der::kInteger);
        const auto when = serial ? read_time(fields) : std::nullopt;
        if (!when) return false;
        list.revoked.push_back({copied(serial->content), *when});
        if (fields.at_end()) continue;
        const auto extensions = fields.next(der::kSequence);
        const auto critical = extensions ? has_critical_extension(extensions->whole) : std::nullopt;
        if (!critical || !fields.at_end()) return false;
        list.partial = list.partial || *critical;
    }
    return true;
}

constexpr std::string_view kBase64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

std::optional<Bytes> from_base64(std::string_view text) {
    Bytes out;
    std::uint32_t group = 0;
    int held = 0, padding = 0;
    for (const char c : text) {
        if (c == '\r' || c == '\n' || c == ' ' || c == '\t') continue;
        if (c == '=') {
            ++padding;
            continue;
        }
        const auto value = kBase64.find(c);
        if (value == kBase64.npos || padding > 0) return std::nullopt;
        group = group << 6 | std::uint32_t(value);
        held += 6;
        if (held < 8) continue;
        held -= 8;
        out.push_back(std::uint8_t(group >> held));
    }
    if (padding > 2) return std::nullopt;
    return out;
}

}  // namespace

Bytes make_self_signed(const CertificateTemplate& what, ByteView pkcs8, RandomStream& random) {
    const auto key = public_key_of(pkcs8);
    if (!key) return {};
    const Bytes name = encode_name(what.subject);
    return issue(what, name, *key, name, *key, pkcs8, random);
}

Bytes make_certificate(const CertificateTemplate& what, ByteView public_info, ByteView authority_certificate,
                       ByteView authority_pkcs8, RandomStream& random) {
    const auto key = read_public_key(public_info);
    if (!key) return {};
    return issue_under(what, encode_name(what.subject), *key, authority_certificate, authority_pkcs8, random);
}

Bytes make_request(const CertificateRequest& what, ByteView pkcs8, SignatureHash hash, RandomStream& random) {
    const auto key = public_key_of(pkcs8);
    if (!key) return {};
    const Bytes algorithm = encode_algorithm(key->kind, hash);
    if (algorithm.empty()) return {};
    const Bytes names = encode_alternative_names(what.names);
    const Bytes wanted = names.empty() ? Bytes{}
                                       : der::sequence({der::object_id(kExtensionRequest),
                                                        der::item(der::kSet, der::sequence({names}))});
    const Bytes body = der::sequence(
        {der::integer(0), encode_name(what.subject), key->info, der::item(der::kContext0, wanted)});
    return sign_and_wrap(body, algorithm, pkcs8, hash, random);
}

Bytes sign_request(ByteView request, Instant not_before, Instant not_after, bool authority,
                   ByteView authority_certificate, ByteView authority_pkcs8, RandomStream& random) {
    const auto asked = read_request(request);
    if (!asked) return {};
    CertificateTemplate what;
    what.names = asked->names;
    what.not_before = not_before;
    what.not_after = not_after;
    what.authority = authority;
    return issue_under(what, asked->subject_der, asked->key, authority_certificate, authority_pkcs8, random);
}

std::optional<CertificateInfo> read_certificate(ByteView bytes) {
    const auto whole = read_signed(bytes);
    if (!whole) return std::nullopt;
    CertificateInfo info;
    info.hash = whole->algorithm.hash;
    der::Reader reader(whole->body.content);
    if (reader.next_tag() == der::kContext0 && !reader.next()) return std::nullopt;
    const auto serial = reader.next(der::kInteger);
    const auto algorithm = reader.next(der::kSequence);
    const auto issuer = reader.next(der::kSequence);
    const auto validity = reader.next(der::kSequence);
    const auto subject = reader.next(der::kSequence);
    const auto key = reader.next(der::kSequence);
    if (!serial || !algorithm || !issuer || !validity || !subject || !key) return std::nullopt;
    info.serial = copied(serial->content);
    info.issuer_der = copied(issuer->whole);
    info.subject_der = copied(subject->whole);
    const auto issuer_text = read_name(issuer->content);
    const auto subject_text = read_name(subject->content);
    der::Reader dates(validity->content);
    const auto not_before = read_time(dates);
    const auto not_after = read_time(dates);
    const auto public_key = read_public_key(key->whole);
    if (!issuer_text || !subject_text || !not_before || !not_after || !public_key) return std::nullopt;
    info.issuer = issuer_text->whole;
    info.subject = subject_text->whole;
    info.common_name = subject_text->common_name;
    info.not_before = *not_before;
    info.not_after = *not_after;
    info.key = *public_key;
    while (!reader.at_end()) {
        const auto extra = reader.next();
        if (!extra) return std::nullopt;
        if (extra->tag == der::kContext0 + 3 && !read_extensions(extra->content, info.names, info.authority))
            return std::nullopt;
    }
    return info;
}

Bytes make_revocation_list(const RevocationList& what, ByteView authority_certificate,
                           ByteView authority_pkcs8, RandomStream& random) {
    const auto authority = read_certificate(authority_certificate);
    if (!authority) return {};
    const Bytes algorithm = encode_algorithm(authority->key.kind, SignatureHash::sha256);
    if (algorithm.empty()) return {};
    Bytes entries;
    for (const auto& each : what.revoked) {
        const Bytes entry = der::sequence({der::item(der::kInteger, each.serial), encode_time(each.when)});
        entries.insert(entries.end(), entry.begin(), entry.end());
    }
    if (!entries.empty()) entries = der::item(der::kSequence, entries);
    const Bytes next = what.next_update == Instant::max() ? Bytes{} : encode_time(what.next_update);
    const Bytes issuer_key = encode_extension(
        kAuthorityKeyId, false, der::sequence({der::item(0x80, key_id_of(authority->key.info))}));
    const Bytes number = encode_extension(kListNumber, false, der::integer(1));
    const Bytes extensions = der::item(der::kContext0, der::sequence({issuer_key, number}));
    const Bytes body = der::sequence({der::integer(1), algorithm, authority->subject_der,
                                      encode_time(what.this_update), next, entries, extensions});
    return sign_and_wrap(body, algorithm, authority_pkcs8, SignatureHash::sha256, random);
}

std::optional<RevocationList> read_revocation_list(ByteView bytes) {
    const auto whole = read_signed(bytes);
    if (!whole) return std::nullopt;
    der::Reader reader(whole->body.content);
    if (reader.next_tag() == der::kInteger && !reader.next()) return std::nullopt;
    const auto algorithm = reader.next(der::kSequence);
    const auto issuer = reader.next(der::kSequence);
    if (!algorithm || !issuer) return std::nullopt;
    const auto name = read_name(issuer->content);
    const auto this_update = read_time(reader);
    if (!name || !this_update) return std::nullopt;
    RevocationList list{name->whole, copied(issuer->whole), *this_update};
    if (reader.next_tag() == der::kUtcTime || reader.next_tag() == der::kGeneralizedTime) {
        const auto next_update = read_time(reader);
        if (!next_update) return std::nullopt;
        list.next_update = *next_update;
    }
    if (reader.next_tag() == der::kSequence) {
        const auto entries = reader.next(der::kSequence);
        if (!entries || !read_revoked(entries->content, list)) return std::nullopt;
    }
    if (!reader.at_end()) {
        const auto extensions = reader.next(der::kContext0);
        if (!extensions || !reader.at_end()) return std::nullopt;
        const auto critical = has_critical_extension(extensions->content);
        if (!critical) return std::nullopt;
        list.partial = list.partial || *critical;
    }
    return list;
}

bool is_signed_by(ByteView certificate, ByteView issuer) {
    const auto whole = read_signed(certificate);
    const auto authority = read_certificate(issuer);
    if (!whole || !authority || whole->algorithm.kind != authority->key.kind) return false;
    return verify(authority->key.info, whole->algorithm.hash, whole->body.whole, whole->signature);
}

bool belongs_to(ByteView certificate, ByteView pkcs8) {
    const auto info = read_certificate(certificate);
    const auto key = public_key_of(pkcs8);
    return info && key && key->info == info->key.info;
}

bool carries_host(const CertificateInfo& info, std::string_view host) {
    const auto matches = [host](std::string_view pattern) {
        if (iequals(pattern, host)) return true;
        const auto dot = host.find('.');
        return pattern.starts_with("*.") && dot != host.npos && iequals(pattern.substr(1), host.substr(dot));
    };
    for (const auto& address : info.names.addresses)
        if (address.str() == host) return true;
    if (std::ranges::any_of(info.names.dns, matches)) return true;
    return info.names.dns.empty() && info.names.addresses.empty() && matches(info.common_name);
}

std::optional<RequestInfo> read_request(ByteView bytes) {
    const auto whole = read_signed(bytes);
    if (!whole) return std::nullopt;
    der::Reader reader(whole->body.content);
    const auto version = reader.next(der::kInteger);
    const auto subject = reader.next(der::kSequence);
    const auto key = reader.next(der::kSequence);
    const auto attributes = reader.next(der::kContext0);
    if (!version || !subject || !key) return std::nullopt;
    const auto text = read_name(subject->content);
    const auto public_key = read_public_key(key->whole);
    if (!text || !public_key) return std::nullopt;
    RequestInfo info{text->whole, copied(subject->whole), {}, *public_key};
    if (!verify(info.key.info, whole->algorithm.hash, whole->body.whole, whole->signature))
        return std::nullopt;
    der::Reader list(attributes ? attributes->content : ByteView{});
    while (!list.at_end()) {
        const auto attribute = list.next(der::kSequence);
        if (!attribute) return std::nullopt;
        der::Reader fields(attribute->content);
        const auto oid = fields.next(der::kObjectId);
        const auto values = fields.next(der::kSet);
        if (!oid || !values) return std::nullopt;
        bool authority = false;
        if (der::object_id_text(oid->content) == kExtensionRequest &&
            !read_extensions(values->content, info.names, authority))
            return std::nullopt;
    }
    return info;
}

std::string to_pem(ByteView bytes, std::string_view kind) {
    std::string text;
    for (std::size_t i = 0; i < bytes.size(); i += 3) {
        const std::size_t n = std::min<std::size_t>(3, bytes.size() - i);
        std::uint32_t group = 0;
        for (std::size_t k = 0; k < 3; ++k) group = group << 8 | (k < n ? bytes[i + k] : 0u);
        for (std::size_t k = 0; k < 4; ++k) text += k <= n ? kBase64[group >> (18 - 6 * k) & 63] : '=';
    }
    std::string out = fmt::format("-----BEGIN {}-----\n", kind);
    for (std::size_t i = 0; i < text.size(); i += 64) out += text.substr(i, 64) + "\n";
    return out + fmt::format("-----END {}-----\n", kind);
}

std::vector<Bytes> from_pem(std::string_view text, std::string_view kind) {
    const std::string begin = fmt::format("-----BEGIN {}-----", kind);
    const std::string end = fmt::format("-----END {}-----", kind);
    std::vector<Bytes> found;
    for (auto at = text.find(begin); at != text.npos; at = text.find(begin, at)) {
        at += begin.size();
        const auto stop = text.find(end, at);
        if (stop == text.npos) break;
        if (auto bytes = from_base64(text.substr(at, stop - at)); bytes && !bytes->empty())
            found.push_back(std::move(*bytes));
        at = stop + end.size();
    }
    return found;
}

}  // namespace vmlab::sslserv

// Layout of the file (integers big-endian):
//   0  magic "VMLABKDB"   8  version   9  kind   10  zero   12  PBKDF2 iterations   16  salt (16)   32  check
//   (8) 40 length of the index   44  index (JSON)   …  certificates and encrypted keys, at the offsets the
//   index names last 32 bytes: HMAC-SHA256 over all before.
// One PBKDF2 run gives the key K of the private keys' PBES2; the check is the head of HMAC(K, "check"), the
// file's MAC key HMAC(K, "mac"). So a wrong password is told from damage before anything is trusted.
#include "sslserv/keydb/key_database.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "sslserv/keydb/der.hpp"
#include "stack/base/bytes.hpp"

namespace vmlab::sslserv {
namespace {

constexpr std::string_view kMagic = "VMLABKDB";
constexpr std::uint32_t kIterations = 2'000;
constexpr std::uint32_t kMostIterations = 20'000;
constexpr std::size_t kHeader = 44, kMac = 32;
constexpr std::size_t kLongestFile = 16 * 1024 * 1024;
constexpr std::size_t kLongestPassword = 128;

ByteView bytes_of(std::string_view text) {
    return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

KeyDatabaseError damaged(std::string why) { return {102, 0x0335300a, std::move(why)}; }

Digest256 mac_key_of(const Digest256& key) { return hmac_sha256(key, bytes_of("mac")); }
Digest256 check_of(const Digest256& key) { return hmac_sha256(key, bytes_of("check")); }

constexpr std::string_view kPbes2 = "1.2.840.113549.1.5.13", kPbkdf2 = "1.2.840.113549.1.5.12",
                           kHmacSha256 = "1.2.840.113549.2.9", kAes256Cbc = "2.16.840.1.101.3.4.1.42";

/// EncryptedPrivateKeyInfo (RFC 5958) by PBES2 (RFC 8018), with the file's salt and count.
Bytes encrypt_key(ByteView pkcs8, const Digest256& key, ByteView salt, RandomStream& random) {
    Bytes iv(16);
    random.fill(iv);
    const Bytes prf = der::sequence({der::object_id(kHmacSha256), der::null()});
    const Bytes kdf =
        der::sequence({der::object_id(kPbkdf2),
                       der::sequence({der::item(der::kOctetString, salt), der::integer(kIterations), prf})});
    const Bytes cipher = der::sequence({der::object_id(kAes256Cbc), der::item(der::kOctetString, iv)});
    const Bytes algorithm = der::sequence({der::object_id(kPbes2), der::sequence({kdf, cipher})});
    return der::sequence({algorithm, der::item(der::kOctetString, aes256_cbc_encrypt(key, iv, pkcs8))});
}

std::optional<Bytes> decrypt_key(ByteView encrypted, const Digest256& key) {
    der::Reader outer(encrypted);
    const auto whole = outer.next(der::kSequence);
    if (!whole) return std::nullopt;
    der::Reader reader(whole->content);
    const auto algorithm = reader.next(der::kSequence);
    const auto secret = reader.next(der::kOctetString);
    if (!algorithm || !secret) return std::nullopt;
    der::Reader inner(algorithm->content);
    const auto scheme = inner.next(der::kObjectId);
    const auto parameters = inner.next(der::kSequence);
    if (!scheme || !parameters) return std::nullopt;
    der::Reader parts(parameters->content);
    const auto kdf = parts.next(der::kSequence);
    const auto cipher = parts.next(der::kSequence);
    if (!kdf || !cipher) return std::nullopt;
    der::Reader choice(cipher->content);
    const auto oid = choice.next(der::kObjectId);
    const auto iv = choice.next(der::kOctetString);
    if (!oid || !iv || der::object_id_text(oid->content) != kAes256Cbc) return std::nullopt;
    return aes256_cbc_decrypt(key, iv->content, secret->content);
}

std::int64_t nanoseconds_of(Instant at) { return at.time_since_epoch().count(); }
Instant instant_at(std::int64_t count) { return Instant(Duration(count)); }

/// The certificates and keys behind the index.
struct Blobs {
    Bytes bytes{};
    nlohmann::json place(const Bytes& what) {
        const auto at = bytes.size();
        bytes.insert(bytes.end(), what.begin(), what.end());
        return {at, what.size()};
    }
};

std::optional<ByteView> blob_at(ByteView blobs, const nlohmann::json& place) {
    const auto at = place.at(0).get<std::size_t>();
    const auto size = place.at(1).get<std::size_t>();
    if (at > blobs.size() || size > blobs.size() - at) return std::nullopt;
    return blobs.subspan(at, size);
}

struct Header {
    DatabaseKind kind{};
    std::uint32_t iterations = 0;
    ByteView salt{}, check{}, index{}, blobs{};
};

std::optional<Header> read_header(ByteView bytes) {
    if (bytes.size() < kHeader + kMac || bytes.size() > kLongestFile) return std::nullopt;
    ByteReader reader(bytes.first(bytes.size() - kMac));
    if (!std::ranges::equal(reader.bytes(kMagic.size()), bytes_of(kMagic))) return std::nullopt;
    if (reader.u8() != 1) return std::nullopt;
    Header header;
    const auto kind = reader.u8();
    const auto zero = reader.u16();
    header.kind = DatabaseKind(kind);
    header.iterations = reader.u32();
    header.salt = reader.bytes(16);
    header.check = reader.bytes(8);
    header.index = reader.bytes(reader.u32());
    header.blobs = reader.rest();
    if (reader.failed() || kind > 1 || zero != 0 || header.iterations == 0 ||
        header.iterations > kMostIterations)
        return std::nullopt;
    return header;
}

/// Printable ASCII, so that screen and file give it back as it is.
bool is_label(std::string_view label) {
    return !label.empty() && label.size() <= 127 &&
           std::ranges::all_of(label, [](char c) { return c >= ' ' && c <= '~'; });
}

/// The one type that a record can have, by what it holds and where it is kept.
RecordType type_of(DatabaseKind kind, const Bytes& pkcs8) {
    if (kind == DatabaseKind::requests) return RecordType::request;
    return pkcs8.empty() ? RecordType::certificate : RecordType::key_and_certificate;
}

std::optional<KeyRecord> read_record(const nlohmann::json& entry, DatabaseKind kind, ByteView blobs,
                                     const Digest256& key) {
    KeyRecord record;
    record.id = entry.at("id").get<std::uint32_t>();
    record.label = entry.at("label").get<std::string>();
    record.trusted = entry.at("trusted").get<bool>();
    record.issuer = entry.at("issuer").get<std::uint32_t>();
    record.created = instant_at(entry.at("created").get<std::int64_t>());
    const auto der = blob_at(blobs, entry.at("der"));
    if (!der) return std::nullopt;
    record.der.assign(der->begin(), der->end());
    if (entry.contains("key")) {
        const auto encrypted = blob_at(blobs, entry.at("key"));
        auto pkcs8 = encrypted ? decrypt_key(*encrypted, key) : std::nullopt;
        if (!pkcs8) return std::nullopt;
        record.pkcs8 = std::move(*pkcs8);
    }
    record.type = type_of(kind, record.pkcs8);
    if (entry.at("type").get<int>() != int(record.type)) return std::nullopt;
    return record;
}

}  // namespace

KeyDatabase::Opened KeyDatabase::open(ByteView bytes, std::string_view password, Instant now) {
    const auto header = read_header(bytes);
    if (!header) return damaged("the file is not a key database");
    const Digest256 key =
        key_from_password(password.substr(0, kLongestPassword), header->salt, header->iterations);
    if (!std::ranges::equal(header->check, ByteView(check_of(key)).first(8)))
        return KeyDatabaseError{106, 0x03353016, "the password is not correct"};
    const auto mac = hmac_sha256(mac_key_of(key), bytes.first(bytes.size() - kMac));
    if (!std::ranges::equal(bytes.last(kMac), mac)) return damaged("the contents do not match their seal");
    try {
        const auto index = nlohmann::json::parse(header->index.begin(), header->index.end());
        KeyDatabase database;
        database.options_.kind = header->kind;
        database.options_.fips = index.at("fips").get<bool>();
        database.options_.record_length = index.at("record_length").get<std::uint32_t>();
        if (const auto expires = index.at("password_expires").get<std::int64_t>(); expires != 0)
            database.options_.password_expires = instant_at(expires);
        database.next_id_ = index.at("next_id").get<std::uint32_t>();
        database.default_id_ = index.at("default_id").get<std::uint32_t>();
        for (const auto& entry : index.at("records")) {
            auto record = read_record(entry, header->kind, header->blobs, key);
            if (!record || !database.continues_with(*record))
                return KeyDatabaseError{103, 0x0335300a, "a record is not valid"};
            database.records_.push_back(std::move(*record));
        }
        const auto* key_record = database.default_key();
        if (database.default_id_ != 0 && (!key_record || key_record->pkcs8.empty()))
            return damaged("the default key is not valid");
        const auto& expires = database.options_.password_expires;
        if (expires && *expires <= now) return KeyDatabaseError{204, 0x03353015, "the password is expired"};
        return database;
    } catch (const nlohmann::json::exception&) {
        return damaged("the index is not valid");
    }
}

Bytes KeyDatabase::serialize(std::string_view password, RandomStream& random) const {
    Bytes salt(16);
    random.fill(salt);
    const Digest256 key = key_from_password(password.substr(0, kLongestPassword), salt, kIterations);
    Blobs blobs;
    auto list = nlohmann::json::array();
    for (const auto& record : records_) {
        nlohmann::json entry{{"id", record.id},
                             {"label", record.label},
                             {"type", int(record.type)},
                             {"trusted", record.trusted},
                             {"issuer", record.issuer},
                             {"created", nanoseconds_of(record.created)},
                             {"der", blobs.place(record.der)}};
        if (!record.pkcs8.empty()) entry["key"] = blobs.place(encrypt_key(record.pkcs8, key, salt, random));
        list.push_back(std::move(entry));
    }
    const auto& expires = options_.password_expires;
    const nlohmann::json index{{"fips", options_.fips},
                               {"record_length", options_.record_length},
                               {"password_expires", expires ? nanoseconds_of(*expires) : 0},
                               {"next_id", next_id_},
                               {"default_id", default_id_},
                               {"records", list}};
    const std::string text = index.dump();
    Bytes out(kHeader);
    ByteWriter writer(out);
    writer.bytes(bytes_of(kMagic));
    writer.u8(1);
    writer.u8(std::uint8_t(options_.kind));
    writer.u16(0);
    writer.u32(kIterations);
    writer.bytes(salt);
    writer.bytes(ByteView(check_of(key)).first(8));
    writer.u32(std::uint32_t(text.size()));
    out.insert(out.end(), text.begin(), text.end());
    out.insert(out.end(), blobs.bytes.begin(), blobs.bytes.end());
    const auto mac = hmac_sha256(mac_key_of(key), out);
    out.insert(out.end(), mac.begin(), mac.end());
    return out;
}

const KeyRecord* KeyDatabase::find(std::string_view label) const {
    for (const auto& record : records_)
        if (record.label == label) return &record;
    return nullptr;
}

const KeyRecord* KeyDatabase::find_id(std::uint32_t id) const {
    for (const auto& record : records_)
        if (record.id == id) return &record;
    return nullptr;
}

const KeyRecord* KeyDatabase::default_key() const { return default_id_ ? find_id(default_id_) : nullptr; }

std::vector<const KeyRecord*> KeyDatabase::issuers_of(const KeyRecord& record) const {
    std::vector<const KeyRecord*> chain;
    const KeyRecord* at = &record;
    while (at->issuer != 0 && at->issuer != at->id && chain.size() < records_.size()) {
        at = find_id(at->issuer);
        if (!at) break;
        chain.push_back(at);
    }
    return chain;
}

/// Finds for each certificate the record of its issuer: by name, then by signature.
void KeyDatabase::link_issuers() {
    for (auto& record : records_) {
        if (record.type == RecordType::request || record.issuer != 0) continue;
        const auto info = read_certificate(record.der);
        if (!info) continue;
        for (const auto& candidate : records_) {
            const auto authority = read_certificate(candidate.der);
            if (!authority || authority->subject_der != info->issuer_der) continue;
            if (!is_signed_by(record.der, candidate.der)) continue;
            record.issuer = candidate.id;
            break;
        }
    }
}

bool KeyDatabase::continues_with(const KeyRecord& record) const {
    const std::uint32_t last = records_.empty() ? 0 : records_.back().id;
    return record.id > last && record.id < next_id_ && is_label(record.label) && !find(record.label);
}

KeyDatabase::Refused KeyDatabase::admit(KeyRecord record) {
    if (!is_label(record.label)) return KeyDatabaseError{0, 0x0335301b, "the label is not valid"};
    if (find(record.label)) return KeyDatabaseError{0, 0x0335301c, "the label is not unique"};
    // 200 bytes stand for the label and what else shares a slot with certificate and key.
    if (record.der.size() + record.pkcs8.size() + 200 > options_.record_length)
        return KeyDatabaseError{0, 0x03353014, "the record is too big for the record length"};
    record.id = next_id_++;
    records_.push_back(std::move(record));
    link_issuers();
    return std::nullopt;
}

KeyDatabase::Refused KeyDatabase::add_certificate(std::string_view label, Bytes der, Bytes pkcs8,
                                                  bool trusted, Instant now) {
    if (options_.kind != DatabaseKind::keys)
        return KeyDatabaseError{0, 0x0335300f, "a request database holds no certificates"};
    if (!read_certificate(der)) return KeyDatabaseError{0, 0x03353020, "the certificate cannot be read"};
    if (!pkcs8.empty() && !belongs_to(der, pkcs8))
        return KeyDatabaseError{0, 0x0335301a, "the private key does not belong to the certificate"};
    const bool with_key = !pkcs8.empty();
    for (const auto& record : records_)
        if (record.der == der)
            return KeyDatabaseError{0, 0x0335301e, "the certificate is in the database already"};
    const auto type = type_of(options_.kind, pkcs8);
    auto refused = admit({0, std::string(label), type, trusted, 0, now, std::move(der), std::move(pkcs8)});
    if (!refused && with_key && default_id_ == 0) default_id_ = records_.back().id;
    return refused;
}

KeyDatabase::Refused KeyDatabase::add_request(std::string_view label, Bytes der, Bytes pkcs8, Instant now) {
    if (options_.kind != DatabaseKind::requests)
        return KeyDatabaseError{0, 0x0335300f, "requests are kept in a request database"};
    if (!read_request(der)) return KeyDatabaseError{0, 0x03353020, "the request cannot be read"};
    return admit(
        {0, std::string(label), RecordType::request, false, 0, now, std::move(der), std::move(pkcs8)});
}

KeyDatabase::Refused KeyDatabase::remove(std::string_view label) {
    const auto* record = find(label);
    if (!record) return KeyDatabaseError{0, 0x0335300e, "there is no such record"};
    const auto id = record->id;
    for (const auto& other : records_)
        if (other.issuer == id && other.id != id)
            return KeyDatabaseError{0, 0x0335302e, "the database holds certificates signed by this one"};
    if (default_id_ == id) default_id_ = 0;
    std::erase_if(records_, [id](const KeyRecord& each) { return each.id == id; });
    return std::nullopt;
}

KeyDatabase::Refused KeyDatabase::rename(std::string_view label, std::string_view new_label) {
    if (!find(label)) return KeyDatabaseError{0, 0x0335300e, "there is no such record"};
    if (!is_label(new_label)) return KeyDatabaseError{0, 0x0335301b, "the label is not valid"};
    if (label != new_label && find(new_label))
        return KeyDatabaseError{0, 0x0335301c, "the label is not unique"};
    for (auto& record : records_)
        if (record.label == label) {
            record.label = new_label;
            break;
        }
    return std::nullopt;
}

KeyDatabase::Refused KeyDatabase::set_default(std::string_view label) {
    const auto* record = find(label);
    if (!record) return KeyDatabaseError{0, 0x0335300e, "there is no such record"};
    if (record->pkcs8.empty()) return KeyDatabaseError{0, 0x0335301a, "the record has no private key"};
    default_id_ = record->id;
    return std::nullopt;
}

KeyDatabase::Refused KeyDatabase::set_trusted(std::string_view label, bool trusted) {
    for (auto& record : records_)
        if (record.label == label) {
            record.trusted = trusted;
            return std::nullopt;
        }
    return KeyDatabaseError{0, 0x0335300e, "there is no such record"};
}

std::uint64_t KeyDatabase::virtual_size() const {
    return (options_.fips ? 88u : 80u) + std::uint64_t(options_.record_length) * records_.size();
}

// ── the stash: one byte of length, 128 of password and padding, under a fixed mask
// ────────────────────────────────

namespace {
constexpr std::size_t kStashSize = 129;

Bytes masked(ByteView bytes) {
    Bytes out(bytes.begin(), bytes.end());
    for (std::size_t i = 0; i < out.size(); ++i) {
        const std::uint8_t block[] = {'s', 't', 'a', 's', 'h', std::uint8_t(i / 32)};
        if (i % 32 != 0) continue;
        const auto mask = sha256(block);
        for (std::size_t k = 0; k < 32 && i + k < out.size(); ++k) out[i + k] ^= mask[k];
    }
    return out;
}
}  // namespace

Bytes encrypt_private_key(ByteView pkcs8, std::string_view password, RandomStream& random) {
    Bytes salt(16);
    random.fill(salt);
    return encrypt_key(pkcs8, key_from_password(password, salt, kIterations), salt, random);
}

Bytes make_stash(std::string_view password) {
    password = password.substr(0, kLongestPassword);
    Bytes plain(kStashSize);
    plain[0] = std::uint8_t(password.size());
    std::ranges::copy(password, plain.begin() + 1);
    return masked(plain);
}

std::optional<std::string> read_stash(ByteView bytes) {
    if (bytes.size() != kStashSize) return std::nullopt;
    const Bytes plain = masked(bytes);
    const std::size_t size = plain[0];
    if (size > kLongestPassword) return std::nullopt;
    for (std::size_t i = size + 1; i < plain.size(); ++i)
        if (plain[i] != 0) return std::nullopt;
    return std::string(plain.begin() + 1, plain.begin() + 1 + std::ptrdiff_t(size));
}

}  // namespace vmlab::sslserv

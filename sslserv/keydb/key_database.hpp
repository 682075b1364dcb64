// A key database: what gskkyman keeps in name.kdb, name.rdb and name.sth. A value: it is read from bytes,
// changed, and written as bytes; files and permissions are somebody else's.
//
// The file format is our own (the product's is not public): a header with magic, PBKDF2 salt and count and a
// check of the password; a JSON index of records; the certificates in DER; the private keys as encrypted
// PKCS#8 (PBES2, AES-256-CBC); and an HMAC-SHA256 over everything under a key derived from the password. A
// flipped byte anywhere is refused. The size that the byte file system shows is not the length of these bytes
// but the product's: a header of 80 (FIPS: 88) bytes and one slot of the record length per record.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "sslserv/keydb/certificate.hpp"
#include "sslserv/keydb/crypto.hpp"
#include "sslserv/keydb/revocations.hpp"
#include "stack/base/random.hpp"
#include "stack/base/time.hpp"

namespace vmlab::sslserv {

enum class DatabaseKind : std::uint8_t { keys, requests };  ///< .kdb, .rdb
enum class RecordType : std::uint8_t { key_and_certificate, certificate, request };

struct KeyRecord {
    std::uint32_t id = 0;  ///< from 1; unique in the database
    std::string label;     ///< unique; 1 to 127 printable ASCII characters; case is kept
    RecordType type = RecordType::certificate;
    bool trusted = true;
    std::uint32_t issuer =
        0;  ///< id of the issuer's record; its own id when self-signed; 0 = not in the database
    Instant created{};
    Bytes der{};    ///< certificate or request
    Bytes pkcs8{};  ///< private key, unencrypted in memory; empty without one
};

/// Why a database cannot be opened or changed, in the terms of both its users.
struct KeyDatabaseError {
    int gsk_code = 0;              ///< System SSL return code (zvm-ssl 9.7), for servers
    std::uint32_t cms_status = 0;  ///< certificate management status 0x03353xxx, for gskkyman
    std::string why;
};

class KeyDatabase {
public:
    struct Options {
        DatabaseKind kind = DatabaseKind::keys;
        bool fips = false;
        std::uint32_t record_length = 5000;
        std::optional<Instant> password_expires{};
    };
    using Opened = std::variant<KeyDatabase, KeyDatabaseError>;
    using Refused = std::optional<KeyDatabaseError>;

    KeyDatabase() = default;
    explicit KeyDatabase(const Options& options) : options_(options) {}

    /// Reads `bytes` under `password`. Refuses a wrong password (106), an expired one (204), damage (102,
    /// 103).
    static Opened open(ByteView bytes, std::string_view password, Instant now);
    /// The file's bytes. Salts come from `random`.
    [[nodiscard]] Bytes serialize(std::string_view password, RandomStream& random) const;

    [[nodiscard]] const Options& options() const { return options_; }
    [[nodiscard]] const std::vector<KeyRecord>& records() const { return records_; }  ///< by id
    [[nodiscard]] const KeyRecord* find(std::string_view label) const;
    [[nodiscard]] const KeyRecord* find_id(std::uint32_t id) const;
    [[nodiscard]] const KeyRecord* default_key() const;
    /// The certificates above `record`'s, nearest first, as far as they are in the database.
    [[nodiscard]] std::vector<const KeyRecord*> issuers_of(const KeyRecord& record) const;

    /// `pkcs8` may be empty. Refuses a label that is there already, unreadable certificates, a key that does
    /// not belong to the certificate, and records larger than the record length.
    Refused add_certificate(std::string_view label, Bytes der, Bytes pkcs8, bool trusted, Instant now);
    Refused add_request(std::string_view label, Bytes der, Bytes pkcs8, Instant now);
    Refused remove(std::string_view label);
    Refused rename(std::string_view label, std::string_view new_label);
    Refused set_default(std::string_view label);
    Refused set_trusted(std::string_view label, bool trusted);
    /// What the file beside the database says of revoked certificates; it is no part of serialize().
    void set_revocations(Revocations revocations) { revocations_ = std::move(revocations); }
    [[nodiscard]] const Revocations& revocations() const { return revocations_; }
    void set_password_expiry(std::optional<Instant> when) { options_.password_expires = when; }

    /// The size of the product's file with these records.
    [[nodiscard]] std::uint64_t virtual_size() const;

private:
    /// The record may follow those read so far.
    bool continues_with(const KeyRecord& record) const;
    Refused admit(KeyRecord record);
    void link_issuers();

    Options options_{};
    std::vector<KeyRecord> records_{};
    Revocations revocations_{};
    std::uint32_t next_id_ = 1;
    std::uint32_t default_id_ = 0;
};

/// A private key for a file of its own: EncryptedPrivateKeyInfo (RFC 5958), PBES2 with AES-256-CBC.
[[nodiscard]] Bytes encrypt_private_key(ByteView pkcs8, std::string_view password, RandomStream& random);

/// The stash file: the password, masked so that it is not read by accident (it is no secret from anyone with
/// the file, as with the product). Always 129 bytes; passwords beyond 128 characters are cut, as gskkyman
/// does.
[[nodiscard]] Bytes make_stash(std::string_view password);
[[nodiscard]] std::optional<std::string> read_stash(ByteView bytes);

}  // namespace vmlab::sslserv

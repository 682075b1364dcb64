// The lab's certificate authority and key database: made at start, relative to the run's clock, for the names
// under which the lab is reached. Only the key pairs, which are slow to make, outlive a run.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "sslserv/keydb/key_database.hpp"

namespace vmlab::sslserv {

/// Two RSA-2048 key pairs: the authority's, and one that all lab labels share.
struct LabKeys {
    Bytes authority{}, server{};  ///< PKCS#8

    [[nodiscard]] Bytes serialize() const;
    /// Nothing when the bytes are not those of serialize().
    static std::optional<LabKeys> read(ByteView bytes);
};
/// Takes a few tenths of a second.
[[nodiscard]] LabKeys make_lab_keys(RandomStream& random);

/// A server certificate made to order: exercises are about those that are not fit for use.
struct LabCertificate {
    std::string label;
    KeyKind kind = KeyKind::rsa;  ///< RSA with 1024 to 4096 bits or EC with 256 or 384: make_key()
    unsigned bits = 2048;
    SignatureHash hash = SignatureHash::sha256;
    enum class Dates : std::uint8_t { valid, expired, not_yet } dates = Dates::valid;
    bool with_key = true;  ///< false: the database holds the certificate only

    friend bool operator==(const LabCertificate&, const LabCertificate&) = default;
};

struct LabPkiRequest {
    Instant now{};
    std::vector<std::string> host_names{};  ///< the first is the common name
    std::vector<IpAddress> addresses{};
    std::vector<std::string> labels{};           ///< one server certificate each; repeated ones count once
    std::vector<LabCertificate> certificates{};  ///< come before a label of the same name
    bool fips = false;                           ///< the key database is one of FIPS mode
    std::string password = "vmlab";
};

struct LabPki {
    Bytes kdb{}, rdb{}, sth{};
    std::string authority_pem;
    Bytes authority_der{};
    KeyDatabase database{};  ///< what kdb holds
};

inline constexpr const char* kLabAuthorityLabel = "Lab CA";

/// Certificates are valid from a day before `now` until a year after it.
[[nodiscard]] LabPki make_lab_pki(const LabPkiRequest& what, const LabKeys& keys, RandomStream& random);

}  // namespace vmlab::sslserv

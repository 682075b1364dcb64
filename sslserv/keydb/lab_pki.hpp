// The lab's certificate authority and key database: made at start, relative to the run's clock, for the names
// under which the lab is reached. Only the key pairs, which are slow to make, outlive a run.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "sslserv/keydb/key_database.hpp"

namespace vmlab::sslserv {

/// Three RSA-2048 key pairs: the authority's, one that all lab labels share, and one that all clients share.
struct LabKeys {
    Bytes authority{}, server{};  ///< PKCS#8
    Bytes client{};               ///< empty when read from a file that is older than clients' certificates

    [[nodiscard]] Bytes serialize() const;
    /// Nothing when the bytes are not those of serialize().
    static std::optional<LabKeys> read(ByteView bytes);
};
/// Takes a few tenths of a second.
[[nodiscard]] LabKeys make_lab_keys(RandomStream& random);
/// The one that may be missing.
[[nodiscard]] Bytes make_client_key(RandomStream& random);

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

/// A certificate for whoever is asked for one by CLIENTCERTCHECK.
struct LabClient {
    std::string name;  ///< the common name, and that of its file
    LabCertificate::Dates dates = LabCertificate::Dates::valid;
    bool stranger = false;  ///< of an authority that the key database does not hold
    bool revoked = false;

    friend bool operator==(const LabClient&, const LabClient&) = default;
};
/// One that is good, and one of each kind that is not.
[[nodiscard]] std::vector<LabClient> lab_clients();

struct LabPkiRequest {
    Instant now{};
    std::vector<std::string> host_names{};  ///< the first is the common name
    std::vector<IpAddress> addresses{};
    std::vector<std::string> labels{};           ///< one server certificate each; repeated ones count once
    std::vector<LabCertificate> certificates{};  ///< come before a label of the same name
    std::vector<LabClient> clients{};
    /// Of the revocation list, which is made when somebody is revoked.
    LabCertificate::Dates list_dates = LabCertificate::Dates::valid;
    bool fips = false;  ///< the key database is one of FIPS mode
    std::string password = "vmlab";
};

struct LabPki {
    Bytes kdb{}, rdb{}, sth{};
    std::string authority_pem;
    Bytes authority_der{};
    KeyDatabase database{};  ///< what kdb holds
    struct Client {
        std::string name;
        Bytes der{};
    };
    std::vector<Client> clients{};
    std::string revocation_list;  ///< PEM; empty: nobody is revoked
};

inline constexpr const char* kLabAuthorityLabel = "Lab CA";
/// Of the clients' private key, where it stands in a file.
inline constexpr const char* kLabClientPassword = "vmlab";

/// Certificates are valid from a day before `now` until a year after it.
[[nodiscard]] LabPki make_lab_pki(const LabPkiRequest& what, const LabKeys& keys, RandomStream& random);

}  // namespace vmlab::sslserv

// Which certificates are revoked: the lists of authorities (RFC 5280 section 5) that stand in a file name.crl
// beside the key database name.kdb. The file is ours: no source names one of z/VM's.
//
// What is judged like System SSL's CRL security level MEDIUM: an authority without a list revokes nothing,
// but a list that is there counts, and where it cannot be used nobody's certificate is taken for good.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "sslserv/keydb/certificate.hpp"

namespace vmlab::sslserv {

class Revocations {
public:
    /// No list.
    Revocations() = default;
    /// `file`: one list in DER, or any number of PEM blocks "X509 CRL". `name` is its path, for messages.
    static Revocations read(std::string name, ByteView file);
    /// A file that is there and cannot be read, in words.
    static Revocations unreadable(std::string name, std::string why);

    /// A list counts only once it is proved to be signed by the authority that it names.
    void prove(const std::vector<Bytes>& authorities);

    struct Verdict {
        bool revoked = false;  ///< false: that cannot be told
        std::string why;       ///< "revoked on 2019-10-09, says the list of CN=…"
    };
    /// Nothing when there is nothing against the certificate. A list that is out of date still revokes those
    /// that it names; of the others it tells nothing.
    [[nodiscard]] std::optional<Verdict> judge(const CertificateInfo& certificate, Instant now) const;

    /// There is a file.
    [[nodiscard]] bool given() const { return !name_.empty(); }
    [[nodiscard]] const std::string& name() const { return name_; }
    /// Why it is of no use now, as a whole or one of its lists; empty when all is well.
    [[nodiscard]] std::string objection(Instant now) const;
    /// The same for the same lists: sessions made under others are not resumed.
    [[nodiscard]] Digest256 fingerprint() const;
    /// "2 lists, 5 certificates revoked".
    [[nodiscard]] std::string summary() const;

private:
    struct List {
        RevocationList list;
        Bytes der;
        bool proved = false;
    };
    static std::string objection_to(const List& each, Instant now);

    std::string name_{};
    std::string damage_{};  ///< why the file cannot be used
    std::vector<List> lists_{};
};

}  // namespace vmlab::sslserv

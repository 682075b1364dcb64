// USER DIRECT: the CP directory in source form: virtual machines, their passwords, privileges, disks and
// links.
//
// One statement per record, columns 1 to 72; `*` begins a comment, a comma at the end continues. PROFILE
// entries are taken in by INCLUDE; POOL makes one virtual machine for each of its numbers (userid + five
// digits); IDENTITY entries take in the SUBCONFIGs they BUILD from. All of that is resolved here.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "profiles/findings.hpp"
#include "profiles/values.hpp"

namespace vmlab::profiles {

struct DirectoryMdisk {
    std::string vdev;  ///< four digits: "0191"
    std::uint32_t first_cylinder = 0, cylinders = 0;
    std::string volume;
    std::string mode = "W";
    std::string read_password, write_password, multiple_password;  ///< ALL: everybody
    SourceLocation where{};
};

struct DirectoryLink {
    Userid owner{};
    std::string owner_vdev, vdev;  ///< four digits
    std::string mode = "RR";
    SourceLocation where{};
};

struct DirectoryDedicate {
    std::string vdev, rdev;  ///< four digits
    SourceLocation where{};
};

/// NICDEF, or SPECIAL with a network adapter: a virtual one, with `devices` device numbers from `vdev` on.
struct DirectoryNic {
    std::string vdev;           ///< four digits
    bool hipersockets = false;  ///< TYPE HIPERSOCKETS; else QDIO
    std::uint32_t devices = 3;  ///< 3 to 3072
    Name8 lan_owner{}, lan{};   ///< LAN: the VSWITCH or guest LAN that it is coupled to; empty: none
    SourceLocation where{};
};

/// A POOL statement makes no more virtual machines than that. (A bound of vmlab's.)
inline constexpr std::uint32_t kMostPoolMembers = 1000;

struct DirectoryUser {
    Sourced<Userid> userid{};
    /// As typed, folded. NOLOG: cannot log on; AUTOONLY: only by AUTOLOG; LBYONLY: only by LOGON BY; NOPASS:
    /// none asked.
    std::string password;
    std::uint32_t storage_megabytes = 0, max_storage_megabytes = 0;
    std::string classes = "G";
    Sourced<std::string> ipl{};                     ///< "CMS" or "190"; empty: none
    std::vector<Sourced<std::string>> ipl_parms{};  ///< words behind PARM: FILEPOOL, AUTOCR
    Sourced<std::string> machine{};                 ///< MACHINE: XA, ESA, XC, Z
    std::vector<std::string> iucv{};                ///< operands of each IUCV statement
    std::vector<Sourced<Name8>> namesave{};
    std::vector<Sourced<std::string>> options{};  ///< OPTION words with their values: "MAXCONN 1024"
    std::optional<Sourced<std::uint32_t>> posix_uid{};
    std::optional<std::uint32_t> posix_gid{};
    std::string posix_group;
    std::vector<Sourced<Userid>> logon_by{};
    std::vector<Sourced<Userid>> autolog_by{};   ///< who may start it without privilege
    bool apvirtual = false;                      ///< CRYPTO APVIRTUAL
    std::vector<std::uint32_t> dedicated_aps{};  ///< CRYPTO APDEDICATED
    SourceLocation crypto_where{};               ///< of CRYPTO, also of one that is refused
    Userid secondary_user{};                     ///< of CONSOLE
    std::vector<DirectoryMdisk> mdisks{};
    std::vector<DirectoryLink> links{};
    std::vector<DirectoryDedicate> dedicated{};
    std::vector<DirectoryNic> nics{};
    std::vector<Sourced<std::string>> commands{};  ///< COMMAND: what CP does at logon, as typed
    SourceLocation where{};

    /// The OPTION word is given: option("LNKNOPAS").
    bool option(std::string_view word) const;
};

struct UserDirect {
    FileId file{};
    std::map<Userid, DirectoryUser> users{};
    std::map<std::string, std::uint32_t> posix_groups{};  ///< name → gid

    Findings findings{};
    std::vector<StatementSeen> statements{};

    const DirectoryUser* find(const Userid& userid) const;
};

[[nodiscard]] UserDirect read_user_direct(const SourceText& source);

}  // namespace vmlab::profiles

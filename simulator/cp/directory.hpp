// The CP directory as CP looks it up: users, passwords, privilege classes, disks and who may link them.
//
// Read from USER DIRECT by profiles/user_direct; this is the object directory, with INCLUDE and POOL
// resolved.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "simulator/cms/accessed_disks.hpp"
#include "simulator/cms/files_view.hpp"
#include "simulator/cp/racf.hpp"
#include "simulator/cp/virtual_networks.hpp"
#include "stack/base/names.hpp"
#include "stack/base/source_location.hpp"

namespace vmlab::sim {

struct MdiskEntry {
    std::string vdev;  ///< "0191"
    std::size_t cylinders = 0;
    std::string mode = "MR";
    std::string read_password, write_password, multiple_password;  ///< "ALL" = everybody
    SourceLocation where{};
};

struct LinkEntry {
    Userid owner{};
    std::string owner_vdev, vdev;
    std::string mode = "RR";
    SourceLocation where{};
};

/// A virtual network adapter that is there from logon on.
struct NicEntry {
    VirtualAdapter adapter{};
    std::optional<NetworkName> network{};  ///< that it is coupled to then
};

struct DirectoryEntry {
    Userid userid{};
    std::string password;  ///< or NOLOG, AUTOONLY, LBYONLY, NOPASS
    std::string classes = "G";
    std::size_t storage_megabytes = 32;
    std::string ipl;                  ///< "CMS", "190", or empty
    std::vector<MdiskEntry> disks{};  ///< in order
    std::vector<LinkEntry> links{};
    std::vector<Userid> logon_by{};       ///< LOGONBY
    std::vector<Userid> autolog_by{};     ///< AUTOLOG, XAUTOLOG: who may start it with class G
    std::vector<std::string> namesave{};  ///< restricted segments it may load
    std::vector<std::string> options{};   ///< OPTION words: LNKNOPAS, DIAG88 …
    std::optional<unsigned> posix_uid{};
    std::string posix_group;
    bool apvirtual = false;                           ///< CRYPTO APVIRTUAL
    std::vector<std::uint32_t> dedicated_aps{};       ///< CRYPTO APDEDICATED
    SourceLocation crypto_where{};                    ///< of CRYPTO, also of one that was refused
    std::vector<Sourced<std::uint16_t>> dedicated{};  ///< DEDICATE: virtual device numbers
    std::vector<NicEntry> nics{};                     ///< NICDEF, SPECIAL
    std::vector<Sourced<std::string>> commands{};     ///< COMMAND: what CP does at logon
    Userid secondary_user{};
    SourceLocation where{};

    bool has_class(char letter) const { return classes.find(letter) != std::string::npos; }
    bool has_option(std::string_view word) const;
    /// A server: nobody logs on to it, it is started (AUTOONLY).
    bool is_autologged() const { return password == "AUTOONLY"; }
};

/// Whether a logon is let in, and why not.
enum class LogonVerdict { accepted, unknown_user, wrong_password, not_by_password };

class Directory final : public Authority {
public:
    void add(DirectoryEntry entry);
    const DirectoryEntry* find(const Userid& user) const;
    const std::map<Userid, DirectoryEntry>& all() const { return entries_; }

    /// LOGON user [BY by_user]: with BY the password is the other's.
    LogonVerdict decide_logon(const Userid& user, const Userid& by_user, std::string_view password) const;
    /// XAUTOLOG by a user without class A or B.
    bool may_start(const Userid& by, const Userid& user) const;

    /// The security manager that CP asks before it looks here; outlives this. Without one CP decides alone.
    void ask_first(const Racf* racf) { racf_ = racf; }

    // ── Authority ─────────────────────────────────────────────────────────────
    services::PasswordVerdict check_password(const Userid& user, std::string_view password,
                                             services::PasswordKeeper keeper) const override;
    bool known_user(const Userid& user) const override { return find(user) != nullptr; }
    /// Own disks and those the directory links R/W: write. Linked R/O, password ALL, or LNKNOPAS: read. A
    /// disk with a profile of RACF's: as that permits.
    LinkRight link_right(const Userid& user, const Userid& owner, std::string_view vdev) const override;
    BfsIdentity posix_of(const Userid& user) const override;

    /// The minidisks of all users, empty where `storage` has none of that name yet; their sizes.
    void define_minidisks(Storage& storage) const;
    /// The virtual devices of a machine that logs on: its MDISKs and LINKs, as far as the disks exist and
    /// RACF permits; what CP says of those refused is added to `refused`.
    AccessedDisks devices_of(const Userid& user, const DiskStore& disks, std::vector<Said>& refused) const;
    /// What CP says when RACF refuses this user a disk with this link mode; nothing when it does not.
    std::vector<Said> refusal_of_link(const Userid& user, const Userid& owner, std::string_view vdev,
                                      std::string_view mode) const;

private:
    bool is_directory_password(const Userid& user, std::string_view password) const;
    bool is_logon_password(const Userid& user, std::string_view password) const;
    RacfDecision decide_link(const Userid& user, const Userid& owner, std::string_view vdev,
                             RacfAccess wanted) const;

    const Racf* racf_ = nullptr;
    std::map<Userid, DirectoryEntry> entries_;
};

}  // namespace vmlab::sim

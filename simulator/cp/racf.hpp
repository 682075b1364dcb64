// RACF as z/VM's external security manager: users with passwords, profiles with access lists, and what CP and
// the servers ask of it. Source of classes, commands and dispositions: the seed's appendix, facts cp-cms 7.
//
//   no profile, or its class is not active: CP decides by itself │ permitted │ refused
//
// The database is the sum of the RAC commands that made it: those of RACF COMMANDS on RACFVM's 191 disk when
// the system starts (vmlab's form of the database), and those that are typed later. It answers while RACFVM
// runs; without RACFVM, CP decides alone and nobody checks a password here.
//
// Not simulated: groups (ID names users or *), auditing options, SECLABELs, SURROGAT and VMXEVENT, expiry.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "profiles/source_text.hpp"
#include "stack/base/message.hpp"
#include "stack/base/names.hpp"

namespace vmlab::sim {

/// The virtual machine that it runs in: a system whose directory has this user has RACF.
inline constexpr Userid kRacfMachine = "RACFVM";

/// What a profile permits, each including those before it.
enum class RacfAccess : std::uint8_t { none, execute, read, update, control, alter };
[[nodiscard]] std::string_view name_of(RacfAccess access);  ///< "UPDATE"

struct RacfDecision {
    enum class Answer : std::uint8_t { undefined, permitted, refused } answer = Answer::undefined;
    std::string profile{};  ///< "TCPMAINT.198", as the profile is called; may be generic
    RacfAccess allowed = RacfAccess::none;
    SourceLocation where{};  ///< the command that decided; unknown when it was typed

    bool refused() const { return answer == Answer::refused; }
};

class Racf {
public:
    struct Reply {
        int rc = 0;
        std::vector<std::string> lines{};
    };

    /// Runs the commands of a file as if RACF's owner had typed them; what each of them complained about,
    /// resting on its line. Empty lines and comments (`*` in column 1) are passed over.
    std::vector<Said> load(const profiles::SourceText& commands);
    /// One command, without the word RAC. `by` needs SPECIAL, or must own the profile.
    Reply execute(std::string_view command, const Userid& by);

    /// RACFVM has come up, or is gone.
    void set_running(bool running) { running_ = running; }
    bool running() const { return running_; }

    /// May `user` use the resource so? A class that is not active, a resource without profile: undefined. A
    /// profile with WARNING refuses nobody. `user` itself owns VMMDISK user.vdev and VMRDR user.
    RacfDecision check(std::string_view resource_class, std::string_view resource, const Userid& user,
                       RacfAccess wanted) const;

    /// Nothing for a user that RACF does not know: CP's directory decides about it.
    struct PasswordCheck {
        bool valid = false;
        SourceLocation where{};  ///< of the password
    };
    std::optional<PasswordCheck> check_password(const Userid& user, std::string_view password) const;

private:
    struct User {
        Sourced<std::string> password{};
        bool special = false;
    };
    struct Permission {
        RacfAccess access = RacfAccess::none;
        SourceLocation where{};
    };
    struct Profile {
        Sourced<RacfAccess> universal{};
        Userid owner{};
        bool warning = false;
        std::map<std::string, Permission, std::less<>> list{};  ///< by userid, or "*"
    };
    using Profiles = std::map<std::string, Profile, std::less<>>;
    struct Words;

    Reply run(std::string_view command, const Userid& by, bool trusted, const SourceLocation& where);
    Reply define(const Words& words, bool anew, const Userid& by, const SourceLocation& where);
    Reply forget(const Words& words);
    Reply permit(const Words& words, const SourceLocation& where);
    Reply list_profile(const Words& words, const Userid& by) const;
    Reply set_user(const Words& words, bool anew, const SourceLocation& where);
    Reply list_user(const Words& words) const;
    Reply set_options(const Words& words, const SourceLocation& where);

    bool is_special(const Userid& user) const;
    Profile* profile_of(std::string_view resource_class, std::string_view name);
    const Profiles::value_type* covering(std::string_view resource_class, std::string_view resource) const;

    std::map<Userid, User> users_;
    std::map<std::string, Profiles, std::less<>> classes_;
    std::map<std::string, SourceLocation, std::less<>> active_;
    bool running_ = false;
};

}  // namespace vmlab::sim

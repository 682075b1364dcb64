// The SSL pool as the stack sees it: which members are ready, how many sessions each has, and who gets the
// next one.
//
// A session goes to the ready member with the fewest, the lowest name among equals; never beyond
// MAXPERSSLSERVER per member and MAXSESSIONS in all (SSLLIMITS). A member that could not begin it is not
// asked again: the next one is (APAR PH13366). All members run with the same parameters: who comes with
// others is not taken while a member is there.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "stack/server/snapshot.hpp"

namespace vmlab::stack {

class SslPool {
public:
    explicit SslPool(const SslConfig& config);

    /// Is a pool or a server configured at all?
    bool configured() const { return configured_; }
    bool any_ready() const;
    std::size_t sessions() const;
    std::uint64_t refused() const { return refused_; }

    struct Choice {
        Userid member{};                         ///< empty: none
        std::string why;                         ///< why none
        std::vector<SourceLocation> rests_on{};  ///< and which statement says so
    };
    /// Chooses a member, none of `tried`, and counts the session as its own until release().
    Choice choose(const std::vector<Userid>& tried = {});
    void release(const Userid& member);
    /// SSLLIMITS of a running stack: for sessions from now on.
    void set_limits(const SslConfig& config);

    /// No effect for a userid that is no member.
    void set_state(const Userid& member, MemberState state);
    /// The member is ready, with these parameters. A userid, and nothing changes, when a member that is there
    /// (its sessions may be all that is left of it) runs with others.
    std::optional<Userid> take(const Userid& member, const std::string& parameters);
    MemberState state_of(const Userid& member) const;
    bool is_member(const Userid& userid) const;
    const std::vector<MemberSnapshot>& members() const { return members_; }

private:
    MemberSnapshot* find(const Userid& userid);

    bool configured_;
    std::size_t max_sessions_, max_per_server_;
    SourceLocation limits_where_;
    std::vector<MemberSnapshot> members_;  // by name
    std::map<Userid, std::string> parameters_{};
    std::uint64_t refused_ = 0;
};

}  // namespace vmlab::stack

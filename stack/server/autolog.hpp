// Start-up of the servers, in the product's order: the first SSL server, then the rest of the pool and the
// AUTOLOG list. Afterwards: are the servers of the list there?
//
//   idle ──begin──► waiting (first member XAUTOLOGged) ──a member is ready, or TIMEOUT──► watching
// With no SSLSERVERID the AUTOLOG list starts at once. When a member ends before any is ready, the others are
// tried.
//
// Watching: a server of the list that has been connected must stay logged on, and it must listen on every TCP
// port that PORT reserves for it without NOAUTOLOG. What is missing for kServerPatience makes the stack FORCE
// and XAUTOLOG it, at most MAXRESTART times in the life of the stack (Planning and Customization, AUTOLOG and
// PORT). UDP ports are not watched: no server here opens any.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "stack/server/server_config.hpp"

namespace vmlab::stack {

/// How long a port may be without its server. The product's figure is not known; z/OS looks every five
/// minutes.
inline constexpr Duration kServerPatience = minutes{5};

class Autolog {
public:
    explicit Autolog(const ServerConfig& config) : config_(&config) {}

    /// Userids to XAUTOLOG now, in order.
    std::vector<Userid> begin(Instant now);
    std::vector<Userid> member_ready(Instant now);
    std::vector<Userid> member_gone() { return waiting() ? rest_of_pool() : std::vector<Userid>{}; }
    std::vector<Userid> tick(Instant now);

    /// The configuration is another one: watches what it names from now on. Userids to XAUTOLOG: those that
    /// are new in the list. `listening`: who listens where.
    std::vector<Userid> apply(const std::vector<std::pair<Userid, std::uint16_t>>& listening, Instant now);

    // ── what the servers do ───────────────────────────────────────────────────
    void connected(const Userid& client);
    void listens(const Userid& client, std::uint16_t port, const SourceLocation& where);
    void listens_no_more(const Userid& client, std::uint16_t port, Instant now);
    void gone(const Userid& client, Instant now);

    /// A server of the list that is to be forced and started again, or is given up.
    struct Missing {
        Userid server{};
        std::string what;         ///< "does not listen on port 20"
        std::uint32_t again = 0;  ///< which restart this is; 0: MAXRESTART is reached, there is none
        std::vector<SourceLocation> rests_on{};
    };
    std::vector<Missing> missing(Instant now);

    /// Asked after every event.
    std::optional<Instant> next_deadline() const { return next_; }
    bool waiting() const { return deadline_.has_value(); }

private:
    struct Port {
        std::uint16_t low = 0, high = 0;
        bool udp = false;  ///< no client of this system opens UDP ports: it stays silent
        SourceLocation where{};
        std::size_t listeners = 0;
        std::optional<Instant> silent_since{};
    };
    struct Server {
        Userid userid{};
        SourceLocation where{};
        std::uint32_t restarts = 0;
        bool given_up = false;
        bool was_connected = false;
        std::optional<Instant> gone_since{};
        std::vector<Port> ports{};
        /// What it listens on that is not reserved for it: often the other half of the mistake.
        std::vector<Sourced<std::uint16_t>> elsewhere{};

        std::optional<Instant> missing_since() const;
    };

    std::vector<Userid> rest_of_pool();
    std::vector<Userid> finish(Instant now);
    std::size_t servers_wanted() const;
    Server* find(const Userid& userid);
    void watch(Server& server, Instant now) const;
    /// After anything that can make somebody missing, or end the waiting.
    void note_deadline();
    Missing describe(Server& server, Instant now) const;

    const ServerConfig* config_;
    std::optional<Instant> deadline_{};
    std::optional<Instant> next_{};
    bool pool_started_ = false;
    std::vector<Server> servers_{};
};

}  // namespace vmlab::stack

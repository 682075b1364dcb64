// Start-up of the servers, in the product's order: the first SSL server, then the rest of the pool and the
// AUTOLOG list.
//
//   idle ──begin──► waiting (first member XAUTOLOGged) ──a member is ready, or TIMEOUT──► done
// With no SSLSERVERID the AUTOLOG list starts at once. When a member ends before any is ready, the others are
// tried.
#pragma once

#include <optional>
#include <vector>

#include "stack/server/server_config.hpp"

namespace vmlab::stack {

class Autolog {
public:
    explicit Autolog(const ServerConfig& config) : config_(&config) {}

    /// Userids to XAUTOLOG now, in order.
    std::vector<Userid> begin(Instant now);
    std::vector<Userid> member_ready();
    std::vector<Userid> member_gone();
    std::vector<Userid> tick(Instant now);
    std::optional<Instant> next_deadline() const { return deadline_; }
    bool waiting() const { return deadline_.has_value(); }

private:
    std::vector<Userid> rest_of_pool();
    std::vector<Userid> finish();
    std::size_t servers_wanted() const;

    const ServerConfig* config_;
    std::optional<Instant> deadline_{};
    bool pool_started_ = false;
};

}  // namespace vmlab::stack

// What a connection does about a path that swallows its full segments (path_search.hpp).
#include "stack/tcp/path_search.hpp"

#include <algorithm>

#include "stack/tcp/connection.hpp"

namespace vmlab::stack {
namespace {

constexpr std::uint32_t kLeastMtu4 = 552;  // what a liar cannot push us below

}  // namespace

std::uint32_t Connection::packet_of(std::uint32_t segment) const {
    return segment + (peer_.address.is_v4() ? 40 : 60) + option_bytes();
}

std::uint32_t Connection::segment_in(std::uint32_t mtu) const { return mtu - packet_of(0); }

/// What a router, or nobody, says that the path carries: not less than this.
std::uint32_t Connection::least_mtu() const {
    return peer_.address.is_v4() ? kLeastMtu4 : PathSearch::kBaseMtu;
}

PathSearch& Connection::path_search() {
    if (!rare().path) rare_->path = std::make_unique<PathSearch>(sender_.segment());
    return *rare_->path;
}

/// Others have found the path narrower than the `whole` segment that both ends would take.
void Connection::begin_narrow(std::uint32_t whole) {
    rare().path = std::make_unique<PathSearch>(whole);
    rare_->path->begin_settled(sender_.segment());
}

/// RFC 4821 section 7.7: the timer has run out again over the same segment.
void Connection::doubt_path(ConnectionSink& out) {
    if (!never_cut_ || !is_synchronized()) return;
    const int expiries = sender_.expiries();
    const std::uint32_t mtu = expiries == PathSearch::kExpiriesToDoubt       ? PathSearch::kBaseMtu
                              : expiries == 2 * PathSearch::kExpiriesToDoubt ? least_mtu()
                                                                             : 0;
    if (mtu == 0 || std::min(sender_.oldest(), sender_.segment()) <= segment_in(mtu)) return;
    path_search().doubt(segment_in(mtu), sender_.una());
    sender_.shrink_segment(segment_in(mtu));
    out.path_changed({PathNews::What::doubted, mtu, 0});
}

/// Before anything is sent: what became of the last probe, and whether there is to be another one.
void Connection::search_path(Instant now, ConnectionSink& out) {
    PathSearch& path = *rare_->path;
    const bool had_lost = path.swallows(), searched = path.is_searching();
    const std::uint32_t size = sender_.path_probe_size();
    switch (sender_.take_path_probe()) {
        case PathProbe::arrived:
            path.arrived(size, now);
            sender_.raise_segment(size);
            break;
        case PathProbe::lost: path.lost(size, now); break;
        default: break;
    }
    const std::uint32_t carried = packet_of(path.carried());
    if (path.is_whole()) {
        out.path_changed({PathNews::What::whole, carried, 0});
        rare_->path.reset();
        return;
    }
    if (!had_lost && path.swallows()) out.path_changed({PathNews::What::swallows, carried, packet_of(size)});
    if (searched && !path.is_searching()) out.path_changed({PathNews::What::settled, carried, 0});
    if (const std::uint32_t next = path.next(sender_.una(), now)) sender_.probe_path(next);
}

}  // namespace vmlab::stack

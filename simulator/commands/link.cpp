// LINK and DETACH: virtual devices of the session.
#include "simulator/commands/commands.hpp"
#include "simulator/commands/virtual_networks.hpp"
#include "simulator/cp/messages.hpp"

namespace vmlab::sim {
namespace {

bool is_link_mode(std::string_view mode) {
    for (const std::string_view known : {"R", "RR", "W", "WR", "M", "MR", "MW"})
        if (mode == known) return true;
    return false;
}

}  // namespace

Outcome run_link(Call& call) {
    Arguments args = call.args;
    if (args.size() > 3 && args.is(0, "To")) args = args.after(1);
    const auto owner = args.word(0) == "*" ? std::optional(call.session.userid) : Name8::parse(args.word(0));
    const auto theirs = read_vdev(args.word(1));
    std::size_t next = 2;
    if (args.size() > 3 && args.is(next, "As")) ++next;
    const auto ours = read_vdev(args.word(next));
    std::string mode = args.upper_word(next + 1);
    if (mode.empty()) mode = "RR";
    if (!owner || !theirs || !ours) return call.fail(22, say<HCPLNM022E>());
    auto& world = call.world;
    if (world.directory().find(*owner) == nullptr) return call.fail(53, say<HCPLNM053E>(*owner));
    if (world.storage().disks.find(*owner, *theirs) == nullptr)
        return call.fail(107, say<HCPLNM107E>(*owner, *theirs));
    if (call.session.disks.linked(*ours) != nullptr)
        return call.fail(110, say<HCPLNM110E>(*owner, *theirs, *ours));
    const auto refusal = world.directory().refusal_of_link(call.session.userid, *owner, *theirs, mode);
    if (!refusal.empty()) {
        call.line(refusal.front().text);
        return call.fail(298, refusal.back());
    }
    const auto right = world.directory().link_right(call.session.userid, *owner, *theirs);
    const bool wants_write = !mode.starts_with('R');
    if (right == LinkRight::none || !is_link_mode(mode) || (wants_write && right != LinkRight::write))
        return call.fail(114, say<HCPLNM114E>(*owner, *theirs));
    call.session.disks.link({*ours, *owner, *theirs, !wants_write});
    return 0;
}

Outcome run_detach(Call& call) {
    if (auto network = detach_virtual_network(call)) return std::move(*network);
    const auto vdev = read_vdev(call.args.word(0));
    if (!vdev || !call.session.disks.detach(*vdev))
        return call.fail(40, say<HCPDTV040E>(vdev.value_or(call.args.upper_word(0))));
    call.line("DASD " + *vdev + " DETACHED");
    return 0;
}

}  // namespace vmlab::sim

// QUERY of CMS: disks and settings of the session. The rest is CP's. SET likewise. ACCESS and RELEASE.
#include <fmt/format.h>

#include "simulator/cms/messages.hpp"
#include "simulator/commands/commands.hpp"

namespace vmlab::sim {
namespace {

std::string mode_of(const AccessedDisk& disk) {
    return disk.extension_of == ' ' ? std::string(1, disk.mode)
                                    : fmt::format("{}/{}", disk.mode, disk.extension_of);
}

std::string_view status_of(const AccessedDisk& disk) { return disk.read_only ? "R/O" : "R/W"; }

/// Label and device number, or SFS's stand-ins.
struct Shown {
    std::string label, vdev;
};

Shown shown(const AccessedDisk& disk, const DiskStore& disks) {
    if (disk.is_sfs()) return {"-", "DIR"};
    const auto* minidisk = disks.find(disk.owner, disk.owner_vdev);
    return {minidisk == nullptr ? "-" : minidisk->label, short_vdev(disk.vdev)};
}

std::string disk_line(const AccessedDisk& disk, const Storage& storage) {
    const auto [label, vdev] = shown(disk, storage.disks);
    const auto* files = AccessedDisks::files_of(disk, storage.disks, storage.pools);
    const std::size_t count = files == nullptr ? 0 : files->size();
    const auto* minidisk = disk.is_sfs() ? nullptr : storage.disks.find(disk.owner, disk.owner_vdev);
    const std::string left =
        fmt::format("{:<6} {:<4} {:<3} {:<3}", label, vdev, mode_of(disk), status_of(disk));
    if (minidisk == nullptr) return fmt::format("{} {:>5} {:<4} 4096 {:>8}", left, "-", "-", count);
    const std::size_t used = minidisk->blocks_used(), total = minidisk->blocks();
    return fmt::format("{} {:>5} 3390 4096 {:>8} {:>10}-{:02} {:>10} {:>10}", left, minidisk->cylinders,
                       count, used, (used * 100 + total / 2) / total, total - std::min(used, total), total);
}

Outcome query_disk(Call& call) {
    const std::string mode = call.args.upper_word(0);
    const bool all = mode.empty() || mode == "*";
    if (!all && (mode.size() != 1 || call.session.disks.at(mode[0]) == nullptr))
        return call.fail(36, say<DMSQRE069E>(mode));
    call.line("LABEL  VDEV M  STAT   CYL TYPE BLKSZ   FILES  BLKS USED-(%) BLKS LEFT  BLK TOTAL");
    for (const auto& [letter, disk] : call.session.disks.all())
        if (all || letter == mode[0]) call.line(disk_line(disk, call.world.storage()));
    return 0;
}

Outcome query_accessed(Call& call) {
    const auto& storage = call.world.storage();
    call.line("Mode  Stat     Files  Vdev  Label/Directory");
    for (const auto& [letter, disk] : call.session.disks.all()) {
        const auto [label, vdev] = shown(disk, storage.disks);
        const auto* files = AccessedDisks::files_of(disk, storage.disks, storage.pools);
        call.line(fmt::format("{:<6} {:<3} {:>9}  {:<5} {}", mode_of(disk), status_of(disk),
                              files == nullptr ? 0 : files->size(), vdev,
                              disk.is_sfs() ? disk.directory : label));
    }
    return 0;
}

Outcome query_search(Call& call) {
    for (const auto& [letter, disk] : call.session.disks.all()) {
        const auto [label, vdev] = shown(disk, call.world.storage().disks);
        call.line(fmt::format("{:<6}  {:<4} {:<5} {}", label, vdev, mode_of(disk), status_of(disk)));
    }
    return 0;
}

std::string_view on_off(bool on) { return on ? "ON" : "OFF"; }

}  // namespace

Outcome run_query_cms(Call& call) {
    const auto& args = call.args;
    Call inner{call.session, call.world, args.after(1), call.out};
    if (args.is(0, "DISK")) return query_disk(inner);
    if (args.is(0, "ACcessed")) return query_accessed(inner);
    if (args.is(0, "SEARCH")) return query_search(inner);
    if (args.is(0, "CMSLEVEL")) {
        call.line(call.world.level().product.cms());
        return 0;
    }
    if (args.is(0, "IMPCP")) {
        call.line(fmt::format("IMPCP    = {}", on_off(call.session.impcp)));
        return 0;
    }
    if (args.is(0, "RDYMSG")) {
        call.line(fmt::format("RDYMSG   = {}", call.session.long_ready ? "LMSG" : "SMSG"));
        return 0;
    }
    if (args.is(0, "FILEPOOL")) return call.fail(88, say<DMSCMD901I>("QUERY FILEPOOL"));
    return query_cp(call);
}

Outcome run_set_cms(Call& call) {
    const std::string value = call.args.upper_word(1);
    if (call.args.is(0, "IMPCP") && (value == "ON" || value == "OFF")) {
        call.session.impcp = value == "ON";
        return 0;
    }
    if (call.args.is(0, "RDYMSG") && (value == "LMSG" || value == "SMSG")) {
        call.session.long_ready = value == "LMSG";
        return 0;
    }
    if (call.session.impcp && call.args.is(0, "VSWITCH")) return run_set_cp(call);
    return call.fail(24, say<DMSGEN070E>(std::string(call.args.rest(0))));
}

Outcome run_access(Call& call) {
    const std::string_view mode = call.args.size() > 1 ? call.args.word(1) : "A";
    const auto& storage = call.world.storage();
    const auto outcome = call.session.disks.access(call.args.word(0), mode, storage.disks, storage.pools);
    for (const auto& said : outcome.messages) call.line(said.text);
    return outcome.rc;
}

Outcome run_release(Call& call) {
    const std::string what = call.args.upper_word(0);
    const auto* disk = what.size() == 1 ? call.session.disks.at(what[0]) : nullptr;
    const std::string vdev = disk != nullptr ? disk->vdev : read_vdev(what).value_or("");
    const auto outcome = call.session.disks.release(what);
    for (const auto& said : outcome.messages) call.line(said.text);
    const auto& options = call.args.options();
    if (outcome.rc == 0 && !options.empty() && iequals(options[0], "DET") && call.session.disks.detach(vdev))
        call.line("DASD " + vdev + " DETACHED");
    return outcome.rc;
}

}  // namespace vmlab::sim

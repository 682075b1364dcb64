#include "simulator/scenario/recorded_input.hpp"

#include <algorithm>

namespace vmlab::sim {
namespace {

/// Puts back what the disks of `given` had.
void restore_files(const DiskStore& given, DiskStore& disks) {
    for (const auto& [key, disk] : given.all())
        if (Minidisk* now = disks.find(key.owner, key.vdev)) now->files = disk.files;
}

/// False for a server that does not run: it is started by others, not by a line at its console.
bool has_console(const Userid& user, World& world) {
    if (world.sessions().find(user)) return true;
    const DirectoryEntry* entry = world.directory().find(user);
    if (!entry || entry->is_autologged()) return false;
    world.log_on_at_prompt(user);
    return true;
}

}  // namespace

std::vector<TypedInput> typed_in(std::span<const JournalEntry> journal, Instant began, CauseId until) {
    std::vector<TypedInput> typed;
    for (const auto& entry : journal) {
        if (entry.id > until) break;
        if (const auto line = entry.typed())
            typed.push_back({std::max(entry.at - began, Duration{}), {entry.machine, std::string(*line)}});
    }
    return typed;
}

void shorten_waits(std::vector<TypedInput>& typed, Duration& last) {
    Duration before{}, left_out{};
    const auto shorten = [&](Duration& moment) {
        left_out += std::max(moment - before - kLongestWait, Duration{});
        before = std::exchange(moment, std::max(moment - left_out, Duration{}));
    };
    for (auto& input : typed) shorten(input.after);
    shorten(last);
}

void type_again(const std::vector<TypedInput>& typed, FilesAre files, Instant began, World& world) {
    System& system = world.system();
    const DiskStore given = world.storage().disks;
    const auto keep_files = [&] {
        if (files == FilesAre::of_the_end) restore_files(given, world.storage().disks);
        return false;
    };
    for (const auto& [after, what] : typed) {
        system.run_until(std::max(world.now(), began + after));
        if (!has_console(what.as, world)) continue;
        system.post(what.as, ConsoleTyped{what.line});
        (void)system.run_until(world.now(), keep_files);
    }
}

}  // namespace vmlab::sim

// OPENVM: the byte file system from the command line.
#include <fmt/format.h>

#include "simulator/cms/messages.hpp"
#include "simulator/commands/commands.hpp"
#include "simulator/commands/disk_files.hpp"

namespace vmlab::sim {
namespace {

constexpr int kFailed = 28;

/// Paths are typed with or without quotes.
std::string path_word(const Call& call, std::size_t i) {
    auto word = call.args.word(i);
    if (word.size() >= 2 && word.front() == '\'' && word.back() == '\'')
        word = word.substr(1, word.size() - 2);
    return std::string(word);
}

Outcome told(Call& call, const BfsSession::Outcome& outcome) {
    if (outcome.message) call.line(outcome.message->text);
    return outcome.rc;
}

Outcome told(Call& call, BfsError error, std::string_view path) {
    if (error == BfsError::none) {
        call.world.note_change(call.session.userid, call.session.bfs.absolute(path));
        return 0;
    }
    return call.fail(kFailed, say_bfs_error(error, path));
}

bool has_option(const Call& call, std::string_view full) {
    for (const auto word : call.args.options())
        if (abbreviates(word, full)) return true;
    return false;
}

Outcome mount(Call& call) {
    auto& storage = call.world.storage();
    return told(call, call.session.bfs.mount(path_word(call, 1), path_word(call, 2), has_option(call, "READ"),
                                             call.session.posix, storage.bfs, storage.pools));
}

Outcome query_mount(Call& call) {
    const auto& mounts = call.session.bfs.mounts();
    if (mounts.empty()) call.line("Nothing is mounted");
    for (const auto& mounted : mounts) {
        call.line(fmt::format("Mount point = '{}'", mounted.point));
        call.line("Type Stat Mounted");
        call.line(fmt::format("BFS  {}  '{}'", mounted.read_only ? "R/O" : "R/W", mounted.target));
    }
    return 0;
}

std::string entry_line(const BfsEntry& entry, bool owner, const Zone& zone) {
    const auto& node = *entry.node;
    const char type = node.is_directory ? 'D' : 'F';
    if (!owner) {
        const auto at = calendar_of(node.changed, zone.offset);
        return fmt::format("{:02}/{:02}/{:04} {}   {}      1  {:>12}  '{}'", at.month, at.day, at.year,
                           hh_mm_ss(node.changed, zone.offset), type, node.content().size(), entry.name);
    }
    const auto bits = permission_text(node.mode);
    return fmt::format("{:<8} {:<10} {} {} {} {}     '{}'", node.owner, node.group, bits.substr(0, 3),
                       bits.substr(3, 3), bits.substr(6, 3), type, entry.name);
}

Outcome listfile(Call& call) {
    const std::string path = call.args.size() > 1 ? path_word(call, 1) : ".";
    const auto place = call.session.bfs.resolve(path);
    auto& storage = call.world.storage();
    if (!place) return call.fail(kFailed, say_bfs_error(BfsError::not_found, path));
    std::vector<BfsEntry> entries;
    auto error = storage.bfs.list(*place, call.session.posix, storage.pools, entries);
    std::string directory = call.session.bfs.absolute(path);
    if (error == BfsError::not_directory) {
        // A single file: listed alone, under its directory.
        const BfsNode* node = nullptr;
        error = storage.bfs.look(*place, call.session.posix, storage.pools, node);
        const auto slash = directory.rfind('/');
        if (error == BfsError::none) entries.push_back({directory.substr(slash + 1), node});
        directory.resize(slash == 0 ? 1 : slash);
    }
    if (error != BfsError::none) return call.fail(kFailed, say_bfs_error(error, path));
    const bool owner = has_option(call, "OWN");
    call.line(fmt::format("Directory = '{}'", directory));
    call.line(owner ? "User ID  Group Name Permissions Type  Path name component"
                    : "Update-Dt  Update-Tm  Type  Links      Bytes  Path name component");
    for (const auto& entry : entries) call.line(entry_line(entry, owner, call.world.zone()));
    return 0;
}

Outcome permit(Call& call) {
    const std::string path = path_word(call, 1);
    const auto bits = read_permissions(std::string(call.args.word(2)) + std::string(call.args.word(3)) +
                                       std::string(call.args.word(4)));
    if (!bits) return call.fail(24, say<DMSGEN070E>(std::string(call.args.rest(2))));
    const auto place = call.session.bfs.resolve(path);
    auto& storage = call.world.storage();
    return told(
        call,
        place ? storage.bfs.permit(*place, call.session.posix, storage.pools, *bits) : BfsError::not_found,
        path);
}

Outcome owner(Call& call) {
    const std::string path = path_word(call, 1);
    const auto place = call.session.bfs.resolve(path);
    auto& storage = call.world.storage();
    if (call.args.size() < 3) return call.fail(24, say<DMSGEN070E>(path));
    return told(call,
                place ? storage.bfs.set_owner(*place, call.session.posix, storage.pools, call.args.word(2),
                                              call.args.word(3))
                      : BfsError::not_found,
                path);
}

Outcome create(Call& call) {
    if (!call.args.is(1, "DIRectory"))
        return call.fail(88, say<DMSCMD901I>("OPENVM " + upper(call.args.rest(0))));
    const std::string path = path_word(call, 2);
    const auto place = call.session.bfs.resolve(path);
    auto& storage = call.world.storage();
    return told(
        call,
        place ? storage.bfs.make_directory(*place, call.session.posix, storage.pools, 0750, call.world.now())
              : BfsError::not_found,
        path);
}

Outcome erase(Call& call) {
    const std::string path = path_word(call, 1);
    const auto place = call.session.bfs.resolve(path);
    auto& storage = call.world.storage();
    return told(call,
                place ? storage.bfs.erase(*place, call.session.posix, storage.pools) : BfsError::not_found,
                path);
}

Outcome rename(Call& call) {
    const std::string from = path_word(call, 1), to = path_word(call, 2);
    const auto source = call.session.bfs.resolve(from), target = call.session.bfs.resolve(to);
    auto& storage = call.world.storage();
    return told(call,
                source && target ? storage.bfs.rename(*source, *target, call.session.posix, storage.pools)
                                 : BfsError::not_found,
                from);
}

/// BFSLINE NONE joins records; the default ends each with a line end.
bool joins_records(const Call& call) {
    const auto& options = call.args.options();
    for (std::size_t i = 0; i + 1 < options.size(); ++i)
        if (abbreviates(options[i], "BFSLINE") && iequals(options[i + 1], "NONE")) return true;
    return false;
}

Outcome putbfs(Call& call) {
    int rc = 0;
    const auto found = find_file<DMSTYP002E>(call, 1, rc);
    if (!found) return rc;
    auto& storage = call.world.storage();
    const std::string path = path_word(call, 4);
    const auto place = call.session.bfs.resolve(path);
    if (!place) return call.fail(kFailed, say_bfs_error(BfsError::not_found, path));
    if (!has_option(call, "REPlace") && storage.bfs.find(place->space, place->path) != nullptr)
        return call.fail(kFailed, say_bfs_error(BfsError::exists, path));
    return told(
        call,
        storage.bfs.write(*place, call.session.posix, storage.pools,
                          joins_records(call) ? found->file->bytes() : found->file->text(), call.world.now()),
        path);
}

Outcome getbfs(Call& call) {
    const std::string path = path_word(call, 1);
    const auto place = call.session.bfs.resolve(path);
    auto& storage = call.world.storage();
    std::string bytes;
    const auto error =
        place ? storage.bfs.read(*place, call.session.posix, storage.pools, bytes) : BfsError::not_found;
    if (error != BfsError::none) return call.fail(kFailed, say_bfs_error(error, path));
    int rc = 0;
    const auto id = read_fileid(call, 2, rc);
    if (!id) return rc;
    const char mode = id->mode == '*' ? 'A' : id->mode;
    const auto* files = writable_files(call, mode, say<DMSCPY037E>(mode), rc);
    if (files == nullptr) return rc;
    if (files->find(id->name, id->type) != nullptr && !has_option(call, "REPlace"))
        return call.fail(kFailed, say<DMSCPY024E>(text_of({id->name, id->type, mode})));
    auto file = joins_records(call)
                    ? CmsFile::of_bytes(id->name, id->type, std::move(bytes), call.world.now())
                    : CmsFile::of_text(id->name, id->type, bytes, call.world.now());
    return put_file(call, mode, std::move(file), say<DMSCPY037E>(mode));
}

Outcome query_or_set(Call& call) {
    const bool sets = call.args.is(0, "SET");
    auto& storage = call.world.storage();
    if (!sets && call.args.is(1, "MOUNT")) return query_mount(call);
    if (!call.args.is(1, "DIRectory"))
        return call.fail(88, say<DMSCMD901I>("OPENVM " + upper(call.args.rest(0))));
    if (sets)
        return told(call, call.session.bfs.set_directory(path_word(call, 2), call.session.posix, storage.bfs,
                                                         storage.pools));
    call.line(fmt::format("Directory = '{}'", call.session.bfs.directory()));
    return 0;
}

}  // namespace

Outcome run_openvm(Call& call) {
    const auto is = [&](std::string_view name) { return call.args.is(0, name); };
    if (is("MOUNT")) return mount(call);
    if (is("UNMOUNT")) return told(call, call.session.bfs.unmount(path_word(call, 1)));
    if (is("Query") || is("SET")) return query_or_set(call);
    if (is("LISTfile")) return listfile(call);
    if (is("PERMIT")) return permit(call);
    if (is("OWNER")) return owner(call);
    if (is("CREate")) return create(call);
    if (is("ERAse")) return erase(call);
    if (is("RENAME")) return rename(call);
    if (is("PUTBFS")) return putbfs(call);
    if (is("GETBFS")) return getbfs(call);
    return call.fail(24, say<DMSGEN070E>(call.args.upper_word(0)));
}

}  // namespace vmlab::sim

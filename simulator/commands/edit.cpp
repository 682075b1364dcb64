// EDIT (XEDIT) with the host's editor, and CHANGE, which changes text from the command line: a transcript can
// cure a file with it.
#include "simulator/cms/messages.hpp"
#include "simulator/commands/commands.hpp"
#include "simulator/commands/disk_files.hpp"

namespace vmlab::sim {
namespace {

constexpr int kEditorReadOnly = 12;  ///< XEDIT's return code for a file on a read-only disk

std::size_t fixed_length(const CmsFile& file) { return file.recfm() == 'F' ? file.lrecl() : 0; }

struct Change {
    std::string text;
    std::size_t occurrences = 0, lines = 0;
};

Change changed(std::string_view text, std::string_view old_text, std::string_view new_text) {
    Change result;
    while (!text.empty()) {
        const auto end = std::min(text.find('\n'), text.size() - 1);
        auto line = text.substr(0, end + 1);
        text.remove_prefix(end + 1);
        const auto before = result.occurrences;
        for (auto at = line.find(old_text); at != std::string_view::npos; at = line.find(old_text)) {
            result.text.append(line.substr(0, at)).append(new_text);
            line.remove_prefix(at + old_text.size());
            ++result.occurrences;
        }
        result.text.append(line);
        if (result.occurrences != before) ++result.lines;
    }
    return result;
}

}  // namespace

Outcome run_edit(Call& call) {
    int rc = 0;
    const auto id = read_fileid(call, 0, rc);
    if (!id) return rc;
    auto& world = call.world;
    if (!world.can_edit(call.session.userid)) return call.fail(88, say<DMSEDT901E>());
    const auto found = look_up(call, *id);
    const char mode = found ? found->id.mode[0] : id->mode == '*' ? 'A' : id->mode;
    const std::string before = found ? found->file->text() : std::string();
    const std::size_t lrecl = found ? fixed_length(*found->file) : 0;
    const auto after = world.edit(FileId{id->name, id->type, {mode, '1'}}, before);
    if (!after || *after == before) return 0;
    return put_file(call, mode, CmsFile::of_text(id->name, id->type, *after, world.now(), lrecl),
                    say<DMSXSU037E>(mode), kEditorReadOnly);
}

Outcome run_change(Call& call) {
    int rc = 0;
    const auto found = find_file<DMSTYP002E>(call, 0, rc);
    if (!found) return rc;
    // The strings may hold blanks and parentheses: everything behind the file identifier is taken as typed.
    const std::string_view strings = call.args.rest(3);
    const auto second = strings.size() > 1 ? strings.find(strings[0], 1) : std::string_view::npos;
    if (second == std::string_view::npos || second == 1)
        return call.fail(24, say<DMSGEN070E>(std::string(strings)));
    const auto old_text = strings.substr(1, second - 1);
    auto new_text = strings.substr(second + 1);
    new_text = new_text.substr(0, new_text.find(strings[0]));
    const auto result = changed(found->file->text(), old_text, new_text);
    if (result.occurrences == 0) return call.fail(2, say<DMSXLC546E>());
    const char mode = found->id.mode[0];
    rc = put_file(call, mode,
                  CmsFile::of_text(found->id.name, found->id.type, result.text, call.world.now(),
                                   fixed_length(*found->file)),
                  say<DMSXSU037E>(mode), kEditorReadOnly);
    if (rc == 0) call.line(say<DMSXCG517I>(result.occurrences, result.lines).text);
    return rc;
}

}  // namespace vmlab::sim

// Files on the accessed disks as commands name, find and put them.
#pragma once

#include "simulator/commands/command.hpp"

namespace vmlab::sim {

/// A file identifier of two or three words: the mode may be missing or "*".
struct FileWordsAndMode {
    Name8 name, type;
    char mode = '*';
};
/// The identifier from word i on. Says what is wrong with the words and gives nothing, with `rc` set.
[[nodiscard]] std::optional<FileWordsAndMode> read_fileid(Call& call, std::size_t i, int& rc);
/// "PROFILE TCPIP D" for messages.
[[nodiscard]] std::string text_of(const FileWordsAndMode& id);

/// The first such file in search order, or nothing.
[[nodiscard]] std::optional<FoundFile> look_up(const Call& call, const FileWordsAndMode& id);
/// The file that the words from i on name. Without one, `Absent` is said and `rc` set.
template <const MessageDef& Absent>
[[nodiscard]] std::optional<FoundFile> find_file(Call& call, std::size_t i, int& rc) {
    const auto id = read_fileid(call, i, rc);
    if (!id) return std::nullopt;
    auto found = look_up(call, *id);
    if (!found) rc = call.fail(28, say<Absent>(text_of(*id)));
    return found;
}

inline constexpr int kReadOnly = 36;  ///< what most commands of CMS return then
/// The files of an accessed disk for writing. Nothing, with the reason said and `rc` set, when the letter is
/// not accessed, or only for reading (`read_only` is said then).
[[nodiscard]] FileSet* writable_files(Call& call, char mode, const Said& read_only, int& rc,
                                      int read_only_rc = kReadOnly);
/// Puts a file there, in place of one of its name; says why not. The return code.
[[nodiscard]] int put_file(Call& call, char mode, CmsFile file, const Said& read_only,
                           int read_only_rc = kReadOnly);

}  // namespace vmlab::sim

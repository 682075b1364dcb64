// What outlives a run: a directory of the user's, written whole or not at all.
//
// A file is replaced by writing beside it, syncing and renaming. The *state* (minidisks, BFS, spool) is one
// such file, because its parts belong together: after a crash at any moment the directory holds the old state
// or the new one, never a mixture. A lock keeps a second vmlab out. All is mode 0600/0700: keys are in it.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace vmlab::sim {

class WorkDirectory {
public:
    /// Makes the directory if need be and locks it. Nothing, and a sentence in `error`, when it cannot be
    /// used.
    static std::optional<WorkDirectory> open(const std::string& path, std::string& error);
    WorkDirectory(WorkDirectory&& other) noexcept;
    WorkDirectory& operator=(WorkDirectory&& other) noexcept;
    ~WorkDirectory();

    const std::string& path() const { return path_; }
    /// Full path of a file of this directory.
    std::string path_of(std::string_view name) const;

    /// Replaces one file; `name` is a plain file name. False, and a sentence in `error`, when the old one
    /// stays.
    bool save_file(std::string_view name, std::string_view bytes, std::string& error);
    std::optional<std::string> load_file(std::string_view name) const;

    /// Replaces the whole state: any names, any bytes.
    bool save_state(const std::map<std::string, std::string>& files, std::string& error);
    /// The state saved last, empty when there is none; nothing, and a sentence in `error`, when it is
    /// damaged.
    std::optional<std::map<std::string, std::string>> load_state(std::string& error) const;

private:
    WorkDirectory(std::string path, int lock) : path_(std::move(path)), lock_(lock) {}
    void release();

    std::string path_;
    int lock_ = -1;
};

/// A file that grows while the run goes on (the journal): mode 0600, begun anew, closed with the object. A
/// pipe or device that stands under the name is written to as it is.
class GrowingFile {
public:
    GrowingFile() = default;
    /// False, and a sentence in `error`, when it cannot be begun. "-" is stdout; a pipe waits for its reader.
    bool open(const std::string& path, std::string& error);
    ~GrowingFile();
    GrowingFile(const GrowingFile&) = delete;
    GrowingFile& operator=(const GrowingFile&) = delete;

    /// False once the disk refused something; nothing more is written then, so that no line stands torn.
    bool append(std::string_view bytes);

private:
    int fd_ = -1;
};

}  // namespace vmlab::sim

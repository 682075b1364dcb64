#include "simulator/edge/work_directory.hpp"

#include <fcntl.h>
#include <fmt/core.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <system_error>
#include <utility>

#include "stack/base/assert.hpp"

namespace vmlab::sim {
namespace {

namespace fs = std::filesystem;

constexpr const char* kState = "state";
constexpr const char* kNewState = "state.new";
constexpr const char* kOldState = "state.old";

std::string reason() { return std::strerror(errno); }

bool write_all(int fd, std::string_view bytes) {
    while (!bytes.empty()) {
        const auto n = ::write(fd, bytes.data(), bytes.size());
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) return false;
        bytes.remove_prefix(std::size_t(n));
    }
    return true;
}

/// Writes and syncs a file of mode 0600 that did not exist.
bool write_new(const std::string& path, std::string_view bytes) {
    ::unlink(path.c_str());  // what a crash may have left
    const int fd = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0) return false;
    const bool written = write_all(fd, bytes) && ::fsync(fd) == 0;
    const int failure = errno;
    ::close(fd);
    errno = failure;
    return written;
}

/// Names become durable with their directory.
void sync_directory(const std::string& path) {
    const int fd = ::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0) return;
    (void)::fsync(fd);  // some file systems cannot; the rename itself still is one step
    ::close(fd);
}

std::optional<std::string> read_all(const std::string& path) {
    const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (fd < 0) return std::nullopt;
    std::string bytes;
    char room[65536];
    for (;;) {
        const auto n = ::read(fd, room, sizeof room);
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) {
            ::close(fd);
            return std::nullopt;
        }
        if (n == 0) break;
        bytes.append(room, std::size_t(n));
    }
    ::close(fd);
    return bytes;
}

bool plain(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
}

/// Any name as a file name, and back: what is not plain becomes %XX; dots too, so that none is special.
std::string encoded(std::string_view name) {
    std::string out;
    for (const char c : name) {
        if (plain(c)) out += c;
        else out += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
    return out;
}

std::string decoded(std::string_view file) {
    std::string out;
    for (std::size_t i = 0; i < file.size(); ++i) {
        unsigned value = 0;
        if (file[i] == '%' && i + 2 < file.size() &&
            std::from_chars(file.data() + i + 1, file.data() + i + 3, value, 16).ptr == file.data() + i + 3) {
            out += char(value);
            i += 2;
        } else {
            out += file[i];
        }
    }
    return out;
}

/// `next` becomes `now`: the two names change places in one step. Where the file system cannot do that, `now`
/// steps aside to `old` first; open() puts it back if a crash comes between.
bool take_place(const std::string& next, const std::string& now, const std::string& old) {
    if (::renameat2(AT_FDCWD, next.c_str(), AT_FDCWD, now.c_str(), RENAME_EXCHANGE) == 0) return true;
    if (errno != ENOENT && errno != EINVAL && errno != ENOSYS) return false;
    if (::rename(now.c_str(), old.c_str()) != 0 && errno != ENOENT) return false;
    return ::rename(next.c_str(), now.c_str()) == 0;
}

void remove_tree(const std::string& path) {
    std::error_code ignored;  // a leftover costs room, not correctness
    fs::remove_all(path, ignored);
}

}  // namespace

std::optional<WorkDirectory> WorkDirectory::open(const std::string& path, std::string& error) {
    if (path.empty()) {
        error = "no work directory: this user has no home; name one with --work DIR";
        return std::nullopt;
    }
    std::error_code failure;
    const auto full = fs::absolute(path, failure);
    fs::create_directories(full.parent_path(), failure);
    if (::mkdir(full.c_str(), 0700) != 0 && errno != EEXIST) {
        error = fmt::format("cannot make the work directory {}: {}", full.string(), reason());
        return std::nullopt;
    }
    const std::string lock_path = (full / "lock").string();
    const int lock = ::open(lock_path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (lock < 0) {
        error = fmt::format("cannot write to the work directory {}: {}", full.string(), reason());
        return std::nullopt;
    }
    if (::flock(lock, LOCK_EX | LOCK_NB) != 0) {
        error =
            fmt::format("another vmlab uses the work directory {}: end it, or name another with --work DIR",
                        full.string());
        ::close(lock);
        return std::nullopt;
    }
    WorkDirectory opened(full.string(), lock);
    remove_tree(opened.path_of(kNewState));  // a save that did not come to its end
    if (::access(opened.path_of(kState).c_str(), F_OK) != 0)
        ::rename(opened.path_of(kOldState).c_str(), opened.path_of(kState).c_str());
    remove_tree(opened.path_of(kOldState));
    return opened;
}

WorkDirectory::WorkDirectory(WorkDirectory&& other) noexcept
    : path_(std::move(other.path_)), lock_(std::exchange(other.lock_, -1)) {}

WorkDirectory& WorkDirectory::operator=(WorkDirectory&& other) noexcept {
    if (this != &other) {
        release();
        path_ = std::move(other.path_);
        lock_ = std::exchange(other.lock_, -1);
    }
    return *this;
}

WorkDirectory::~WorkDirectory() { release(); }

/// The lock file goes while the lock is held, so that no one else's is taken away.
void WorkDirectory::release() {
    if (lock_ < 0) return;
    ::unlink(path_of("lock").c_str());
    ::close(lock_);
    lock_ = -1;
}

std::string WorkDirectory::path_of(std::string_view name) const { return fmt::format("{}/{}", path_, name); }

bool WorkDirectory::save_file(std::string_view name, std::string_view bytes, std::string& error) {
    vm_assert(!name.empty() && name.find('/') == std::string_view::npos);
    const std::string path = path_of(name), beside = path + ".new";
    if (!write_new(beside, bytes) || ::rename(beside.c_str(), path.c_str()) != 0) {
        error = fmt::format("cannot save {}: {}; what was there stays", path, reason());
        ::unlink(beside.c_str());
        return false;
    }
    sync_directory(path_);
    return true;
}

std::optional<std::string> WorkDirectory::load_file(std::string_view name) const {
    return read_all(path_of(name));
}

bool WorkDirectory::save_state(const std::map<std::string, std::string>& files, std::string& error) {
    const std::string now = path_of(kState), next = path_of(kNewState);
    remove_tree(next);
    bool written = ::mkdir(next.c_str(), 0700) == 0;
    for (auto file = files.begin(); written && file != files.end(); ++file)
        written = write_new(fmt::format("{}/{}", next, encoded(file->first)), file->second);
    if (written) sync_directory(next);
    written = written && take_place(next, now, path_of(kOldState));
    if (!written) error = fmt::format("cannot save the state in {}: {}; the last one stays", path_, reason());
    sync_directory(path_);
    remove_tree(next);
    if (written) remove_tree(path_of(kOldState));
    return written;
}

std::map<std::string, std::string> WorkDirectory::load_state() const {
    std::map<std::string, std::string> files;
    std::error_code failure;
    for (const auto& entry : fs::directory_iterator(path_of(kState), failure)) {
        auto bytes = read_all(entry.path().string());
        if (bytes) files.emplace(decoded(entry.path().filename().string()), std::move(*bytes));
    }
    return files;
}

void WorkDirectory::erase_state() { remove_tree(path_of(kState)); }

bool GrowingFile::open(const std::string& path, std::string& error) {
    ::unlink(path.c_str());  // begun anew, with our mode
    fd_ = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd_ < 0) error = fmt::format("cannot write {}: {}", path, reason());
    return fd_ >= 0;
}

GrowingFile::~GrowingFile() {
    if (fd_ >= 0) ::close(fd_);
}

bool GrowingFile::append(std::string_view bytes) {
    if (fd_ < 0) return false;
    if (write_all(fd_, bytes)) return true;
    ::close(fd_);
    fd_ = -1;
    return false;
}

}  // namespace vmlab::sim

#include "simulator/edge/work_directory.hpp"

#include <fcntl.h>
#include <fmt/core.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <cstring>
#include <filesystem>
#include <system_error>
#include <utility>

#include "stack/base/assert.hpp"

namespace vmlab::sim {
namespace {

namespace fs = std::filesystem;

/// The state's file: this line; for each part "name-size bytes-size\n", name, bytes; then the last line.
constexpr const char* kState = "storage";
constexpr std::string_view kFirstLine = "vmlab storage 1\n";
constexpr std::string_view kLastLine = "end\n";

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

/// Takes the next part of a state off `rest`; false when it is none.
bool take_part(std::string_view& rest, std::map<std::string, std::string>& parts) {
    std::size_t name = 0, bytes = 0;
    const char* const end = rest.data() + rest.size();
    const auto first = std::from_chars(rest.data(), end, name);
    if (first.ec != std::errc{} || first.ptr == end || *first.ptr != ' ') return false;
    const auto second = std::from_chars(first.ptr + 1, end, bytes);
    if (second.ec != std::errc{} || second.ptr == end || *second.ptr != '\n') return false;
    rest.remove_prefix(std::size_t(second.ptr + 1 - rest.data()));
    if (rest.size() < name || rest.size() - name < bytes) return false;
    parts.emplace(rest.substr(0, name), rest.substr(name, bytes));
    rest.remove_prefix(name + bytes);
    return true;
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
    return WorkDirectory(full.string(), lock);
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

/// The lock's file stays: were it removed, one who has opened it already and one who makes it anew would both
/// hold a lock.
void WorkDirectory::release() {
    if (lock_ >= 0) ::close(std::exchange(lock_, -1));
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
    std::string whole(kFirstLine);
    for (const auto& [name, bytes] : files)
        whole.append(fmt::format("{} {}\n", name.size(), bytes.size())).append(name).append(bytes);
    return save_file(kState, whole.append(kLastLine), error);
}

std::optional<std::map<std::string, std::string>> WorkDirectory::load_state(std::string& error) const {
    std::map<std::string, std::string> files;
    if (::access(path_of(kState).c_str(), F_OK) != 0 && errno == ENOENT) return files;
    const auto whole = load_file(kState);
    std::string_view rest = whole ? std::string_view(*whole) : std::string_view();
    if (rest.starts_with(kFirstLine)) {
        rest.remove_prefix(kFirstLine.size());
        while (rest != kLastLine)
            if (!take_part(rest, files)) break;
        if (rest == kLastLine) return files;
    }
    error = fmt::format("what an earlier run saved in {} is damaged: --fresh begins anew (and saves over it)",
                        path_of(kState));
    return std::nullopt;
}

bool GrowingFile::open(const std::string& path, std::string& error) {
    if (path == "-") return (fd_ = ::dup(STDOUT_FILENO)) >= 0;
    struct stat about {};
    const bool there = ::lstat(path.c_str(), &about) == 0;
    if (there && !S_ISREG(about.st_mode) && !S_ISLNK(about.st_mode)) {
        fd_ = ::open(path.c_str(), O_WRONLY | O_CLOEXEC);
    } else {
        if (there) ::unlink(path.c_str());  // begun anew, with our mode
        fd_ = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0600);
    }
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

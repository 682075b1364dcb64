// Places and files in an FTP session: CWD, PWD, MKD, DELE, RNFR, SIZE, MDTM, and what LIST and NLST show.
#include <fmt/core.h>

#include <algorithm>
#include <utility>

#include "services/ftp/listing.hpp"
#include "services/ftp/session.hpp"

namespace vmlab::services {
namespace {

bool is_pattern(std::string_view name) { return name.find_first_of("*%?") != std::string_view::npos; }

}  // namespace

using namespace ftp_reply;

/// "TCPMAINT 198", "VMSYS:TCPMAINT.", with "(ReadOnly)" where it holds.
std::string FtpSession::place_text() const {
    std::string text = place_.str();
    if (place_.kind == Place::Kind::minidisk) std::replace(text.begin(), text.end(), '.', ' ');
    return place_.read_only ? text + " (ReadOnly)" : text;
}

/// Splits "dir/file" of a byte file system path; everything else names a file where the session stands.
FileError FtpSession::locate(std::string_view operand, Place& at, std::string& name, FtpCall call) {
    const auto text = trimmed(operand);
    const auto slash = text.rfind('/');
    if (text.empty() || slash == text.size() - 1) return FileError::bad_name;
    at = place_;
    name = std::string(text);
    if (slash != std::string_view::npos) {
        const auto directory = slash == 0 ? text.substr(0, 1) : text.substr(0, slash);
        name = std::string(text.substr(slash + 1));
        return call.out.files().enter(user_, place_, directory, at);
    }
    return at.kind == Place::Kind::none ? FileError::no_such_place : FileError::none;
}

void FtpSession::refuse_file(std::string_view what, FileError error, FtpCall call) {
    const std::string name = shown(what);
    Because why{text_of(error)};
    if (error == FileError::disk_full) return refuse<kNoSpace>(call, std::move(why), name);
    if (error == FileError::bad_name)
        return refuse<kBadName>(call, std::move(why), name.empty() ? "(none)" : name);
    refuse<kFileRefused>(call, std::move(why), name, text_of(error));
}

void FtpSession::run_cwd(std::string_view operand, FtpCall call) {
    const auto name = trimmed(operand);
    if (name.empty()) return refuse<kBadArgument>(call, {"CWD without a directory"}, "CWD");
    Place to;
    const auto error = call.out.files().enter(user_, place_, name, to);
    if (error != FileError::none) return refuse_file(name, error, call);
    place_ = std::move(to);
    reply<kWorkingDirectory>(call, place_text());
}

void FtpSession::run_cdup(std::string_view, FtpCall call) { run_cwd("..", call); }

void FtpSession::run_pwd(std::string_view, FtpCall call) {
    if (place_.kind == Place::Kind::none)
        return refuse<kNowhere>(call, {"the session stands in no directory"});
    std::string quoted;  // RFC 959 appendix II: a quote in the name is doubled
    for (const char c : place_.str()) quoted.append(c == '"' ? 2 : 1, c);
    reply<kPrintDirectory>(call, quoted);
}

void FtpSession::run_mkd(std::string_view operand, FtpCall call) {
    Place at;
    std::string name;
    auto error = locate(operand, at, name, call);
    if (error == FileError::none) error = call.out.files().make_directory(user_, at, name, call.now);
    if (error != FileError::none) return refuse_file(trimmed(operand), error, call);
    reply<kMadeDirectory>(call, shown(name));
}

void FtpSession::run_rmd(std::string_view operand, FtpCall call) {
    Place at;
    std::string name;
    auto error = locate(operand, at, name, call);
    if (error == FileError::none) error = call.out.files().remove_directory(user_, at, name);
    if (error != FileError::none) return refuse_file(trimmed(operand), error, call);
    reply<kDone>(call, fmt::format("{} removed", shown(name)));
}

void FtpSession::run_dele(std::string_view operand, FtpCall call) {
    Place at;
    std::string name;
    auto error = locate(operand, at, name, call);
    if (error == FileError::none) error = call.out.files().erase(user_, at, name);
    if (error != FileError::none) return refuse_file(trimmed(operand), error, call);
    reply<kDone>(call, fmt::format("{} erased", shown(name)));
}

void FtpSession::run_rnfr(std::string_view operand, FtpCall call) {
    Place at;
    std::string name;
    FileInfo info;
    auto error = locate(operand, at, name, call);
    if (error == FileError::none) error = call.out.files().info(user_, at, name, info);
    if (error != FileError::none) return refuse_file(trimmed(operand), error, call);
    rename_from_.emplace(std::move(at), std::move(name));
    reply<kPending>(call, "The new name, please");
}

void FtpSession::run_rnto(std::string_view operand, FtpCall call) {
    if (!rename_from_) return refuse<kBadSequenceFor>(call, {"RNTO without RNFR"}, "RNFR first");
    const auto [from_place, from] = *std::exchange(rename_from_, std::nullopt);
    Place at;
    std::string name;
    auto error = locate(operand, at, name, call);
    if (error == FileError::none && at.str() != from_place.str())
        error = FileError::bad_name;  // a rename stays in its directory
    if (error == FileError::none) error = call.out.files().rename(user_, from_place, from, name);
    if (error != FileError::none) return refuse_file(trimmed(operand), error, call);
    reply<kDone>(call, fmt::format("{} renamed to {}", shown(from), shown(name)));
}

void FtpSession::run_size(std::string_view operand, FtpCall call) {
    Place at;
    std::string name, text;
    FileInfo info;
    auto error = locate(operand, at, name, call);
    if (error == FileError::none) error = call.out.files().info(user_, at, name, info);
    if (error == FileError::none && info.is_directory) error = FileError::bad_name;
    std::size_t bytes = info.bytes;
    if (error == FileError::none && !binary_) {  // RFC 3659 4: the size is that of the transfer in this TYPE
        error = call.out.files().read(user_, at, name, Transfer::text, text);
        bytes = text.size() + std::size_t(std::count(text.begin(), text.end(), '\n'));
    }
    if (error != FileError::none) return refuse_file(trimmed(operand), error, call);
    reply<kFileStatus>(call, bytes);
}

void FtpSession::run_mdtm(std::string_view operand, FtpCall call) {
    Place at;
    std::string name;
    FileInfo info;
    auto error = locate(operand, at, name, call);
    if (error == FileError::none) error = call.out.files().info(user_, at, name, info);
    if (error != FileError::none) return refuse_file(trimmed(operand), error, call);
    const Calendar c = calendar_of(info.changed);  // RFC 3659 2.3: UTC
    reply<kFileStatus>(call, fmt::format("{:04}{:02}{:02}{:02}{:02}{:02}", c.year, c.month, c.day, c.hour,
                                         c.minute, c.second));
}

FileError FtpSession::listing(std::string_view operand, bool names_only, std::string& text, FtpCall call) {
    auto what = trimmed(operand);
    while (what.starts_with('-')) {  // "ls -la": options of other systems
        const auto blank = what.find(' ');
        what = blank == std::string_view::npos ? std::string_view() : trimmed(what.substr(blank));
    }
    Files& files = call.out.files();
    Place at = place_;
    std::string pattern = what.empty() ? "*" : std::string(what);
    if (!what.empty() && !is_pattern(what) && files.enter(user_, place_, what, at) == FileError::none)
        pattern = "*";
    else if (!what.empty()) {
        const auto error = locate(what, at, pattern, call);
        if (error != FileError::none) return error;
    }
    if (at.kind == Place::Kind::none) return FileError::no_such_place;
    std::vector<FileInfo> found;
    const auto error = files.list(user_, at, pattern, found);
    if (error != FileError::none) return error;
    if (found.empty() && !what.empty() && pattern != "*") return FileError::not_found;
    text = names_only ? name_report(found)
                      : list_report(found, at, list_format_, call.now, call.shared.system.zone);
    return FileError::none;
}

}  // namespace vmlab::services

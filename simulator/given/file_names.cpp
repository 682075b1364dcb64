#include "simulator/given/file_names.hpp"

#include <vector>

#include "profiles/values.hpp"
#include "simulator/cms/cms_file.hpp"

namespace vmlab::sim {
namespace {

std::vector<std::string_view> words_of(std::string_view text, std::string_view separators) {
    std::vector<std::string_view> words;
    std::size_t at = 0;
    while ((at = text.find_first_not_of(separators, at)) != std::string_view::npos) {
        const auto end = std::min(text.find_first_of(separators, at), text.size());
        words.push_back(text.substr(at, end - at));
        at = end;
    }
    return words;
}

FileKind kind_of(const Name8& name, const Name8& type) {
    if (type == Name8("TCPIP")) return FileKind::profile_tcpip;
    if (type == Name8("DTCPARMS")) return FileKind::dtcparms;
    if (type == Name8("DATA") && name == Name8("TCPIP")) return FileKind::tcpip_data;
    if (type == Name8("DATA") && name == Name8("FTP")) return FileKind::ftp_data;
    if (type == Name8("HOSTS") && name == Name8("ETC")) return FileKind::etc_hosts;
    if (type == Name8("SERVICES") && name == Name8("ETC")) return FileKind::etc_services;
    if (type == Name8("CONFIG") && name == Name8("SRVRFTP")) return FileKind::srvrftp_config;
    if (type == Name8("CONFIG") && name == Name8("SMTP")) return FileKind::smtp_config;
    if (type == Name8("DIRECT")) return FileKind::user_direct;
    if (type == Name8("KDB")) return FileKind::key_database;
    return FileKind::other;
}

/// Where a file of this name is kept on a system as IBM ships it.
std::string home_of(const HostFileName& file) {
    if (file.kind == FileKind::user_direct) return "MAINT.2CC";
    if (file.kind == FileKind::dtcparms && file.name == Name8("IBM")) return "TCPMAINT.591";
    if (file.type == Name8("DATA") || file.name == Name8("ETC")) return "TCPMAINT.592";
    if (file.kind == FileKind::key_database) return "";
    if (file.type == Name8("COMMANDS") && file.name == Name8("RACF")) return "RACFVM.191";
    const bool is_customized = file.type == Name8("CONFIG") || file.type == Name8("EXEC");
    return file.kind != FileKind::other || is_customized ? "TCPMAINT.198" : "";
}

/// "TCPMAINT.198", "tcpmaint 198": an owner and a virtual device address.
std::string disk_of(std::string_view folder) {
    const auto words = words_of(folder, " .");
    if (words.size() != 2 || !read_file_word(words[0]) || !profiles::read_vdev(words[1])) return "";
    return upper(words[0]) + '.' + upper(words[1]);
}

bool is_mode(std::string_view word) {
    const std::string mode = upper(word);
    return mode.size() == 2 && mode[0] >= 'A' && mode[0] <= 'Z' && mode[1] >= '0' && mode[1] <= '6';
}

}  // namespace

std::optional<HostFileName> read_host_file_name(std::string_view path) {
    const auto parts = words_of(path, "/");
    if (parts.empty()) return std::nullopt;
    const auto words = words_of(parts.back(), " .");
    if (words.size() != 2 && !(words.size() == 3 && is_mode(words[2]))) return std::nullopt;
    const auto name = read_file_word(words[0]), type = read_file_word(words[1]);
    if (!name || !type) return std::nullopt;
    HostFileName file{*name, *type, kind_of(*name, *type), ""};
    if (parts.size() > 1) file.disk = disk_of(parts[parts.size() - 2]);
    if (file.disk.empty()) file.disk = home_of(file);
    return file;
}

}  // namespace vmlab::sim

// For the tests of simulator/check: the baseline as an administrator's files, a way to plant a fault, and one
// to apply what check suggests to the bytes of a file.
#pragma once

#include <fstream>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "simulator/check/check.hpp"

namespace vmlab::sim::testing {

inline const std::vector<std::string> kBaselineFiles = {
    "TCPMAINT.198/PROFILE.TCPIP",   "TCPMAINT.198/TCPIP10.TCPIP",  "TCPMAINT.198/GDLRCT2.DTCPARMS",
    "TCPMAINT.198/SYSTEM.DTCPARMS", "TCPMAINT.198/SRVRFTP.CONFIG", "TCPMAINT.198/SMTP.CONFIG",
    "TCPMAINT.591/IBM.DTCPARMS",    "TCPMAINT.592/TCPIP.DATA",     "MAINT.2CC/USER.DIRECT",
    "TCPMAINT.592/ETC.HOSTS",       "TCPMAINT.592/ETC.SERVICES"};

inline std::string bytes_of(const std::string& path) {
    std::ifstream in(std::string(VMLAB_SOURCE_DIR) + "/profiles/baseline/" + path, std::ios::binary);
    std::ostringstream text;
    text << in.rdbuf();
    return text.str();
}

/// Files by path: what check is given.
struct Folder {
    std::map<std::string, std::string> bytes{};
    SystemOptions options{};

    static Folder baseline() {
        Folder folder;
        for (const auto& path : kBaselineFiles) folder.bytes[path] = bytes_of(path);
        profiles::SourceText ibm = profiles::SourceText::from_host({"IBM", "DTCPARMS", {'E', '1'}},
                                                                   bytes_of("TCPMAINT.591/IBM.DTCPARMS"));
        folder.options.shipped_dtcparms = {std::move(ibm)};
        return folder;
    }
    /// Replaces the first `from` of a file by `to`; an empty `from` puts `to` at its end, as a file of its
    /// own if need be.
    bool change(const std::string& path, std::string_view from, std::string_view to) {
        std::string& text = bytes[path];
        const auto at = from.empty() ? text.size() : text.find(from);
        if (at == std::string::npos) return false;
        text.replace(at, from.size(), to);
        return true;
    }
    SystemFiles system() const {
        std::vector<GivenFile> given;
        for (const auto& [path, text] : bytes) {
            const auto name = read_host_file_name(path);
            auto host = read_host_text(text);
            if (name && host) given.push_back({path, *name, std::move(*host), false});
        }
        return SystemFiles(std::move(given), options);
    }
    CheckResult check() const { return check_system(system()); }

    /// Applies a fix to the bytes; false when it does not fit.
    bool apply(const Fix& fix) {
        const SystemFiles files = system();
        for (const FixEdit& edit : fix.edits) {
            const CheckedFile* file = files.file(edit.file);
            const auto change = file == nullptr ? std::nullopt : file->given.text.byte_edit(edit.edit);
            if (!change) return false;
            bytes[file->given.path].replace(change->offset, change->length, change->bytes);
        }
        return true;
    }
};

/// "stack-mismatch TCPMAINT.198/GDLRCT2.DTCPARMS:12:24 :stack.TCPIP11 of …", but for notes.
inline std::string told(const CheckFinding& f, const SystemFiles& files) {
    const CheckedFile* file = files.file(f.where.file);
    return fmt::format("{} {}:{}:{} {}", f.id, file == nullptr ? "?" : file->given.path, f.where.line,
                       f.where.column, f.text);
}

inline std::vector<std::string> told(const Folder& folder) {
    const SystemFiles files = folder.system();
    std::vector<std::string> lines;
    for (const CheckFinding& f : check_system(files).findings)
        if (f.severity != profiles::Severity::info) lines.push_back(told(f, files));
    return lines;
}

/// The findings of `folder` that have no equal (but for their place) in the baseline.
inline std::vector<CheckFinding> new_findings(const Folder& folder, const Folder& before) {
    std::multiset<std::string> known;
    for (const CheckFinding& f : before.check().findings) known.insert(f.id + f.text);
    std::vector<CheckFinding> found;
    for (CheckFinding& f : folder.check().findings) {
        const auto same = known.find(f.id + f.text);
        if (same != known.end()) known.erase(same);
        else if (f.severity != profiles::Severity::info) found.push_back(std::move(f));
    }
    return found;
}

}  // namespace vmlab::sim::testing

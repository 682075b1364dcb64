// For the tests of profiles/: text in the test becomes a CMS file; findings become lines that a person can
// compare.
#pragma once

#include <fstream>
#include <map>
#include <sstream>
#include <string>

#include "profiles/search.hpp"

namespace vmlab::profiles::testing {

inline SourceText file(const char* name, const char* type, const char* mode, std::string_view text) {
    return SourceText::from_host({*Name8::parse(name), *Name8::parse(type), {mode[0], mode[1]}}, text);
}

inline SourceText profile(std::string_view text) { return file("PROFILE", "TCPIP", "D1", text); }

/// "2:5 error DTCPRS901E Unknown statement SSLIMITS ignored [SSLLIMITS]", one line each.
inline std::string told(const Findings& findings) {
    std::string text;
    for (const Finding& f : findings.items) {
        text += fmt::format("{}:{} {} {}", f.where.line, f.where.column, name_of(f.severity), f.said.text);
        if (!f.suggestion.empty()) text += " [" + f.suggestion + "]";
        text += '\n';
    }
    return text;
}

inline std::string host_text(const std::string& path) {
    std::ifstream in(std::string(VMLAB_SOURCE_DIR) + "/" + path, std::ios::binary);
    std::ostringstream text;
    text << in.rdbuf();
    return text.str();
}

/// A file of profiles/baseline: baseline("TCPMAINT.198", "PROFILE", "TCPIP", "D1").
inline SourceText baseline(const std::string& disk, const char* name, const char* type, const char* mode) {
    return file(name, type, mode, host_text("profiles/baseline/" + disk + "/" + name + "." + type));
}

/// Files by name, as one virtual machine finds them.
class Shelf final : public FileLookup {
public:
    void put(SourceText source) {
        const std::string key = source.file.name.str() + ' ' + source.file.type.str();
        files_[key] = std::move(source);
    }
    void remove(const std::string& name_and_type) { files_.erase(name_and_type); }
    std::optional<SourceText> find(const Name8& name, const Name8& type) const override {
        const auto found = files_.find(name.str() + ' ' + type.str());
        return found == files_.end() ? std::nullopt : std::optional(found->second);
    }

private:
    std::map<std::string, SourceText> files_;
};

/// The disks D, E and F of the baseline.
inline Shelf baseline_shelf() {
    Shelf shelf;
    for (const auto& [name, type] : {std::pair{"PROFILE", "TCPIP"},
                                     {"TCPIP10", "TCPIP"},
                                     {"GDLRCT2", "DTCPARMS"},
                                     {"SYSTEM", "DTCPARMS"},
                                     {"SRVRFTP", "CONFIG"},
                                     {"SMTP", "CONFIG"}})
        shelf.put(baseline("TCPMAINT.198", name, type, "D1"));
    shelf.put(baseline("TCPMAINT.591", "IBM", "DTCPARMS", "E1"));
    shelf.put(baseline("TCPMAINT.592", "TCPIP", "DATA", "F1"));
    return shelf;
}

}  // namespace vmlab::profiles::testing

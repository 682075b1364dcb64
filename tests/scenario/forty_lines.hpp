// A system whose files differ from the healthy one's in forty lines, two of which keep FTPSERVE from port 21.
#pragma once

#include <string>
#include <string_view>

#include "simulator/scenario/lab.hpp"

namespace vmlab::sim {

struct ChangedWord {
    std::string_view file, word, with;
};
/// Each keeps FTPSERVE from listening by itself: both must be undone.
inline constexpr ChangedWord kTwoFaults[] = {
    {"TCPMAINT.198/PROFILE.TCPIP", "21    TCP FTPSERVE", "21    TCP FTPSERV "},
    {"TCPMAINT.198/SRVRFTP.CONFIG", "FTPCERT", "NOTTHERE"},
};

inline constexpr unsigned kForty = 40;

/// With the first `faults` of kTwoFaults; the other changed lines end in a comment that they did not have.
inline ConfigurationFiles forty_lines_from(ConfigurationFiles files, unsigned faults) {
    unsigned changed = 0;
    for (auto& [path, text] : files)
        for (unsigned i = 0; i < faults; ++i)
            if (path == kTwoFaults[i].file) {
                text.replace(text.find(kTwoFaults[i].word), kTwoFaults[i].word.size(), kTwoFaults[i].with);
                ++changed;
            }
    for (auto& [path, text] : files) {
        if (!path.ends_with("198/PROFILE.TCPIP") && !path.ends_with(".CONFIG")) continue;
        std::string lines;
        for (std::size_t at = 0; at < text.size();) {
            const auto end = text.find('\n', at);
            std::string line = text.substr(at, end - at);
            at = end + 1;
            bool fault = line.empty();
            for (const auto& word : kTwoFaults) fault = fault || line.find(word.with) != line.npos;
            if (!fault && changed < kForty) {
                line += " ; looked at";
                ++changed;
            }
            lines += line + "\n";
        }
        text = std::move(lines);
    }
    return files;
}

}  // namespace vmlab::sim

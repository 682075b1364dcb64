// TYPE: a file on the console.
#include <charconv>

#include "simulator/cms/messages.hpp"
#include "simulator/commands/commands.hpp"
#include "simulator/commands/disk_files.hpp"

namespace vmlab::sim {
namespace {

/// A record number from 1, or "*" for the last one; nothing if neither.
std::optional<std::size_t> read_record(std::string_view word, std::size_t missing, std::size_t last) {
    if (word.empty()) return missing;
    if (word == "*") return last;
    std::size_t number = 0;
    const auto read = std::from_chars(word.data(), word.data() + word.size(), number);
    if (read.ec != std::errc() || read.ptr != word.data() + word.size() || number == 0) return std::nullopt;
    return number;
}

/// Binary data on a console: what is no character is a blank.
std::string shown(std::string_view record) {
    std::string text(record);
    for (char& c : text)
        if (static_cast<unsigned char>(c) < ' ' || c == 0x7f) c = ' ';
    return text;
}

}  // namespace

Outcome run_type(Call& call) {
    int rc = 0;
    const auto found = find_file<DMSTYP002E>(call, 0, rc);
    if (!found) return rc;
    const auto records = found->file->record_views();
    const auto first = read_record(call.args.word(3), 1, records.size());
    const auto last = read_record(call.args.word(4), records.size(), records.size());
    if (!first || !last) return call.fail(24, say<DMSGEN070E>(call.args.upper_word(first ? 4 : 3)));
    call.line("");
    for (std::size_t i = *first; i <= *last && i <= records.size(); ++i) call.line(shown(records[i - 1]));
    call.line("");
    return 0;
}

}  // namespace vmlab::sim

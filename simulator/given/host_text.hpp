// The bytes of a host file as lines of text, however the file came from z/VM: ASCII (or UTF-8) or EBCDIC
// CP037; with line ends, or as records of 80 columns without any. What it is, is found out from the bytes,
// and said.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace vmlab::sim {

enum class TextEncoding : std::uint8_t { ascii, ebcdic };
enum class LineForm : std::uint8_t { newline, crlf, nel, ebcdic_newline, records };

inline constexpr std::size_t kRecordColumns = 80;

struct HostLine {
    std::string text;                    ///< UTF-8, without its end; of a record without trailing blanks
    std::size_t offset = 0, length = 0;  ///< its bytes in the file, without the line end
};

/// A change of a line: `length` bytes of its text from `column` (from 1) become `text`, which may hold "\n".
struct TextEdit {
    std::uint32_t line = 0, column = 0;  ///< from 1
    std::size_t length = 0;
    std::string text;
};
/// The same as bytes of the file.
struct ByteEdit {
    std::size_t offset = 0, length = 0;
    std::string bytes;
};

struct HostText {
    TextEncoding encoding = TextEncoding::ascii;
    LineForm form = LineForm::newline;
    std::vector<HostLine> lines{};

    /// "EBCDIC (CP037), records of 80 columns".
    std::string description() const;
    /// Plain text with line ends: lines and columns are those that an editor shows.
    bool is_plain() const { return encoding == TextEncoding::ascii && form != LineForm::records; }
    /// All lines, each ended by "\n".
    std::string joined() const;
    /// Nothing when a line would not fit its record, or the place is not in the file.
    std::optional<ByteEdit> byte_edit(const TextEdit& edit) const;
};

/// Nothing when the bytes are text in neither encoding. No bytes are a text of no lines.
[[nodiscard]] std::optional<HostText> read_host_text(std::string_view bytes);

}  // namespace vmlab::sim

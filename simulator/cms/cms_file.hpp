// A CMS file: records, or the bytes that a binary transfer brought.
//
// Text is kept as its lines, each ended by "\n"; a record holds no line end, so nothing is lost. The world's
// code page is the laptop's (there is no EBCDIC on these disks): a text file that is read as binary loses its
// line ends, as its records joined would; bytes that came in binary stay what they were, whatever the record
// length, and read as text they are handed out as they are. Content is shared between copies and never
// written to, so that a copy of a whole system costs no copy of its files.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "stack/base/names.hpp"
#include "stack/base/time.hpp"

namespace vmlab::sim {

/// Bytes of a CMS disk block, of which NETSTAT-like listings count.
inline constexpr std::size_t kBlockSize = 4096;
/// The longest variable-length record of CMS; binary data without a record length is cut here.
inline constexpr std::size_t kMaxRecord = 65535;

class CmsFile {
public:
    CmsFile() = default;

    /// A text file from lines ended by "\n" (a last line without one counts; "\r\n" too). `lrecl` 0 = V.
    static CmsFile of_text(Name8 name, Name8 type, std::string_view text, Instant changed,
                           std::size_t lrecl = 0);
    /// A file of bytes. `lrecl` 0 = V records of up to 65535 bytes; else F of that length (the last record is
    /// not padded: what came in goes out).
    static CmsFile of_bytes(Name8 name, Name8 type, std::string bytes, Instant changed,
                            std::size_t lrecl = 0);

    Name8 name, type;
    char mode_number = '1';
    Instant changed{};

    char recfm() const { return recfm_; }
    std::size_t lrecl() const { return lrecl_; }  ///< of V: the longest record
    std::size_t records() const { return records_; }
    bool binary() const { return binary_; }
    /// Blocks of 4096 bytes that the data fills; at least 1.
    std::size_t blocks() const;
    /// Bytes of all records without line ends.
    std::size_t size() const;

    /// Lines ended by "\n"; of a binary file its bytes.
    const std::string& text() const;
    /// The records joined; F records of text are padded with blanks.
    std::string bytes() const;
    /// The records of a text file, or the pieces of a binary one.
    std::vector<std::string_view> record_views() const;

    /// The same file under another name.
    CmsFile renamed(Name8 new_name, Name8 new_type) const;

private:
    char recfm_ = 'V';
    bool binary_ = false;
    std::size_t lrecl_ = 0;
    std::size_t records_ = 0;
    std::shared_ptr<const std::string> content_;
};

/// A file name or type as CMS allows it: A-Z 0-9 $ # @ + - : _ , up to eight, folded to upper case.
[[nodiscard]] std::optional<Name8> read_file_word(std::string_view text);
/// "PROFILE.TCPIP" or "PROFILE TCPIP" in two words; nothing if either is not allowed.
struct FileWords {
    Name8 name, type;
};
[[nodiscard]] std::optional<FileWords> read_file_words(std::string_view text);

/// True when `text` fits a pattern of '*' (any run, also none) and '%' (one character); case is ignored.
[[nodiscard]] bool matches_pattern(std::string_view text, std::string_view pattern);

}  // namespace vmlab::sim

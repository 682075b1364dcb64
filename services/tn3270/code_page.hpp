// EBCDIC ↔ text. Inside vmlab text is UTF-8; a 3270 screen holds one EBCDIC byte per cell.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace vmlab::services::tn3270 {

/// The three Latin-1 pages that meet on VM screens. They differ in [ ] ^ ¬ Ý ¨ alone.
enum class CodePage : std::uint8_t {
    cp037,    ///< [ BA  ] BB  ^ B0  ¬ 5F
    cp1047,   ///< [ AD  ] BD  ^ 5F  ¬ B0
    bracket,  ///< 037 with 1047's brackets: what x3270 and its kin speak unless told otherwise
};

/// One byte per character; what Latin-1 does not hold, and control characters, become a blank: the terminal
/// would show nothing for them, and some are orders.
[[nodiscard]] std::vector<std::uint8_t> ebcdic_of(std::string_view utf8, CodePage page = CodePage::bracket);

/// UTF-8 of what a screen holds. Nulls vanish; other control codes become blanks.
[[nodiscard]] std::string text_of(std::span<const std::uint8_t> ebcdic, CodePage page = CodePage::bracket);

/// Characters (cells) of a UTF-8 text; a malformed byte counts as one.
[[nodiscard]] std::size_t cells_of(std::string_view utf8);

/// Bytes of the first `cells` characters of a UTF-8 text.
[[nodiscard]] std::size_t bytes_of_cells(std::string_view utf8, std::size_t cells);

}  // namespace vmlab::services::tn3270

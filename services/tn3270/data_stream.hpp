// The 3270 data stream: commands, orders and attributes written to a screen, and what a key sends back.
//
// Outbound: command, WCC, then orders and EBCDIC text. Inbound (Read Modified): AID, cursor address, then for
// each modified field SBA, address, text; a short read (CLEAR, PA keys) is the AID alone. Addresses are
// two bytes: 00 in the top bits = 14 bits binary, else twice six bits. Source: 3270 Data Stream
// Programmer's Reference (GA23-0059), chapters 3 and 4; the values CP uses are from recorded streams.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "services/tn3270/code_page.hpp"

namespace vmlab::services::tn3270 {

using Bytes = std::vector<std::uint8_t>;

/// Rows and columns of a screen. Positions are written as in the manuals: row and column count from 1.
struct Geometry {
    std::uint16_t rows = 24, columns = 80;

    constexpr unsigned cells() const { return unsigned(rows) * columns; }
    /// The buffer address, from 0, of a position on the screen.
    constexpr unsigned at(unsigned row, unsigned column) const { return (row - 1) * columns + (column - 1); }
    friend constexpr bool operator==(const Geometry&, const Geometry&) = default;
};

/// What a terminal type says: IBM-3278-4-E has 43 rows and understands extended attributes.
struct DisplayType {
    Geometry size{};
    bool extended = false;  ///< "-E": SFE and SA may be sent, and a query is answered
    bool dynamic = false;   ///< IBM-DYNAMIC: the size is in the answer to the query
};
/// Nothing if the name is not that of a 3278 or 3279 display of model 2 to 5, or IBM-DYNAMIC. Any case.
[[nodiscard]] std::optional<DisplayType> read_display_type(std::string_view name);

enum class Command : std::uint8_t {
    write = 0x01,
    erase_write = 0x05,
    erase_write_alternate = 0x0d,
    write_structured_field = 0x11
};

/// Write control characters as CP sends them.
inline constexpr std::uint8_t kWccRestore = 0xc2;       ///< reset, keyboard restore
inline constexpr std::uint8_t kWccAlarmRestore = 0xc6;  ///< the same, with the alarm
inline constexpr std::uint8_t kWccLogo = 0xc7;  ///< reset, alarm, keyboard restore, reset modified data tags

/// Field attributes as CP sends them.
inline constexpr std::uint8_t kProtected = 0x60;
inline constexpr std::uint8_t kProtectedBright = 0xe8;
inline constexpr std::uint8_t kSkip = 0x70;
inline constexpr std::uint8_t kSkipBright = 0xf8;
inline constexpr std::uint8_t kInput = 0x40;
inline constexpr std::uint8_t kInputHidden = 0x4c;
inline constexpr std::uint8_t kInputModified = 0xc1;        ///< MDT preset: always sent back
inline constexpr std::uint8_t kInputModifiedHidden = 0x4d;  ///< the same, nondisplay

enum class Order : std::uint8_t {
    pt = 0x05,
    ge = 0x08,
    sba = 0x11,
    eua = 0x12,
    ic = 0x13,
    sf = 0x1d,
    sa = 0x28,
    sfe = 0x29,
    mf = 0x2c,
    ra = 0x3c
};

/// Builds one outbound record.
class RecordWriter {
public:
    RecordWriter(Command command, std::uint8_t wcc, Geometry size);

    RecordWriter& sba(unsigned row, unsigned column);
    RecordWriter& sf(std::uint8_t attribute);
    /// Start Field Extended with default colour and highlighting, as CP sends it.
    RecordWriter& sfe(std::uint8_t attribute);
    RecordWriter& sa(std::uint8_t type, std::uint8_t value);
    /// Repeats `byte` from here up to, not including, the position.
    RecordWriter& ra(unsigned row, unsigned column, std::uint8_t byte);
    /// Erases unprotected cells from here up to, not including, the position.
    RecordWriter& eua(unsigned row, unsigned column);
    RecordWriter& ic();
    RecordWriter& text(std::string_view utf8, CodePage page = CodePage::bracket);
    RecordWriter& cells(std::span<const std::uint8_t> ebcdic);
    Bytes take() { return std::move(bytes_); }

private:
    void address(unsigned at);

    Geometry size_;
    Bytes bytes_;
};

/// The record that asks a display what it can do (an empty Write, and Read Partition Query).
[[nodiscard]] Bytes query_record();

enum class Aid : std::uint8_t {
    none = 0x60,
    structured_field = 0x88,
    pa3 = 0x6b,
    pa1 = 0x6c,
    clear = 0x6d,
    pa2 = 0x6e,
    enter = 0x7d
};

/// What a key sent.
struct Inbound {
    struct Field {
        std::uint16_t at = 0;  ///< buffer address of its first cell
        Bytes data{};          ///< nulls as sent: text_of drops them
    };
    std::uint8_t aid = 0;
    std::uint16_t cursor = 0;
    std::vector<Field> fields{};
    Bytes structured{};  ///< after AID 88

    bool is(Aid which) const { return aid == static_cast<std::uint8_t>(which); }
    /// 1..24, or 0 when the key is no PF key.
    unsigned pf() const;
    /// The text of the field that begins at this address; nothing when it was not sent.
    std::optional<std::string> text_at(unsigned address, CodePage page = CodePage::bracket) const;
};

/// Reads an inbound record. Nothing when it is malformed; `why` then says how. Any bytes are safe.
[[nodiscard]] std::optional<Inbound> read_inbound(std::span<const std::uint8_t> record, std::string& why);

/// Rows and columns from the Usable Area of a query reply (the bytes after AID 88). Nothing when there is
/// none, or when it is smaller than 24x80 or larger than 14-bit addresses reach.
[[nodiscard]] std::optional<Geometry> read_usable_area(std::span<const std::uint8_t> structured);

/// Decodes a two-byte buffer address of either form.
[[nodiscard]] constexpr unsigned buffer_address(std::uint8_t high, std::uint8_t low) {
    if ((high & 0xc0) == 0) return unsigned(high) << 8 | low;
    return (high & 0x3fu) << 6 | (low & 0x3fu);
}

}  // namespace vmlab::services::tn3270

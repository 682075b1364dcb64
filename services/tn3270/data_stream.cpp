// Codec of the 3270 data stream.
#include "services/tn3270/data_stream.hpp"

#include <array>

#include "stack/base/assert.hpp"
#include "stack/base/bytes.hpp"
#include "stack/base/names.hpp"

namespace vmlab::services::tn3270 {
namespace {

/// The graphic character that stands for six bits of an address (GA23-0059, figure C-1).
constexpr std::uint8_t code_of_six_bits(unsigned six) {
    constexpr std::array<std::uint8_t, 64> codes = {
        0x40, 0xc1, 0xc2, 0xc3, 0xc4, 0xc5, 0xc6, 0xc7, 0xc8, 0xc9, 0x4a, 0x4b, 0x4c, 0x4d, 0x4e, 0x4f,
        0x50, 0xd1, 0xd2, 0xd3, 0xd4, 0xd5, 0xd6, 0xd7, 0xd8, 0xd9, 0x5a, 0x5b, 0x5c, 0x5d, 0x5e, 0x5f,
        0x60, 0x61, 0xe2, 0xe3, 0xe4, 0xe5, 0xe6, 0xe7, 0xe8, 0xe9, 0x6a, 0x6b, 0x6c, 0x6d, 0x6e, 0x6f,
        0xf0, 0xf1, 0xf2, 0xf3, 0xf4, 0xf5, 0xf6, 0xf7, 0xf8, 0xf9, 0x7a, 0x7b, 0x7c, 0x7d, 0x7e, 0x7f};
    return codes[six & 0x3f];
}

constexpr std::uint8_t byte_of(Order order) { return static_cast<std::uint8_t>(order); }

constexpr std::uint8_t kColour = 0x42, kHighlight = 0x41, kBasicAttribute = 0xc0;

/// Reads what follows an AID and cursor: SBA address text …; returns false on an order cut short.
bool read_fields(std::span<const std::uint8_t> rest, std::vector<Inbound::Field>& fields, std::string& why) {
    ByteReader in(rest);
    while (!in.rest().empty()) {
        const std::uint8_t byte = in.u8();
        if (byte == byte_of(Order::sba)) {
            const std::uint8_t high = in.u8();
            const std::uint8_t low = in.u8();
            fields.push_back({std::uint16_t(buffer_address(high, low)), {}});
        } else if (byte == byte_of(Order::sa)) {
            in.bytes(2);  // character attributes of what was typed: not ours to keep
        } else if (byte == byte_of(Order::ge)) {
            in.u8();
            if (!fields.empty()) fields.back().data.push_back(0x6f);  // a graphic of another set: '?'
        } else {
            if (fields.empty()) fields.push_back({});  // unformatted screen: from address 0
            fields.back().data.push_back(byte);
        }
        if (in.failed()) {
            why = "an order is cut short at the end of the record";
            return false;
        }
    }
    return true;
}

}  // namespace

std::optional<DisplayType> read_display_type(std::string_view name) {
    const std::string type = upper(name);
    if (type == "IBM-DYNAMIC") return DisplayType{{}, true, true};
    if (!type.starts_with("IBM-3278-") && !type.starts_with("IBM-3279-")) return std::nullopt;
    const std::string_view model = std::string_view(type).substr(9);
    DisplayType display;
    if (model.size() == 3 && model.substr(1) == "-E") display.extended = true;
    else if (model.size() != 1) return std::nullopt;
    switch (model[0]) {
        case '2': display.size = {24, 80}; break;
        case '3': display.size = {32, 80}; break;
        case '4': display.size = {43, 80}; break;
        case '5': display.size = {27, 132}; break;
        default: return std::nullopt;
    }
    return display;
}

RecordWriter::RecordWriter(Command command, std::uint8_t wcc, Geometry size) : size_(size) {
    bytes_.reserve(160);
    bytes_.push_back(static_cast<std::uint8_t>(command));
    bytes_.push_back(wcc);
}

void RecordWriter::address(unsigned at) {
    vm_assert(at < size_.cells());
    const bool wide = size_.cells() > 4096;  // twelve bits do not reach
    bytes_.push_back(wide ? std::uint8_t(at >> 8) : code_of_six_bits(at >> 6));
    bytes_.push_back(wide ? std::uint8_t(at) : code_of_six_bits(at));
}

RecordWriter& RecordWriter::sba(unsigned row, unsigned column) {
    bytes_.push_back(byte_of(Order::sba));
    address(size_.at(row, column));
    return *this;
}

RecordWriter& RecordWriter::sf(std::uint8_t attribute) {
    bytes_.push_back(byte_of(Order::sf));
    bytes_.push_back(attribute);
    return *this;
}

RecordWriter& RecordWriter::sfe(std::uint8_t attribute) {
    const std::uint8_t order[] = {byte_of(Order::sfe), 3, kColour,         0,
                                  kHighlight,          0, kBasicAttribute, attribute};
    return cells(order);
}

RecordWriter& RecordWriter::sa(std::uint8_t type, std::uint8_t value) {
    const std::uint8_t order[] = {byte_of(Order::sa), type, value};
    return cells(order);
}

RecordWriter& RecordWriter::ra(unsigned row, unsigned column, std::uint8_t byte) {
    bytes_.push_back(byte_of(Order::ra));
    address(size_.at(row, column));
    bytes_.push_back(byte);
    return *this;
}

RecordWriter& RecordWriter::eua(unsigned row, unsigned column) {
    bytes_.push_back(byte_of(Order::eua));
    address(size_.at(row, column));
    return *this;
}

RecordWriter& RecordWriter::ic() {
    bytes_.push_back(byte_of(Order::ic));
    return *this;
}

RecordWriter& RecordWriter::text(std::string_view utf8, CodePage page) {
    return cells(ebcdic_of(utf8, page));
}

RecordWriter& RecordWriter::cells(std::span<const std::uint8_t> ebcdic) {
    bytes_.insert(bytes_.end(), ebcdic.begin(), ebcdic.end());
    return *this;
}

Bytes query_record() {
    return {static_cast<std::uint8_t>(Command::write_structured_field),
            0x00,
            0x06,
            0x40,
            0x00,
            0xf1,
            0xc0,  // Outbound 3270DS, partition 0: Write, WCC C0
            0x00,
            0x05,
            0x01,
            0xff,
            0x02};  // Read Partition, Query
}

unsigned Inbound::pf() const {
    if (aid >= 0xf1 && aid <= 0xf9) return aid - 0xf0u;
    if (aid >= 0x7a && aid <= 0x7c) return aid - 0x7au + 10;
    if (aid >= 0xc1 && aid <= 0xc9) return aid - 0xc0u + 12;
    if (aid >= 0x4a && aid <= 0x4c) return aid - 0x4au + 22;
    return 0;
}

std::optional<std::string> Inbound::text_at(unsigned address, CodePage page) const {
    for (const Field& field : fields)
        if (field.at == address) return text_of(field.data, page);
    return std::nullopt;
}

std::optional<Inbound> read_inbound(std::span<const std::uint8_t> record, std::string& why) {
    if (record.empty()) {
        why = "the record is empty";
        return std::nullopt;
    }
    Inbound inbound;
    inbound.aid = record[0];
    if (inbound.is(Aid::structured_field)) {
        inbound.structured.assign(record.begin() + 1, record.end());
        return inbound;
    }
    if (record.size() == 1) return inbound;
    if (record.size() == 2) {
        why = "the cursor address is cut short";
        return std::nullopt;
    }
    inbound.cursor = std::uint16_t(buffer_address(record[1], record[2]));
    if (!read_fields(record.subspan(3), inbound.fields, why)) return std::nullopt;
    return inbound;
}

std::optional<Geometry> read_usable_area(std::span<const std::uint8_t> structured) {
    constexpr std::uint8_t kQueryReply = 0x81, kUsableArea = 0x81;
    ByteReader in(structured);
    while (in.rest().size() >= 4) {
        const std::size_t length = in.u16();
        if (length < 4) return std::nullopt;
        ByteReader reply(in.bytes(length - 2));
        if (in.failed()) return std::nullopt;
        if (reply.u8() != kQueryReply || reply.u8() != kUsableArea) continue;
        reply.u16();  // how cells are addressed
        Geometry size;
        size.columns = reply.u16();
        size.rows = reply.u16();
        if (reply.failed() || size.rows < 24 || size.columns < 80 || size.cells() > 16384)
            return std::nullopt;
        return size;
    }
    return std::nullopt;
}

}  // namespace vmlab::services::tn3270

// A 3270 display for tests: it obeys outbound records, shows its screen as text, and sends what keys send.
// Written from GA23-0059 apart from the server's codec: addresses, orders and Read Modified are decoded here
// again, so that one mistake is not made on both sides.
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "services/tn3270/code_page.hpp"

namespace vmlab::services::telnet_bench {

class Display {
public:
    explicit Display(unsigned rows = 24, unsigned columns = 80) : alt_rows_(rows), alt_columns_(columns) {
        erase(24, 80);
    }

    /// Obeys a record (without Telnet framing). False: something in it is not understood.
    bool obey(const std::vector<std::uint8_t>& record) {
        at_ = 0;
        if (record.empty()) return false;
        switch (record[0]) {
            case 0x11: queries += 1; return true;
            case 0x05: erase(24, 80); break;
            case 0x0d: erase(alt_rows_, alt_columns_); break;
            case 0x01: break;
            default: return false;
        }
        if (record.size() < 2) return false;
        if (record[1] & 0x04) ++alarms;
        if (record[1] & 0x02) locked = false;
        std::size_t i = 2;
        while (i < record.size())
            if (!obey_order(record, i)) return false;
        return true;
    }

    /// Takes the records out of a Telnet stream: header of `header` bytes, IAC doubled, IAC EOR at the end.
    bool obey_stream(const std::vector<std::vector<std::uint8_t>>& sends, std::size_t header = 0) {
        std::vector<std::uint8_t> record;
        for (const auto& bytes : sends)
            for (std::size_t i = 0; i < bytes.size(); ++i) {
                if (bytes[i] != 0xff) {
                    record.push_back(bytes[i]);
                } else if (++i < bytes.size() && bytes[i] == 0xff) {
                    record.push_back(0xff);
                } else if (i < bytes.size() && bytes[i] == 0xef) {
                    if (record.size() < header) return false;
                    record.erase(record.begin(), record.begin() + std::ptrdiff_t(header));
                    ++records;
                    if (!obey(record)) return false;
                    record.clear();
                }
            }
        return record.empty();
    }

    std::string row(unsigned number) const {
        std::vector<std::uint8_t> cells;
        bool hidden = nondisplay_before((number - 1) * columns_);
        for (unsigned column = 0; column < columns_; ++column) {
            const unsigned at = (number - 1) * columns_ + column;
            if (attributes_.count(at)) hidden = (cells_[at] & 0x0c) == 0x0c;
            const bool blank = attributes_.count(at) || hidden || cells_[at] == 0;
            cells.push_back(blank ? std::uint8_t{0x40} : cells_[at]);
        }
        std::string text = tn3270::text_of(cells);
        text.erase(text.find_last_not_of(' ') + 1);
        return text;
    }
    std::string text() const {
        std::string all;
        for (unsigned number = 1; number <= rows_; ++number) all += row(number) + "\n";
        return all;
    }
    std::string status() const {
        return row(rows_).size() > columns_ - 20 ? row(rows_).substr(columns_ - 20) : "";
    }

    /// Types at the cursor; TAB goes to the next unprotected field. False: the keyboard is locked or the cell
    /// is protected.
    bool type(std::string_view keys) {
        for (const char key : keys) {
            if (locked) return false;
            if (key == '\t') {
                tab();
                continue;
            }
            if (attributes_.count(cursor) || field_attribute(cursor) & 0x20) return false;
            cells_[cursor] = tn3270::ebcdic_of(std::string_view(&key, 1))[0];
            cells_[field_start(cursor)] |= 0x01;
            cursor = (cursor + 1) % unsigned(cells_.size());
        }
        return true;
    }

    /// The record that a key sends. CLEAR erases the screen; every key locks the keyboard.
    std::vector<std::uint8_t> key(std::uint8_t aid) {
        locked = true;
        std::vector<std::uint8_t> record = {aid};
        if (aid == 0x6d) erase(rows_, columns_);
        if (aid == 0x6d || aid == 0x6c || aid == 0x6e || aid == 0x6b) return record;
        put_address(record, cursor);
        for (const unsigned start : attributes_) {
            if (!(cells_[start] & 0x01)) continue;
            record.push_back(0x11);
            put_address(record, (start + 1) % unsigned(cells_.size()));
            for (unsigned at = (start + 1) % unsigned(cells_.size()); !attributes_.count(at);
                 at = (at + 1) % unsigned(cells_.size()))
                if (cells_[at] != 0) record.push_back(cells_[at]);
        }
        return record;
    }
    /// The same framed for plain TN3270.
    std::vector<std::uint8_t> key_stream(std::uint8_t aid) {
        std::vector<std::uint8_t> stream;
        for (const auto byte : key(aid)) {
            stream.push_back(byte);
            if (byte == 0xff) stream.push_back(byte);
        }
        stream.push_back(0xff);
        stream.push_back(0xef);
        return stream;
    }

    /// The attribute byte at a position (from 1), or 0 where there is none.
    unsigned attribute_at(unsigned row, unsigned column) const {
        const unsigned at = (row - 1) * columns_ + column - 1;
        return attributes_.count(at) ? cells_[at] : 0u;
    }

    unsigned cursor = 0;
    bool locked = true;
    unsigned alarms = 0, queries = 0, records = 0;

private:
    void erase(unsigned rows, unsigned columns) {
        rows_ = rows;
        columns_ = columns;
        cells_.assign(std::size_t(rows) * columns, 0);
        attributes_.clear();
        cursor = 0;
    }
    void put(std::uint8_t byte) {
        attributes_.erase(at_);
        cells_[at_] = byte;
        at_ = (at_ + 1) % unsigned(cells_.size());
    }
    void put_attribute(std::uint8_t byte) {
        const unsigned at = at_;
        put(byte);
        attributes_.insert(at);
    }
    bool read_address(const std::vector<std::uint8_t>& record, std::size_t& i, unsigned& address) const {
        if (i + 2 > record.size()) return false;
        const unsigned high = record[i], low = record[i + 1];
        i += 2;
        address = high < 0x40 ? high * 256 + low : (high % 64) * 64 + low % 64;
        return address < cells_.size();
    }
    bool obey_order(const std::vector<std::uint8_t>& record, std::size_t& i) {
        const std::uint8_t byte = record[i++];
        unsigned address = 0;
        switch (byte) {
            case 0x11: return read_address(record, i, at_);
            case 0x13: cursor = at_; return true;
            case 0x1d:
                if (i >= record.size()) return false;
                put_attribute(record[i++]);
                return true;
            case 0x28: i += 2; return i <= record.size();
            case 0x29: {
                if (i >= record.size()) return false;
                std::uint8_t attribute = 0;
                for (unsigned pairs = record[i++]; pairs > 0; --pairs, i += 2) {
                    if (i + 2 > record.size()) return false;
                    if (record[i] == 0xc0) attribute = record[i + 1];
                }
                put_attribute(attribute);
                return true;
            }
            case 0x3c: {
                if (!read_address(record, i, address) || i >= record.size()) return false;
                const std::uint8_t fill = record[i++];
                do put(fill);
                while (at_ != address);
                return true;
            }
            default:
                if (byte != 0 && byte < 0x40) return false;  // an order that CP does not send
                put(byte);
                return true;
        }
    }
    /// Where the field of a cell begins (its attribute).
    unsigned field_start(unsigned at) const {
        auto it = attributes_.upper_bound(at);
        if (it == attributes_.begin()) it = attributes_.end();
        return attributes_.empty() ? 0 : *--it;
    }
    std::uint8_t field_attribute(unsigned at) const {
        return attributes_.empty() ? 0 : cells_[field_start(at)];
    }
    bool nondisplay_before(unsigned at) const {
        const unsigned before = (at + unsigned(cells_.size()) - 1) % unsigned(cells_.size());
        return (field_attribute(before) & 0x0c) == 0x0c;
    }
    void tab() {
        for (unsigned steps = 0; steps < cells_.size(); ++steps) {
            const unsigned before = cursor;
            cursor = (cursor + 1) % unsigned(cells_.size());
            if (attributes_.count(before) && !(cells_[before] & 0x20) && !attributes_.count(cursor)) return;
        }
    }
    static void put_address(std::vector<std::uint8_t>& record, unsigned at) {
        constexpr std::string_view low16 = "\x40\xc1\xc2\xc3\xc4\xc5\xc6\xc7\xc8\xc9\x4a\x4b\x4c\x4d\x4e\x4f";
        const auto code = [&](unsigned six) -> std::uint8_t {
            if (six < 16) return std::uint8_t(low16[six]);
            if (six < 32) return std::uint8_t(six == 16 ? 0x50 : six < 26 ? 0xc0 + six : 0x40 + six);
            if (six < 48) return std::uint8_t(six < 34 ? 0x40 + six : six < 42 ? 0xc0 + six : 0x40 + six);
            return std::uint8_t(six < 58 ? 0xc0 + six : 0x40 + six);
        };
        record.push_back(code(at / 64));
        record.push_back(code(at % 64));
    }

    unsigned alt_rows_, alt_columns_, rows_ = 24, columns_ = 80, at_ = 0;
    std::vector<std::uint8_t> cells_;
    std::set<unsigned> attributes_;
};

}  // namespace vmlab::services::telnet_bench

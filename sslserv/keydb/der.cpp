#include "sslserv/keydb/der.hpp"

#include <fmt/core.h>

namespace vmlab::sslserv::der {

std::optional<Item> Reader::next() {
    if (rest_.size() < 2 || (rest_[0] & 0x1f) == 0x1f) return std::nullopt;
    std::size_t header = 2;
    std::size_t length = rest_[1];
    if (length >= 0x80) {
        const std::size_t count = length & 0x7f;
        if (count == 0 || count > 4 || rest_.size() < 2 + count) return std::nullopt;
        length = 0;
        for (std::size_t i = 0; i < count; ++i) length = length << 8 | rest_[2 + i];
        header += count;
    }
    if (length > rest_.size() - header) return std::nullopt;
    const Item found{rest_[0], rest_.subspan(header, length), rest_.first(header + length)};
    rest_ = rest_.subspan(header + length);
    return found;
}

std::optional<Item> Reader::next(std::uint8_t tag) {
    if (next_tag() != tag) return std::nullopt;
    return next();
}

Bytes item(std::uint8_t tag, ByteView content) {
    Bytes out{tag};
    const std::size_t n = content.size();
    if (n < 0x80) {
        out.push_back(std::uint8_t(n));
    } else {
        const int count = n < 0x100 ? 1 : n < 0x10000 ? 2 : n < 0x1000000 ? 3 : 4;
        out.push_back(std::uint8_t(0x80 | count));
        for (int i = count - 1; i >= 0; --i) out.push_back(std::uint8_t(n >> (8 * i)));
    }
    out.insert(out.end(), content.begin(), content.end());
    return out;
}

Bytes item(std::uint8_t tag, std::string_view content) {
    return item(tag, ByteView(reinterpret_cast<const std::uint8_t*>(content.data()), content.size()));
}

Bytes join(std::initializer_list<ByteView> parts) {
    Bytes out;
    for (const auto part : parts) out.insert(out.end(), part.begin(), part.end());
    return out;
}

Bytes integer(std::uint32_t value) {
    Bytes content;
    for (int shift = 24; shift >= 0; shift -= 8) {
        const auto byte = std::uint8_t(value >> shift);
        if (content.empty() && byte == 0 && shift > 0) continue;
        if (content.empty() && byte >= 0x80) content.push_back(0);
        content.push_back(byte);
    }
    return item(kInteger, content);
}

Bytes object_id(std::string_view dotted) {
    std::vector<std::uint32_t> arcs(1);
    for (const char c : dotted) {
        if (c == '.') arcs.push_back(0);
        else arcs.back() = arcs.back() * 10 + std::uint32_t(c - '0');
    }
    Bytes content{std::uint8_t(arcs[0] * 40 + arcs[1])};
    for (std::size_t i = 2; i < arcs.size(); ++i) {
        bool started = false;
        for (int shift = 21; shift >= 0; shift -= 7) {
            const auto part = std::uint8_t(arcs[i] >> shift & 0x7f);
            if (!started && part == 0 && shift > 0) continue;
            started = true;
            content.push_back(std::uint8_t(part | (shift > 0 ? 0x80 : 0)));
        }
    }
    return item(kObjectId, content);
}

std::string object_id_text(ByteView content) {
    if (content.empty()) return "?";
    std::string out = fmt::format("{}.{}", content[0] / 40 > 2 ? 2 : content[0] / 40,
                                  content[0] < 80 ? content[0] % 40 : content[0] - 80);
    std::uint64_t arc = 0;
    for (const auto byte : content.subspan(1)) {
        arc = (arc & 0x00ffffffffffffffu) << 7 | (byte & 0x7fu);
        if (byte & 0x80) continue;
        out += fmt::format(".{}", arc);
        arc = 0;
    }
    return out;
}

Bytes bit_string(ByteView bits) {
    const Bytes unused{0};
    return item(kBitString, join({unused, bits}));
}

Bytes null() { return {kNull, 0}; }

}  // namespace vmlab::sslserv::der

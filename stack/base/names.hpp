// Names of z/VM: up to eight upper-case characters (userids, file names, links, devices, TLS labels).
#pragma once

#include <array>
#include <bit>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace vmlab {

/// Eight characters at most, blank-free, compared as text. The empty name means "none".
class Name8 {
public:
    constexpr Name8() = default;

    /// For literals in code: must fit and be upper case already.
    consteval Name8(const char* literal) {  // NOLINT: names in code read as text
        std::size_t n = 0;
        for (; literal[n] != '\0'; ++n) {
            if (n == 8 || (literal[n] >= 'a' && literal[n] <= 'z')) throw "not a name of eight characters";
            text_[n] = literal[n];
        }
        size_ = static_cast<unsigned char>(n);
    }

    /// Folds to upper case. Nothing if empty, longer than eight, or holding blanks or control characters.
    static std::optional<Name8> parse(std::string_view text);
    /// As parse, but keeps the case (certificate labels).
    static std::optional<Name8> parse_keeping_case(std::string_view text);

    constexpr std::string_view view() const { return {text_.data(), size_}; }
    std::string str() const { return std::string(view()); }
    constexpr bool empty() const { return size_ == 0; }

    friend constexpr auto operator<=>(const Name8& a, const Name8& b) { return a.rank() <=> b.rank(); }
    friend constexpr bool operator==(const Name8& a, const Name8& b) { return a.rank() == b.rank(); }

private:
    /// In the order of the text: what follows its end is zeros.
    constexpr std::uint64_t rank() const {
        const auto as_stored = std::bit_cast<std::uint64_t>(text_);
        return std::endian::native == std::endian::little ? __builtin_bswap64(as_stored) : as_stored;
    }

    std::array<char, 8> text_{};
    unsigned char size_ = 0;
};

using Userid = Name8;

/// A CMS file identifier: filename, filetype and, where it matters, filemode ("D1").
struct FileId {
    Name8 name;
    Name8 type;
    std::array<char, 2> mode{' ', ' '};

    /// "PROFILE TCPIP D1"; without the mode when it is blank.
    std::string str() const;
    friend bool operator==(const FileId&, const FileId&) = default;
};

[[nodiscard]] std::string upper(std::string_view text);
[[nodiscard]] bool iequals(std::string_view a, std::string_view b);
/// Without blanks, tabs and line ends on either side.
[[nodiscard]] std::string_view trimmed(std::string_view text);

/// True when `word` is `full` or a prefix of it no shorter than its capital letters ("Query" takes q, QU,
/// query): the way CP, CMS and NETSTAT spell minimum abbreviations.
[[nodiscard]] bool abbreviates(std::string_view word, std::string_view full);

}  // namespace vmlab

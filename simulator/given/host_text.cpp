#include "simulator/given/host_text.hpp"

#include <array>
#include <span>

#include "services/tn3270/code_page.hpp"

namespace vmlab::sim {
namespace {

using services::tn3270::CodePage;

constexpr char kNel = 0x15, kEbcdicNewline = 0x25, kEbcdicTab = 0x05, kReturn = 0x0d;
constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";

std::string decoded(std::string_view ebcdic) {
    return services::tn3270::text_of({reinterpret_cast<const std::uint8_t*>(ebcdic.data()), ebcdic.size()},
                                     CodePage::cp037);
}

std::string encoded(std::string_view text) {
    const auto bytes = services::tn3270::ebcdic_of(text, CodePage::cp037);
    return {bytes.begin(), bytes.end()};
}

/// The bytes that a configuration file in EBCDIC is made of: what decodes to printable ASCII, and line ends.
std::array<bool, 256> ebcdic_bytes() {
    std::array<bool, 256> good{};
    for (unsigned byte = 1; byte < 256; ++byte) {
        const char c = static_cast<char>(byte);
        const std::string text = decoded({&c, 1});
        good[byte] = byte == 0x40 || c == kNel || c == kEbcdicNewline || c == kEbcdicTab || c == kReturn ||
                     (text.size() == 1 && text[0] > ' ' && text[0] <= '~');
    }
    return good;
}

/// Length of the UTF-8 character of several bytes at `at`; 0 where there is none.
std::size_t utf8_length(std::string_view bytes, std::size_t at) {
    const auto lead = static_cast<unsigned char>(bytes[at]);
    const std::size_t length = lead >= 0xf0 && lead < 0xf5 ? 4 : lead >= 0xe0 ? 3 : lead >= 0xc2 ? 2 : 0;
    if (length == 0 || lead >= 0xf5 || at + length > bytes.size()) return 0;
    for (std::size_t i = 1; i < length; ++i)
        if ((static_cast<unsigned char>(bytes[at + i]) & 0xc0) != 0x80) return 0;
    return length;
}

std::size_t count_ascii(std::string_view bytes) {
    std::size_t good = 0;
    for (std::size_t at = 0; at < bytes.size();) {
        const char c = bytes[at];
        const bool plain =
            (c >= ' ' && c <= '~') || c == '\t' || c == '\n' || c == '\r' || c == '\f' || c == 0x1a;
        const std::size_t length = plain ? 1 : utf8_length(bytes, at);
        good += length;
        at += length == 0 ? 1 : length;
    }
    return good;
}

std::size_t count_ebcdic(std::string_view bytes) {
    static const std::array<bool, 256> kGood = ebcdic_bytes();
    std::size_t good = 0;
    for (const char c : bytes) good += kGood[static_cast<unsigned char>(c)] ? 1 : 0;
    return good;
}

LineForm form_of(std::string_view bytes, TextEncoding encoding) {
    const bool ebcdic = encoding == TextEncoding::ebcdic;
    if (ebcdic && bytes.find(kNel) != std::string_view::npos) return LineForm::nel;
    const auto end = bytes.find(ebcdic ? kEbcdicNewline : '\n');
    if (end == std::string_view::npos && bytes.size() > kRecordColumns) return LineForm::records;
    if (ebcdic) return LineForm::ebcdic_newline;
    return end != std::string_view::npos && end > 0 && bytes[end - 1] == '\r' ? LineForm::crlf
                                                                              : LineForm::newline;
}

char end_of(LineForm form) {
    return form == LineForm::nel ? kNel : form == LineForm::ebcdic_newline ? kEbcdicNewline : '\n';
}

/// What stands between two lines in the file.
std::string separator_of(LineForm form) {
    if (form == LineForm::records) return "";
    return form == LineForm::crlf ? "\r\n" : std::string(1, end_of(form));
}

void add_line(HostText& text, std::string_view bytes, std::size_t offset, std::size_t length) {
    const std::string_view raw = bytes.substr(offset, length);
    HostLine line{text.encoding == TextEncoding::ebcdic ? decoded(raw) : std::string(raw), offset, length};
    if (text.form == LineForm::records) line.text.erase(line.text.find_last_not_of(' ') + 1);
    text.lines.push_back(std::move(line));
}

std::vector<std::string> split_lines(std::string_view text) {
    std::vector<std::string> lines;
    for (;;) {
        const auto end = text.find('\n');
        lines.emplace_back(text.substr(0, end));
        if (end == std::string_view::npos) return lines;
        text.remove_prefix(end + 1);
    }
}

}  // namespace

std::string HostText::description() const {
    const std::string name = encoding == TextEncoding::ebcdic ? "EBCDIC (CP037), " : "ASCII, ";
    switch (form) {
        case LineForm::newline: return name + "lines";
        case LineForm::crlf: return name + "lines ended by CR LF";
        case LineForm::nel: return name + "lines ended by NEL";
        case LineForm::ebcdic_newline: return name + "lines ended by LF";
        case LineForm::records: return name + "records of 80 columns without line ends";
    }
    return name;
}

std::string HostText::joined() const {
    std::string text;
    for (const HostLine& line : lines) text += line.text + '\n';
    return text;
}

std::optional<ByteEdit> HostText::byte_edit(const TextEdit& edit) const {
    if (edit.line == 0 || edit.line > lines.size()) return std::nullopt;
    const HostLine& line = lines[edit.line - 1];
    const std::size_t at = edit.column - 1;
    if (edit.column == 0 || at > line.text.size() || edit.length > line.text.size() - at) return std::nullopt;
    std::string text;
    const bool whole_line = !is_plain();
    const std::string changed =
        whole_line ? line.text.substr(0, at) + edit.text + line.text.substr(at + edit.length) : edit.text;
    bool first = true;
    for (const std::string& part : split_lines(changed)) {
        std::string bytes = encoding == TextEncoding::ebcdic ? encoded(part) : part;
        if (form == LineForm::records) {
            if (bytes.size() > kRecordColumns) return std::nullopt;
            bytes.resize(kRecordColumns, encoding == TextEncoding::ebcdic ? char{0x40} : ' ');
        }
        if (!first) text += separator_of(form);
        first = false;
        text += bytes;
    }
    return whole_line ? ByteEdit{line.offset, line.length, text}
                      : ByteEdit{line.offset + at, edit.length, text};
}

std::optional<HostText> read_host_text(std::string_view bytes) {
    HostText text;
    std::size_t offset = bytes.starts_with(kByteOrderMark) ? kByteOrderMark.size() : 0;
    const std::string_view body = bytes.substr(offset);
    const std::size_t ascii = count_ascii(body), ebcdic = count_ebcdic(body);
    if (std::max(ascii, ebcdic) * 8 < body.size() * 7) return std::nullopt;
    text.encoding = ascii >= ebcdic ? TextEncoding::ascii : TextEncoding::ebcdic;
    text.form = form_of(body, text.encoding);
    while (offset < bytes.size()) {
        std::size_t length = std::min(kRecordColumns, bytes.size() - offset), step = length;
        if (text.form != LineForm::records) {
            const auto end = std::min(bytes.find(end_of(text.form), offset), bytes.size());
            step = end - offset + 1;
            length = end - offset;
            if (length > 0 && bytes[end - 1] == kReturn) --length;
        }
        add_line(text, bytes, offset, length);
        offset += step;
    }
    return text;
}

}  // namespace vmlab::sim

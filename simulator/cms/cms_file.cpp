#include "simulator/cms/cms_file.hpp"

#include <algorithm>

namespace vmlab::sim {
namespace {

const std::string kNothing;

/// Calls `use` with each line of `text`, without its end.
template <typename Use>
void for_each_line(std::string_view text, Use use) {
    while (!text.empty()) {
        const auto end = text.find('\n');
        auto line = text.substr(0, end);
        text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
        if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
        use(line);
    }
}

bool is_file_char(char c) {
    return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("$#@+-:_").find(c) != std::string_view::npos;
}

}  // namespace

CmsFile CmsFile::of_text(Name8 name, Name8 type, std::string_view text, Instant changed, std::size_t lrecl) {
    CmsFile file;
    file.name = name;
    file.type = type;
    file.changed = changed;
    file.recfm_ = lrecl == 0 ? 'V' : 'F';
    std::string lines;
    lines.reserve(text.size() + 1);
    std::size_t longest = 0;
    for_each_line(text, [&](std::string_view line) {
        // A record has a length limit: what is longer goes on in the next one (F: the next of that length).
        const std::size_t limit = lrecl == 0 ? kMaxRecord : lrecl;
        do {
            const auto piece = line.substr(0, limit);
            line.remove_prefix(piece.size());
            longest = std::max(longest, piece.size());
            lines.append(piece).push_back('\n');
            ++file.records_;
        } while (!line.empty());
    });
    file.lrecl_ = lrecl == 0 ? longest : lrecl;
    file.content_ = std::make_shared<const std::string>(std::move(lines));
    return file;
}

CmsFile CmsFile::of_bytes(Name8 name, Name8 type, std::string bytes, Instant changed, std::size_t lrecl) {
    CmsFile file;
    file.name = name;
    file.type = type;
    file.changed = changed;
    file.binary_ = true;
    file.recfm_ = lrecl == 0 ? 'V' : 'F';
    file.lrecl_ = lrecl == 0 ? std::min(bytes.size(), kMaxRecord) : lrecl;
    file.records_ = file.lrecl_ == 0 ? 0 : (bytes.size() + file.lrecl_ - 1) / file.lrecl_;
    file.content_ = std::make_shared<const std::string>(std::move(bytes));
    return file;
}

std::size_t CmsFile::size() const {
    if (binary_) return text().size();
    return recfm_ == 'F' ? records_ * lrecl_ : text().size() - records_;
}

std::size_t CmsFile::blocks() const {
    // V records carry two bytes of length each.
    const std::size_t bytes = size() + (recfm_ == 'V' ? 2 * records_ : 0);
    return std::max<std::size_t>(1, (bytes + kBlockSize - 1) / kBlockSize);
}

const std::string& CmsFile::text() const { return content_ ? *content_ : kNothing; }

std::string CmsFile::bytes() const {
    if (binary_) return text();
    std::string joined;
    joined.reserve(size());
    for (const auto record : record_views()) {
        joined.append(record);
        if (recfm_ == 'F') joined.append(lrecl_ - record.size(), ' ');
    }
    return joined;
}

std::vector<std::string_view> CmsFile::record_views() const {
    std::vector<std::string_view> views;
    views.reserve(records_);
    std::string_view rest = text();
    if (binary_) {
        for (; !rest.empty(); rest.remove_prefix(views.back().size()))
            views.push_back(rest.substr(0, lrecl_));
        return views;
    }
    while (!rest.empty()) {
        views.push_back(rest.substr(0, rest.find('\n')));
        rest.remove_prefix(views.back().size() + 1);
    }
    return views;
}

CmsFile CmsFile::renamed(Name8 new_name, Name8 new_type) const {
    CmsFile copy = *this;
    copy.name = new_name;
    copy.type = new_type;
    return copy;
}

std::optional<Name8> read_file_word(std::string_view text) {
    const auto name = Name8::parse(text);
    if (!name || !std::all_of(name->view().begin(), name->view().end(), is_file_char)) return std::nullopt;
    return name;
}

std::optional<FileWords> read_file_words(std::string_view text) {
    text = trimmed(text);
    const auto gap = text.find_first_of(" .");
    if (gap == std::string_view::npos) return std::nullopt;
    const auto name = read_file_word(text.substr(0, gap));
    const auto type = read_file_word(trimmed(text.substr(gap + 1)));
    if (!name || !type) return std::nullopt;
    return FileWords{*name, *type};
}

bool matches_pattern(std::string_view text, std::string_view pattern) {
    // Greedy with one point of return: after a mismatch the last '*' takes one character more.
    std::size_t t = 0, p = 0, star = std::string_view::npos, resume = 0;
    const auto same = [&](char a, char b) { return b == '%' || iequals({&a, 1}, {&b, 1}); };
    while (t < text.size()) {
        if (p < pattern.size() && pattern[p] == '*') {
            star = p++;
            resume = t;
        } else if (p < pattern.size() && same(text[t], pattern[p])) {
            ++t;
            ++p;
        } else if (star != std::string_view::npos) {
            p = star + 1;
            t = ++resume;
        } else {
            return false;
        }
    }
    while (p < pattern.size() && pattern[p] == '*') ++p;
    return p == pattern.size();
}

}  // namespace vmlab::sim

// Lines out of a stream.
#include "services/line_buffer.hpp"

#include <algorithm>

namespace vmlab::services {

void LineBuffer::receive(std::string_view bytes) {
    if (begin_ > 0 && begin_ >= text_.size() / 2) {
        text_.erase(0, begin_);
        scanned_ -= begin_;
        begin_ = 0;
    }
    text_ += bytes;
}

LineBuffer::Next LineBuffer::next(std::string& line) {
    const std::size_t end = text_.find('\n', scanned_);
    const std::size_t length = (end == std::string::npos ? text_.size() : end) - begin_;
    if (length > max_line_ + 1) {
        clear();
        return Next::too_long;
    }
    if (end == std::string::npos) {
        scanned_ = text_.size();
        return Next::nothing;
    }
    line.assign(text_, begin_, length);
    ended_by_crlf_ = line.ends_with('\r');
    if (ended_by_crlf_) line.pop_back();
    begin_ = scanned_ = end + 1;
    if (begin_ == text_.size()) clear();
    return Next::line;
}

void LineBuffer::clear() {
    text_.clear();
    if (text_.capacity() > 4 * max_line_) text_.shrink_to_fit();
    begin_ = scanned_ = 0;
}

std::string shown(std::string_view from_client, std::size_t limit) {
    std::string text(from_client.substr(0, limit));
    for (char& c : text)
        if (c < ' ' || c > '~') c = '?';
    if (from_client.size() > limit) text += "...";
    return text;
}

}  // namespace vmlab::services

// Cuts a stream of bytes from a client into command lines, within a bound.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace vmlab::services {

class LineBuffer {
public:
    /// `max_line`: bytes of a line, its end not counted.
    explicit LineBuffer(std::size_t max_line) : max_line_(max_line) {}

    enum class Next {
        nothing,   ///< no whole line yet
        line,      ///< a line, without its CR LF or LF
        too_long,  ///< more than the bound without a line end; everything buffered is gone
    };

    void receive(std::string_view bytes);
    [[nodiscard]] Next next(std::string& line);

    /// Did the line that next() gave last end in CR LF, or in a bare LF?
    bool ended_by_crlf() const { return ended_by_crlf_; }
    /// From the next line on.
    void set_limit(std::size_t max_line) { max_line_ = max_line; }

    /// Bytes that wait here, whole lines and beginnings.
    std::size_t size() const { return text_.size() - begin_; }
    void clear();

private:
    std::size_t max_line_;
    std::string text_;
    std::size_t begin_ = 0;    ///< where the next line begins
    std::size_t scanned_ = 0;  ///< no line end before this
    bool ended_by_crlf_ = false;
};

/// Bytes from a client made fit for a reply, a record or a console: control characters and bytes beyond ASCII
/// become '?', what is longer than `limit` ends in "...".
[[nodiscard]] std::string shown(std::string_view from_client, std::size_t limit = 72);

}  // namespace vmlab::services

#include "sslserv/record_queue.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

namespace vmlab::sslserv {
namespace {

constexpr std::size_t kMostContent = 16384 + 2048;  ///< of a record (RFC 5246 section 6.2.3)

/// ChangeCipherSpec, alert, handshake or application data, of a version 3.x.
bool begins_record(std::span<const std::uint8_t> header) {
    const std::size_t length = std::size_t(header[3]) << 8 | header[4];
    return header[0] >= 20 && header[0] <= 23 && header[1] == 3 && length <= kMostContent;
}

}  // namespace

void RecordQueue::push(Buffer data) {
    if (data.empty()) return;
    scan(data.span());
    parts_.push_back(std::move(data));
}

void RecordQueue::scan(std::span<const std::uint8_t> bytes) {
    while (!bytes.empty() && !broken_) {
        const std::size_t wanted = (have_ < kHeader ? kHeader : need_) - have_;
        const auto n = std::min(wanted, bytes.size());
        if (have_ < kHeader) std::memcpy(header_.data() + have_, bytes.data(), n);
        have_ += n;
        bytes = bytes.subspan(n);
        if (have_ == kHeader) {
            broken_ = !begins_record(header_);
            need_ = kHeader + (std::size_t(header_[3]) << 8 | header_[4]);
        }
        if (have_ >= kHeader && have_ == need_) whole_ += std::exchange(have_, 0);
    }
    if (broken_) whole_ += std::exchange(have_, 0) + bytes.size();
}

std::size_t RecordQueue::take(std::span<char> room) {
    std::size_t taken = 0;
    while (whole_ > 0 && taken < room.size()) {
        Buffer& next = parts_[first_];
        const std::size_t n = std::min({room.size() - taken, next.size(), whole_});
        std::memcpy(room.data() + taken, next.data(), n);
        taken += n;
        whole_ -= n;
        next.remove_prefix(n);
        if (next.empty()) parts_[first_++] = Buffer();
    }
    if (first_ == parts_.size()) {
        parts_.clear();
        first_ = 0;
    }
    return taken;
}

}  // namespace vmlab::sslserv

// Splitting a command line into words (command.hpp).
#include "simulator/commands/command.hpp"

namespace vmlab::sim {
namespace {

constexpr std::string_view kBlanks = " \t";

}  // namespace

Arguments::Arguments(std::string_view text, Syntax syntax) : text_(trimmed(text)) {
    std::string_view rest = text_;
    auto* into = &words_;
    while (!rest.empty()) {
        if (syntax == Syntax::cms && rest[0] == '(') {
            into = &options_;
            rest.remove_prefix(1);
        } else if (syntax == Syntax::cms && rest[0] == ')' && into == &options_) {
            return;
        } else if (kBlanks.find(rest[0]) != std::string_view::npos) {
            rest.remove_prefix(1);
        } else {
            const auto ends = syntax == Syntax::cp ? " \t" : into == &options_ ? " \t()" : " \t(";
            const auto end = std::min(rest.find_first_of(ends), rest.size());
            into->push_back(rest.substr(0, end));
            rest.remove_prefix(end);
        }
    }
}

std::string_view Arguments::rest(std::size_t i) const {
    if (i >= words_.size()) return {};
    return trimmed(text_.substr(std::size_t(words_[i].data() - text_.data())));
}

Arguments Arguments::after(std::size_t n) const {
    Arguments tail;
    tail.text_ = rest(n);
    if (n < words_.size()) tail.words_.assign(words_.begin() + std::ptrdiff_t(n), words_.end());
    tail.options_ = options_;
    return tail;
}

}  // namespace vmlab::sim

// Splitting a command line into words, and words into file identifiers (command.hpp).
#include "simulator/cms/messages.hpp"
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

std::optional<FileWordsAndMode> read_fileid(Call& call, std::size_t i, int& rc) {
    const auto& args = call.args;
    if (args.size() <= i) {
        rc = call.fail(24, say<DMSGEN042E>());
        return std::nullopt;
    }
    if (args.size() <= i + 1) {
        rc = call.fail(24, say<DMSGEN054E>());
        return std::nullopt;
    }
    const auto name = read_file_word(args.word(i)), type = read_file_word(args.word(i + 1));
    if (!name || !type) {
        rc = call.fail(20, say<DMSGEN062E>(upper(args.word(i)) + ' ' + upper(args.word(i + 1))));
        return std::nullopt;
    }
    FileWordsAndMode id{*name, *type, '*'};
    const std::string mode = args.upper_word(i + 2);
    if (mode.empty() || mode == "*") return id;
    const bool letter = mode[0] >= 'A' && mode[0] <= 'Z';
    const bool digit = mode.size() == 1 || (mode.size() == 2 && mode[1] >= '0' && mode[1] <= '6');
    if (!letter || !digit) {
        rc = call.fail(24, say<DMSGEN048E>(mode));
        return std::nullopt;
    }
    id.mode = mode[0];
    return id;
}

std::string text_of(const FileWordsAndMode& id) {
    return id.name.str() + ' ' + id.type.str() + ' ' + std::string(1, id.mode);
}

}  // namespace vmlab::sim

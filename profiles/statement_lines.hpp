// Files of one statement per line (TCPIP DATA, SRVRFTP CONFIG, SMTP CONFIG): the loop and the words that
// their tables of statements share.
#pragma once

#include <span>

#include "profiles/findings.hpp"
#include "profiles/messages.hpp"
#include "profiles/values.hpp"

namespace vmlab::profiles {

/// One line as its statement's function sees it: words()[0] is the keyword.
class StatementLine {
public:
    StatementLine(std::vector<Word> words, FindingWriter& findings)
        : words_(std::move(words)), findings_(findings) {}

    const std::vector<Word>& words() const { return words_; }
    const Word& keyword() const { return words_[0]; }
    std::size_t operands() const { return words_.size() - 1; }
    /// Operand n from 1; an empty word where there is none.
    const Word& operand(std::size_t n) const { return n < words_.size() ? words_[n] : nothing_; }
    FindingWriter& findings() { return findings_; }

    /// Says that operand n is not valid as `what`, or is missing.
    void bad(std::size_t n, std::string_view what);
    /// Says that operands behind number `most` do not belong to the statement.
    void no_more_than(std::size_t most);

    /// Typed operands: each says what is wrong and leaves `value` alone when it cannot be read.
    void read(std::size_t n, Sourced<std::uint32_t>& value, std::uint32_t low, std::uint32_t high);
    void read(std::size_t n, Sourced<std::uint16_t>& value, std::uint16_t low);
    void read(std::size_t n, Sourced<Userid>& value);
    void read(std::size_t n, Sourced<SecureLevel>& value);
    void read(std::size_t n, Sourced<ClientCertCheck>& value);
    void read_text(std::size_t n, Sourced<std::string>& value);
    void read_label(std::size_t n, Sourced<std::string>& value);
    void read_switch(std::size_t n, Sourced<bool>& value);  ///< ON or OFF
    void read_yes(std::size_t n, Sourced<bool>& value);     ///< YES or NO

private:
    std::vector<Word> words_;
    Word nothing_{};
    FindingWriter& findings_;
};

template <typename Config>
struct LineStatement {
    std::string_view keyword;
    LineState state;
    void (*read)(StatementLine& line, Config& config);  ///< null: the operands are not looked at
};

/// Finds the statement of a line and reads it; `Config` has `statements`.
template <typename Config>
void read_statement_line(StatementLine line, std::span<const LineStatement<Config>> table, Config& config) {
    const Word keyword = line.keyword();
    for (const auto& row : table) {
        if (!keyword.is(row.keyword)) continue;
        config.statements.push_back({std::string(row.keyword), keyword.where, row.state});
        if (row.state == LineState::not_simulated)
            line.findings().add(row.state, keyword.where, say<DTCPRS906I>(row.keyword));
        if (row.read != nullptr) row.read(line, config);
        return;
    }
    std::vector<std::string_view> known;
    for (const auto& row : table) known.push_back(row.keyword);
    line.findings().add(LineState::unknown, keyword.where, say<DTCPRS901E>(quoted(keyword.text)),
                        nearest(keyword.text, known));
}

}  // namespace vmlab::profiles

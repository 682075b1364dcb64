// Files of one statement per line (TCPIP DATA, SRVRFTP CONFIG, FTP DATA, SMTP CONFIG): the loop and the words
// that their tables of statements share.
#pragma once

#include <map>
#include <span>
#include <string>
#include <vector>

#include "profiles/findings.hpp"
#include "profiles/messages.hpp"
#include "profiles/statement_table.hpp"
#include "profiles/values.hpp"

namespace vmlab::profiles {

/// One line as its statement's function sees it: words()[0] is the keyword.
class StatementLine {
public:
    StatementLine(ConfigFile file, std::vector<Word> words, FindingWriter& findings)
        : file_(file), words_(std::move(words)), findings_(findings) {}

    ConfigFile file() const { return file_; }

    const std::vector<Word>& words() const { return words_; }
    const Word& keyword() const { return words_[0]; }
    std::size_t operands() const { return words_.size() - 1; }
    /// Operand n from 1; an empty word where there is none.
    const Word& operand(std::size_t n) const { return n < words_.size() ? words_[n] : nothing_; }
    FindingWriter& findings() { return findings_; }
    /// Says so when `statement` is not simulated.
    void note(std::string_view statement, const SourceLocation& where);

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

    void read_userids(std::vector<Sourced<Userid>>& list);  ///< all operands, at least one
    void read_flag(Sourced<bool>& value);  ///< a word of its own: true; or followed by ON or OFF
    /// Operands from number n, as typed.
    void read_words(std::size_t n, std::vector<Sourced<std::string>>& list);
    void read_address(std::size_t n, Sourced<IpAddress>& value);

private:
    ConfigFile file_;
    std::vector<Word> words_;
    Word nothing_{};
    FindingWriter& findings_;
};

/// How often a statement may stand in a file: of one that gives a value, the last is used.
enum class Repeated : bool { replaces, adds };

template <typename Config>
struct LineStatement {
    std::string_view keyword;
    std::size_t most;  ///< operands; more do not belong to it
    void (*read)(StatementLine& line, Config& config);
    Repeated repeated = Repeated::replaces;
};
inline constexpr std::size_t kAnyNumber = ~std::size_t{0};

/// Reads the lines of one file, each by the row of its statement. `Config` has `statements` and `findings`.
template <typename Config>
class LineReader {
public:
    LineReader(ConfigFile file, const SourceText& source, std::span<const LineStatement<Config>> table,
               Config& config)
        : file_(file), table_(table), config_(config), findings_(source, config.findings) {}

    void read(std::vector<Word> words) {
        StatementLine line(file_, std::move(words), findings_);
        for (const auto& row : table_)
            if (line.keyword().is(row.keyword) && is_known(file_, row.keyword))
                return read_statement(line, row);
        std::vector<std::string_view> known;
        for (const auto& row : table_) known.push_back(row.keyword);
        findings_.add(LineState::unknown, line.keyword().where, say<DTCPRS901E>(quoted(line.keyword().text)),
                      nearest(line.keyword().text, known));
    }

private:
    void read_statement(StatementLine& line, const LineStatement<Config>& row) {
        const SourceLocation& where = line.keyword().where;
        config_.statements.push_back({std::string(row.keyword), where, state_of(file_, row.keyword)});
        line.note(row.keyword, where);
        const std::size_t errors = findings_.errors();
        row.read(line, config_);
        const bool accepted = findings_.errors() == errors;
        line.no_more_than(row.most);
        if (!accepted || row.repeated == Repeated::adds) return;
        const std::string value = profiles::quoted(upper(joined(line.words(), 1)));
        const auto [before, first] = given_.try_emplace(row.keyword, Given{value, where.line});
        if (first) return;
        if (before->second.value == value)
            findings_.add(LineState::no_effect, where, say<DTCPRS908W>(row.keyword, before->second.line));
        else
            findings_.add(LineState::extracted, where,
                          say<DTCPRS913W>(row.keyword, value, before->second.value));
        before->second = {value, where.line};
    }

    struct Given {
        std::string value;
        std::uint32_t line;
    };

    ConfigFile file_;
    std::span<const LineStatement<Config>> table_;
    Config& config_;
    FindingWriter findings_;
    std::map<std::string_view, Given> given_{};
};

/// All lines of a file in which `;` begins a comment.
template <typename Config>
void read_statement_lines(ConfigFile file, const SourceText& source,
                          std::span<const LineStatement<Config>> table, Config& config) {
    config.file = source.file;
    LineReader<Config> reader(file, source, table, config);
    for (std::uint32_t n = 1; n <= source.lines.size(); ++n) {
        std::vector<Word> words = scan_line(source, n, ';');
        if (!words.empty()) reader.read(std::move(words));
    }
}

}  // namespace vmlab::profiles

// What is asked of a system's files, each question with its name: a row of a table, and a function that looks
// at the files, writes down what it finds, and gives the answer in a sentence, also when there is nothing to
// find.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "simulator/given/system_files.hpp"

namespace vmlab::sim {

/// A change of one file.
struct FixEdit {
    FileId file{};
    TextEdit edit{};
};
/// Changes after which the finding is gone. Those of one file stand from its end to its beginning, one for a
/// line, so that they can be applied one after the other.
struct Fix {
    std::string what;  ///< "change FTPSERV to FTPSERVE"
    std::vector<FixEdit> edits{};
};

struct CheckFinding {
    std::string id;  ///< of the question ("stack-mismatch"), or the number of a reader's message
    profiles::Severity severity = profiles::Severity::warning;
    SourceLocation where{};
    std::size_t length = 1;  ///< characters that the caret underlines
    std::string text;
    std::string meaning, advice;  ///< why it matters, what to look at
    std::optional<Fix> fix{};
    std::string suggestion;  ///< a word or label that exists, also where no fix can be made of it
};

class Asker;
struct Question {
    std::string_view id;
    profiles::Severity severity;
    std::string_view question;
    std::string_view meaning;  ///< of its findings: why it matters
    std::string_view advice;   ///< what to do
    std::string (*ask)(Asker& ask);
};

/// One question at work: the files, and a pen for what is found.
class Asker {
public:
    Asker(const SystemFiles& files, const Question& question, std::vector<CheckFinding>& out)
        : files_(files), question_(question), out_(out) {}

    const SystemFiles& files() const { return files_; }
    /// At a word of a file; what vmlab shipped itself is not spoken of.
    void found(const SourceLocation& where, std::string text, std::optional<Fix> fix = {},
               std::string suggestion = {});
    std::size_t count() const { return count_; }
    /// Findings beyond profiles::kMaxFindings, which are counted only.
    std::size_t suppressed() const { return suppressed_; }
    /// profiles::nearest for a question that may ask it of very many words: gives up after some millions.
    std::string nearest(std::string_view word, std::span<const std::string_view> known);

    // ── fixes ──
    /// `length` characters from `where` become `text`; `what` says so.
    std::optional<Fix> edit(const SourceLocation& where, std::size_t length, std::string text,
                            std::string what) const;
    /// The word at `where` becomes `word`.
    std::optional<Fix> replace(const SourceLocation& where, std::string_view word) const;
    /// The word at `where` is followed by `text`.
    std::optional<Fix> add_behind(const SourceLocation& where, std::string_view text) const;
    /// A line of its own behind the line of `where`.
    std::optional<Fix> add_line(const SourceLocation& where, std::string_view line) const;
    /// An entry of a list whose keyword stands at `where`.
    std::optional<Fix> add_entry(const SourceLocation& where, std::string_view entry) const;
    /// Lines at the end of the file.
    std::optional<Fix> add_at_end(const FileId& file, std::string_view lines) const;

    /// Words become others, on any lines.
    struct Replacement {
        SourceLocation where{};
        std::string word;
    };
    std::optional<Fix> replace_all(std::vector<Replacement> replacements) const;

private:
    const SystemFiles& files_;
    const Question& question_;
    std::vector<CheckFinding>& out_;
    std::size_t count_ = 0, suppressed_ = 0;
    std::size_t compared_ = 0;  ///< words that nearest() has looked at
};

/// The table, section by section (questions_*.cpp).
[[nodiscard]] std::span<const Question> server_questions();
[[nodiscard]] std::span<const Question> security_questions();
[[nodiscard]] std::span<const Question> tls_questions();
[[nodiscard]] std::span<const Question> network_questions();
[[nodiscard]] std::span<const Question> definition_questions();
[[nodiscard]] std::vector<Question> all_questions();

}  // namespace vmlab::sim

#include "simulator/commands/explain_statement.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "profiles/defaults.hpp"
#include "profiles/findings.hpp"
#include "services/smtp/config.hpp"
#include "simulator/ipl/tcprun.hpp"
#include "stack/base/message.hpp"

namespace vmlab::sim {
namespace {

using profiles::LineState;
using profiles::Origin;
using profiles::StatementText;

constexpr std::size_t kWidth = 79;

const char* whose(Origin origin) {
    switch (origin) {
        case Origin::seed: return "as the document has it that vmlab models";
        case Origin::source: return "as a public source has it";
        case Origin::remembered: return "remembered only: a real system may have another";
    }
    return "";
}
const char* word_of(Origin origin) {
    return origin == Origin::seed ? "seed" : origin == Origin::source ? "source" : "remembered";
}

const char* means(LineState state) {
    switch (state) {
        case LineState::unknown: return "";
        case LineState::no_effect: return "nothing follows, on purpose";
        case LineState::not_simulated: return "nothing follows; the line says so when it is read";
        case LineState::extracted: return "it is shown or checked, nothing follows";
        case LineState::in_force: return "the system follows it";
    }
    return "";
}

/// ":stack." and "stack" are one word.
std::string_view bare(std::string_view word) {
    if (word.starts_with(':')) word.remove_prefix(1);
    if (word.ends_with('.')) word.remove_suffix(1);
    return word;
}
std::string_view last_word(std::string_view statement) {
    return bare(statement.substr(statement.rfind(' ') + 1));
}

template <typename Visit>
void visit_all(Visit visit) {
    for (const auto& text : profiles::profile_texts()) visit(text);
    for (const auto& text : profiles::other_texts()) visit(text);
}

/// Those of the readers, and what TCPRUN and the servers begin with.
std::vector<profiles::Default> all_defaults() {
    using enum profiles::ConfigFile;
    auto all = profiles::all_defaults();
    const Launch launch;
    const services::SmtpConfig smtp;
    const auto word_of = [](bool value) { return value ? "on" : "off"; };
    all.push_back({dtcparms, ":owner.", launch.owner.str(), Origin::source});
    all.push_back({dtcparms, ":timestamp.", word_of(launch.timestamp), Origin::remembered});
    all.push_back({dtcparms, ":anonymous.", word_of(launch.anonymous), Origin::seed});
    for (const auto& userid : *smtp.postmaster)
        all.push_back({smtp_config, "POSTMASTER", userid.str(), Origin::remembered});
    return all;
}

/// Of the statement itself, then of its operands.
std::vector<profiles::Default> defaults_of(const StatementText& statement) {
    std::vector<profiles::Default> found;
    const std::string operands = std::string(statement.statement) + " ";
    for (const auto& each : all_defaults())
        if (each.file == statement.file &&
            (each.statement == statement.statement || each.statement.starts_with(operands)))
            found.push_back(each);
    return found;
}

}  // namespace

std::vector<const StatementText*> find_statements(std::string_view name) {
    std::vector<const StatementText*> found;
    visit_all([&](const StatementText& text) {
        if (iequals(text.statement, name) || iequals(last_word(text.statement), bare(name)))
            found.push_back(&text);
    });
    return found;
}

std::string nearest_statement(std::string_view name) {
    std::vector<std::string_view> words;
    visit_all([&](const StatementText& text) { words.push_back(last_word(text.statement)); });
    return std::string(profiles::nearest(bare(name), words));
}

std::vector<std::string> report_statement(const StatementText& statement) {
    std::vector<std::string> lines;
    const auto add = [&lines](const std::string& text, std::size_t indent) {
        for (auto& line : wrapped(text, kWidth, indent)) lines.push_back(std::move(line));
    };
    const LineState state = profiles::state_of(statement.file, statement.statement);
    add(fmt::format("{}: {}", profiles::name_of(statement.file), statement.statement), 12);
    add(fmt::format("  Written:   {}", statement.syntax), 13);
    add(fmt::format("  Meaning:   {}", statement.meaning), 13);
    add(fmt::format("  Here:      {}: {}", profiles::name_of(state), means(state)), 13);
    const auto defaults = defaults_of(statement);
    if (defaults.empty()) add("  Default:   none", 13);
    for (const auto& each : defaults) {
        const bool own = each.statement == statement.statement;
        const auto name = own ? std::string() : std::string(last_word(each.statement)) + " ";
        add(fmt::format("  Default:   {}{} ({})", name, each.text, whose(each.origin)), 13);
    }
    return lines;
}

std::string report_statement_json(const StatementText& statement) {
    nlohmann::ordered_json json{
        {"file", profiles::name_of(statement.file)},
        {"statement", statement.statement},
        {"syntax", statement.syntax},
        {"meaning", statement.meaning},
        {"state", profiles::name_of(profiles::state_of(statement.file, statement.statement))},
        {"defaults", nlohmann::ordered_json::array()}};
    for (const auto& each : defaults_of(statement))
        json["defaults"].push_back(
            {{"statement", each.statement}, {"default", each.text}, {"origin", word_of(each.origin)}});
    return json.dump(2);
}

}  // namespace vmlab::sim

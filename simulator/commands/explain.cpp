#include "simulator/commands/explain.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "profiles/messages.hpp"
#include "profiles/spelling.hpp"
#include "services/echo/messages.hpp"
#include "services/ftp/messages.hpp"
#include "services/smtp/messages.hpp"
#include "services/telnet/messages.hpp"
#include "simulator/cms/messages.hpp"
#include "simulator/commands/commands.hpp"
#include "simulator/commands/explain_cipher.hpp"
#include "simulator/commands/explain_statement.hpp"
#include "simulator/commands/messages.hpp"
#include "simulator/cp/messages.hpp"
#include "simulator/ipl/messages.hpp"
#include "sslserv/messages.hpp"
#include "stack/server/messages.hpp"

namespace vmlab::sim {
namespace {

constexpr std::size_t kWidth = 79;

const char* whose(Wording wording) {
    switch (wording) {
        case Wording::seed: return "the product's text, as the document has it that vmlab models";
        case Wording::source: return "the product's text, as a public source has it";
        case Wording::ours: return "vmlab's own wording: do not expect it on a real system";
    }
    return "";
}

const char* severity_of(const MessageDef& message) {
    switch (message.severity()) {
        case 'A': return "action needed";
        case 'E': return "error";
        case 'I': return "information";
        case 'R': return "an answer is awaited";
        case 'S': return "severe error";
        case 'T': return "the program ends";
        case 'W': return "warning";
        default: return "";
    }
}

/// "{}" where something varies becomes "…".
std::string shown(std::string_view text) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto pair = text.substr(i, 2);
        if (pair == "{{" || pair == "}}") {
            out += text[i++];
        } else if (text[i] == '{') {
            out += "…";
            i = std::min(text.find('}', i), text.size() - 1);
        } else {
            out += text[i];
        }
    }
    return out;
}

std::vector<const MessageDef*> collect() {
    std::vector<const MessageDef*> all;
    const auto add = [&all](const auto& table) { all.insert(all.end(), std::begin(table), std::end(table)); };
    add(profiles::kProfileMessages);
    add(services::kEchoMessages);
    add(services::kFtpMessages);
    add(services::kSmtpMessages);
    add(services::kTelnetMessages);
    add(sslserv::kSslMessages);
    add(stack::kServerMessages);
    add(kCmsMessages);
    add(kCommandMessages);
    add(kCpMessages);
    add(kTcprunMessages);
    std::stable_sort(all.begin(), all.end(),
                     [](const auto* a, const auto* b) { return a->number < b->number; });
    return all;
}

}  // namespace

const std::vector<const MessageDef*>& all_messages() {
    static const auto all = collect();
    return all;
}

std::vector<const MessageDef*> find_messages(std::string_view number) {
    const std::string wanted = upper(number);
    std::vector<const MessageDef*> found;
    for (const auto* message : all_messages())
        if (message->number == wanted || message->number.substr(0, message->number.size() - 1) == wanted)
            found.push_back(message);
    return found;
}

std::vector<std::string> report_message(const MessageDef& message) {
    std::vector<std::string> lines;
    const auto add = [&lines](const std::string& text, std::size_t indent) {
        for (auto& line : wrapped(text, kWidth, indent)) lines.push_back(std::move(line));
    };
    add(fmt::format("{} {}", message.number, shown(message.text)), 12);
    add(fmt::format("  Severity:  {} ({})", message.severity(), severity_of(message)), 13);
    add(fmt::format("  Meaning:   {}", message.meaning), 13);
    add(fmt::format("  Check:     {}", message.check.empty() ? "Nothing." : message.check), 13);
    add(fmt::format("  Wording:   {}", whose(message.wording)), 13);
    return lines;
}

std::vector<std::string> report_unknown(std::string_view number) {
    const std::string wanted = upper(number);
    std::string near;
    std::string_view last;
    for (const auto* message : all_messages()) {
        if (message->number == last || profiles::letters_between(wanted, message->number) > 2) continue;
        last = message->number;
        near += (near.empty() ? " Near it: " : ", ") + std::string(message->number);
    }
    const std::string statement = nearest_statement(wanted);
    if (!statement.empty()) near += (near.empty() ? " Near it: " : ", ") + statement;
    return wrapped(fmt::format("{} is no message or statement of this system.{}{}", wanted, near,
                               near.empty() ? "" : "."),
                   kWidth, 0);
}

std::string report_explanations_json(std::span<const MessageDef* const> messages,
                                     std::span<const profiles::StatementText* const> statements) {
    auto json = nlohmann::ordered_json::array();
    constexpr const char* kWordings[] = {"seed", "source", "ours"};
    for (const auto* message : messages)
        json.push_back({{"number", message->number},
                        {"severity", std::string(1, message->severity())},
                        {"text", shown(message->text)},
                        {"meaning", message->meaning},
                        {"check", message->check},
                        {"wording", kWordings[std::size_t(message->wording)]}});
    for (const auto* statement : statements)
        json.push_back(nlohmann::ordered_json::parse(report_statement_json(*statement)));
    return json.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
}

namespace {

Outcome explain_ciphers(Call& call) {
    std::vector<std::string> typed;
    for (std::size_t i = 1; i < call.args.size(); ++i) typed.emplace_back(call.args.word(i));
    const auto question = find_ciphers(typed);
    if (typed.empty()) call.lines(report_cipher_table(question.found));
    else
        for (const auto* suite : question.found) call.lines(report_cipher(*suite));
    for (const auto& word : question.unknown) call.line(report_unknown_cipher(word));
    return question.unknown.empty() ? 0 : 28;
}

}  // namespace

Outcome run_explain(Call& call) {
    if (call.args.size() == 0) {
        call.line("EXPLAIN number or statement, as in EXPLAIN DTCRUN1028E, EXPLAIN SSLSERVERID");
        call.line("EXPLAIN CIPHER name or code, as in EXPLAIN CIPHER RSA_AES_128, EXPLAIN CIPHER 009C");
        return 24;
    }
    if (asks_for_ciphers(call.args.word(0))) return explain_ciphers(call);
    std::string name;
    for (std::size_t i = 0; i < call.args.size(); ++i)
        name += (i == 0 ? "" : " ") + std::string(call.args.word(i));
    const auto messages = find_messages(name);
    const auto statements = find_statements(name);
    for (const auto* message : messages) call.lines(report_message(*message));
    for (const auto* statement : statements) call.lines(report_statement(*statement));
    if (!messages.empty() || !statements.empty()) return 0;
    call.lines(report_unknown(name));
    return 28;
}

}  // namespace vmlab::sim

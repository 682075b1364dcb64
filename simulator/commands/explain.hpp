// What is known of a message: text, meaning, what to check, and whose wording it is.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "profiles/statement_texts.hpp"
#include "stack/base/message.hpp"

namespace vmlab::sim {

/// Every message of every part of the system, by number; one number may have several texts.
[[nodiscard]] const std::vector<const MessageDef*>& all_messages();

/// The messages of that number ("DTCRUN1028E", in any case; without its severity letter, too).
[[nodiscard]] std::vector<const MessageDef*> find_messages(std::string_view number);

[[nodiscard]] std::vector<std::string> report_message(const MessageDef& message);
/// When there is no such message or statement: the nearest ones.
[[nodiscard]] std::vector<std::string> report_unknown(std::string_view name);
[[nodiscard]] std::string report_explanations_json(
    std::span<const MessageDef* const> messages,
    std::span<const profiles::StatementText* const> statements = {});

}  // namespace vmlab::sim

// What is known of a statement of a configuration file: how it is written, what it is for, what vmlab does
// with it, what holds without it, and whose default that is.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "profiles/statement_texts.hpp"

namespace vmlab::sim {

/// The statements of that name in any file, and operands of that name: "SSLSERVERID", "timemark", ":stack.",
/// "stack", "PORT RANGE".
[[nodiscard]] std::vector<const profiles::StatementText*> find_statements(std::string_view name);
[[nodiscard]] std::vector<std::string> report_statement(const profiles::StatementText& statement);
/// When there is no such statement: the nearest word, or nothing.
[[nodiscard]] std::string nearest_statement(std::string_view name);
/// One object.
[[nodiscard]] std::string report_statement_json(const profiles::StatementText& statement);

}  // namespace vmlab::sim

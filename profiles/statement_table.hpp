// The statement table: every statement of every configuration file, and what vmlab does with it. The readers
// ask it for the state of each line; README's section "Statements" is made from it.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "profiles/line_state.hpp"

namespace vmlab::profiles {

enum class ConfigFile : std::uint8_t {
    profile_tcpip,
    tcpip_data,
    dtcparms,
    vmssl_parms,
    srvrftp_config,
    ftp_data,
    smtp_config,
    etc_hosts,
    etc_services,
    user_direct,
};
[[nodiscard]] const char* name_of(ConfigFile file);  ///< "PROFILE TCPIP"

/// One statement, or one operand of one: "PORT", "ASSORTEDPARMS NOFWD", ":stack.".
struct StatementRow {
    ConfigFile file{};
    std::string_view statement;
    LineState state = LineState::not_simulated;
    /// In force: the title of the test that turns red when nobody reads the statement any more.
    std::string_view test{};
};

/// All rows, file by file, in the order of the alphabet.
[[nodiscard]] std::span<const StatementRow> statement_table();

/// The rows that the readers go by: all of them. It is alone in its file: a test program that links another
/// one in its place takes a statement away from every reader (tests/statements).
[[nodiscard]] std::span<const StatementRow> known_statements();

/// The state of a row. Letters fold; a statement that has no row is unknown, and readers take it for nothing.
[[nodiscard]] LineState state_of(ConfigFile file, std::string_view statement);
[[nodiscard]] bool is_known(ConfigFile file, std::string_view statement);

}  // namespace vmlab::profiles

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
    /// The title of the test that shows its effect; for a statement that is not in force: that it is read.
    std::string_view test{};
};

/// All rows, file by file, in the order of the alphabet.
[[nodiscard]] std::span<const StatementRow> statement_table();

/// The state of a row. Letters fold; a statement that has no row is unknown.
[[nodiscard]] LineState state_of(ConfigFile file, std::string_view statement);

}  // namespace vmlab::profiles

// The logon screen (logo) of z/VM: the picture, and the three fields that a key sends back.
//
// The picture keeps its rows on every model; the prompts stand at the bottom: USERID in row R-4, PASSWORD in
// R-3, COMMAND in R-1. Layout, attributes and wording: recorded screens of z/VM 6.3 and 7.x.
#pragma once

#include "services/tn3270/data_stream.hpp"

namespace vmlab::services::tn3270 {

struct LogonForm {
    std::string userid, password, command;
    bool empty() const { return userid.empty() && password.empty() && command.empty(); }
};

/// The record that paints the logo. `system` is the identifier in the status area (at most 10 cells).
[[nodiscard]] Bytes logo_record(Geometry size, std::string_view system);

/// The fields as typed: userid and command without blanks around them, the password without blanks behind it.
/// CLEAR and the PA keys send none.
[[nodiscard]] LogonForm read_logon(const Inbound& inbound, Geometry size);

}  // namespace vmlab::services::tn3270

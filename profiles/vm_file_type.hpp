// VMFILETYPE and VMFILETYPEDEFAULT, which TCPIP DATA and SRVRFTP CONFIG share: how files of a type are
// translated.
#pragma once

#include "profiles/statement_lines.hpp"

namespace vmlab::profiles {

/// The attributes are kept as typed.
struct VmFileType {
    Sourced<std::string> type{};  ///< empty: VMFILETYPEDEFAULT
    std::vector<Sourced<std::string>> attributes{};
};

/// `VMFILETYPE type attribute…`
void read_file_type(StatementLine& line, std::vector<VmFileType>& types);
/// `VMFILETYPEDEFAULT attribute…`
void read_file_type_default(StatementLine& line, std::vector<VmFileType>& types);

}  // namespace vmlab::profiles

#include "profiles/ftp_data.hpp"

#include "profiles/statement_lines.hpp"

namespace vmlab::profiles {
namespace {

using Line = StatementLine;
using Data = FtpData;

void read_true_false(Line& line, Sourced<bool>& value) {
    const Word& word = line.operand(1);
    if (word.is("TRUE") || word.is("FALSE")) value = {word.is("TRUE"), word.where};
    else line.bad(1, "TRUE or FALSE");
}

void read_seconds(Line& line, std::optional<Sourced<std::uint32_t>>& value) {
    Sourced<std::uint32_t> seconds;
    line.read(1, seconds, 0, 86'400);
    if (seconds.where.known()) value = seconds;
}

void read_dbcs_table(Line& line, Data& data) {
    Sourced<std::string> table;
    line.read_text(1, table);
    if (table.where.known()) data.dbcs_table = table;
}

constexpr LineStatement<Data> kStatements[] = {
    {"AUTOTRANS", 1, [](Line& l, Data& d) { l.read_flag(d.auto_translate); }},
    {"CCONNTIME", 1, [](Line& l, Data& d) { read_seconds(l, d.connect_time); }},
    {"EPSV4", 1, [](Line& l, Data& d) { read_true_false(l, d.extended_passive); }},
    {"FWFRIENDLY", 1, [](Line& l, Data& d) { read_true_false(l, d.firewall_friendly); }},
    {"LOADDBCSTABLE", 1, read_dbcs_table},
    {"MYOPENTIME", 1, [](Line& l, Data& d) { read_seconds(l, d.open_time); }},
    {"SECURECONTROL", 1, [](Line& l, Data& d) { l.read(1, d.secure_control); }},
    {"SECUREDATA", 1, [](Line& l, Data& d) { l.read(1, d.secure_data); }},
};

}  // namespace

FtpData read_ftp_data(const SourceText& source) {
    FtpData data;
    read_statement_lines<Data>(ConfigFile::ftp_data, source, kStatements, data);
    return data;
}

}  // namespace vmlab::profiles

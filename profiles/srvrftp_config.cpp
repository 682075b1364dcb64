#include "profiles/srvrftp_config.hpp"

#include "profiles/statement_lines.hpp"

namespace vmlab::profiles {
namespace {

using Line = StatementLine;
using Config = SrvrftpConfig;

void read_passive_ports(Line& line, Config& config) {
    Sourced<std::uint16_t> low, high;
    line.read(1, low, 1);
    line.read(2, high, 1);
    line.no_more_than(2);
    if (!low.where.known() || !high.where.known()) return;
    if (*high < *low) return line.bad(2, "end of the range");
    config.passive_ports = Sourced<PortRange>{{*low, *high}, line.keyword().where};
}

void read_list_format(Line& line, Config& config) {
    const Word& word = line.operand(1);
    if (word.is("VM")) config.list_format = {ListFormat::vm, word.where};
    else if (word.is("UNIX")) config.list_format = {ListFormat::unix, word.where};
    else line.bad(1, "VM or UNIX");
}

/// FTAUDIT and the like: OFF is what vmlab does.
void read_off(Line& line, Config& /*config*/) {
    Sourced<bool> on{true, {}};
    if (line.operands() > 0) line.read_switch(1, on);
    if (*on)
        line.findings().add(LineState::not_simulated, line.keyword().where,
                            say<DTCPRS906I>(upper(line.keyword().text)));
}

constexpr LineStatement<Config> kStatements[] = {
    {"PORT", LineState::in_force, [](Line& l, Config& c) { l.read(1, c.port, 1), l.no_more_than(1); }},
    {"INACTIVE", LineState::in_force, [](Line& l, Config& c) { l.read(1, c.inactive, 1, 1'048'576); }},
    {"LISTFORMAT", LineState::in_force, read_list_format},
    {"PASSIVEPORTRANGE", LineState::in_force, read_passive_ports},
    {"SECURECONTROL", LineState::in_force, [](Line& l, Config& c) { l.read(1, c.secure_control); }},
    {"SECUREDATA", LineState::in_force, [](Line& l, Config& c) { l.read(1, c.secure_data); }},
    {"TLSLABEL", LineState::in_force, [](Line& l, Config& c) { l.read_label(1, c.tls_label); }},
    {"CLIENTCERTCHECK", LineState::in_force, [](Line& l, Config& c) { l.read(1, c.client_cert_check); }},
    {"TIMESTAMP", LineState::extracted, [](Line& l, Config& c) { l.read_switch(1, c.time_stamp); }},
    {"ANONYMOUS", LineState::in_force,
     [](Line& l, Config& c) {
         c.anonymous = {true, l.keyword().where}, l.no_more_than(0);
     }},
    {"ANONYMOU", LineState::in_force,
     [](Line& l, Config& c) {
         c.anonymous = {true, l.keyword().where}, l.no_more_than(0);
     }},
    {"AUTOTRANS", LineState::extracted, read_off},
    {"FTAUDIT", LineState::extracted, read_off},
    {"FTCHKCMD", LineState::extracted, read_off},
    {"FTCHKDIR", LineState::extracted, read_off},
    {"DONTREDIRECT", LineState::not_simulated, nullptr},
    {"FTPKEEPALIVE", LineState::not_simulated, nullptr},
    {"LOADDBCSTABLE", LineState::not_simulated, nullptr},
    {"RACF", LineState::not_simulated, nullptr},
    {"RDR", LineState::not_simulated, nullptr},
    {"TRACE", LineState::not_simulated, nullptr},
    {"VMFILETYPE", LineState::not_simulated, nullptr},
    {"VMFILETYPEDEFAULT", LineState::not_simulated, nullptr},
};

}  // namespace

SrvrftpConfig read_srvrftp_config(const SourceText& source) {
    SrvrftpConfig config;
    config.file = source.file;
    FindingWriter findings(source, config.findings);
    for (std::uint32_t n = 1; n <= source.lines.size(); ++n) {
        std::vector<Word> words = scan_line(source, n, ';');
        if (words.empty()) continue;
        read_statement_line<SrvrftpConfig>(StatementLine(std::move(words), findings), kStatements, config);
    }
    return config;
}

}  // namespace vmlab::profiles

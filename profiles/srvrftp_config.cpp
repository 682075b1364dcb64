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
void read_exit(Line& line, Sourced<bool>& on) {
    line.read_flag(on);
    if (*on) line.note(upper(line.keyword().text) + " ON", line.keyword().where);
}

void read_anonymous(Line& line, Config& config) { config.anonymous = {true, line.keyword().where}; }

void read_keep_alive(Line& line, Config& config) {
    Sourced<std::uint32_t> seconds;
    line.read(1, seconds, 0, 1'048'576);
    if (seconds.where.known()) config.keep_alive = seconds;
}

void read_dbcs_table(Line& line, Config& config) {
    Sourced<std::string> table;
    line.read_text(1, table);
    if (table.where.known()) config.dbcs_table = table;
}

void read_reader(Line& line, Config& config) {
    config.reader_disk = Sourced<std::string>{quoted(upper(line.operand(1).text)), line.keyword().where};
}

void read_trace(Line& line, Config& config) {
    config.traces = {true, line.keyword().where};
    config.trace_options.clear();
    line.read_words(1, config.trace_options);
}

constexpr auto kAdds = Repeated::adds;

constexpr LineStatement<Config> kStatements[] = {
    {"PORT", 1, [](Line& l, Config& c) { l.read(1, c.port, 1); }},
    {"INACTIVE", 1, [](Line& l, Config& c) { l.read(1, c.inactive, 1, 1'048'576); }},
    {"LISTFORMAT", 1, read_list_format},
    {"PASSIVEPORTRANGE", 2, read_passive_ports},
    {"SECURECONTROL", 1, [](Line& l, Config& c) { l.read(1, c.secure_control); }},
    {"SECUREDATA", 1, [](Line& l, Config& c) { l.read(1, c.secure_data); }},
    {"TLSLABEL", 1, [](Line& l, Config& c) { l.read_label(1, c.tls_label); }},
    {"CLIENTCERTCHECK", 1, [](Line& l, Config& c) { l.read(1, c.client_cert_check); }},
    {"TIMESTAMP", 1, [](Line& l, Config& c) { l.read_switch(1, c.time_stamp); }},
    {"ANONYMOUS", 0, read_anonymous},
    {"ANONYMOU", 0, read_anonymous},
    {"AUTOTRANS", 1, [](Line& l, Config& c) { read_exit(l, c.auto_translate); }},
    {"FTAUDIT", 1, [](Line& l, Config& c) { read_exit(l, c.exit_audit); }},
    {"FTCHKCMD", 1, [](Line& l, Config& c) { read_exit(l, c.exit_commands); }},
    {"FTCHKDIR", 1, [](Line& l, Config& c) { read_exit(l, c.exit_directories); }},
    {"DONTREDIRECT", 0,
     [](Line& l, Config& c) {
         c.dont_redirect = {true, l.keyword().where};
     }},
    {"FTPKEEPALIVE", 1, read_keep_alive},
    {"LOADDBCSTABLE", 1, read_dbcs_table},
    {"RACF", 0,
     [](Line& l, Config& c) {
         c.racf = {true, l.keyword().where};
     }},
    {"RDR", 1, read_reader},
    {"TRACE", kAnyNumber, read_trace},
    {"VMFILETYPE", kAnyNumber, [](Line& l, Config& c) { read_file_type(l, c.file_types); }, kAdds},
    {"VMFILETYPEDEFAULT", kAnyNumber, [](Line& l, Config& c) { read_file_type_default(l, c.file_types); },
     kAdds},
};

}  // namespace

SrvrftpConfig read_srvrftp_config(const SourceText& source) {
    SrvrftpConfig config;
    read_statement_lines<Config>(ConfigFile::srvrftp_config, source, kStatements, config);
    return config;
}

}  // namespace vmlab::profiles

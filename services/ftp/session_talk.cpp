// Commands of an FTP session that talk about the server and set parameters: HELP, FEAT, STAT, SITE, TYPE, …
#include <charconv>

#include "services/ftp/session.hpp"

namespace vmlab::services {
namespace {

std::vector<std::string_view> words_of(std::string_view text) {
    std::vector<std::string_view> words;
    while (!(text = trimmed(text)).empty()) {
        const auto end = std::min(text.find(' '), text.size());
        words.push_back(text.substr(0, end));
        text.remove_prefix(end);
    }
    return words;
}

}  // namespace

using namespace ftp_reply;

void FtpSession::run_noop(std::string_view, FtpCall call) { reply<kOk>(call, "OK"); }

void FtpSession::run_help(std::string_view operand, FtpCall call) {
    const std::string verb = upper(trimmed(operand));
    if (!verb.empty()) {
        const Command* command = find(verb);
        if (command == nullptr)
            return refuse<kUnknown>(call, {"HELP for an unknown command"}, shown(verb, 24));
        return reply<kHelp>(call, trimmed(fmt::format("Syntax: {} {}", verb, command->operand)));
    }
    say_lines(214,
              {"Commands of this server (HELP command tells the syntax):",
               " ABOR ACCT ALLO APPE AUTH CCC  CDUP CWD  DELE EPRT EPSV FEAT HELP LIST",
               " MDTM MKD  MODE NLST NOOP OPTS PASS PASV PBSZ PORT PROT PWD  QUIT REIN",
               " REST RETR RMD  RNFR RNTO SITE SIZE STAT STOR STOU STRU SYST TYPE USER", "End of HELP"},
              call);
}

void FtpSession::run_feat(std::string_view, FtpCall call) {
    const auto& config = call.shared.config;
    std::vector<std::string> lines{"Extensions supported:"};
    const bool can_secure = *config.secure_control != SecureLevel::never && !config.tls_label->empty();
    if (can_secure && !connection_.secured()) lines.push_back(" AUTH TLS;TLS-C;TLS-P;SSL;");
    for (const char* feature : {" EPRT", " EPSV", " MDTM"}) lines.push_back(feature);
    if (can_secure) lines.insert(lines.end(), {" PBSZ", " PROT C;P;"});
    for (const char* feature : {" REST STREAM", " SIZE", "End of extensions"}) lines.push_back(feature);
    say_lines(211, lines, call);
}

void FtpSession::run_opts(std::string_view operand, FtpCall call) {
    refuse<kBadArgument>(call, {fmt::format("no feature takes options: {}", shown(operand, 24))}, "OPTS");
}

void FtpSession::run_syst(std::string_view, FtpCall call) {
    const auto& level = call.shared.system.level;
    say_lines(215,
              {fmt::format("z/VM {}, service level {} (64-bit)", level.long_name(), level.cp_service()),
               "    VM/" + level.cms(), "VM is the operating system of this server."},
              call);
}

void FtpSession::run_stat(std::string_view operand, FtpCall call) {
    if (!trimmed(operand).empty()) {
        if (!logged_in_) return refuse<kNotLoggedIn>(call, {"STAT of files before a login"});
        std::string text;
        const auto error = listing(operand, false, text, call);
        if (error != FileError::none) return refuse_file(trimmed(operand), error, call);
        std::vector<std::string> lines{"Status follows:"};
        for (std::size_t begin = 0; begin < text.size();) {
            const auto end = text.find('\n', begin);
            lines.push_back(" " + text.substr(begin, end - begin));
            begin = end + 1;
        }
        lines.push_back("End of status");
        return say_lines(213, lines, call);
    }
    const auto& system = call.shared.system;
    std::vector<std::string> lines{
        fmt::format("{} IBM VM Level {}", system.userid.view(), system.level.tcpip())};
    lines.push_back(fmt::format(" Connected from {}", connection_.peer().str()));
    lines.push_back(logged_in_ ? fmt::format(" Logged in as {}", user_.view())
                               : std::string(" Not logged in"));
    lines.push_back(fmt::format(" Control connection: {}; data connections: {}",
                                connection_.secured() ? "secure" : "clear",
                                private_data_ ? "private" : "clear"));
    lines.push_back(fmt::format(" TYPE {}; STRUcture File; MODE Stream", binary_ ? "Image" : "ASCII"));
    lines.push_back(phase_ == Phase::transferring ? " A transfer is in progress"
                                                  : " No transfer is in progress");
    lines.push_back("End of status");
    say_lines(211, lines, call);
}

void FtpSession::run_site(std::string_view operand, FtpCall call) {
    const auto words = words_of(operand);
    if (words.empty()) return refuse<kBadArgument>(call, {"SITE without a command"}, "SITE");
    const std::string what = upper(words[0]);
    if (what == "HELP")
        return reply<kHelp>(call, "SITE commands: FIXRECFM n, LISTFORMAT VM|UNIX, QDISK, VARRECFM");
    if (what == "FIXRECFM" || what == "VARRECFM" || what == "LISTFORMAT") return run_site_format(words, call);
    if (what == "QDISK") {
        std::vector<FileInfo> files;
        const auto error = place_.kind == Place::Kind::none
                               ? FileError::no_such_place
                               : call.out.files().list(user_, place_, "*", files);
        if (error != FileError::none) return refuse_file("QDISK", error, call);
        std::size_t blocks = 0;
        for (const auto& file : files) blocks += file.blocks;
        return reply<kOk>(
            call, fmt::format("{}: {} files, {} blocks of 4096 in use", place_text(), files.size(), blocks));
    }
    refuse<kNotSimulated>(call, {"this SITE command is not simulated"}, "SITE " + shown(what, 24));
}

void FtpSession::run_site_format(const std::vector<std::string_view>& words, FtpCall call) {
    const std::string what = upper(words[0]);
    const std::string_view value = words.size() > 1 ? words[1] : std::string_view();
    if (what == "VARRECFM") {
        lrecl_ = 0;
        return reply<kOk>(call, "Files are stored with variable records");
    }
    if (what == "FIXRECFM") {
        std::size_t length = 0;
        const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), length);
        if (error != std::errc{} || end != value.data() + value.size() || length == 0 || length > 65535)
            return refuse<kBadArgument>(call, {"FIXRECFM wants a record length of 1 to 65535"},
                                        "SITE FIXRECFM");
        lrecl_ = length;
        return reply<kOk>(call, fmt::format("Files are stored with fixed records of {}", length));
    }
    if (iequals(value, "VM")) list_format_ = ListFormat::vm;
    else if (iequals(value, "UNIX")) list_format_ = ListFormat::unix_style;
    else return refuse<kBadArgument>(call, {"LISTFORMAT is VM or UNIX"}, "SITE LISTFORMAT");
    reply<kOk>(call, fmt::format("Listing format is {}", upper(value)));
}

void FtpSession::run_allo(std::string_view, FtpCall call) { reply<kSuperfluous>(call, "ALLO"); }

void FtpSession::run_type(std::string_view operand, FtpCall call) {
    const auto words = words_of(operand);
    const std::string type = words.empty() ? "" : upper(words[0]);
    if (type == "I" || (type == "L" && words.size() > 1 && words[1] == "8")) binary_ = true;
    else if (type == "A" && (words.size() == 1 || iequals(words[1], "N"))) binary_ = false;
    else
        return refuse<kBadParameter>(call, {"types are A (N) and I; E and others are not simulated"},
                                     "TYPE " + shown(operand, 16));
    reply<kOk>(call, binary_ ? "Representation type is Image" : "Representation type is ASCII NonPrint");
}

void FtpSession::run_stru(std::string_view operand, FtpCall call) {
    if (!iequals(trimmed(operand), "F"))
        return refuse<kBadParameter>(call, {"the only structure is File"}, "STRU " + shown(operand, 16));
    reply<kOk>(call, "Data structure is File");
}

void FtpSession::run_mode(std::string_view operand, FtpCall call) {
    if (!iequals(trimmed(operand), "S"))
        return refuse<kBadParameter>(call, {"the only mode is Stream"}, "MODE " + shown(operand, 16));
    reply<kOk>(call, "Data transfer mode is Stream");
}

}  // namespace vmlab::services

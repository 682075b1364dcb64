// Framing and dispatch of one FTP control connection.
#include "services/ftp/session.hpp"

#include <fmt/core.h>

namespace vmlab::services {
namespace {

constexpr std::size_t kLongestLine = 2048;
constexpr std::size_t kMostWaitingCommands = 64;

/// Without Telnet commands (RFC 959 lets a client send IP and SYNCH before ABOR).
std::string without_telnet(std::string_view line) {
    std::string text;
    for (std::size_t i = 0; i < line.size(); ++i) {
        if (static_cast<unsigned char>(line[i]) != 0xff) {
            text += line[i];
            continue;
        }
        const auto command = i + 1 < line.size() ? static_cast<unsigned char>(line[i + 1]) : 0;
        if (command == 0xff) text += line[i];
        i += command >= 0xfb && command <= 0xfe ? 2 : 1;  // WILL, WONT, DO, DONT carry an option
    }
    return text;
}

/// The verb of a line in upper case, and its operand.
std::pair<std::string, std::string_view> split(std::string_view line) {
    const auto blank = line.find(' ');
    if (blank == std::string_view::npos) return {upper(line), {}};
    return {upper(line.substr(0, blank)), line.substr(blank + 1)};
}

}  // namespace

FtpSession::FtpSession(const Accepted& accepted, FtpCall call)
    : connection_("FTP", accepted, kLongestLine, *call.shared.config.inactive, call.now),
      list_format_(*call.shared.config.list_format),
      data_(accepted.socket, accepted.peer) {}

void FtpSession::greet(FtpCall call) {
    const auto& system = call.shared.system;
    const Calendar c = calendar_of(call.now, system.zone.offset);
    std::vector<std::string> lines;
    lines.push_back(filled<ftp_reply::kGreeting>(
        system.userid, system.level.tcpip(), upper(system.full_name()),
        hh_mm_ss(call.now, system.zone.offset), system.zone.name, upper(weekday_name(c.weekday)),
        fmt::format("{:04}-{:02}-{:02}", c.year, c.month, c.day)));
    for (const auto& line : call.shared.config.banner) lines.push_back(line);
    const Duration inactive = connection_.inactive();
    const auto whole_minutes = std::max<std::int64_t>(1, duration_cast<minutes>(inactive).count());
    lines.push_back(inactive == Duration{}
                        ? std::string("Connection will not close while idle.")
                        : filled<ftp_reply::kIdleClose>(whole_minutes, whole_minutes == 1 ? "" : "s"));
    say_lines(220, lines, call);
}

const FtpSession::Command* FtpSession::find(std::string_view verb) {
    static constexpr Command kCommands[] = {
        {"ABOR", &FtpSession::run_abor, false, ""},
        {"ACCT", &FtpSession::run_acct, false, "password"},
        {"ALLO", &FtpSession::run_allo, true, "bytes"},
        {"APPE", &FtpSession::run_appe, true, "file"},
        {"AUTH", &FtpSession::run_auth, false, "TLS"},
        {"CCC", &FtpSession::run_ccc, false, ""},
        {"CDUP", &FtpSession::run_cdup, true, ""},
        {"CWD", &FtpSession::run_cwd, true, "directory"},
        {"DELE", &FtpSession::run_dele, true, "file"},
        {"EPRT", &FtpSession::run_eprt, true, "|family|address|port|"},
        {"EPSV", &FtpSession::run_epsv, true, "[family | ALL]"},
        {"FEAT", &FtpSession::run_feat, false, ""},
        {"HELP", &FtpSession::run_help, false, ""},
        {"LIST", &FtpSession::run_list, true, "[directory | pattern]"},
        {"MDTM", &FtpSession::run_mdtm, true, "file"},
        {"MKD", &FtpSession::run_mkd, true, "directory"},
        {"MODE", &FtpSession::run_mode, true, "S"},
        {"NLST", &FtpSession::run_nlst, true, "[directory | pattern]"},
        {"NOOP", &FtpSession::run_noop, false, ""},
        {"OPTS", &FtpSession::run_opts, false, "feature"},
        {"PASS", &FtpSession::run_pass, false, "password"},
        {"PASV", &FtpSession::run_pasv, true, ""},
        {"PBSZ", &FtpSession::run_pbsz, false, "0"},
        {"PORT", &FtpSession::run_port, true, "h1,h2,h3,h4,p1,p2"},
        {"PROT", &FtpSession::run_prot, false, "C | P"},
        {"PWD", &FtpSession::run_pwd, true, ""},
        {"QUIT", &FtpSession::run_quit, false, ""},
        {"REIN", &FtpSession::run_rein, false, ""},
        {"REST", &FtpSession::run_rest, true, "offset"},
        {"RETR", &FtpSession::run_retr, true, "file"},
        {"RMD", &FtpSession::run_rmd, true, "directory"},
        {"RNFR", &FtpSession::run_rnfr, true, "file"},
        {"RNTO", &FtpSession::run_rnto, true, "file"},
        {"SITE", &FtpSession::run_site, true, "command"},
        {"SIZE", &FtpSession::run_size, true, "file"},
        {"STAT", &FtpSession::run_stat, false, "[directory | pattern]"},
        {"STOR", &FtpSession::run_stor, true, "file"},
        {"STOU", &FtpSession::run_stou, true, ""},
        {"STRU", &FtpSession::run_stru, true, "F"},
        {"SYST", &FtpSession::run_syst, false, ""},
        {"TYPE", &FtpSession::run_type, true, "A | I"},
        {"USER", &FtpSession::run_user, false, "userid"},
        {"XCUP", &FtpSession::run_cdup, true, ""},
        {"XCWD", &FtpSession::run_cwd, true, "directory"},
        {"XMKD", &FtpSession::run_mkd, true, "directory"},
        {"XPWD", &FtpSession::run_pwd, true, ""},
        {"XRMD", &FtpSession::run_rmd, true, "directory"},
    };
    for (const auto& command : kCommands)
        if (command.verb == verb) return &command;
    return nullptr;
}

void FtpSession::receive(const SocketNotice& notice, FtpCall call) {
    using What = CommandConnection::Event::What;
    const auto event = connection_.receive(notice, call.now, call.out);
    switch (event.what) {
        case What::nothing: break;
        case What::bytes: run_lines(call); break;
        case What::secured: control_secured(call); break;
        case What::refused: control_refused(event, call); break;
    }
    give_up_transfer_if_over(call);
}

void FtpSession::give_up_transfer_if_over(FtpCall call) {
    if (!connection_.is_over()) return;
    if (job_) note(RecordKind::refusal, "transfer given up: the control connection ended", call);
    data_.drop(call);
    job_.reset();
}

void FtpSession::run_lines(FtpCall call) {
    if (running_) return;
    running_ = true;
    std::string line;
    while (connection_.is_open()) {
        if (phase_ == Phase::ready && !waiting_.empty()) {
            line = std::move(waiting_.front());
            waiting_.pop_front();
            run_line(line, call);
            continue;
        }
        const auto next = connection_.next_line(line, call.now);
        if (next == LineBuffer::Next::nothing) break;
        if (next == LineBuffer::Next::too_long) {
            refuse<ftp_reply::kLineTooLong>(call, {fmt::format("no line end within {} bytes", kLongestLine)});
            connection_.close_midway(call.now, call.out);
        } else if (phase_ == Phase::ready) run_line(line, call);
        else run_urgent(line, call);
    }
    running_ = false;
}

void FtpSession::run_line(std::string_view raw, FtpCall call) {
    const std::string line = without_telnet(raw);
    const auto [verb, operand] = split(line);
    const Command* command = find(verb);
    // RNFR and REST hold for the very next command, whatever becomes of it.
    if (verb != "RNTO") rename_from_.reset();
    if (command == nullptr)
        refuse<ftp_reply::kUnknown>(call, {"the server does not know this command"},
                                    verb.empty() ? std::string("(none)") : shown(verb, 24));
    else if (command->needs_login && !logged_in_)
        refuse<ftp_reply::kNotLoggedIn>(call, {fmt::format("{} before a login", verb)});
    else (this->*command->run)(operand, call);
    if (verb != "REST") restart_at_ = 0;
}

void FtpSession::run_urgent(std::string_view raw, FtpCall call) {
    const std::string line = without_telnet(raw);
    const auto [verb, operand] = split(line);
    if (verb == "ABOR" && phase_ == Phase::transferring) return run_abor(operand, call);
    if (verb == "STAT" && operand.empty()) return run_stat(operand, call);
    waiting_.push_back(line);
    if (waiting_.size() > kMostWaitingCommands)
        connection_.abort(
            {fmt::format("more than {} commands sent while one is under way", kMostWaitingCommands)},
            call.out);
}

void FtpSession::control_secured(FtpCall call) {
    // RFC 4217 4.2: whatever was said in clear could have been an attacker's; it is forgotten.
    forget_login();
    buffer_size_given_ = false;
    private_data_ = implied_private_ &&
                    decide(*call.shared.config.secure_data, ClientWish::asks, TlsStatus::ready).decision ==
                        SecureDecision::secure;
    data_.protect(private_data_);
}

void FtpSession::control_refused(const CommandConnection::Event& no, FtpCall call) {
    const auto& config = call.shared.config;
    const auto verdict = decide(*config.secure_control, ClientWish::asks, no.status);
    refuse<ftp_reply::kNoSecurityNow>(
        call, {fmt::format("{}{}{}", verdict.reason, no.why.empty() ? "" : ": ", no.why),
               {config.secure_control.where, config.tls_label.where}});
    close(call);
}

void FtpSession::tick(FtpCall call) {
    if (phase_ == Phase::transferring && connection_.is_open()) {
        tick_transfer(call);
    } else if (connection_.tick(call.now, call.out)) {
        refuse<ftp_reply::kIdle>(call, {"idle for INACTIVE seconds", {call.shared.config.inactive.where}},
                                 duration_cast<seconds>(connection_.inactive()).count());
        close(call);
    }
    give_up_transfer_if_over(call);
}

void FtpSession::tick_transfer(FtpCall call) {
    if (!data_deadline_ || call.now < *data_deadline_) return;
    data_deadline_.reset();
    if (data_.state() == DataConnection::State::sending && data_.drained())
        return data_event({DataEvent::What::finished, "the client did not close its side in time"}, call);
    data_event({DataEvent::What::broken, job_->started ? "no progress on the data connection"
                                                       : "the data connection was not opened in time"},
               call);
}

std::optional<Instant> FtpSession::deadline() const {
    return phase_ == Phase::transferring && connection_.is_open() ? data_deadline_ : connection_.deadline();
}

void FtpSession::dismiss(const std::string& reply_line, Because why, FtpCall call) {
    connection_.dismiss(reply_line, std::move(why), call.now, call.out);
    give_up_transfer_if_over(call);
}

std::string FtpSession::status_line() const {
    return fmt::format("{:<8} {:<22} {:<6} {}", logged_in_ ? user_.view() : "-", connection_.peer().str(),
                       connection_.secured() ? "SECURE" : "CLEAR",
                       logged_in_ ? place_.str() : "not logged in");
}

void FtpSession::say_lines(int code, const std::vector<std::string>& lines, FtpCall call) {
    std::string text;
    for (std::size_t i = 0; i < lines.size(); ++i) {
        const bool last = i + 1 == lines.size();
        if (last) text += fmt::format("{} {}", code, lines[i]);
        else if (i == 0) text += fmt::format("{}-{}\r\n", code, lines[i]);
        else text += lines[i] + "\r\n";
    }
    connection_.say(text, call.out);
}

}  // namespace vmlab::services

// One FTP control connection (RFC 959 5.4; RFC 4217 for AUTH, PBSZ and PROT).
//
// Phases, while the control connection (command_connection.hpp) is open:
//
//   ready ──PASV, EPSV──► opening ──port open or not──► ready (227, 229, 425)
//     └──LIST, RETR, STOR…──► transferring ──data connection done──► ready (250, 425, 426, …)
//
// In `opening` and `transferring` further commands wait their turn, but for ABOR and STAT. When the control
// connection is over, so are the data connection and the transfer. Timers: INACTIVE; while transferring the
// data connection's instead: it must stand in kDataWait, make progress within kDataStall, and after the last
// byte the peer closes within kCloseWait or is closed.
#pragma once

#include <deque>
#include <optional>
#include <string>

#include "services/ftp/data_connection.hpp"
#include "services/ftp/replies.hpp"

namespace vmlab::services {

class FtpSession {
public:
    using Shared = FtpShared;

    FtpSession(const Accepted& accepted, FtpCall call);

    void greet(FtpCall call);
    /// Anything that TCPIP says of the control connection.
    void receive(const SocketNotice& notice, FtpCall call);
    /// Anything about the data connection, its port and its making.
    void receive_data(const SocketNotice& notice, FtpCall call);
    void tick(FtpCall call);
    [[nodiscard]] std::optional<Instant> deadline() const;
    /// Ends it from outside, with this reply (operator, server's end).
    void dismiss(const std::string& reply_line, Because why, FtpCall call);

    /// Nothing more will happen here: the server forgets it.
    bool ended() const { return connection_.ended(); }
    SocketId socket() const { return connection_.socket(); }
    bool logged_in() const { return logged_in_; }
    Userid user() const { return user_; }
    std::string status_line() const;

private:
    enum class Phase { ready, opening, transferring };
    enum class Kind { list, names, retrieve, store, append };
    struct Command {
        std::string_view verb;
        void (FtpSession::*run)(std::string_view operand, FtpCall call);
        bool needs_login;
        std::string_view operand;  ///< for HELP
    };
    struct Job {
        Kind kind = Kind::list;
        Place at;
        std::string name;
        std::string content;  ///< to be sent, or what an upload is appended to
        bool started = false;
    };
    enum class Passive { none, pasv, epsv };

    // Framing and dispatch (session.cpp).
    static const Command* find(std::string_view verb);
    void run_lines(FtpCall call);
    void run_line(std::string_view line, FtpCall call);
    void run_urgent(std::string_view line, FtpCall call);
    void control_secured(FtpCall call);
    void control_refused(const CommandConnection::Event& no, FtpCall call);
    void tick_transfer(FtpCall call);
    void give_up_transfer_if_over(FtpCall call);
    void say_lines(int code, const std::vector<std::string>& lines, FtpCall call);
    void close(FtpCall call) { connection_.close(call.now, call.out); }
    void note(RecordKind kind, std::string_view text, FtpCall call) const {
        connection_.note(kind, text, {}, call.out);
    }

    template <const ReplyDef& R, typename... Values>
    void reply(FtpCall call, const Values&... values) {
        static_assert(R.code < 400, "a refusal has a reason: use refuse");
        connection_.say(fmt::format("{} {}", R.code, filled<R>(values...)), call.out);
    }
    template <const ReplyDef& R, typename... Values>
    void refuse(FtpCall call, Because why, const Values&... values) {
        const std::string line = fmt::format("{} {}", R.code, filled<R>(values...));
        connection_.note(RecordKind::refusal, fmt::format("{}: {}", line, why.reason),
                         std::move(why.rests_on), call.out, std::move(why.consulted));
        connection_.say(line, call.out);
    }

    // Security and login (session_access.cpp).
    void run_auth(std::string_view operand, FtpCall call);
    void run_pbsz(std::string_view operand, FtpCall call);
    void run_prot(std::string_view operand, FtpCall call);
    void run_ccc(std::string_view operand, FtpCall call);
    void run_user(std::string_view operand, FtpCall call);
    void run_pass(std::string_view operand, FtpCall call);
    void run_acct(std::string_view operand, FtpCall call);
    void run_rein(std::string_view operand, FtpCall call);
    void run_quit(std::string_view operand, FtpCall call);
    void forget_login();
    void admit(FtpCall call);
    std::string place_text() const;

    // Talk (session_talk.cpp).
    void run_noop(std::string_view operand, FtpCall call);
    void run_help(std::string_view operand, FtpCall call);
    void run_feat(std::string_view operand, FtpCall call);
    void run_opts(std::string_view operand, FtpCall call);
    void run_syst(std::string_view operand, FtpCall call);
    void run_stat(std::string_view operand, FtpCall call);
    void run_site(std::string_view operand, FtpCall call);
    void run_site_format(const std::vector<std::string_view>& words, FtpCall call);
    void run_allo(std::string_view operand, FtpCall call);
    void run_type(std::string_view operand, FtpCall call);
    void run_stru(std::string_view operand, FtpCall call);
    void run_mode(std::string_view operand, FtpCall call);

    // Places and files (session_files.cpp).
    void run_cwd(std::string_view operand, FtpCall call);
    void run_cdup(std::string_view operand, FtpCall call);
    void run_pwd(std::string_view operand, FtpCall call);
    void run_mkd(std::string_view operand, FtpCall call);
    void run_rmd(std::string_view operand, FtpCall call);
    void run_dele(std::string_view operand, FtpCall call);
    void run_rnfr(std::string_view operand, FtpCall call);
    void run_rnto(std::string_view operand, FtpCall call);
    void run_size(std::string_view operand, FtpCall call);
    void run_mdtm(std::string_view operand, FtpCall call);
    [[nodiscard]] FileError locate(std::string_view operand, Place& at, std::string& name, FtpCall call);
    void refuse_file(std::string_view what, FileError error, FtpCall call);
    [[nodiscard]] FileError listing(std::string_view operand, bool names_only, std::string& text,
                                    FtpCall call);

    // Data connections and transfers (session_transfer.cpp).
    void run_pasv(std::string_view operand, FtpCall call);
    void run_epsv(std::string_view operand, FtpCall call);
    void run_port(std::string_view operand, FtpCall call);
    void run_eprt(std::string_view operand, FtpCall call);
    void run_rest(std::string_view operand, FtpCall call);
    void run_abor(std::string_view operand, FtpCall call);
    void run_list(std::string_view operand, FtpCall call);
    void run_nlst(std::string_view operand, FtpCall call);
    void run_retr(std::string_view operand, FtpCall call);
    void run_stor(std::string_view operand, FtpCall call);
    void run_appe(std::string_view operand, FtpCall call);
    void run_stou(std::string_view operand, FtpCall call);
    void open_passive(Passive how, FtpCall call);
    void passive_opened(FtpCall call);
    void aim(Endpoint target, FtpCall call);
    [[nodiscard]] bool data_allowed(FtpCall call);
    void begin(Job job, FtpCall call);
    void upload(std::string_view operand, Kind kind, FtpCall call);
    void say_begun(bool open_already, FtpCall call);
    void data_ready(FtpCall call);
    void data_event(const DataEvent& event, FtpCall call);
    void data_failed(const DataEvent& event, FtpCall call);
    void store_upload(FtpCall call);
    void transfer_over(FtpCall call);
    void job_over(FtpCall call);
    template <const ReplyDef& R, typename... Values>
    void transfer_refused(FtpCall call, Because why, const Values&... values) {
        data_.drop(call);
        job_over(call);
        refuse<R>(call, std::move(why), values...);
        run_lines(call);
    }

    CommandConnection connection_;
    std::deque<std::string> waiting_;  ///< commands that came while another is under way
    Phase phase_ = Phase::ready;
    bool running_ = false;
    std::optional<Instant> data_deadline_;

    bool buffer_size_given_ = false, private_data_ = false, implied_private_ = false;
    Userid user_;
    bool user_given_ = false, anonymous_ = false, logged_in_ = false;
    unsigned failed_logins_ = 0;
    Place place_;
    bool binary_ = false;
    ListFormat list_format_;
    std::size_t lrecl_ = 0;
    std::optional<std::pair<Place, std::string>> rename_from_;
    std::size_t restart_at_ = 0;
    bool extended_only_ = false;  ///< EPSV ALL
    Passive passive_ = Passive::none;
    DataConnection data_;
    std::optional<Job> job_;
};

}  // namespace vmlab::services

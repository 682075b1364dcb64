// Security and login of an FTP session: AUTH, PBSZ, PROT, CCC (RFC 2228, 4217), USER, PASS, REIN, QUIT.
#include <algorithm>
#include <charconv>

#include "services/ftp/session.hpp"

namespace vmlab::services {

using namespace ftp_reply;

void FtpSession::run_auth(std::string_view operand, FtpCall call) {
    const auto& config = call.shared.config;
    const std::string mechanism = upper(trimmed(operand));
    // RFC 4217 2: TLS and TLS-C leave the data connection in clear until PROT; SSL and TLS-P imply PROT P.
    const bool implies_private = mechanism == "SSL" || mechanism == "TLS-P";
    if (mechanism.empty()) return refuse<kBadArgument>(call, {"AUTH without a mechanism"}, "AUTH");
    if (!implies_private && mechanism != "TLS" && mechanism != "TLS-C")
        return refuse<kMechanism>(call, {"only TLS is known"}, shown(mechanism, 24));
    if (connection_.secured()) return refuse<kSecureAlready>(call, {"AUTH inside TLS"});
    const auto known = config.tls_label->empty() ? TlsStatus::label_unknown : TlsStatus::ready;
    const auto verdict = decide(*config.secure_control, ClientWish::asks, known);
    if (verdict.decision == SecureDecision::refuse_tls)
        return refuse<kSecurityNever>(call, {std::string(verdict.reason), {config.secure_control.where}});
    if (verdict.decision != SecureDecision::secure) {
        refuse<kNoSecurityNow>(call, {"there is no TLSLABEL statement", {config.secure_control.where}});
        return close(call);
    }
    if (!waiting_.empty())
        return connection_.abort({"command injection: commands in clear arrived behind AUTH"}, call.out);
    implied_private_ = implies_private;
    data_.drop(call);
    connection_.ask_for_tls(config.tls_label, config.client_cert_check,
                            fmt::format("{} {}", kSecurityOk.code, filled<kSecurityOk>()), call.out);
}

void FtpSession::run_pbsz(std::string_view operand, FtpCall call) {
    const auto text = trimmed(operand);
    if (!connection_.secured()) return refuse<kBadSequenceFor>(call, {"PBSZ in clear"}, "AUTH first");
    std::uint32_t size = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), size);
    if (error != std::errc{} || end != text.data() + text.size())
        return refuse<kBadArgument>(call, {"PBSZ wants a number below 2^32"}, "PBSZ");
    buffer_size_given_ = true;
    // RFC 4217 8: under TLS the size is always 0; another wish is answered with what holds.
    if (size == 0) reply<kBufferSize>(call);
    else reply<kBufferSizeZero>(call);
}

void FtpSession::run_prot(std::string_view operand, FtpCall call) {
    const auto& config = call.shared.config;
    const std::string level = upper(trimmed(operand));
    if (!connection_.secured() || !buffer_size_given_)
        return refuse<kBadSequence>(call, {connection_.secured() ? "PROT before PBSZ" : "PROT in clear"});
    if (level == "S" || level == "E")
        return refuse<kProtectionLevel>(call, {"TLS gives C and P only (RFC 4217 9)"}, level);
    if (level != "C" && level != "P")
        return refuse<kBadParameter>(call, {"not a protection level"}, shown(level, 8));
    const auto wish = level == "P" ? ClientWish::asks : ClientWish::does_not;
    const auto verdict = decide(*config.secure_data, wish, TlsStatus::ready);
    if (verdict.decision != SecureDecision::secure && verdict.decision != SecureDecision::clear)
        return refuse<kProtectionPolicy>(
            call, {fmt::format("data connections: {}", verdict.reason), {config.secure_data.where}}, level);
    // A passive port opened under another level holds its bytes for TLS, or does not: it is given up.
    if (private_data_ != (level == "P")) data_.drop(call);
    private_data_ = level == "P";
    data_.protect(private_data_);
    reply<kProtection>(call, private_data_ ? "private" : "clear");
}

void FtpSession::run_ccc(std::string_view, FtpCall call) {
    if (!connection_.secured())
        return refuse<kBadSequenceFor>(call, {"CCC in clear"}, "the connection is not secure");
    // A control connection that goes back to clear lets an attacker write commands into it (RFC 4217 6).
    refuse<kClearRefused>(call, {"TLS is never taken off a control connection"});
}

void FtpSession::run_user(std::string_view operand, FtpCall call) {
    const auto& config = call.shared.config;
    const auto verdict =
        decide(*config.secure_control, connection_.secured() ? ClientWish::asks : ClientWish::does_not,
               TlsStatus::ready);
    if (verdict.decision == SecureDecision::demand_tls)
        return refuse<kAuthFirst>(call, {std::string(verdict.reason), {config.secure_control.where}});
    forget_login();
    const auto name = trimmed(operand);
    anonymous_ = iequals(name, "ANONYMOUS") || iequals(name, "ANONYMOU");
    const auto user = anonymous_ ? Userid("ANONYMOU") : Userid::parse(name).value_or(Userid());
    if (name.empty()) return refuse<kBadArgument>(call, {"USER without a userid"}, "USER");
    // Whether the userid exists is not told before the password: that would let anybody list the userids.
    user_ = user;
    connection_.set_user(user_.view());
    user_given_ = true;
    reply<kSendPassword>(call);
}

void FtpSession::run_pass(std::string_view operand, FtpCall call) {
    const auto& config = call.shared.config;
    if (!user_given_) return refuse<kBadSequence>(call, {"PASS without USER"});
    user_given_ = false;
    std::string reason;
    std::vector<SourceLocation> rests_on;
    if (anonymous_ && !*config.anonymous) {
        reason = "anonymous users are not admitted";
        rests_on.push_back(config.anonymous.where);
    } else if (!anonymous_) {
        auto verdict = call.out.files().check_password(user_, operand, *config.passwords);
        if (!verdict.valid) {
            reason = std::move(verdict.reason);
            rests_on = std::move(verdict.rests_on);
            if (config.passwords.where.known()) rests_on.push_back(config.passwords.where);
        }
    }
    if (reason.empty()) return admit(call);
    ++failed_logins_;
    if (failed_logins_ >= config.max_failed_logins) {
        refuse<kManyFailures>(call, {fmt::format("{} failed logins", failed_logins_)});
        return close(call);
    }
    const Userid user = user_;
    refuse<kLoginRejected>(call, {reason, rests_on}, user.empty() ? "?" : user.view());
    forget_login();
}

void FtpSession::admit(FtpCall call) {
    logged_in_ = true;
    failed_logins_ = 0;
    place_ = call.out.files().home_of(user_);
    note(RecordKind::state, connection_.secured() ? "logged in over TLS" : "logged in, in clear", call);
    if (place_.kind == Place::Kind::none) return reply<kLoggedInNowhere>(call, user_);
    reply<kLoggedIn>(call, user_, place_text());
}

void FtpSession::run_acct(std::string_view, FtpCall call) {
    if (!logged_in_) return refuse<kBadSequence>(call, {"ACCT before a login"});
    // Minidisk passwords: access is decided by the directory and its links.
    refuse<kNotSimulated>(call, {"minidisk passwords are not simulated"}, "ACCT");
}

void FtpSession::run_rein(std::string_view, FtpCall call) {
    // RFC 4217 11: REIN would have to end TLS as well; the connection stays secure, so it is refused.
    if (connection_.secured())
        return refuse<kNotSimulated>(call, {"REIN would take TLS off the connection"}, "REIN under TLS");
    data_.drop(call);
    forget_login();
    reply<kReady>(call);
}

void FtpSession::run_quit(std::string_view, FtpCall call) {
    reply<kGoodbye>(call);
    note(RecordKind::close, "QUIT", call);
    close(call);
}

void FtpSession::forget_login() {
    user_ = Userid();
    connection_.set_user({});
    user_given_ = anonymous_ = logged_in_ = false;
    place_ = Place();
    binary_ = false;
    lrecl_ = 0;
    extended_only_ = false;
    rename_from_.reset();
    restart_at_ = 0;
}

}  // namespace vmlab::services

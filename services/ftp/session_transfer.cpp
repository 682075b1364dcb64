// Data connections and transfers of an FTP session: PASV, EPSV, PORT, EPRT, LIST, RETR, STOR, APPE, REST,
// ABOR.
#include <fmt/core.h>

#include <algorithm>
#include <charconv>

#include "services/ftp/session.hpp"

namespace vmlab::services {
namespace {

using What = DataEvent::What;

constexpr Duration kDataWait = seconds{60};
constexpr Duration kDataStall = seconds{300};
constexpr Duration kCloseWait = seconds{10};
constexpr std::uint16_t kLowestClientPort = 1024;

template <typename Number>
bool read_number(std::string_view text, Number& value) {
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    return error == std::errc{} && end == text.data() + text.size() && !text.empty();
}

/// "h1,h2,h3,h4,p1,p2"
std::optional<Endpoint> read_port_operand(std::string_view text) {
    unsigned field[6] = {};
    for (int i = 0; i < 6; ++i) {
        const auto comma = i < 5 ? text.find(',') : text.size();
        if (comma == std::string_view::npos || !read_number(text.substr(0, comma), field[i]) ||
            field[i] > 255)
            return std::nullopt;
        text.remove_prefix(i < 5 ? comma + 1 : comma);
    }
    return Endpoint{Ipv4Address::of(field[0], field[1], field[2], field[3]),
                    std::uint16_t(field[4] << 8 | field[5])};
}

/// Text as it travels under TYPE A: every line ends in CR LF.
std::string to_network(const std::string& lines) {
    std::string text;
    text.reserve(lines.size() + lines.size() / 16);
    for (const char c : lines) {
        if (c == '\n') text += '\r';
        text += c;
    }
    return text;
}

/// The inverse; a LF alone is taken for a line end as well, a CR alone stays.
std::string from_network(const std::string& text) {
    std::string lines;
    lines.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '\r' && i + 1 < text.size() && text[i + 1] == '\n') continue;
        lines += text[i];
    }
    return lines;
}

}  // namespace

using namespace ftp_reply;

// ── where the data connection is to be
// ──────────────────────────────────────────────────────────────────────────

void FtpSession::run_pasv(std::string_view, FtpCall call) {
    if (extended_only_) return refuse<kBadSequenceFor>(call, {"PASV after EPSV ALL"}, "EPSV ALL was given");
    if (!connection_.local().address.is_v4())
        return refuse<kNoData>(call, {"PASV cannot name an IPv6 address"}, "use EPSV");
    open_passive(Passive::pasv, call);
}

void FtpSession::run_epsv(std::string_view operand, FtpCall call) {
    const std::string family = upper(trimmed(operand));
    const char* own = connection_.local().address.is_v4() ? "1" : "2";
    if (family == "ALL") {
        extended_only_ = true;
        return reply<kPassiveAll>(call);
    }
    if (!family.empty() && family != own)
        return refuse<kFamily>(call, {"EPSV for another address family than the control connection's"}, own);
    open_passive(Passive::epsv, call);
}

void FtpSession::open_passive(Passive how, FtpCall call) {
    data_.drop(call);
    data_.protect(private_data_);
    if (!data_.listen(call))
        return refuse<kNoPassivePort>(
            call, {"every port of PASSIVEPORTRANGE is in use", {call.shared.config.passive_ports.where}});
    passive_ = how;
    phase_ = Phase::opening;
}

void FtpSession::passive_opened(FtpCall call) {
    phase_ = Phase::ready;
    const std::uint16_t port = data_.port();
    if (passive_ == Passive::epsv) {
        reply<kExtendedPassive>(call, port);
    } else {
        Ipv4Address tell = connection_.local().address.v4();
        for (const auto& masquerade : call.shared.system.masquerades)
            if (masquerade.peer == connection_.peer().address) tell = masquerade.tell;
        std::string address = tell.str();
        std::replace(address.begin(), address.end(), '.', ',');
        reply<kPassive>(call, fmt::format("{},{},{}", address, port >> 8, port & 0xff));
    }
    run_lines(call);
}

void FtpSession::run_port(std::string_view operand, FtpCall call) {
    if (extended_only_) return refuse<kBadSequenceFor>(call, {"PORT after EPSV ALL"}, "EPSV ALL was given");
    const auto target = read_port_operand(trimmed(operand));
    if (!target) return refuse<kBadArgument>(call, {"PORT wants h1,h2,h3,h4,p1,p2"}, "PORT");
    aim(*target, call);
}

void FtpSession::run_eprt(std::string_view operand, FtpCall call) {
    if (extended_only_) return refuse<kBadSequenceFor>(call, {"EPRT after EPSV ALL"}, "EPSV ALL was given");
    const auto text = trimmed(operand);
    const char mark = text.empty() ? '|' : text.front();
    std::vector<std::string_view> field;
    for (std::size_t begin = 1; begin < text.size() && field.size() < 4;) {
        const auto end = std::min(text.find(mark, begin), text.size());
        field.push_back(text.substr(begin, end - begin));
        begin = end + 1;
    }
    std::uint16_t port = 0;
    if (field.size() != 3 || !text.ends_with(mark) || !read_number(field[2], port))
        return refuse<kBadArgument>(call, {"EPRT wants |family|address|port|"}, "EPRT");
    const bool v4 = connection_.local().address.is_v4();
    const char* own = v4 ? "1" : "2";
    if (field[0] != own)
        return refuse<kFamily>(call, {"EPRT names another address family than the control connection's"},
                               own);
    const auto address = IpAddress::parse(field[1]);
    if (!address || address->is_v4() != v4)
        return refuse<kBadArgument>(call, {fmt::format("EPRT names no {} address", v4 ? "IPv4" : "IPv6")},
                                    "EPRT");
    aim(Endpoint{*address, port}, call);
}

void FtpSession::aim(Endpoint target, FtpCall call) {
    // RFC 2577: a server that connects anywhere it is told is a weapon (the bounce attack).
    if (target.address != connection_.peer().address)
        return refuse<kBadParameter>(
            call,
            {fmt::format("data connections go to the client's own address only, not to {}", target.str())},
            "The address");
    if (target.port < kLowestClientPort)
        return refuse<kBadParameter>(
            call, {fmt::format("data connections go to no port below {}", kLowestClientPort)}, "The port");
    data_.aim(target, call);
    data_.protect(private_data_);
    reply<kPortAccepted>(call);
}

// ── transfer commands
// ───────────────────────────────────────────────────────────────────────────────────────────

void FtpSession::run_rest(std::string_view operand, FtpCall call) {
    std::size_t offset = 0;
    if (!read_number(trimmed(operand), offset))
        return refuse<kBadArgument>(call, {"REST wants a number"}, "REST");
    if (!binary_ && offset != 0)
        return refuse<kBadParameter>(call, {"REST counts bytes of TYPE I only"}, "REST under TYPE A");
    restart_at_ = offset;
    reply<kPending>(call, fmt::format("Restarting at {}", offset));
}

void FtpSession::run_list(std::string_view operand, FtpCall call) {
    if (!data_allowed(call)) return;
    Job job{Kind::list, {}, {}, {}};
    const auto error = listing(operand, false, job.content, call);
    if (error != FileError::none) return refuse_file(trimmed(operand), error, call);
    job.content = to_network(job.content);
    begin(std::move(job), call);
}

void FtpSession::run_nlst(std::string_view operand, FtpCall call) {
    if (!data_allowed(call)) return;
    Job job{Kind::names, {}, {}, {}};
    const auto error = listing(operand, true, job.content, call);
    if (error != FileError::none) return refuse_file(trimmed(operand), error, call);
    job.content = to_network(job.content);
    begin(std::move(job), call);
}

void FtpSession::run_retr(std::string_view operand, FtpCall call) {
    if (!data_allowed(call)) return;
    Job job{Kind::retrieve, {}, {}, {}};
    auto error = locate(operand, job.at, job.name, call);
    if (error == FileError::none)
        error = call.out.files().read(user_, job.at, job.name, binary_ ? Transfer::binary : Transfer::text,
                                      job.content);
    if (error != FileError::none) return refuse_file(trimmed(operand), error, call);
    if (!binary_) job.content = to_network(job.content);
    if (restart_at_ > job.content.size())
        return refuse<kBadParameter>(call, {"REST points behind the end of the file"}, "The restart point");
    job.content.erase(0, restart_at_);
    begin(std::move(job), call);
}

void FtpSession::run_stor(std::string_view operand, FtpCall call) { upload(operand, Kind::store, call); }

void FtpSession::run_appe(std::string_view operand, FtpCall call) { upload(operand, Kind::append, call); }

void FtpSession::run_stou(std::string_view, FtpCall call) {
    for (unsigned number = 1; number < 10000; ++number) {
        const std::string name = fmt::format("STOU{:04}.FILE", number);
        FileInfo info;
        const auto error = call.out.files().info(user_, place_, name, info);
        if (error == FileError::not_found) return upload(name, Kind::store, call);
        if (error != FileError::none) return refuse_file("STOU", error, call);
    }
    refuse_file("STOU", FileError::exists, call);
}

void FtpSession::upload(std::string_view operand, Kind kind, FtpCall call) {
    if (!data_allowed(call)) return;
    Job job{kind, {}, {}, {}};
    auto error = locate(operand, job.at, job.name, call);
    if (error == FileError::none && job.at.read_only) error = FileError::read_only;
    if (error == FileError::none && (kind == Kind::append || restart_at_ > 0)) {
        error = call.out.files().read(user_, job.at, job.name, binary_ ? Transfer::binary : Transfer::text,
                                      job.content);
        if (error == FileError::not_found && kind == Kind::append) error = FileError::none;
    }
    if (error != FileError::none) return refuse_file(trimmed(operand), error, call);
    if (kind == Kind::store) {
        if (restart_at_ > job.content.size())
            return refuse<kBadParameter>(call, {"REST points behind the end of the file"},
                                         "The restart point");
        job.content.resize(restart_at_);
    }
    begin(std::move(job), call);
}

// ── the course of a transfer
// ────────────────────────────────────────────────────────────────────────────────────

/// SECUREDATA against PROT, and whether there is a data connection to be used at all.
bool FtpSession::data_allowed(FtpCall call) {
    const auto& config = call.shared.config;
    const auto verdict = decide(*config.secure_data, private_data_ ? ClientWish::asks : ClientWish::does_not,
                                TlsStatus::ready);
    if (verdict.decision != SecureDecision::clear && verdict.decision != SecureDecision::secure) {
        refuse<kDataPolicy>(
            call, {fmt::format("data connections: {}", verdict.reason), {config.secure_data.where}});
        data_.drop(call);
        return false;
    }
    if (data_.state() != DataConnection::State::none) return true;
    const DataEvent failure = data_.failure();
    if (failure.what == What::nothing)
        refuse<kNoData>(call, {"no PASV, EPSV, PORT or EPRT before the transfer"}, "PASV or PORT first");
    else data_failed(failure, call);
    return false;
}

void FtpSession::begin(Job job, FtpCall call) {
    const bool is_upload = job.kind == Kind::store || job.kind == Kind::append;
    if (is_upload) data_.expect(call.shared.config.max_file_bytes);
    phase_ = Phase::transferring;
    job_ = std::move(job);
    data_deadline_ = call.now + kDataWait;
    const auto state = data_.state();
    say_begun(state == DataConnection::State::open || state == DataConnection::State::securing, call);
    if (connection_.is_over()) return;
    if (state == DataConnection::State::aimed) return data_.connect(call);
    data_event(data_.begin(call), call);
}

void FtpSession::say_begun(bool open_already, FtpCall call) {
    const std::string name = shown(job_->name);
    switch (job_->kind) {
        case Kind::list:
        case Kind::names: return open_already ? reply<kListOpen>(call) : reply<kListOpening>(call);
        case Kind::retrieve:
            return open_already ? reply<kSendOpen>(call, name) : reply<kSendOpening>(call, name);
        case Kind::store:
        case Kind::append:
            return open_already ? reply<kStoreOpen>(call, name) : reply<kStoreOpening>(call, name);
    }
}

void FtpSession::receive_data(const SocketNotice& notice, FtpCall call) {
    if (connection_.is_over()) return;
    data_event(data_.receive(notice, call), call);
    give_up_transfer_if_over(call);
}

void FtpSession::data_event(const DataEvent& event, FtpCall call) {
    if (event.what == What::listening) return passive_opened(call);
    if (event.what == What::no_port) {
        phase_ = Phase::ready;
        refuse<kNoPassivePort>(call, {event.why, {call.shared.config.passive_ports.where}});
        return run_lines(call);
    }
    if (!job_) {
        // Before the transfer command: what failed is told when the command comes.
        if (event.what == What::overflow) data_.drop(call);
        if (event.what == What::broken || event.what == What::overflow || event.what == What::refused ||
            event.what == What::insecure)
            call.out.record({RecordKind::refusal,
                             "FTP data connection ended before a transfer: " + event.why,
                             {},
                             data_.about()});
        return;
    }
    switch (event.what) {
        case What::ready: return data_ready(call);
        case What::progress: data_deadline_ = call.now + kDataStall; return;
        case What::drained: data_deadline_ = call.now + kCloseWait; return;
        case What::finished:
            if (job_->kind == Kind::store || job_->kind == Kind::append) return store_upload(call);
            if (!event.why.empty()) note(RecordKind::decision, "transfer ended: " + event.why, call);
            return transfer_over(call);
        case What::refused:
        case What::insecure:
        case What::failed:
        case What::overflow:
        case What::broken: return data_failed(event, call);
        case What::nothing:
        case What::listening:
        case What::no_port: return;
    }
}

void FtpSession::data_failed(const DataEvent& event, FtpCall call) {
    const auto& config = call.shared.config;
    const bool begun = job_ && job_->started;
    switch (event.what) {
        case What::refused:
            return transfer_refused<kNoData>(call, {event.why, {}, {data_.about()}},
                                             "temporarily unable to process security");
        case What::insecure:
            return transfer_refused<kDataSecurity>(
                call, {"data connection: " + event.why, {config.tls_label.where}});
        case What::overflow:
            return transfer_refused<kTooBig>(call, {event.why},
                                             job_ ? shown(job_->name) : std::string("File"));
        default: break;
    }
    if (begun) return transfer_refused<kTransferBroken>(call, {"data connection: " + event.why}, event.why);
    transfer_refused<kNoData>(call, {event.why}, event.why);
}

void FtpSession::data_ready(FtpCall call) {
    job_->started = true;
    data_deadline_ = call.now + kDataStall;
    if (job_->kind == Kind::store || job_->kind == Kind::append) {
        if (data_.peer_closed()) store_upload(call);
        return;
    }
    if (data_.gone()) return data_failed({What::broken, "the client closed the data connection"}, call);
    const Buffer content = Buffer::copy_of(job_->content);
    job_->content = {};
    data_.send(content, call);
}

/// The client closed its side in order: only now the file comes into being, whole.
void FtpSession::store_upload(FtpCall call) {
    std::string bytes = data_.take(call);
    data_.close(call);
    if (!binary_) bytes = from_network(bytes);
    if (!job_->content.empty()) bytes = job_->content + bytes;
    const std::size_t size = bytes.size();
    const auto error =
        call.out.files().write(user_, job_->at, job_->name, binary_ ? Transfer::binary : Transfer::text,
                               std::move(bytes), lrecl_, call.now);
    if (error == FileError::none) {
        note(RecordKind::state, fmt::format("stored {}, {} bytes", shown(job_->name), size), call);
        return transfer_over(call);
    }
    const std::string name = job_->name;
    job_over(call);
    refuse_file(name, error, call);
    run_lines(call);
}

void FtpSession::transfer_over(FtpCall call) {
    data_.close(call);
    const bool listed = job_->kind == Kind::list || job_->kind == Kind::names;
    job_over(call);
    if (listed) reply<kListDone>(call);
    else reply<kTransferDone>(call);
    run_lines(call);
}

/// The session is its client's again; INACTIVE counts from here.
void FtpSession::job_over(FtpCall call) {
    job_.reset();
    data_deadline_.reset();
    phase_ = Phase::ready;
    connection_.touch(call.now);
}

void FtpSession::run_abor(std::string_view, FtpCall call) {
    if (phase_ == Phase::transferring) {
        const std::string name = job_ ? shown(job_->name) : "";
        data_.drop(call);
        job_over(call);
        refuse<kTransferBroken>(call, {fmt::format("{}: the client sent ABOR", name)}, "ABOR");
    } else {
        data_.drop(call);
    }
    reply<kAborted>(call);
    run_lines(call);
}

}  // namespace vmlab::services

// A server that listens on one port and gives every connection a session: what FTP, SMTP and the small
// servers have in common.
//
//   start ── TLSLABEL configured ──► verifying ── known ──► opening ── Listening ──► serving
//     │                                 └─ unknown, or no SSL server: said ──► ended
//     └──── no TLSLABEL ───────────────────────────────────► opening ── ListenFailed ──► ended
//
// Session has: using Shared (config, system: what all sessions of one server share);
//              Session(const Accepted&, Call<Shared>); void greet(call), receive(notice, call), tick(call);
//              std::optional<Instant> deadline() const; bool ended() const.
// Words has the server's own messages and replies as static functions: listens(userid, port),
// port_refused(port, why), too_many(shared) ("" = no word, reset); with a TLSLABEL: label_unknown(label),
// no_ssl_server(label), changed(setting, value, by); with commands: not_authorized(who), ends(userid, by).
#pragma once

#include <fmt/core.h>

#include <algorithm>
#include <deque>
#include <memory>

#include "services/command_connection.hpp"
#include "services/secure_upgrade.hpp"
#include "services/session_table.hpp"
#include "stack/base/overloaded.hpp"

namespace vmlab::services {

/// One call into a server: what its sessions share, when it is, where consequences go.
template <typename Shared>
struct Call {
    Shared& shared;
    Instant now;
    Host& out;
};

template <typename Session, typename Words>
class PortServer : public Service {
public:
    using Shared = typename Session::Shared;
    using ServerCall = Call<Shared>;

    template <typename Config>
    PortServer(Config config, SystemFacts system) : shared_{std::move(config), std::move(system)} {}

    void start(Instant now, Host& out) override {
        const ServerCall call{shared_, now, out};
        if constexpr (requires { shared_.config.tls_label; }) {
            const auto& label = shared_.config.tls_label;
            if (!label->empty()) return out.request(TlsQueryRequest{*label, label.where});
            warn_without_label(call);
        }
        open_port(call);
    }
    void receive(Input what, Instant now, Host& out) override {
        if (phase_ == Phase::ended) return;
        const ServerCall call{shared_, now, out};
        std::visit(overloaded{
                       [&](const SocketNotice& notice) { receive_notice(notice, call); },
                       [&](const SmsgArrived& smsg) { receive_smsg(smsg, call); },
                       [](const TerminalOutput&) {},
                   },
                   what);
    }
    void tick(Instant now, Host& out) override {
        while (const auto socket = sessions_.due(now)) {
            sessions_.find(*socket)->tick({shared_, now, out});
            sessions_.settle(*socket);
        }
    }
    [[nodiscard]] std::optional<Instant> next_deadline() const override { return sessions_.next_deadline(); }
    std::size_t session_count() const { return sessions_.size(); }

protected:
    virtual void receive_smsg(const SmsgArrived& smsg, ServerCall call) {
        call.out.smsg(smsg.from, fmt::format("{} has no commands", call.shared.system.userid.view()));
    }
    /// TLS is configured without a label.
    virtual void warn_without_label(ServerCall) {}
    virtual void say(Said said, ServerCall call) { call.out.console(std::move(said)); }
    /// A notice that is neither about the server's port nor about a label.
    virtual void route(const SocketNotice& notice, ServerCall call) {
        const SocketId socket = std::visit(
            [](const auto& n) -> SocketId {
                if constexpr (requires { n.socket; }) return n.socket;
                else return 0;
            },
            notice);
        Session* session = sessions_.find(socket);
        if (session == nullptr) return;
        session->receive(notice, call);
        sessions_.settle(socket);
    }

    // What commands by SMSG have in common.

    /// May this user give privileged commands? Says and records when not.
    [[nodiscard]] bool is_authorized(const Userid& who, ServerCall call) {
        const auto& authorized = call.shared.system.authorized;
        if (std::find(authorized.begin(), authorized.end(), who) != authorized.end()) return true;
        constexpr std::string_view kReply = "You are not authorized to issue this command";
        const auto& list = call.shared.system.authorized_where;
        call.out.record({RecordKind::refusal,
                         fmt::format("{}: SMSG from {} refused: {}", call.shared.system.userid.view(),
                                     who.view(), kReply),
                         {list}});
        say(Words::not_authorized(who).because(list), call);
        call.out.smsg(who, std::string(kReply));
        return false;
    }
    /// TLSLABEL: holds from the answer on, if the label is known.
    void ask_for_label(const Userid& by, std::string label, ServerCall call) {
        labels_asked_.push_back({by, label});
        call.out.request(TlsQueryRequest{std::move(label), {}});
    }
    /// Ends the sessions that `chosen` names with this reply; how many.
    template <typename Chosen>
    std::size_t dismiss(Chosen&& chosen, const std::string& reply, const std::string& why, ServerCall call) {
        std::size_t count = 0;
        for (const SocketId socket : sessions_.sockets()) {
            if (!chosen(socket, *sessions_.find(socket))) continue;
            sessions_.find(socket)->dismiss(reply, {why, {}}, call);
            sessions_.settle(socket);
            ++count;
        }
        return count;
    }
    void shut_down(const Userid& by, const std::string& reply, ServerCall call) {
        say(Words::ends(call.shared.system.userid, by), call);
        dismiss([](SocketId, const Session&) { return true; }, reply,
                fmt::format("the server ends at the request of {}", by.view()), call);
        call.out.request(UnlistenRequest{*call.shared.config.port});
        end(0, call);
    }

    Shared shared_;
    SessionTable<Session> sessions_;

private:
    enum class Phase { verifying, opening, serving, ended };
    struct LabelAsked {
        Userid by{};
        std::string label;
    };
    /// The return code with which the program ends when it cannot start.
    static constexpr int kCannotStart = 8;

    void open_port(ServerCall call) {
        phase_ = Phase::opening;
        const auto& port = call.shared.config.port;
        ListenRequest request{*port, port.where};
        if constexpr (requires { shared_.config.keep_alive; }) request.keep_alive = shared_.config.keep_alive;
        call.out.request(std::move(request));
    }
    void end(int return_code, ServerCall call) {
        phase_ = Phase::ended;
        sessions_.clear();
        call.out.end(return_code);
    }
    void receive_notice(const SocketNotice& notice, ServerCall call) {
        const auto& port = call.shared.config.port;
        if (const auto* answer = std::get_if<TlsAnswer>(&notice)) return receive_answer(*answer, call);
        if (const auto* up = std::get_if<Listening>(&notice); up != nullptr && up->port == *port) {
            phase_ = Phase::serving;
            return say(Words::listens(call.shared.system.userid, up->port), call);
        }
        if (const auto* no = std::get_if<ListenFailed>(&notice); no != nullptr && no->port == *port) {
            say(Words::port_refused(no->port, no->why).because(port.where), call);
            return end(kCannotStart, call);
        }
        if (const auto* accepted = std::get_if<Accepted>(&notice);
            accepted != nullptr && accepted->port == *port)
            return accept(*accepted, call);
        route(notice, call);
    }
    void accept(const Accepted& accepted, ServerCall call) {
        if (sessions_.size() < call.shared.config.max_sessions) {
            auto session = std::make_unique<Session>(accepted, call);
            sessions_.add(accepted.socket, std::move(session)).greet(call);
            return sessions_.settle(accepted.socket);
        }
        call.out.record({RecordKind::refusal,
                         fmt::format("{} {}: refused, {} sessions are open", call.shared.system.userid.view(),
                                     accepted.peer.str(), sessions_.size()),
                         {}});
        const std::string reply = Words::too_many(call.shared);
        if (reply.empty()) return call.out.request(AbortRequest{accepted.socket});
        SocketWriter writer(accepted.socket);
        writer.send(reply + "\r\n", call.out);
        writer.close(call.out);
    }
    void receive_answer(const TlsAnswer& answer, ServerCall call) {
        if constexpr (requires { shared_.config.tls_label; }) {
            auto& label = call.shared.config.tls_label;
            const bool ready = answer.status == TlsStatus::ready;
            const bool own = phase_ == Phase::verifying && answer.label == *label;
            if (!ready) {
                Said said = answer.status == TlsStatus::label_unknown ? Words::label_unknown(answer.label)
                                                                      : Words::no_ssl_server(answer.label);
                if (own) said.rests_on.push_back(label.where);
                say(std::move(said), call);
            }
            if (own) return ready ? open_port(call) : end(kCannotStart, call);
            const auto asked =
                std::find_if(labels_asked_.begin(), labels_asked_.end(),
                             [&](const LabelAsked& entry) { return entry.label == answer.label; });
            if (asked == labels_asked_.end()) return;
            const Userid by = asked->by;
            labels_asked_.erase(asked);
            if (!ready)
                return call.out.smsg(by, fmt::format("TLSLABEL is unchanged: {}", text_of(answer.status)));
            label = {answer.label, {}};
            say(Words::changed("TLSLABEL", answer.label, by), call);
            call.out.smsg(by, fmt::format("TLSLABEL set to {}", answer.label));
        }
    }

    Phase phase_ = Phase::verifying;
    std::deque<LabelAsked> labels_asked_;  ///< operators' TLSLABEL commands wait for TlsAnswer
};

}  // namespace vmlab::services

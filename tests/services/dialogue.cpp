// The player of dialogue.hpp.
#include "tests/services/dialogue.hpp"

#include <fmt/core.h>

#include <sstream>
#include <utility>

#include "stack/base/overloaded.hpp"

namespace vmlab::services::test {
namespace {

Endpoint endpoint(const std::string& text) {
    const auto dots = text.rfind("..");
    REQUIRE(dots != std::string::npos);
    const auto address = IpAddress::parse(text.substr(0, dots));
    REQUIRE(address);
    return {*address, std::uint16_t(std::stoi(text.substr(dots + 2)))};
}

std::string words_of(const SocketRequest& request) {
    return std::visit(
        overloaded{
            [](const ListenRequest& r) {
                return fmt::format("listen {}{}", r.port, r.bytes_are_tls ? " for TLS" : "");
            },
            [](const UnlistenRequest& r) { return fmt::format("unlisten {}", r.port); },
            [](const ConnectRequest& r) {
                return fmt::format("connect {} to {} from {}{}", r.tag, r.peer.str(), r.local_port,
                                   r.bytes_are_tls ? " for TLS" : "");
            },
            [](const SendRequest& r) {
                return fmt::format("send {} {}{}", r.socket, r.data.view(),
                                   r.then_secure ? " [then TLS]" : "");
            },
            [](const ShutdownRequest& r) { return fmt::format("shutdown {}", r.socket); },
            [](const CloseRequest& r) { return fmt::format("close {}", r.socket); },
            [](const AbortRequest& r) { return fmt::format("abort {}", r.socket); },
            [](const TlsQueryRequest& r) { return fmt::format("ask for label {}", r.label); },
            [](const SecureRequest& r) {
                return fmt::format(
                    "secure {} {} {}{}{}", r.socket, r.role == TlsRole::server ? "server" : "client", r.label,
                    r.now ? " now" : "", r.check == ClientCertCheck::required ? " client-certificate" : "");
            },
            [](const PingRequest&) { return std::string("ping"); },
            [](const DatagramRequest& r) { return "datagram to " + r.to.str(); },
            [](const CloseDatagramsRequest&) { return std::string("no more datagrams"); },
        },
        request);
}

CloseReason reason_named(const std::string& word) {
    for (int i = 0; i <= int(CloseReason::dropped); ++i)
        if (std::string_view(name_of(CloseReason(i))).starts_with(word)) return CloseReason(i);
    FAIL("no such reason: " << word);
    return CloseReason::finished;
}

std::string escaped(std::string text) {
    for (std::size_t at = 0; (at = text.find("\r\n", at)) != std::string::npos; at += 4)
        text.replace(at, 2, "\\r\\n");
    return text;
}

std::string unescaped(std::string text) {
    for (std::size_t at = 0; (at = text.find("\\r\\n", at)) != std::string::npos; at += 2)
        text.replace(at, 4, "\r\n");
    return text;
}

}  // namespace

Dialogue::Dialogue(Service& service) : now(instant_of({2019, 10, 15, 0, 14, 11, 12, 0})), service_(service) {
    service_.start(now, *this);
}

void Dialogue::play(std::string_view script) {
    std::istringstream lines{std::string(script)};
    int number = 0;
    for (std::string line; std::getline(lines, line);) {
        ++number;
        if (const auto remark = line.find(" # "); remark != std::string::npos) line.erase(remark);
        line = std::string(trimmed(line));
        if (line.empty() || line.starts_with("# ")) continue;
        position_ = fmt::format("line {}: {}", number, line);
        const bool by_service = line.starts_with("< ") || line.starts_with("- ") ||
                                line.starts_with("console ") || line.starts_with("answer ") ||
                                line.starts_with("end ");
        if (by_service) expect(line);
        else act(line);
    }
    INFO("at the end of the play");
    CHECK_MESSAGE(done.empty(), "not expected: " << done.front());
    done.clear();
}

void Dialogue::expect(const std::string& line) {
    INFO(position_);
    if (done.empty()) {
        FAIL_CHECK("the service did nothing");
        return;
    }
    CHECK(done.front() == line);
    done.pop_front();
}

void Dialogue::act(const std::string& line) {
    {
        INFO("before ", position_);
        for (const auto& rest : done) FAIL_CHECK("not expected: " << rest);
        done.clear();
    }
    if (line == ">") return client_sends("\r\n");
    if (line.starts_with("> ")) return client_sends(unescaped(line.substr(2)) + "\r\n");
    if (line.starts_with("+ ")) return tell(line.substr(2));
    if (line.starts_with("wait ")) return wait(seconds{std::stoll(line.substr(5))});
    if (line.starts_with("say ")) {
        const auto blank = line.find(' ', 4);
        service_.receive(SmsgArrived{*Userid::parse(line.substr(4, blank - 4)), line.substr(blank + 1)}, now,
                         *this);
        return;
    }
    FAIL("not a line of a play: " << line);
}

void Dialogue::tell(const std::string& words) {
    std::istringstream in(words);
    std::string what, word, from, to;
    in >> what;
    unsigned number = 0;
    const auto rest = [&] {
        std::string text;
        std::getline(in, text);
        return unescaped(text.empty() ? text : text.substr(1));
    };
    const auto status = [](const std::string& name) {
        return name == "ready"     ? TlsStatus::ready
               : name == "unknown" ? TlsStatus::label_unknown
                                   : TlsStatus::no_server;
    };
    if (what == "listening" && in >> number) notice(Listening{std::uint16_t(number)});
    else if (what == "listen-failed" && in >> number) notice(ListenFailed{std::uint16_t(number), rest()});
    else if (what == "accepted" && in >> number >> word >> from >> word >> to)
        notice(Accepted{number, endpoint(to).port, endpoint(to), endpoint(from), bool(in >> word)});
    else if (what == "connected" && in >> number >> word)
        notice(Connected{unsigned(std::stoul(word)), number, {kServer, 20}, {kClient, 5001}});
    else if (what == "connect-failed" && in >> number) notice(ConnectFailed{number, rest()});
    else if (what == "received" && in >> number) notice(Received{number, Buffer::copy_of(rest())});
    else if (what == "peer-closed" && in >> number) notice(PeerClosed{number});
    else if (what == "closed" && in >> number) notice(Closed{number, reason_named(rest()), ""});
    else if (what == "credit" && in >> number >> word) notice(SendCredit{number, std::stoul(word)});
    else if (what == "label" && in >> word >> from) notice(TlsAnswer{word, status(from)});
    else if (what == "secure-ready" && in >> number) notice(SecureReady{number});
    else if (what == "secure-refused" && in >> number >> word)
        notice(SecureRefused{number, status(word), rest()});
    else if (what == "secured" && in >> number) notice(Secured{number, "TLS1.2", "RSA_AES_256_GCM_SHA384"});
    else if (what == "secure-failed" && in >> number) notice(SecureFailed{number, 402, rest()});
    else FAIL("not a notice: " << words);
}

void Dialogue::client_sends(std::string_view bytes) { notice(Received{client, Buffer::copy_of(bytes)}); }

void Dialogue::notice(SocketNotice what) {
    service_.receive(std::move(what), now, *this);
    give_credit();
}

/// The replies of a play arrive at once.
void Dialogue::give_credit() {
    while (!owed_.empty())
        for (const auto& credit : std::exchange(owed_, {})) service_.receive(credit, now, *this);
}

/// Passes every deadline on the way, as the world does.
void Dialogue::wait(Duration how_long) {
    const Instant until = now + how_long;
    while (const auto deadline = service_.next_deadline()) {
        if (*deadline > until) break;
        now = std::max(now, *deadline);
        service_.tick(now, *this);
        give_credit();
    }
    now = until;
}

bool Dialogue::recorded(RecordKind kind, std::string_view text) const {
    for (const auto& record : records)
        if (record.kind == kind && record.text.find(text) != std::string::npos) return true;
    return false;
}

CauseId Dialogue::record(Record what) {
    records.push_back(std::move(what));
    return CauseId(records.size());
}

void Dialogue::request(SocketRequest what) {
    const auto* send = std::get_if<SendRequest>(&what);
    if (send != nullptr && (collect || send->socket == client)) return sent(*send);
    done.push_back("- " + escaped(words_of(what)));
}

void Dialogue::sent(const SendRequest& send) {
    if (collect && send.socket != client) {
        collected += send.data.view();
        sends.push_back(send.data.size());
        return;
    }
    std::string_view text = send.data.view();
    CHECK(text.ends_with("\r\n"));
    while (!text.empty()) {
        const auto end = text.find("\r\n");
        done.push_back("< " + std::string(text.substr(0, end)));
        text.remove_prefix(end == std::string_view::npos ? text.size() : end + 2);
    }
    if (send.then_secure) done.back() += " [then TLS]";
    owed_.push_back({send.socket, send.data.size()});
}

SystemFacts system_facts(const Userid& userid) {
    SystemFacts system;
    system.userid = userid;
    system.host_name = "gdlvm7";
    system.domain = "example.com";
    system.zone = {"EDT", -hours{4}};
    system.authorized = {"TCPMAINT", "OPERATOR"};
    return system;
}

SourceLocation in_file(const Name8& name, const Name8& type, std::uint32_t line) {
    return {{name, type, {'D', '1'}}, line, 1};
}

}  // namespace vmlab::services::test

// A service's part in a play: what is said to it and what it must do, line by line, as an expert reads it.
//
//   > text                the client sends this line on the control connection (`client` names its socket)
//   < text                the service sends this line there; "< text [then TLS]" with then_secure
//   - request             what the service asks of TCPIP: listen 21, secure 1 server FTPCERT, abort 1, …
//   + notice              what TCPIP says: listening 21, accepted 1 from A..P to A..P, received 7 text, …
//   console text          a line on the console
//   say USER text         an SMSG to the service;  answer USER text: one from it
//   wait N                N seconds pass
//   end N                 the program ends with this return code
//
// The service's lines (<, -, console, answer, end) must come in exactly this order and nothing else may come
// before the next line that is said to it. Text after " # " is a remark.
#pragma once

#include <doctest/doctest.h>

#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "services/service.hpp"
#include "tests/services/memory_files.hpp"

namespace vmlab::services::test {

class Dialogue final : public Host {
public:
    /// The clock shows 2019-10-15 10:11:12 EDT, a Tuesday.
    explicit Dialogue(Service& service);

    void play(std::string_view script);
    /// Bytes of the client on the control connection, without a line end.
    void client_sends(std::string_view bytes);
    void notice(SocketNotice what);
    void wait(Duration how_long);

    /// True when a record of this kind holds this text.
    bool recorded(RecordKind kind, std::string_view text) const;
    std::vector<Record> records{};
    MemoryFiles disk{};
    SocketId client = 1;
    Instant now;
    /// Sends are collected here instead of in the play (bulk data).
    bool collect = false;
    std::string collected{};
    std::vector<std::size_t> sends{};
    /// What the service did and the play has not yet asked for.
    std::deque<std::string> done{};

    CauseId record(Record what) override;
    void request(SocketRequest what) override;
    void console(Said what) override { done.push_back("console " + what.text); }
    void console_line(std::string text) override { done.push_back("console " + text); }
    void smsg(const Userid& to, std::string text) override {
        done.push_back("answer " + to.str() + " " + text);
    }
    void terminal(TerminalInput) override {}
    void end(int return_code) override { done.push_back("end " + std::to_string(return_code)); }
    Files& files() override { return disk; }

private:
    void expect(const std::string& line);
    void act(const std::string& line);
    void tell(const std::string& words);
    void sent(const SendRequest& send);

    void give_credit();

    Service& service_;
    std::vector<SendCredit> owed_{};
    std::string position_;
};

/// The addresses of every play.
inline constexpr Ipv4Address kServer = Ipv4Address::of(9, 60, 60, 3);
inline constexpr Ipv4Address kClient = Ipv4Address::of(9, 60, 60, 100);
SystemFacts system_facts(const Userid& userid);
SourceLocation in_file(const Name8& name, const Name8& type, std::uint32_t line);

}  // namespace vmlab::services::test

// CP at its terminals: what LOGON asks for, and whom it lets in.
#include <doctest/doctest.h>

#include "simulator/machines/cp_machine.hpp"

using namespace vmlab;
using namespace vmlab::sim;

namespace {

/// Stands for a TCPIP machine: hears what CP shows on the logical devices.
struct Terminals final : Machine {
    using Machine::Machine;
    void receive(Event& event, System&) override {
        if (auto* shown = std::get_if<ToTerminal>(&event.payload)) heard.push_back(std::move(shown->output));
    }
    std::vector<TerminalOutput> heard{};
};

DirectoryEntry user(Userid name, std::string password, std::vector<Userid> logon_by = {}) {
    DirectoryEntry entry;
    entry.userid = name;
    entry.password = std::move(password);
    entry.logon_by = std::move(logon_by);
    return entry;
}

struct Bench {
    Bench() {
        directory.add(user("TCPMAINT", "SECRET"));
        directory.add(user("SERVER", "LBYONLY", {"TCPMAINT"}));
        directory.add(user("OPEN", "NOPASS"));
        auto listener = std::make_unique<Terminals>(Name8("TCPIP"));
        terminals = listener.get();
        system.add(std::move(listener));
        system.add(std::make_unique<CpMachine>(directory, sessions, "GDLRCT2", Zone{"UTC", {}}));
    }
    void open(LogicalDevice device) {
        TerminalOpened opened;
        opened.device = device;
        opened.peer = {Ipv4Address::of(9, 60, 60, 4), 1025};
        post(opened);
    }
    void type(LogicalDevice device, std::string text) {
        LineEntered line;
        line.device = device;
        line.text = std::move(text);
        post(line);
    }
    void post(TerminalInput input) {
        terminals->heard.clear();
        system.post(Name8("CP"), FromTerminal{"TCPIP", std::move(input)});
        system.run_until(system.now() + seconds{1});
    }
    bool shows(std::string_view text) const {
        for (const auto& output : terminals->heard)
            if (const auto* line = std::get_if<ShowLine>(&output); line && line->text.find(text) != text.npos)
                return true;
        return false;
    }
    bool asks_for_password() const {
        for (const auto& output : terminals->heard)
            if (const auto* state = std::get_if<ShowState>(&output); state && state->hidden_input)
                return true;
        return false;
    }
    bool sits_at(const Userid& who, LogicalDevice device) const {
        const auto* session = sessions.find(who);
        return session && session->how == CpSession::How::terminal && session->device == device;
    }

    Outside outside{};
    System system{instant_of({2019, 10, 9, 0, 12, 0, 0, 0}), seed_from_number(1), outside};
    Directory directory{};
    CpSessions sessions{};
    Terminals* terminals = nullptr;
};

}  // namespace

TEST_CASE("LOGON without a password asks for it, unseen") {
    Bench cp;
    cp.open(1);
    cp.type(1, "LOGON TCPMAINT");
    CHECK(cp.asks_for_password());
    CHECK(cp.shows("Enter your password,"));
    cp.type(1, "wrong");
    CHECK(cp.shows("HCPLGA050E"));
    CHECK(cp.sessions.find("TCPMAINT") == nullptr);
    cp.type(1, "LOGON TCPMAINT");
    cp.type(1, "secret");
    CHECK(cp.sits_at("TCPMAINT", 1));
}

TEST_CASE("LOGON BY: the password asked for is the other user's") {
    Bench cp;
    cp.open(1);
    cp.type(1, "LOGON SERVER BY TCPMAINT");
    CHECK(cp.asks_for_password());
    cp.type(1, "SECRET");
    CHECK(cp.sits_at("SERVER", 1));
}

TEST_CASE("LOGON HERE takes the session over, the password being asked for too") {
    Bench cp;
    cp.open(1);
    cp.type(1, "LOGON TCPMAINT SECRET");
    REQUIRE(cp.sits_at("TCPMAINT", 1));
    cp.open(2);
    cp.type(2, "LOGON TCPMAINT SECRET");
    CHECK(cp.shows("HCPLGA054E"));
    cp.type(2, "LOGON TCPMAINT HERE");
    CHECK(cp.asks_for_password());
    cp.type(2, "SECRET");
    CHECK(cp.shows("RECONNECTED AT"));
    CHECK(cp.sits_at("TCPMAINT", 2));
}

TEST_CASE("a user with NOPASS is not asked") {
    Bench cp;
    cp.open(1);
    cp.type(1, "LOGON OPEN");
    CHECK_FALSE(cp.asks_for_password());
    CHECK(cp.sits_at("OPEN", 1));
}

TEST_CASE("a terminal that is lost leaves its user disconnected; the next logon finds the session") {
    Bench cp;
    cp.open(1);
    cp.type(1, "LOGON TCPMAINT SECRET");
    cp.post(TerminalLost{1});
    REQUIRE(cp.sessions.find("TCPMAINT") != nullptr);
    CHECK(cp.sessions.find("TCPMAINT")->how == CpSession::How::disconnected);
    cp.open(1);
    cp.type(1, "LOGON TCPMAINT SECRET");
    CHECK(cp.shows("RECONNECTED AT"));
    CHECK(cp.sits_at("TCPMAINT", 1));
}

// Servers of the AUTOLOG list that end, or do not listen where PORT says they do, are started again.
#include "tests/server/bench.hpp"

using namespace vmlab;
using namespace vmlab::stack;
using namespace vmlab::stack::test;

namespace {

SourceLocation line(std::uint32_t number) { return {FileId{"PROFILE", "TCPIP", {'D', '1'}}, number, 1}; }

/// FTPSERVE is on the AUTOLOG list (line 10) and has ports 20 (line 20) and 21 (line 21).
struct Watched : Bench {
    explicit Watched(bool noautolog = true) : Bench(config_of(noautolog)) { server.start(now, *this); }
    static ServerConfig config_of(bool noautolog) {
        ServerConfig c = config();
        c.ssl = {};
        c.autolog = {{"FTPSERVE", line(10)}};
        c.max_restart = {2, line(5)};
        c.ports = {{20, 20, false, "FTPSERVE", !noautolog, {}, {}, line(20)},
                   {21, 21, false, "FTPSERVE", true, {}, {}, line(21)}};
        return c;
    }
    std::vector<std::string> lines() const {
        std::vector<std::string> all;
        for (const auto& one : said)
            if (one.text.starts_with("DTCIPI909") || one.text.starts_with("DTCIPI910"))
                all.push_back(one.text);
        return all;
    }
};

}  // namespace

TEST_CASE("a server that listens on all its ports is left alone; NOAUTOLOG ports do not count") {
    Watched bench;
    bench.ask(ListenRequest{21, line(1)});
    bench.pass(minutes{30});
    CHECK(bench.lines().empty());
    CHECK(bench.xautologged == std::vector<Userid>{"FTPSERVE"});
}

TEST_CASE("a port without NOAUTOLOG on which nobody listens: restarts up to MAXRESTART, then no more") {
    Watched bench(false);
    bench.ask(ListenRequest{21, line(1)});
    bench.pass(kServerPatience - seconds{1});
    CHECK(bench.lines().empty());
    bench.pass(minutes{40});
    REQUIRE(bench.lines().size() == 3);
    CHECK(bench.lines()[0] ==
          "DTCIPI909W FTPSERVE does not listen on port 20; it is forced and started again, 1 of 2");
    CHECK(bench.lines()[2] ==
          "DTCIPI910E FTPSERVE does not listen on port 20; MAXRESTART 2 is reached, it is not started again");
    CHECK(bench.xautologged.size() == 3);
    CHECK(bench.said.back().rests_on == std::vector<SourceLocation>{line(20), line(10), line(5)});
}

TEST_CASE("a server that listens elsewhere: what it does listen on is named, its own file's line first") {
    Watched bench;
    bench.ask(ListenRequest{2121, line(1)});
    bench.pass(kServerPatience + seconds{1});
    REQUIRE(bench.lines().size() == 1);
    CHECK(bench.lines()[0] ==
          "DTCIPI909W FTPSERVE does not listen on port 21, but on 2121; it is forced and "
          "started again, 1 of 2");
    CHECK(bench.said.back().rests_on == std::vector<SourceLocation>{line(1), line(21), line(10)});
}

TEST_CASE("a server that has been connected and ends is started again; one that comes back in time is not") {
    Watched bench;
    bench.ask(ListenRequest{21, line(1)});
    bench.server.receive_gone("FTPSERVE", bench.now, bench);
    bench.pass(minutes{2});
    bench.ask(ListenRequest{21, line(1)});
    bench.pass(minutes{10});
    CHECK(bench.lines().empty());
    bench.server.receive_gone("FTPSERVE", bench.now, bench);
    bench.pass(kServerPatience + seconds{1});
    REQUIRE(bench.lines().size() == 1);
    CHECK(bench.lines()[0] == "DTCIPI909W FTPSERVE is not logged on; it is forced and started again, 1 of 2");
}

TEST_CASE("a UDP port without NOAUTOLOG: no server of this system opens it, so its server is restarted") {
    ServerConfig c = Watched::config_of(true);
    c.ports.push_back({161, 161, true, "FTPSERVE", true, {}, {}, line(22)});
    Bench bench(c);
    bench.server.start(bench.now, bench);
    bench.ask(ListenRequest{21, line(1)});
    bench.pass(kServerPatience + seconds{1});
    CHECK(bench.said.back().text ==
          "DTCIPI909W FTPSERVE does not listen on port UDP 161; it is forced and started again, 1 of 2");
    CHECK(bench.said.back().rests_on == std::vector<SourceLocation>{line(22), line(10)});
}

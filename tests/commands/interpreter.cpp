// The console: lines typed ahead, waiting commands, attention, completion, and a mutated command line.
#include <doctest/doctest.h>

#include "simulator/commands/command.hpp"
#include "stack/base/random.hpp"
#include "tests/commands/fake_world.hpp"

using namespace vmlab;
using namespace vmlab::sim;

namespace {

std::string joined(const std::vector<ConsoleLine>& lines) {
    std::string text;
    for (const auto& line : lines) text += line.text + '\n';
    return text;
}

struct Console {
    FakeWorld world;
    Interpreter interpreter{"TCPMAINT", world};
    std::vector<ConsoleLine> out;

    Console() { interpreter.start(world); }
    std::string type(std::string_view line) {
        out.clear();
        interpreter.receive(line, world, out);
        return joined(out);
    }
};

}  // namespace

TEST_CASE_FIXTURE(Console, "PING waits without blocking the console; what is typed meanwhile runs after it") {
    CHECK(type("ping router") ==
          "Ping Level 710: Pinging host 9.60.60.1.\n               Enter #CP EXT to interrupt.\n");
    CHECK(interpreter.busy());
    CHECK(interpreter.state() == ConsoleState::running);
    REQUIRE(world.pings_.size() == 1);
    CHECK(type("query userid") == "");
    CHECK(type("#cp query userid") == "TCPMAINT AT GDLRCT2\n");
    out.clear();
    world.now_ += milliseconds(12);
    const auto tag = world.pings_[0].tag;
    interpreter.receive(PingAnswer{tag + 7, true, milliseconds{1}, ""}, world, out);
    CHECK(out.empty());  // somebody else's answer
    interpreter.receive(PingAnswer{tag, true, milliseconds{12}, ""}, world, out);
    CHECK(joined(out) ==
          "PING: Ping #1 response took 0.012 seconds. Successes so far 1.\n"
          "Ready; T=0.01/0.01 12:30:46\n"
          "TCPMAINT AT GDLRCT2\n"
          "Ready; T=0.01/0.01 12:30:46\n");
    CHECK_FALSE(interpreter.busy());
}

TEST_CASE_FIXTURE(Console, "a stack that vanishes leaves PING to its own deadline") {
    type("ping router (timeout 3");
    REQUIRE(interpreter.next_deadline());
    CHECK(*interpreter.next_deadline() == kTestNow + seconds(4));
    out.clear();
    interpreter.tick(world, out);
    CHECK(out.empty());
    world.now_ = *interpreter.next_deadline();
    interpreter.tick(world, out);
    CHECK(joined(out) == "PING: Ping #1 timed out\nReady(00004); T=0.01/0.01 12:30:50\n");
    CHECK_FALSE(interpreter.next_deadline());
    CHECK(interpreter.last_rc() == 4);
}

TEST_CASE_FIXTURE(Console, "the answer to a PING that was given up is not the next one's") {
    type("ping router (timeout 3");
    out.clear();
    interpreter.attention(world, out);
    type("ping router");
    REQUIRE(world.pings_.size() == 2);
    out.clear();
    interpreter.receive(PingAnswer{world.pings_[0].tag, false, {}, "timed out"}, world, out);
    CHECK(out.empty());
    CHECK(interpreter.busy());
    interpreter.receive(PingAnswer{world.pings_[1].tag, true, milliseconds{3}, ""}, world, out);
    CHECK_FALSE(interpreter.busy());
}

TEST_CASE_FIXTURE(Console, "a full disk takes a file in place of one as large, and keeps its mode number") {
    auto& disk = *world.storage().disks.find("TCPMAINT", "0198");
    auto file = *disk.files.find("SYSTEM", "DTCPARMS");
    file.mode_number = '2';
    disk.files.put(file);
    while (!type("copyfile system dtcparms d fill" + std::to_string(disk.files.size()) + " = =")
                .starts_with("DMSWRT107S"))
        REQUIRE(disk.files.size() < 3000);
    CHECK(type("change system dtcparms d /a/b/").find("DMSXCG517I") == 0);
    CHECK(disk.files.find("SYSTEM", "DTCPARMS")->mode_number == '2');
}

TEST_CASE_FIXTURE(Console, "attention gives a running command up, then enters CP") {
    type("ping router");
    out.clear();
    interpreter.attention(world, out);
    CHECK(joined(out) == "Ready(00008); T=0.01/0.01 12:30:46\n");
    out.clear();
    interpreter.attention(world, out);
    CHECK(joined(out) == "CP\n");
    CHECK(interpreter.in_cp());
    CHECK(interpreter.state() == ConsoleState::cp_read);
    CHECK(type("begin") == "");
    CHECK_FALSE(interpreter.in_cp());
    CHECK(type("logoff").starts_with("CONNECT= 00:12:00"));
    CHECK(interpreter.logged_off());
    CHECK_FALSE(interpreter.disconnected());
}

TEST_CASE_FIXTURE(Console, "an editor exists at the local prompt only") {
    world.editor_ = false;
    CHECK(type("xedit tcpip data f").starts_with("DMSEDT901E "));
}

TEST_CASE_FIXTURE(Console, "completion offers commands, operands, userids and file names") {
    using Words = std::vector<std::string>;
    CHECK(interpreter.complete("ssla", world) == Words{"SSLADMIN"});
    CHECK(interpreter.complete("netstat dev", world) == Words{"DEVLINKS"});
    CHECK(interpreter.complete("query ssl0000", world) ==
          Words{"SSL00001", "SSL00002", "SSL00003", "SSL00004", "SSL00005"});
    CHECK(interpreter.complete("type sys", world) == Words{"SYSTEM"});
    CHECK(interpreter.complete("type system dtc", world) == Words{"DTCPARMS"});
    CHECK(interpreter.complete("zzz", world).empty());
    Interpreter guest("GUEST", world);
    CHECK(guest.complete("forc", world).empty());
}

TEST_CASE("every command of the table can be found by its name and its shortest form") {
    for (const auto& command : all_commands()) {
        CAPTURE(std::string(command.name));
        CHECK(find_command(command.environment, command.name) == &command);
        CHECK_FALSE(command.summary.empty());
    }
    CHECK(find_command(Environment::cp, "q")->name == "Query");
    CHECK(find_command(Environment::cp, "qu")->name == "Query");
    CHECK(find_command(Environment::cp, "queryx") == nullptr);
    CHECK(find_command(Environment::cp, "forc") == nullptr);
}

TEST_CASE("no command line brings the interpreter down") {
    constexpr std::string_view kSamples[] = {"query nss users tcpip",
                                             "netstat conn (client ftpserve",
                                             "ssladmin query status details (ssl ssl00001",
                                             "change system dtcparms d /TCPIP11/TCPIP10/",
                                             "copyfile profile exec a = x a (replace",
                                             "ping router (count 3",
                                             "openvm mount /../VMBFS:VMSYS:ROOT/ /",
                                             "openvm listfile /etc (own",
                                             "#cp q n#q t",
                                             "type profile tcpip * 1 2",
                                             "receive 1 a b c (rep",
                                             "purge rdr 1 2",
                                             "link tcpmaint 592 600 rr",
                                             "access 592 b/a",
                                             "listfile * * * (label",
                                             "openvm permit x rw- r-- ---",
                                             "obeyfile profile tcpip",
                                             "help netstat",
                                             "rename profile exec a x y a",
                                             "set impcp on",
                                             "openvm set directory /../../VMBFS:VMSYS:GSKSSLDB/../..",
                                             "q v dasd",
                                             "console ssl00001 2"};
    RandomStream random(Seed{}, "command-line fuzz");
    FakeWorld world;
    auto interpreter = std::make_unique<Interpreter>(Userid("TCPMAINT"), world);
    std::vector<ConsoleLine> out;
    std::size_t printed = 0;
    for (int round = 0; round < 4000; ++round) {
        std::string line(kSamples[random.below(std::size(kSamples))]);
        for (auto changes = random.below(4); changes > 0 && !line.empty(); --changes) {
            const auto at = random.below(line.size());
            switch (random.below(5)) {
                case 0: line[at] = char(random.below(256)); break;
                case 1: line.erase(at, 1 + random.below(4)); break;
                case 2: line.insert(at, 1, "()/*.:'=#\" "[random.below(11)]); break;
                case 3: line.insert(at, line.substr(at)); break;
                case 4: line.resize(at); break;
            }
        }
        if (round % 500 == 0) line.append(std::size_t(1) << 20, 'x');
        CAPTURE(line);
        out.clear();
        interpreter->receive(line, world, out);
        world.settle(*interpreter, out);
        world.take_notes();
        printed += out.size();
        REQUIRE_FALSE(interpreter->busy());
        if (interpreter->logged_off() || round % 100 == 0)
            interpreter = std::make_unique<Interpreter>(
                round % 200 == 0 ? Userid("GSKADMIN") : Userid("TCPMAINT"), world);
    }
    CHECK(printed > 4000);
}

TEST_CASE_FIXTURE(Console, "DISCONN leaves the session as it is; the next line finds it so") {
    CHECK(type("disconn") == "");
    CHECK(interpreter.disconnected());
    CHECK_FALSE(interpreter.logged_off());
    CHECK(type("query userid") == "TCPMAINT AT GDLRCT2\nReady; T=0.01/0.01 12:30:46\n");
    CHECK_FALSE(interpreter.disconnected());
}

TEST_CASE_FIXTURE(Console, "NETSTAT INTERVAL shows the connections again and again until attention") {
    const std::string first = type("netstat interval 5");
    CHECK(first.find("INTCLIEN 1007") != std::string::npos);
    REQUIRE(interpreter.next_deadline() == world.now_ + seconds{5});
    world.now_ += seconds{5};
    world.stack_.sockets.pop_back();
    out.clear();
    interpreter.tick(world, out);
    CHECK(joined(out).find("INTCLIEN 1007") != std::string::npos);
    CHECK(interpreter.busy());
    out.clear();
    interpreter.attention(world, out);
    CHECK_FALSE(interpreter.busy());
}

#include "tests/ipl/fixture.hpp"

#include <doctest/doctest.h>
#include <fmt/core.h>

#include <cstdlib>

#include "simulator/cms/messages.hpp"

namespace vmlab::sim::testing {

BfsSession::Outcome BaselineMounter::mount(std::string_view path, std::string_view point) {
    made.push_back(std::string(path) + ' ' + std::string(point));
    if (path == "/../VMBFS:VMSYS:ROOT/" || path == "/../VMBFS:VMSYS:GSKSSLDB/") return {};
    return {28, say<DMSOVZ2113E>(path)};
}

BfsSession::Outcome BaselineMounter::access(std::string_view directory, std::string_view mode) {
    made.push_back(std::string(directory) + ' ' + std::string(mode));
    if (directory == "VMSYS:TCPMAINT.SSLPOOL_SSL.") return {};
    return {99, say<DMSACC1240E>("VMSYS")};
}

BfsSession::Outcome BaselineMounter::link(const Userid& owner, std::string_view vdev, std::string_view mode) {
    made.push_back(fmt::format("{} {} {}", owner.view(), vdev, mode));
    return {};
}

void Node::change(const std::string& name, const std::string& type, std::string_view from,
                  std::string_view to) {
    auto source = files.find(*Name8::parse(name), *Name8::parse(type));
    REQUIRE(source);
    for (std::string& line : source->lines) {
        const std::size_t at = line.find(from);
        if (at == std::string::npos) continue;
        line.replace(at, from.size(), to);
        return files.put(std::move(*source));
    }
    FAIL("not in " << name << ' ' << type << ": " << std::string(from));
}

ExecEnd RememberingExits::run(const profiles::SourceText& exec, const std::string& arguments,
                              std::vector<Said>& console) {
    struct Host final : ExecHost {
        Host(std::vector<std::string>& to, std::vector<Said>& lines) : commands(to), console(lines) {}
        int command(const std::string& line) override {
            commands.push_back(line);
            return 0;
        }
        void say(std::string line) override { console.push_back({nullptr, std::move(line), {}}); }
        std::vector<std::string>& commands;
        std::vector<Said>& console;
    } host(commands, console);
    std::string program;
    for (const auto& line : exec.lines) program += line + '\n';
    return run_exec(program, arguments, host);
}

TcprunResult Node::run(const Userid& userid) {
    TcprunInput input;
    input.userid = userid;
    input.node = "GDLRCT2";
    input.storage_megabytes = 128;
    input.now = now;
    input.zone = {"EDT", -hours(4)};
    return run_tcprun(input, files, mounter, exits);
}

std::string printed(const TcprunResult& result) {
    std::string text;
    for (const Said& said : result.console) {
        const bool tcprun = said.message != nullptr && said.message->number.starts_with("DTCRUN");
        for (const std::string& line : wrapped(said.text, 79, tcprun ? 12 : 0)) text += line + '\n';
    }
    return text;
}

bool matches_golden(const std::string& name, const std::string& text) {
    const std::string path = "tests/consoles/" + name + ".txt";
    if (std::getenv("VMLAB_UPDATE") != nullptr) {
        std::ofstream(std::string(VMLAB_SOURCE_DIR) + "/" + path, std::ios::binary) << text;
        return true;
    }
    const std::string expected = profiles::testing::host_text(path);
    if (expected == text) return true;
    MESSAGE("the console differs from " << path << ":\n" << text);
    return false;
}

}  // namespace vmlab::sim::testing

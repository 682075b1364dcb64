// For the tests of simulator/ipl: the baseline's files on D, E and F, a byte file system with its two file
// spaces, and a way to change a line.
#pragma once

#include "simulator/ipl/configure.hpp"
#include "simulator/ipl/tcprun.hpp"
#include "tests/profiles/reading.hpp"

namespace vmlab::sim::testing {

using profiles::testing::baseline;
using profiles::testing::file;
using profiles::testing::told;

/// The byte file system knows VMSYS:ROOT and VMSYS:GSKSSLDB; everything else is not there.
class BaselineMounter final : public Mounter {
public:
    BfsSession::Outcome mount(std::string_view path, std::string_view point) override;
    BfsSession::Outcome access(std::string_view directory, std::string_view mode) override;
    BfsSession::Outcome link(const Userid& owner, std::string_view vdev, std::string_view mode) override;
    std::vector<std::string> made{};  ///< "path point", "directory mode", "owner vdev mode"
};

/// Runs EXECs; their commands are only remembered, and answered with 0.
class RememberingExits final : public ExitRunner {
public:
    ExecEnd run(const profiles::SourceText& exec, const std::string& arguments,
                std::vector<Said>& console) override;
    std::vector<std::string> commands{};
};

struct Node {
    profiles::testing::Shelf files = profiles::testing::baseline_shelf();
    BaselineMounter mounter{};
    RememberingExits exits{};
    Instant now = instant_of({2019, 10, 15, 0, 14, 30, 46, 0});

    /// Replaces the first `from` of a file by `to`.
    void change(const std::string& name, const std::string& type, std::string_view from, std::string_view to);
    TcprunResult run(const Userid& userid);
};

/// The console as it is printed: wrapped, DTCRUN lines with their indent.
std::string printed(const TcprunResult& result);
/// Compares with tests/consoles/<name>.txt; VMLAB_UPDATE=1 rewrites it.
bool matches_golden(const std::string& name, const std::string& text);

}  // namespace vmlab::sim::testing

#include "simulator/check_command.hpp"

#include <fmt/core.h>

#include "simulator/check/report.hpp"
#include "simulator/run_options.hpp"

namespace vmlab::sim {
int check_files(const CheckOptions& options) {
    if (options.list) {
        fmt::print("{}", report_questions());
        return kOk;
    }
    if (options.given.paths.empty()) {
        fmt::print(stderr, "vmlab check: name a folder or files to check; --list lists the questions\n");
        return kUsage;
    }
    if (!options.given.node.empty() && !Name8::parse(options.given.node)) {
        fmt::print(stderr, "vmlab check: --node: a node has up to eight characters\n");
        return kUsage;
    }
    std::string error;
    auto given = read_given(options.given, OtherFiles::passed_over, error);
    if (!given) {
        fmt::print(stderr, "vmlab check: {}\n", error);
        return kInvalidInput;
    }
    if (!given->warning.empty()) fmt::print(stderr, "vmlab check: {}\n", given->warning);
    const SystemFiles files(std::move(given->files), std::move(given->options));
    const CheckResult result = check_system(files);
    if (options.sarif) fmt::print("{}", report_check_sarif(result, files, VMLAB_VERSION));
    else if (options.json) fmt::print("{}", report_check_json(result, files));
    else fmt::print("{}", report_check(result, files, options.verbose));
    if (options.verbose)
        for (const std::string& path : given->passed_over) fmt::print(stderr, "{}: not looked at\n", path);
    fmt::print(stderr, "vmlab check: {} errors, {} warnings\n", result.count(profiles::Severity::error),
               result.count(profiles::Severity::warning));
    return result.any() ? kCheckFailed : kOk;
}

}  // namespace vmlab::sim

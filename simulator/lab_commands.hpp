// The subcommands about labs: list, validate, test, and the guided demo.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace vmlab::sim {

struct LabOptions {
    std::vector<std::string> labs;  ///< ids or paths; empty: all that are shipped
    bool json = false;
    std::optional<std::uint64_t> seed{};
    bool keys = false;  ///< test: type the keystroke transcript instead of the reference solution
};

/// simulator/labs of the source tree, or $VMLAB_LABS.
[[nodiscard]] std::string labs_folder();

[[nodiscard]] int list_labs(const LabOptions& options);
[[nodiscard]] int validate_labs(const LabOptions& options);
[[nodiscard]] int test_labs(const LabOptions& options);
/// Without a terminal: the system comes up, a client transfers a file over TLS, a lab is broken and cured.
[[nodiscard]] int run_demo();

}  // namespace vmlab::sim

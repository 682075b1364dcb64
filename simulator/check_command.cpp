#include "simulator/check_command.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <filesystem>

#include "simulator/check/key_labels.hpp"
#include "simulator/check/report.hpp"
#include "simulator/host_files.hpp"
#include "simulator/run_options.hpp"

namespace vmlab::sim {
namespace fs = std::filesystem;
namespace {

/// What is given on the command line, as files of a system.
class GivenFiles {
public:
    bool add(const std::string& path) {
        std::error_code failed;
        if (fs::is_directory(path, failed)) return add_folder(path);
        const auto bytes = read_host_file(path);
        if (!bytes) return refuse(path + " cannot be read");
        const auto name = name_of(path);
        if (!name || name->kind == FileKind::other)
            return refuse(path +
                          " is no configuration file that vmlab knows by its name\n"
                          "  names are like PROFILE.TCPIP, \"SYSTEM DTCPARMS\", tcpip.data");
        return add_bytes(path, *name, *bytes);
    }

    std::vector<GivenFile> files{};
    std::vector<std::string> databases{}, passed_over{};

private:
    static bool refuse(const std::string& why) {
        fmt::print(stderr, "vmlab check: {}\n", why);
        return false;
    }

    /// The folder's own name counts, also of ".": TCPMAINT.198 is a disk.
    static std::optional<HostFileName> name_of(const std::string& path) {
        std::error_code failed;
        const fs::path whole = fs::absolute(path, failed).lexically_normal();
        return read_host_file_name(whole.generic_string());
    }

    bool add_folder(const std::string& folder) {
        std::string error;
        const auto names = list_folder(folder, error);
        if (!names) return refuse(error);
        const std::size_t before = files.size();
        for (const std::string& relative : *names) {
            const std::string path = (fs::path(folder) / relative).lexically_normal().generic_string();
            const auto name = name_of(path);
            if (!name || name->kind == FileKind::other) {
                passed_over.push_back(path);
                continue;
            }
            const auto bytes = read_host_file(path);
            if (!bytes) return refuse(path + " cannot be read");
            if (!add_bytes(path, *name, *bytes)) return false;
        }
        return files.size() > before ||
               refuse(folder + " has no configuration file that vmlab knows by its name (PROFILE.TCPIP, …)");
    }

    bool add_bytes(const std::string& path, const HostFileName& name, const std::string& bytes) {
        if (name.kind == FileKind::key_database) {
            databases.push_back(path);
            return true;
        }
        auto text = read_host_text(bytes);
        if (!text) return refuse(path + " is text neither in ASCII nor in EBCDIC");
        files.push_back({path, name, std::move(*text), false});
        return true;
    }
};

/// The labels of a key database that vmlab wrote; IBM's own format is not public.
std::optional<std::vector<std::string>> labels_of(const std::string& path, std::string& error) {
    const auto bytes = read_host_file(path);
    const auto stash = read_host_file(fs::path(path).replace_extension(".sth").string());
    if (!bytes || !stash) {
        error = path + " or its .sth cannot be read";
        return std::nullopt;
    }
    auto labels = read_key_labels(*bytes, *stash, error);
    if (!labels) error = path + ": " + error;
    return labels;
}

/// vmlab's IBM DTCPARMS: the classes, where none are given.
std::optional<GivenFile> shipped_ibm_dtcparms() {
    const std::string path = baseline_folder() + "/TCPMAINT.591/IBM.DTCPARMS";
    const auto bytes = read_host_file(path);
    const auto name = read_host_file_name(path);
    auto text = bytes ? read_host_text(*bytes) : std::nullopt;
    if (!name || !text) return std::nullopt;
    return GivenFile{path, *name, std::move(*text), true};
}

bool find_labels(const CheckOptions& options, const GivenFiles& given, SystemOptions& system) {
    const bool named = !options.kdb.empty();
    const std::string path = named ? options.kdb : given.databases.empty() ? "" : given.databases.front();
    if (!options.labels.empty()) {
        system.labels = options.labels;
        system.labels_from = "--labels";
    } else if (!path.empty()) {
        std::string error;
        system.labels = labels_of(path, error);
        system.labels_from = path;
        if (!system.labels) fmt::print(stderr, "vmlab check: {}\n", error);
        return system.labels || !named;
    }
    return true;
}

}  // namespace

int check_files(const CheckOptions& options) {
    if (options.list) {
        fmt::print("{}", report_questions());
        return kOk;
    }
    const auto node = Name8::parse(options.node);
    if (options.paths.empty() || (!options.node.empty() && !node)) {
        fmt::print(stderr, "vmlab check: {}\n",
                   options.paths.empty() ? "name a folder or files to check; --list lists the questions"
                                         : "--node: a node has up to eight characters");
        return kUsage;
    }
    GivenFiles given;
    for (const std::string& path : options.paths)
        if (!given.add(path)) return kInvalidInput;
    SystemOptions system;
    system.node = node;
    if (!find_labels(options, given, system)) return kInvalidInput;
    if (auto ibm = shipped_ibm_dtcparms()) {
        profiles::SourceText source{{"IBM", "DTCPARMS", {'E', '1'}}, {}};
        for (const HostLine& line : ibm->text.lines) source.lines.push_back(line.text);
        system.shipped_dtcparms.push_back(std::move(source));
        const bool own = std::any_of(given.files.begin(), given.files.end(), [](const GivenFile& f) {
            return f.name.kind == FileKind::dtcparms && f.name.name == Name8("IBM");
        });
        if (!own) given.files.push_back(std::move(*ibm));
    }
    const SystemFiles files(std::move(given.files), std::move(system));
    const CheckResult result = check_system(files);
    if (options.sarif) fmt::print("{}", report_check_sarif(result, files, VMLAB_VERSION));
    else if (options.json) fmt::print("{}", report_check_json(result, files));
    else fmt::print("{}", report_check(result, files, options.verbose));
    if (options.verbose)
        for (const std::string& path : given.passed_over) fmt::print(stderr, "{}: not looked at\n", path);
    fmt::print(stderr, "vmlab check: {} errors, {} warnings\n", result.count(profiles::Severity::error),
               result.count(profiles::Severity::warning));
    return result.any() ? kCheckFailed : kOk;
}

}  // namespace vmlab::sim

#include "simulator/given_system.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <filesystem>

#include "simulator/given/key_labels.hpp"
#include "simulator/host_files.hpp"

namespace vmlab::sim {
namespace fs = std::filesystem;
namespace {

class Reader {
public:
    Reader(OtherFiles others, std::string& error) : others_(others), error_(error) {}

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

    GivenSystem given{};
    std::vector<std::string> databases{};

private:
    bool refuse(std::string why) {
        error_ = std::move(why);
        return false;
    }

    /// The folder's own name counts, also of ".": TCPMAINT.198 is a disk.
    static std::optional<HostFileName> name_of(const std::string& path) {
        std::error_code failed;
        const fs::path whole = fs::absolute(path, failed).lexically_normal();
        return read_host_file_name(whole.generic_string());
    }

    bool add_folder(const std::string& folder) {
        const auto names = list_folder(folder, error_);
        if (!names) return false;
        bool any = false;
        for (const std::string& relative : *names) {
            const std::string path = (fs::path(folder) / relative).lexically_normal().generic_string();
            const auto name = name_of(path);
            const bool known = name && name->kind != FileKind::other;
            if (!known && (!name || name->disk.empty() || others_ == OtherFiles::passed_over)) {
                given.passed_over.push_back(path);
                continue;
            }
            const auto bytes = read_host_file(path);
            if (!bytes) return refuse(path + " cannot be read");
            if (!add_bytes(path, *name, *bytes)) return false;
            any = any || known;
        }
        return any ||
               refuse(folder + " has no configuration file that vmlab knows by its name (PROFILE.TCPIP, …)");
    }

    bool add_bytes(const std::string& path, const HostFileName& name, const std::string& bytes) {
        if (name.kind == FileKind::key_database) {
            databases.push_back(path);
            return true;
        }
        auto text = read_host_text(bytes);
        if (text) given.files.push_back({path, name, std::move(*text), false});
        else if (name.kind == FileKind::other) given.passed_over.push_back(path);
        else return refuse(path + " is text neither in ASCII nor in EBCDIC");
        return true;
    }

    OtherFiles others_;
    std::string& error_;
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

bool find_labels(const GivenOptions& options, const std::vector<std::string>& databases, GivenSystem& given,
                 std::string& error) {
    const bool named = !options.kdb.empty();
    const std::string path = named ? options.kdb : databases.empty() ? "" : databases.front();
    SystemOptions& system = given.options;
    if (!options.labels.empty()) {
        system.labels = options.labels;
        system.labels_from = "--labels";
    } else if (!path.empty()) {
        system.labels = labels_of(path, named ? error : given.warning);
        system.labels_from = path;
        return system.labels || !named;
    }
    return true;
}

/// vmlab's IBM DTCPARMS: the classes, where none are given.
void add_ibm_dtcparms(GivenSystem& given) {
    const std::string path = baseline_folder() + "/TCPMAINT.591/IBM.DTCPARMS";
    const auto bytes = read_host_file(path);
    const auto name = read_host_file_name(path);
    auto text = bytes ? read_host_text(*bytes) : std::nullopt;
    if (!name || !text) return;
    profiles::SourceText source{{"IBM", "DTCPARMS", {'E', '1'}}, {}};
    for (const HostLine& line : text->lines) source.lines.push_back(line.text);
    given.options.shipped_dtcparms.push_back(std::move(source));
    const bool own = std::any_of(given.files.begin(), given.files.end(), [](const GivenFile& file) {
        return file.name.kind == FileKind::dtcparms && file.name.name == Name8("IBM");
    });
    if (!own) given.files.push_back({path, *name, std::move(*text), true});
}

}  // namespace

std::optional<GivenSystem> read_given(const GivenOptions& options, OtherFiles others, std::string& error) {
    Reader reader(others, error);
    for (const std::string& path : options.paths)
        if (!reader.add(path)) return std::nullopt;
    if (!options.node.empty() && !(reader.given.options.node = Name8::parse(options.node))) {
        error = "--node: a node has up to eight characters";
        return std::nullopt;
    }
    if (!find_labels(options, reader.databases, reader.given, error)) return std::nullopt;
    add_ibm_dtcparms(reader.given);
    return std::move(reader.given);
}

SuppliedSystem supply(GivenSystem given, const NamedTexts& shipped) {
    auto supplied = supply_system(SystemFiles(std::move(given.files), std::move(given.options)), shipped);
    if (!given.warning.empty()) supplied.said.push_back("nothing of the key database: " + given.warning);
    for (const std::string& path : given.passed_over)
        supplied.said.push_back("nothing of " + path + ": it is no file that vmlab knows");
    return supplied;
}

std::optional<SuppliedSystem> read_and_supply(const GivenOptions& options, std::string& error) {
    auto given = read_given(options, OtherFiles::on_disks, error);
    const auto shipped = given ? read_folder(baseline_folder(), error) : std::nullopt;
    if (!shipped) return std::nullopt;
    return supply(std::move(*given), *shipped);
}

}  // namespace vmlab::sim

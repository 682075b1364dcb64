// The one file that knows YAML. Every mapping is checked against its key set; every error names its place.
#include "simulator/scenario/lab_reader.hpp"

#include <fmt/format.h>
#include <yaml-cpp/depthguard.h>
#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <charconv>
#include <set>

#include "profiles/spelling.hpp"
#include "simulator/cms/disk_store.hpp"
#include "simulator/site.hpp"

namespace vmlab::sim {
namespace {

constexpr std::size_t kMostText = 1024 * 1024;  ///< of a lab file
constexpr unsigned kDeepest = 6;                ///< groups of checks within groups
constexpr std::size_t kMostErrors = 50;
constexpr std::size_t kMostChecks = 200;
constexpr std::size_t kMostCertificates = 50;
constexpr std::size_t kMostFaults = 200;  ///< of one wire

const std::vector<std::string_view>& keys_of(std::string_view what) {
    for (const auto& set : known_lab_keys())
        if (set.of == what) return set.keys;
    static const std::vector<std::string_view> none;
    return none;
}

/// "; did you mean 'patch'?", or what there is to choose from.
std::string suggestion(std::string_view typed, const std::vector<std::string_view>& known) {
    const auto word = typed.substr(0, 64);
    if (known.empty()) return "; no key is known here";
    const auto rank = [&](std::string_view key) {
        return std::pair(word.size() >= 3 && key.starts_with(word) ? 0 : 1,
                         profiles::letters_between(word, key));
    };
    const auto nearest =
        std::min_element(known.begin(), known.end(), [&](auto a, auto b) { return rank(a) < rank(b); });
    const auto [begins_otherwise, letters] = rank(*nearest);
    if (begins_otherwise == 0 || letters <= (word.size() < 4 ? 1u : 2u))
        return fmt::format("; did you mean '{}'?", *nearest);
    return fmt::format("; known: {}", fmt::join(known, ", "));
}

class LabReader {
public:
    explicit LabReader(const std::string& file) : file_(file) { lab_.file = file; }

    LabReading read(std::string_view text) {
        try {
            if (text.size() > kMostText) error_at(0, 0, "the file is larger than a megabyte");
            else if (const auto root = YAML::Load(std::string(text)); is_map(root, "lab")) read_root(root);
        } catch (const YAML::DeepRecursion& e) {
            error_at(unsigned(e.mark.line + 1), unsigned(e.mark.column + 1), "nested too deeply");
        } catch (const YAML::Exception& e) {
            error_at(unsigned(e.mark.line + 1), unsigned(e.mark.column + 1), "this is not YAML: " + e.msg);
        }
        LabReading reading;
        std::stable_sort(errors_.begin(), errors_.end(), [](const LabError& a, const LabError& b) {
            return std::pair(a.line, a.column) < std::pair(b.line, b.column);
        });
        if (errors_.empty()) reading.lab = std::move(lab_);
        reading.errors = std::move(errors_);
        return reading;
    }

private:
    using Node = YAML::Node;

    // ── errors and plain values ───────────────────────────────────────────────

    void error_at(unsigned line, unsigned column, std::string text) {
        if (errors_.size() < kMostErrors) errors_.push_back({file_, line, column, std::move(text)});
    }
    void error(const Node& node, std::string text) {
        const auto mark = mark_of(node);
        error_at(mark.line, mark.column, std::move(text));
    }
    static LabMark mark_of(const Node& node) {
        const auto mark = node.Mark();
        return {unsigned(mark.line + 1), unsigned(mark.column + 1)};
    }

    /// A mapping whose keys are all known and stand once. What is wrong is an error; false only when it is no
    /// mapping at all.
    bool is_map(const Node& node, std::string_view what) {
        if (!node.IsMap()) {
            error(node, fmt::format("{} must be a mapping of keys and values", what));
            return false;
        }
        const auto& known = keys_of(what);
        std::set<std::string> seen;
        for (const auto& item : node) {
            if (!item.first.IsScalar()) {
                error(item.first, "a key must be a word");
                continue;
            }
            const auto& key = item.first.Scalar();
            if (std::find(known.begin(), known.end(), key) == known.end())
                error(item.first, fmt::format("{} has no key '{}'{}", what, key, suggestion(key, known)));
            else if (!seen.insert(key).second) error(item.first, fmt::format("'{}' stands here twice", key));
        }
        return true;
    }
    /// A list; nothing (no key) is an empty one.
    std::vector<Node> list(const Node& parent, const char* key) {
        std::vector<Node> items;
        const Node node = parent[key];
        if (!node.IsDefined() || node.IsNull()) return items;
        if (!node.IsSequence()) error(node, fmt::format("'{}' must be a list", key));
        else
            for (const auto& item : node) items.push_back(item);
        return items;
    }
    bool has(const Node& parent, const char* key) { return parent[key].IsDefined(); }

    std::string text(const Node& parent, const char* key, bool needed = false) {
        const Node node = parent[key];
        if (!node.IsDefined() || (node.IsNull() && !needed)) {
            if (needed) error(parent, fmt::format("'{}' is missing", key));
            return {};
        }
        if (!node.IsScalar()) {
            error(node, fmt::format("'{}' must be text", key));
            return {};
        }
        if (needed && trimmed(node.Scalar()).empty()) error(node, fmt::format("'{}' is empty", key));
        return node.Scalar();
    }
    std::int64_t number(const Node& parent, const char* key, std::int64_t low, std::int64_t high,
                        std::int64_t absent) {
        const Node node = parent[key];
        if (!node.IsDefined()) return absent;
        std::int64_t value = 0;
        const std::string digits = node.IsScalar() ? node.Scalar() : std::string();
        const auto [end, wrong] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
        const bool whole = wrong == std::errc{} && end == digits.data() + digits.size();
        if (whole && value >= low && value <= high) return value;
        error(node, fmt::format("'{}' must be a number from {} to {}", key, low, high));
        return absent;
    }
    std::optional<std::int64_t> bound(const Node& parent, const char* key) {
        if (!has(parent, key)) return std::nullopt;
        return number(parent, key, 0, 1'000'000'000, 0);
    }
    bool flag(const Node& parent, const char* key, bool absent) {
        const Node node = parent[key];
        if (!node.IsDefined()) return absent;
        if (node.IsScalar() && (node.Scalar() == "true" || node.Scalar() == "false"))
            return node.Scalar() == "true";
        error(node, fmt::format("'{}' must be true or false", key));
        return absent;
    }
    Duration duration(const Node& parent, const char* key) {
        const Node node = parent[key];
        if (!node.IsDefined()) return {};
        const std::string word = node.IsScalar() ? node.Scalar() : std::string();
        std::int64_t n = 0;
        const auto [end, wrong] = std::from_chars(word.data(), word.data() + word.size(), n);
        const std::string_view unit(end, std::size_t(word.data() + word.size() - end));
        if (wrong == std::errc{} && n >= 0 && n <= 100'000) {
            if (unit == "ms") return milliseconds{n};
            if (unit == "s") return seconds{n};
            if (unit == "m") return minutes{n};
        }
        error(node, fmt::format("'{}' must be a time like 500ms, 30s or 5m", key));
        return {};
    }
    Userid userid(const Node& parent, const char* key, Userid absent, bool needed = false) {
        if (!has(parent, key) && !needed) return absent;
        const auto word = text(parent, key, needed);
        if (word.empty()) return absent;
        if (const auto name = Userid::parse(word)) return *name;
        error(parent[key], fmt::format("'{}' is not a userid: at most eight characters", word));
        return absent;
    }
    template <typename T, std::size_t N>
    T choice(const Node& parent, const char* key, const std::pair<std::string_view, T> (&known)[N],
             T absent) {
        const Node node = parent[key];
        if (!node.IsDefined()) return absent;
        const std::string word = node.IsScalar() ? node.Scalar() : std::string();
        std::vector<std::string_view> words;
        for (const auto& [name, value] : known) {
            if (name == word) return value;
            words.push_back(name);
        }
        error(node, fmt::format("'{}' is not known for '{}'{}", word, key, suggestion(word, words)));
        return absent;
    }
    /// "TCPMAINT 198 PROFILE TCPIP"
    DiskFile disk_file(const Node& parent, const char* key) {
        DiskFile file;
        const std::string id = text(parent, key, true);
        if (id.empty()) return file;
        std::vector<std::string> words;
        for (std::string_view rest = trimmed(id); !rest.empty(); rest = trimmed(rest)) {
            const auto end = std::min(rest.find_first_of(" \t"), rest.size());
            words.emplace_back(rest.substr(0, end));
            rest.remove_prefix(end);
        }
        const auto owner = words.size() == 4 ? Userid::parse(words[0]) : std::nullopt;
        const auto vdev = words.size() == 4 ? read_vdev(words[1]) : std::nullopt;
        const auto name = words.size() == 4 ? read_file_word(words[2]) : std::nullopt;
        const auto type = words.size() == 4 ? read_file_word(words[3]) : std::nullopt;
        if (owner && vdev && name && type) return {*owner, *vdev, *name, *type};
        error(parent[key], fmt::format("'{}' is not a file: owner, device, name and type, as in "
                                       "'TCPMAINT 198 PROFILE TCPIP'",
                                       id));
        return file;
    }

    // ── the parts of a lab ────────────────────────────────────────────────────

    void read_root(const Node& root) {
        if (!has(root, "vmlab")) error(root, "'vmlab: 1' is missing: the version of this format");
        (void)number(root, "vmlab", 1, 1, 1);
        lab_.id = text(root, "id", true);
        const bool plain = std::all_of(lab_.id.begin(), lab_.id.end(), [](char c) {
            return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
        });
        if (!plain) error(root["id"], "an id is of lower-case letters, digits and '-'");
        lab_.title = text(root, "title", true);
        lab_.level = unsigned(number(root, "level", 1, 5, 1));
        lab_.time = duration(root, "time");
        for (const auto& tag : list(root, "tags"))
            if (tag.IsScalar()) lab_.tags.push_back(tag.Scalar());
            else error(tag, "a tag must be a word");
        lab_.story = text(root, "story", true);
        lab_.symptom = text(root, "symptom", true);
        lab_.debrief = text(root, "debrief");
        if (has(root, "system") && is_map(root["system"], "system")) read_system(root["system"]);
        for (const auto& item : list(root, "patch")) read_patch(item, lab_.patch);
        for (const auto& item : list(root, "wires")) read_wire(item, lab_.wires);
        for (const auto& item : list(root, "attackers")) read_attacker(item);
        for (const auto& item : list(root, "before")) read_line(item, lab_.before);
        for (const auto& item : list(root, "checks")) lab_.checks.push_back(read_check(item, 0));
        for (const auto& item : list(root, "hints")) read_hint(item);
        for (const auto& item : list(root, "solution")) read_line(item, lab_.solution);
        judge(root);
    }

    void read_system(const Node& node) {
        const auto release = choice(node, "level",
                                    {{"640", Release::v640},
                                     {"710", Release::v710},
                                     {"720", Release::v720},
                                     {"730", Release::v730},
                                     {"740", Release::v740}},
                                    Release::v710);
        lab_.system.level = Level(release);
        if (has(node, "service")) {
            std::vector<Apar> service;
            for (const auto& item : list(node, "service")) {
                const std::string name = item.IsScalar() ? item.Scalar() : std::string();
                const auto apar = find_apar(name);
                if (!apar)
                    error(item, fmt::format("'{}' is no service of vmlab's; known: PI72106, PI99184, PH18435",
                                            name));
                else if (!applies(*apar, release))
                    error(item, fmt::format("{} is not for level {}: the level {}", name, unsigned(release),
                                            Level(release).has(*apar) ? "has it" : "cannot have it"));
                else service.push_back(*apar);
            }
            lab_.system.level = Level(release, service);
        }
        lab_.system.fips_database = flag(node, "fips_database", false);
        if (has(node, "crypto") && is_map(node["crypto"], "crypto")) read_crypto(node["crypto"]);
        for (const auto& item : list(node, "certificates"))
            if (is_map(item, "certificate")) read_certificate_order(item);
        for (const auto& item : list(node, "clients"))
            if (is_map(item, "client")) read_client(item);
        lab_.system.list_dates = dates(node, "revocation_list");
        for (const auto& item : list(node, "wires")) read_wire(item, lab_.system.wires);
        for (const auto& item : list(node, "patch")) read_patch(item, lab_.system.patch);
    }

    sslserv::LabCertificate::Dates dates(const Node& node, const char* key) {
        using Dates = sslserv::LabCertificate::Dates;
        return choice(node, key,
                      {{"valid", Dates::valid}, {"expired", Dates::expired}, {"not-yet", Dates::not_yet}},
                      Dates::valid);
    }

    /// One of the name of a client that is always there takes its place.
    void read_client(const Node& node) {
        sslserv::LabClient client;
        client.name = text(node, "name", true);
        const bool plain = client.name.starts_with("client") && client.name.size() <= 32 &&
                           std::ranges::all_of(client.name, [](char c) {
                               return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
                           });
        if (!plain) error(node, "a client's name is 'client' or begins so, with a-z, 0-9 and '-'");
        client.dates = dates(node, "dates");
        client.stranger = flag(node, "stranger", false);
        client.revoked = flag(node, "revoked", false);
        auto& all = lab_.system.clients;
        std::erase_if(all, [&](const auto& each) { return each.name == client.name; });
        if (all.size() < kMostCertificates) all.push_back(std::move(client));
        else error(node, "too many clients");
    }

    void read_crypto(const Node& node) {
        MachineCrypto machine;
        machine.cpacf = flag(node, "cpacf", true);
        for (const auto& item : list(node, "cards")) {
            const auto card = CryptoCard::parse(item.IsScalar() ? item.Scalar() : std::string());
            if (card) machine.cards.push_back(*card);
            else error(item, "a card is CEX, a digit from 4 to 8, and A, C or P: CEX6A");
        }
        constexpr std::size_t kMostCards = 16;
        if (machine.cards.size() > kMostCards) error(node["cards"], "a machine has at most 16 cards");
        lab_.system.crypto = std::move(machine);
    }

    void read_certificate_order(const Node& node) {
        using sslserv::KeyKind;
        using sslserv::SignatureHash;
        sslserv::LabCertificate order;
        order.label = text(node, "label", true);
        const bool plain =
            !order.label.empty() && order.label.size() <= 127 &&
            std::all_of(order.label.begin(), order.label.end(), [](char c) { return c >= ' ' && c <= '~'; });
        if (!plain) error(node, "a label has 1 to 127 printable characters");
        for (const auto& each : lab_.system.certificates)
            if (each.label == order.label) error(node, fmt::format("'{}' stands here twice", order.label));
        const auto key = choice(node, "key",
                                {{"rsa-1024", std::pair(KeyKind::rsa, 1024u)},
                                 {"rsa-2048", std::pair(KeyKind::rsa, 2048u)},
                                 {"rsa-3072", std::pair(KeyKind::rsa, 3072u)},
                                 {"rsa-4096", std::pair(KeyKind::rsa, 4096u)},
                                 {"ec-256", std::pair(KeyKind::ec, 256u)},
                                 {"ec-384", std::pair(KeyKind::ec, 384u)}},
                                std::pair(KeyKind::rsa, 2048u));
        order.kind = key.first;
        order.bits = key.second;
        order.hash = choice(node, "hash",
                            {{"md5", SignatureHash::md5},
                             {"sha1", SignatureHash::sha1},
                             {"sha256", SignatureHash::sha256},
                             {"sha384", SignatureHash::sha384},
                             {"sha512", SignatureHash::sha512}},
                            SignatureHash::sha256);
        order.dates = dates(node, "dates");
        order.with_key = flag(node, "with_key", true);
        if (lab_.system.certificates.size() < kMostCertificates)
            lab_.system.certificates.push_back(std::move(order));
        else error(node, "too many certificates");
    }

    void read_wire(const Node& node, std::vector<WirePlan>& wires) {
        if (!is_map(node, "wire")) return;
        WirePlan plan;
        plan.wire = text(node, "wire", true);
        if (std::ranges::find(site::kWires, plan.wire) == std::end(site::kWires))
            error(node,
                  fmt::format("there is no wire '{}'; known: {}", plan.wire, fmt::join(site::kWires, ", ")));
        WireSettings settings;
        for (const auto word : wire_words()) {
            if (!has(node, word.data())) continue;
            plan.words.push_back({std::string(word), text(node, word.data(), true)});
            if (const auto wrong = set_wire_word(settings, word, plan.words.back().value))
                error(node[std::string(word)], *wrong);
        }
        for (const auto& item : list(node, "faults")) {
            WireFault fault;
            if (!is_map(item, "fault")) continue;
            for (const auto word : fault_words())
                if (has(item, word.data()))
                    if (const auto wrong = set_fault_word(fault, word, text(item, word.data(), true)))
                        error(item[std::string(word)], *wrong);
            plan.faults.push_back(std::move(fault));
        }
        if (plan.faults.size() > kMostFaults) error(node["faults"], "too many faults");
        wires.push_back(std::move(plan));
    }

    /// A host on LAN0 that attacks the system.
    void read_attacker(const Node& node) {
        if (!is_map(node, "attacker")) return;
        AttackerPlan plan;
        plan.name = userid(node, "name", {}, true);
        if (const auto address = Ipv4Address::parse(text(node, "address", true))) plan.address = *address;
        else error(node, "'address' must be an IPv4 address of LAN0");
        for (const auto& item : list(node, "does"))
            if (is_map(item, "attack")) plan.attacks.push_back(read_attack(item));
        if (plan.attacks.empty()) error(node, "'does' is missing: what the host attacks with, and when");
        lab_.attackers.push_back(std::move(plan));
    }

    AttackPlan read_attack(const Node& node) {
        AttackPlan attack;
        if (const auto kind = find_attack(text(node, "attack", true))) attack.kind = *kind;
        else error(node, fmt::format("'attack' is one of {}", fmt::join(attack_names(), ", ")));
        attack.at = duration(node, "at");
        attack.lasts = duration(node, "lasts");
        attack.rate = std::uint32_t(number(node, "rate", 1, 100'000, attack.rate));
        attack.port = std::uint16_t(number(node, "port", 1, 65535, attack.port));
        if (has(node, "from")) {
            const std::string from = text(node, "from", true);
            const auto slash = std::min(from.find('/'), from.size());
            const auto address = Ipv4Address::parse(std::string_view(from).substr(0, slash));
            std::uint8_t prefix = 32;
            const auto digits = std::string_view(from).substr(std::min(slash + 1, from.size()));
            if (!digits.empty()) std::from_chars(digits.data(), digits.data() + digits.size(), prefix);
            if (address && prefix >= 8 && prefix <= 32) attack.from = {*address, prefix};
            else error(node["from"], "'from' must be an address or a network like 198.51.100.0/24");
        }
        attack.low_port = std::uint16_t(number(node, "low_port", 1, 65535, attack.low_port));
        attack.high_port = std::uint16_t(number(node, "high_port", attack.low_port, 65535, 65535));
        return attack;
    }

    void read_patch(const Node& node, std::vector<FilePatch>& patches) {
        if (!is_map(node, "patch")) return;
        FilePatch patch;
        patch.where = mark_of(node);
        patch.file = disk_file(node, "file");
        if (has(node, "text")) patch.text = text(node, "text");
        if (has(node, "text") == has(node, "replace"))
            error(node, "a patch needs either 'text' or 'replace'");
        for (const auto& item : list(node, "replace")) {
            if (!is_map(item, "replace")) continue;
            if (!has(item, "with")) error(item, "'with' is missing");
            patch.replace.push_back(
                {text(item, "after"), text(item, "find", true), text(item, "with"), mark_of(item)});
        }
        patches.push_back(std::move(patch));
    }

    /// A line alone is typed by TCPMAINT.
    void read_line(const Node& node, std::vector<TypedLine>& lines) {
        if (node.IsScalar()) lines.push_back({"TCPMAINT", node.Scalar()});
        else if (is_map(node, "line"))
            lines.push_back({userid(node, "as", "TCPMAINT"), text(node, "line", true)});
    }

    Check read_check(const Node& node, unsigned depth) {
        Check check;
        if (!is_map(node, "check")) return check;
        check.where = mark_of(node);
        if (++checks_ > kMostChecks || depth > kDeepest) {
            error(node, "too many checks");
            return check;
        }
        check.id = text(node, "id", depth == 0);
        check.title = text(node, "title");
        check.wait = duration(node, "wait");
        check.phase =
            choice(node, "phase",
                   {{"symptom", CheckPhase::symptom}, {"goal", CheckPhase::goal}, {"kept", CheckPhase::kept}},
                   CheckPhase::goal);
        read_kind(node, check, depth);
        return check;
    }

    void read_kind(const Node& node, Check& check, unsigned depth) {
        constexpr const char* kKinds[] = {"console", "reader", "file", "fact", "cmd",
                                          "probe",   "all",    "any",  "none"};
        std::vector<std::string_view> given;
        for (const char* kind : kKinds)
            if (has(node, kind)) given.push_back(kind);
        if (given.size() != 1)
            return error(node, given.empty() ? fmt::format("the check checks nothing: it needs one of {}",
                                                           fmt::join(kKinds, ", "))
                                             : fmt::format("a check has one kind, here are {}",
                                                           fmt::join(given, ", ")));
        const Node what = node[std::string(given[0])];
        if (given[0] == "all") check.what = read_group(node, "all", GroupCheck::Kind::all, depth);
        else if (given[0] == "any") check.what = read_group(node, "any", GroupCheck::Kind::any, depth);
        else if (given[0] == "none") check.what = read_group(node, "none", GroupCheck::Kind::none, depth);
        else if (!is_map(what, given[0])) return;
        else if (given[0] == "console")
            check.what = ConsoleCheck{userid(what, "machine", {}, true), text(what, "has", true)};
        else if (given[0] == "reader")
            check.what = ReaderCheck{userid(what, "user", "TCPMAINT"), userid(what, "from", {}, true),
                                     text(what, "has", true)};
        else if (given[0] == "file") check.what = read_file_check(what);
        else if (given[0] == "fact") check.what = read_fact(what);
        else if (given[0] == "cmd") check.what = read_command(what);
        else check.what = read_probe(what);
    }

    GroupCheck read_group(const Node& parent, const char* key, GroupCheck::Kind kind, unsigned depth) {
        GroupCheck group;
        group.kind = kind;
        const auto items = list(parent, key);
        if (items.empty()) error(parent[key], fmt::format("'{}' needs a list of checks", key));
        for (const auto& item : items) group.of.push_back(read_check(item, depth + 1));
        return group;
    }

    FileCheck read_file_check(const Node& node) {
        FileCheck check{disk_file(node, "file"), text(node, "has"), text(node, "lacks")};
        if (check.has.empty() && check.lacks.empty()) error(node, "the check needs 'has' or 'lacks'");
        return check;
    }

    FactCheck read_fact(const Node& node) {
        FactCheck check;
        if (!has(node, "name")) error(node, "'name' is missing");
        check.name = choice(node, "name",
                            {{"ssl_members_ready", FactName::ssl_members_ready},
                             {"secure_sessions", FactName::secure_sessions},
                             {"listens", FactName::listens},
                             {"logged_on", FactName::logged_on},
                             {"stack_up", FactName::stack_up}},
                            FactName::stack_up);
        check.stack = userid(node, "stack", "TCPIP");
        check.user = userid(node, "user", {}, check.name == FactName::logged_on);
        if (check.name == FactName::listens && !has(node, "port")) error(node, "'port' is missing");
        check.port = std::uint16_t(number(node, "port", 1, 65535, 0));
        check.is = bound(node, "is");
        check.at_least = bound(node, "at_least");
        check.at_most = bound(node, "at_most");
        return check;
    }

    CommandCheck read_command(const Node& node) {
        CommandCheck check;
        check.as = userid(node, "as", "TCPMAINT");
        check.line = text(node, "line", true);
        check.has = text(node, "has");
        check.lacks = text(node, "lacks");
        if (has(node, "rc")) check.rc = int(number(node, "rc", -10, 100'000, 0));
        if (iequals(std::string_view(check.line).substr(0, 4), "PING"))
            error(node["line"], "PING answers the user's own console: use a probe of kind ping");
        return check;
    }

    ProbeCheck read_probe(const Node& node) {
        constexpr std::pair<const char*, std::uint16_t> kKinds[] = {{"ftp", 21}, {"smtp", 25}, {"telnet", 23},
                                                                    {"tls", 0},  {"tcp", 0},   {"ping", 0}};
        ProbeCheck probe;
        std::vector<std::string_view> given;
        for (const auto& [kind, port] : kKinds)
            if (has(node, kind)) {
                given.push_back(kind);
                probe.port = port;
            }
        if (given.size() != 1) {
            error(node, "a probe is one of ftp, smtp, telnet, tls, tcp, ping");
            return probe;
        }
        if (has(node, "host")) probe.host = text(node, "host", true);
        probe.says = text(node, "says");
        probe.certificate = text(node, "certificate");
        if (!probe.certificate.empty() && std::ranges::none_of(lab_.system.clients, [&](const auto& client) {
                return client.name == probe.certificate;
            }))
            error(node["certificate"], fmt::format("there is no client '{}'", probe.certificate));
        if (probe.port == 0 && given[0] != "ping" && !has(node, "port")) error(node, "'port' is missing");
        probe.port = std::uint16_t(number(node, "port", 1, 65535, probe.port));
        const Node what = node[std::string(given[0])];
        if (what.IsNull() || !is_map(what, given[0])) {
            if (what.IsNull() && given[0] != "ftp") probe.what = read_bare_probe(given[0]);
            else if (what.IsNull()) error(node, "'ftp' says what the client does: tls, private, do");
            return probe;
        }
        if (given[0] == "ftp") probe.what = read_ftp(what);
        else if (given[0] == "smtp")
            probe.what =
                SmtpProbe{flag(what, "tls", false), text(what, "from"), text(what, "to"), text(what, "text")};
        else if (given[0] == "tls") probe.what = TlsProbe{text(what, "send")};
        else if (given[0] == "tcp") probe.what = TcpProbe{flag(what, "open", true)};
        else probe.what = read_bare_probe(given[0]);
        return probe;
    }

    static decltype(ProbeCheck::what) read_bare_probe(std::string_view kind) {
        if (kind == "smtp") return SmtpProbe{};
        if (kind == "telnet") return TelnetProbe{};
        if (kind == "tls") return TlsProbe{};
        if (kind == "tcp") return TcpProbe{};
        return PingProbe{};
    }

    FtpProbe read_ftp(const Node& node) {
        FtpProbe probe;
        probe.tls = flag(node, "tls", false);
        probe.private_data = flag(node, "private", probe.tls);
        probe.extended = flag(node, "extended", true);
        if (has(node, "user")) probe.user = text(node, "user", true);
        if (has(node, "password")) probe.password = text(node, "password", true);
        probe.directory = text(node, "directory");
        for (const auto& item : list(node, "do")) {
            if (!is_map(item, "do")) continue;
            FtpStep step;
            constexpr std::pair<const char*, FtpStep::Kind> kVerbs[] = {{"list", FtpStep::Kind::list},
                                                                        {"get", FtpStep::Kind::get},
                                                                        {"put", FtpStep::Kind::put},
                                                                        {"remove", FtpStep::Kind::remove}};
            unsigned verbs = 0;
            for (const auto& [verb, kind] : kVerbs) {
                if (!has(item, verb)) continue;
                step.kind = kind;
                step.name = text(item, verb, kind != FtpStep::Kind::list);
                ++verbs;
            }
            if (verbs != 1) error(item, "a step is one of list, get, put, remove");
            step.bytes = std::size_t(number(item, "bytes", 0, 128 * 1024 * 1024, 4096));
            probe.steps.push_back(std::move(step));
        }
        return probe;
    }

    void read_hint(const Node& node) {
        if (!is_map(node, "hint")) return;
        Hint hint;
        hint.unless = text(node, "unless");
        hint.once = text(node, "once");
        hint.cost = unsigned(number(node, "cost", 0, 100, 1));
        hint.say = text(node, "say", true);
        for (const auto& [key, id] : {std::pair{"unless", &hint.unless}, {"once", &hint.once}})
            if (!id->empty() && !lab_.find_check(*id))
                error(node[key], fmt::format("no check has the id '{}'", *id));
        lab_.hints.push_back(std::move(hint));
    }

    /// What holds for the lab as a whole.
    void judge(const Node& root) {
        bool symptom = false, goal = false;
        std::set<std::string> ids;
        for (const auto& check : lab_.checks) {
            symptom = symptom || check.phase == CheckPhase::symptom;
            goal = goal || check.phase == CheckPhase::goal;
            if (!check.id.empty() && !ids.insert(check.id).second)
                error_at(check.where.line, check.where.column,
                         fmt::format("two checks have the id '{}'", check.id));
        }
        if (!symptom) error(root, "no check has 'phase: symptom': nothing proves that the fault shows");
        if (!goal) error(root, "no check has 'phase: goal': nothing proves the cure");
        if (lab_.patch.empty() && lab_.before.empty() && lab_.wires.empty() && lab_.attackers.empty())
            error(root, "neither 'patch' nor 'wires' nor 'attackers' nor 'before': no fault");
        if (lab_.solution.empty()) error(root, "'solution' is missing");
    }

    std::string file_;
    Lab lab_;
    std::vector<LabError> errors_;
    std::size_t checks_ = 0;
};

}  // namespace

LabReading read_lab(const std::string& file, std::string_view text) { return LabReader(file).read(text); }

}  // namespace vmlab::sim

// A lab as a value: what is broken (a patch to the baseline, commands before the trainee starts), the story,
// the checks, the hints and a reference solution. Read from YAML by lab_reader.hpp.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "simulator/given/surroundings.hpp"
#include "simulator/machines/attacker.hpp"
#include "simulator/network/wire_words.hpp"
#include "stack/base/level.hpp"
#include "stack/base/names.hpp"
#include "stack/base/time.hpp"

namespace vmlab::sim {

/// What is wrong in a lab file, and where: "labs/x.yaml:12:5: error: …". Lines and columns count from 1.
struct LabError {
    std::string file;
    unsigned line = 0, column = 0;
    std::string text;

    [[nodiscard]] std::string str() const;
};

/// A place in the lab's own file, for errors that show only when the lab meets the baseline.
struct LabMark {
    unsigned line = 0, column = 0;
};

/// A file of a minidisk: "TCPMAINT 198 PROFILE TCPIP".
struct DiskFile {
    Userid owner{};
    std::string vdev;  ///< four digits
    Name8 name{}, type{};

    [[nodiscard]] std::string str() const;   ///< "TCPMAINT 198 PROFILE TCPIP"
    [[nodiscard]] std::string path() const;  ///< "TCPMAINT.198/PROFILE.TCPIP", as the baseline keeps it
};

/// Replaces one place in a file: the first `find` behind the first `after`; without `after` the only one.
struct FileEdit {
    std::string after{}, find{}, with{};
    LabMark where{};
};
struct FilePatch {
    DiskFile file{};
    LabMark where{};
    std::optional<std::string> text{};  ///< the whole file
    std::vector<FileEdit> replace{};
};

/// A line typed at a user's console.
struct TypedLine {
    Userid as = "TCPMAINT";
    std::string line;
};

// ── checks ────────────────────────────────────────────────────────────────────────────────────────────────

/// The machine printed this text, on its console now or in a console file that was closed. Line breaks and
/// runs of blanks count as one blank.
struct ConsoleCheck {
    Userid machine{};
    std::string has;
};
/// A file in the user's reader that came from this machine has the text.
struct ReaderCheck {
    Userid user = "TCPMAINT", from{};
    std::string has;
};
/// Statements of a configuration file: comments do not count, nor do case and runs of blanks.
struct FileCheck {
    DiskFile file{};
    std::string has{}, lacks{};
};
enum class FactName : std::uint8_t { ssl_members_ready, secure_sessions, listens, logged_on, stack_up };
/// A number of the world's state, compared. Without a bound: at least 1.
struct FactCheck {
    FactName name{};
    Userid stack = "TCPIP";
    Userid user{};           ///< logged_on
    std::uint16_t port = 0;  ///< listens
    std::optional<std::int64_t> is{}, at_least{}, at_most{};
};
/// A command as the user would type it, on a console of its own.
struct CommandCheck {
    Userid as = "TCPMAINT";
    std::string line;
    std::string has{}, lacks{};
    std::optional<int> rc{};
};

struct FtpStep {
    enum class Kind { list, get, put, remove } kind = Kind::list;
    std::string name{};
    std::size_t bytes = 0;  ///< of a put
};
struct FtpProbe {
    bool tls = false, private_data = false, extended = true;
    std::string user = "TCPMAINT", password = "TCPMAINT", directory{};
    std::vector<FtpStep> steps{};
};
struct SmtpProbe {
    bool tls = false;
    std::string from{}, to{}, text{};
};
struct TelnetProbe {};  ///< START-TLS and the handshake
/// TLS from the first byte.
struct TlsProbe {
    std::string send{};  ///< a line, and an empty one; then the server answers and closes
};
struct TcpProbe {
    bool open = true;  ///< false: the port must not be reachable
};
struct PingProbe {};
/// A client on WS1. It passes when its script goes through; with `says`, when the server says that text.
struct ProbeCheck {
    std::string host = "gdlrct2.example.test";  ///< looked up in ETC HOSTS; TLS certificates must carry it
    std::uint16_t port = 0;
    std::string says{};
    std::string certificate{};  ///< that the client shows when it is asked; or none
    std::variant<FtpProbe, SmtpProbe, TelnetProbe, TlsProbe, TcpProbe, PingProbe> what{};
};

struct Check;
struct GroupCheck {
    enum class Kind { all, any, none } kind = Kind::all;
    std::vector<Check> of;
};

/// When a check must hold.
enum class CheckPhase : std::uint8_t {
    symptom,  ///< in the broken system, before anything is done
    goal,     ///< in the healthy and in the cured system; not all goals in the broken one
    kept,     ///< always: the cure must not be a short cut
};

struct Check {
    std::string id;
    std::string title;
    CheckPhase phase = CheckPhase::goal;
    Duration wait{};  ///< how long it may take to become true
    LabMark where{};
    std::variant<ConsoleCheck, ReaderCheck, FileCheck, FactCheck, CommandCheck, ProbeCheck, GroupCheck>
        what{};
};

// ── hints, the whole ──────────────────────────────────────────────────────────────────────────────────────

/// Said when its check fails (or passes) in the state of the moment; without either, always.
struct Hint {
    std::string unless{};  ///< id of a check: not said once it passes
    std::string once{};    ///< id of a check: said only when it passes
    unsigned cost = 1;
    std::string say;
};

/// The system that the lab is about, where it is not the shipped one.
struct LabSystem {
    Level level{};
    bool fips_database = false;
    std::optional<MachineCrypto> crypto{};  ///< of the machine; without it cryptography costs no time
    std::vector<sslserv::LabCertificate> certificates{};
    std::vector<sslserv::LabClient> clients = sslserv::lab_clients();  ///< and the lab's own
    sslserv::LabCertificate::Dates list_dates{};                       ///< of the revocation list
    std::vector<WirePlan> wires{};
    std::vector<FilePatch> patch{};  ///< to the shipped files
};

struct Lab {
    std::string file;  ///< where it was read from
    std::string id, title;
    unsigned level = 1;  ///< 1 warm-up … 5 incident
    Duration time{};     ///< that a trainee may need
    std::vector<std::string> tags{};
    std::string story, symptom, debrief;
    LabSystem system{};  ///< healthy, broken and cured alike
    std::vector<FilePatch> patch{};
    std::vector<WirePlan> wires{};  ///< what the fault does to them
    std::vector<AttackerPlan> attackers{};
    std::vector<TypedLine> before{};
    std::vector<Check> checks{};
    std::vector<Hint> hints{};
    std::vector<TypedLine> solution{};

    [[nodiscard]] const Check* find_check(std::string_view id) const;
};

/// Configuration files: path and text, in order of path (WorldOptions::files).
using ConfigurationFiles = std::vector<std::pair<std::string, std::string>>;

/// The files with one of the lab's patches (LabSystem::patch, Lab::patch). What does not fit them goes to
/// `errors`.
[[nodiscard]] ConfigurationFiles apply_patch(const Lab& lab, const std::vector<FilePatch>& patches,
                                             ConfigurationFiles files, std::vector<LabError>& errors);

}  // namespace vmlab::sim

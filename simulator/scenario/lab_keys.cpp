// The keys of a lab file, mapping by mapping.
#include "simulator/scenario/lab_reader.hpp"

namespace vmlab::sim {
namespace {
std::vector<std::string_view> with(std::span<const std::string_view> words,
                                   std::vector<std::string_view> more) {
    more.insert(more.end(), words.begin(), words.end());
    return more;
}
}  // namespace

const std::vector<LabKeySet>& known_lab_keys() {
    static const std::vector<LabKeySet> sets = {
        {"lab",
         {"vmlab", "id", "title", "level", "time", "tags", "story", "symptom", "debrief", "system", "patch",
          "wires", "attackers", "before", "checks", "hints", "solution"}},
        {"system",
         {"level", "service", "fips_database", "crypto", "certificates", "clients", "revocation_list",
          "wires", "patch"}},
        {"crypto", {"cpacf", "cards"}},
        {"certificate", {"label", "key", "hash", "dates", "with_key"}},
        {"client", {"name", "dates", "stranger", "revoked"}},
        {"wire", with(wire_words(), {"wire", "faults"})},
        {"fault", with(fault_words(), {})},
        {"attacker", {"name", "address", "does"}},
        {"attack", {"attack", "at", "lasts", "rate", "port", "from", "low_port", "high_port"}},
        {"patch", {"file", "text", "replace"}},
        {"replace", {"after", "find", "with"}},
        {"line", {"as", "line"}},
        {"check",
         {"id", "title", "phase", "wait", "console", "reader", "file", "fact", "cmd", "probe", "all", "any",
          "none"}},
        {"console", {"machine", "has"}},
        {"reader", {"user", "from", "has"}},
        {"file", {"file", "has", "lacks"}},
        {"fact", {"name", "stack", "user", "port", "is", "at_least", "at_most"}},
        {"cmd", {"as", "line", "has", "lacks", "rc"}},
        {"probe", {"ftp", "smtp", "telnet", "tls", "tcp", "ping", "host", "port", "says", "certificate"}},
        {"ftp", {"tls", "private", "extended", "user", "password", "directory", "do"}},
        {"do", {"list", "get", "put", "remove", "bytes"}},
        {"smtp", {"tls", "from", "to", "text"}},
        {"telnet", {}},
        {"tls", {"send"}},
        {"tcp", {"open"}},
        {"ping", {}},
        {"hint", {"unless", "once", "cost", "say"}},
    };
    return sets;
}

}  // namespace vmlab::sim

#include "stack/base/cause.hpp"

namespace vmlab {

const char* name_of(RecordKind kind) {
    switch (kind) {
        case RecordKind::input: return "input";
        case RecordKind::state: return "state";
        case RecordKind::decision: return "decision";
        case RecordKind::refusal: return "refusal";
        case RecordKind::drop: return "drop";
        case RecordKind::alert: return "alert";
        case RecordKind::close: return "close";
        case RecordKind::message: return "message";
    }
    return "?";
}

std::string about_machine(const Userid& userid) { return "machine " + userid.str(); }
std::string about_port(std::uint16_t port) { return "port " + std::to_string(port); }
std::string about_ports(std::uint16_t low, std::uint16_t high) {
    return low == high ? about_port(low) : "ports " + std::to_string(low) + "-" + std::to_string(high);
}
std::string about_connection(std::uint32_t id) { return "connection " + std::to_string(id); }

}  // namespace vmlab

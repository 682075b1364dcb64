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

}  // namespace vmlab

#include "profiles/vm_file_type.hpp"

namespace vmlab::profiles {

void read_file_type(StatementLine& line, std::vector<VmFileType>& types) {
    VmFileType type;
    line.read_text(1, type.type);
    if (!type.type.where.known()) return;
    line.read_words(2, type.attributes);
    types.push_back(std::move(type));
}

void read_file_type_default(StatementLine& line, std::vector<VmFileType>& types) {
    VmFileType type;
    line.read_words(1, type.attributes);
    if (type.attributes.empty()) return line.bad(1, "attribute");
    types.push_back(std::move(type));
}

}  // namespace vmlab::profiles

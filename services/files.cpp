// How places and file errors read to a person.
#include "services/files.hpp"

namespace vmlab::services {

std::string Place::str() const {
    switch (kind) {
        case Kind::none: return {};
        case Kind::minidisk: {
            // "0198" is printed as 198, as CP prints virtual device numbers in directory names of FTP.
            const auto first = vdev.find_first_not_of('0');
            return owner.str() + "." + (first == std::string::npos ? vdev : vdev.substr(first));
        }
        case Kind::sfs:
        case Kind::bfs: return path;
        case Kind::reader: return owner.str() + ".RDR";
    }
    return {};
}

const char* text_of(FileError error) {
    switch (error) {
        case FileError::none: return "no error";
        case FileError::not_found: return "not found";
        case FileError::no_such_place: return "no such disk or directory";
        case FileError::not_authorized: return "not authorized";
        case FileError::read_only: return "read-only";
        case FileError::exists: return "already exists";
        case FileError::bad_name: return "not a valid name";
        case FileError::not_empty: return "not empty";
        case FileError::disk_full: break;
    }
    return "no space left";
}

}  // namespace vmlab::services

#include "simulator/given/key_labels.hpp"

#include "sslserv/keydb/key_database.hpp"

namespace vmlab::sim {
namespace {

sslserv::ByteView view(std::string_view text) {
    return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

}  // namespace

std::optional<std::vector<std::string>> read_key_labels(std::string_view kdb, std::string_view sth,
                                                        std::string& error) {
    const auto password = sslserv::read_stash(view(sth));
    if (!password) {
        error = "the stash file makes no sense";
        return std::nullopt;
    }
    const auto opened = sslserv::KeyDatabase::open(view(kdb), *password, Instant{});
    if (const auto* refused = std::get_if<sslserv::KeyDatabaseError>(&opened)) {
        error = refused->why + "; the format of IBM's key databases is not public: give --labels instead";
        return std::nullopt;
    }
    std::vector<std::string> labels;
    for (const auto& record : std::get<sslserv::KeyDatabase>(opened).records())
        if (record.type == sslserv::RecordType::key_and_certificate) labels.push_back(record.label);
    return labels;
}

}  // namespace vmlab::sim

#include "profiles/search.hpp"

namespace vmlab::profiles {

ProfileSearch find_profile(const Userid& userid, const Name8& node, const FileLookup& files) {
    ProfileSearch search;
    for (const Name8& name : {userid, node, Name8("PROFILE")}) {
        if (name.empty()) continue;
        search.tried.push_back({name, "TCPIP", {'*', ' '}});
        if ((search.found = files.find(name, "TCPIP"))) break;
    }
    return search;
}

std::vector<Dtcparms> find_dtcparms(const Userid& userid, const Name8& node, const FileLookup& files) {
    std::vector<Dtcparms> found;
    for (const Name8& name : {userid, node, Name8("SYSTEM"), Name8("IBM")}) {
        if (name.empty()) continue;
        if (const auto source = files.find(name, "DTCPARMS")) found.push_back(read_dtcparms(*source));
    }
    return found;
}

const DtcTag* ServerDefinition::tag(std::string_view name) const {
    if (const DtcTag* own = server.tag(name)) return own;
    return server_class ? server_class->tag(name) : nullptr;
}

std::string ServerDefinition::value(std::string_view name) const {
    const DtcTag* found = tag(name);
    return found == nullptr ? std::string() : found->value();
}

std::vector<Sourced<Userid>> ServerDefinition::userids(std::string_view name) const {
    std::vector<Sourced<Userid>> list;
    const DtcTag* found = tag(name);
    if (found == nullptr) return list;
    for (const Word& word : found->words)
        if (const auto userid = Userid::parse(word.text)) list.push_back({*userid, word.where});
    return list;
}

std::optional<ServerDefinition> find_definition(const Userid& userid, const std::vector<Dtcparms>& files) {
    ServerDefinition definition;
    for (const Dtcparms& file : files) {
        const DtcEntry* entry = file.find_server(userid.view());
        if (entry == nullptr) continue;
        definition.server = *entry;
        definition.server_file = file.file;
        if (const DtcTag* tag = entry->tag("class")) definition.class_name = upper(tag->value());
        break;
    }
    if (definition.server.type == DtcType::none) return std::nullopt;
    for (const Dtcparms& file : files) {
        const DtcEntry* entry = file.find_class(definition.class_name);
        if (entry == nullptr || definition.class_name.empty()) continue;
        definition.server_class = *entry;
        definition.class_file = file.file;
        break;
    }
    return definition;
}

}  // namespace vmlab::profiles

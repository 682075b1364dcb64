// A small disk in memory for tests of FTP and SMTP: directories are places by their printed name, files are
// bytes. Users and their passwords are a table.
#pragma once

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "services/files.hpp"

namespace vmlab::services::test {

struct Mail {
    Userid to{};
    std::string name, type, from, text;
};

class MemoryFiles final : public Files {
public:
    struct File {
        std::string bytes;
        std::size_t lrecl = 0;
        Instant changed{};
    };
    std::map<std::string, std::string> manager_passwords{};  ///< of the external security manager
    std::map<std::string, std::string> passwords{
        {"TCPMAINT", "SECRET"}, {"GSKADMIN", "KEYS"}, {"MAINT", "PW"}};
    std::map<std::string, std::map<std::string, File>> places{{"TCPMAINT.191", {}},
                                                              {"TCPMAINT.198", {}},
                                                              {"VMSYS:TCPMAINT.", {}},
                                                              {"/../VMBFS:VMSYS:GSKSSLDB/", {}}};
    std::vector<std::string> read_only{"TCPMAINT.198"};
    std::vector<Mail> mail{};
    FileError write_error = FileError::none, info_error = FileError::none;

    static Place place(const std::string& name) {
        Place at;
        at.path = name;
        if (name.starts_with("/")) at.kind = Place::Kind::bfs;
        else if (name.find(':') != std::string::npos) at.kind = Place::Kind::sfs;
        else {
            at.kind = Place::Kind::minidisk;
            at.owner = *Userid::parse(name.substr(0, name.find('.')));
            at.vdev = "0" + name.substr(name.find('.') + 1);
        }
        return at;
    }

    PasswordVerdict check_password(const Userid& user, std::string_view password,
                                   PasswordKeeper keeper) override {
        const auto& known = keeper == PasswordKeeper::directory ? passwords : manager_passwords;
        const auto found = known.find(user.str());
        if (found != known.end() && iequals(found->second, password)) return {true};
        return {false, "the userid or its password is not valid"};
    }
    bool known_user(const Userid& user) override { return passwords.contains(user.str()); }
    Place home_of(const Userid& user) override {
        const std::string name = user.str() + ".191";
        return places.contains(name) ? place(name) : Place{};
    }
    FileError enter(const Userid&, const Place& from, std::string_view name, Place& to) override {
        std::string wanted = upper(name);
        std::replace(wanted.begin(), wanted.end(), ' ', '.');
        if (wanted == "..") wanted = upper(from.str());
        if (wanted.starts_with("../../")) wanted = wanted.substr(5);
        if (wanted.starts_with("/VMBFS")) wanted = "/.." + wanted;
        if (wanted == "MAINT.CF1") return FileError::not_authorized;
        if (!places.contains(wanted)) return FileError::no_such_place;
        to = place(wanted);
        to.read_only = std::find(read_only.begin(), read_only.end(), wanted) != read_only.end();
        return FileError::none;
    }
    FileError list(const Userid&, const Place& at, std::string_view pattern,
                   std::vector<FileInfo>& out) override {
        for (const auto& [name, file] : places.at(at.str())) {
            const bool all = pattern == "*" || pattern == "*.*";
            const bool by_type =
                pattern.starts_with("*.") && iequals(pattern.substr(1), name.substr(name.find('.')));
            if (all || by_type || iequals(pattern, name)) out.push_back(describe(name, file));
        }
        return FileError::none;
    }
    FileError info(const Userid&, const Place& at, std::string_view name, FileInfo& out) override {
        if (info_error != FileError::none) return info_error;
        const File* file = find(at, name);
        if (file == nullptr) return FileError::not_found;
        out = describe(upper(name), *file);
        return FileError::none;
    }
    FileError read(const Userid&, const Place& at, std::string_view name, Transfer,
                   std::string& out) override {
        const File* file = find(at, name);
        if (file == nullptr) return FileError::not_found;
        out = file->bytes;
        return FileError::none;
    }
    FileError write(const Userid&, const Place& at, std::string_view name, Transfer, std::string bytes,
                    std::size_t lrecl, Instant now) override {
        if (write_error != FileError::none) return write_error;
        if (at.read_only) return FileError::read_only;
        if (name.find('.') == std::string_view::npos) return FileError::bad_name;
        places[at.str()][upper(name)] = {std::move(bytes), lrecl, now};
        return FileError::none;
    }
    FileError erase(const Userid&, const Place& at, std::string_view name) override {
        if (find(at, name) == nullptr) return FileError::not_found;
        if (at.read_only) return FileError::read_only;
        places[at.str()].erase(upper(name));
        return FileError::none;
    }
    FileError rename(const Userid& user, const Place& at, std::string_view from,
                     std::string_view to) override {
        File* file = find(at, from);
        if (file == nullptr) return FileError::not_found;
        if (find(at, to) != nullptr) return FileError::exists;
        const File moved = *file;
        const auto error = erase(user, at, from);
        if (error == FileError::none) places[at.str()][upper(to)] = moved;
        return error;
    }
    FileError make_directory(const Userid&, const Place& at, std::string_view name, Instant) override {
        if (at.kind != Place::Kind::sfs) return FileError::bad_name;
        const std::string path = at.str() + upper(name);
        if (places.contains(path)) return FileError::exists;
        places[path];
        return FileError::none;
    }
    FileError remove_directory(const Userid&, const Place& at, std::string_view name) override {
        const auto found = places.find(at.str() + upper(name));
        if (found == places.end()) return FileError::not_found;
        if (!found->second.empty()) return FileError::not_empty;
        places.erase(found);
        return FileError::none;
    }
    unsigned punch(const Userid& to, std::string_view name, std::string_view type, std::string_view from,
                   std::string text, Instant) override {
        mail.push_back({to, std::string(name), std::string(type), std::string(from), std::move(text)});
        return unsigned(mail.size());
    }

private:
    File* find(const Place& at, std::string_view name) {
        auto& files = places[at.str()];
        const auto found = files.find(upper(name));
        return found == files.end() ? nullptr : &found->second;
    }
    static FileInfo describe(const std::string& name, const File& file) {
        FileInfo info;
        info.name = name;
        info.format = file.lrecl > 0 ? 'F' : 'V';
        info.lrecl = file.lrecl > 0 ? file.lrecl : 72;
        info.records = std::size_t(std::count(file.bytes.begin(), file.bytes.end(), '\n'));
        info.blocks = (file.bytes.size() + 4095) / 4096;
        info.bytes = file.bytes.size();
        info.changed = file.changed;
        info.owner = "TCM191";
        return info;
    }
};

}  // namespace vmlab::services::test

#include "simulator/given/supplied_system.hpp"

#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <set>

#include "profiles/vmssl_parms.hpp"
#include "simulator/given/file_spaces.hpp"
#include "simulator/given/lan_plan.hpp"
#include "simulator/given/supplied_directory.hpp"
#include "simulator/ipl/configure.hpp"

namespace vmlab::sim {
namespace {

constexpr const char* kDirectory = "MAINT.2CC/USER.DIRECT";
constexpr const char* kData = "TCPMAINT.592/TCPIP.DATA";
/// Read by commands only; what a system has otherwise is not asked of them.
constexpr const char* kServices = "TCPMAINT.592/ETC.SERVICES";

class Supplier {
public:
    using Texts = std::map<std::string, std::string>;

    Supplier(const SystemFiles& files, Texts shipped) : files_(files), shipped_(std::move(shipped)) {}

    SuppliedSystem supply() {
        take_files();
        supply_data();
        auto directory = supply_directory(files_, shipped_[kDirectory]);
        for (auto& sentence : directory.said) say(std::move(sentence));
        if (!directory.text.empty()) texts_[kDirectory] = std::move(directory.text);
        if (!files_.has("ETC", "SERVICES")) {
            texts_[kServices] = shipped_[kServices];
            say("ETC SERVICES (TCPMAINT 592): vmlab's own");
        }
        surround();
        result_.files.assign(texts_.begin(), texts_.end());
        return std::move(result_);
    }

private:
    void say(std::string sentence) { result_.said.push_back(std::move(sentence)); }

    /// Every file to its disk. The CP directory is where CP looks for it, however it is called here.
    void take_files() {
        std::map<std::string, std::string> from;
        for (const CheckedFile& file : files_.files()) {
            const HostFileName& name = file.given.name;
            const bool is_directory = name.kind == FileKind::user_direct && files_.directory() &&
                                      files_.directory()->file == file.source.file;
            if (name.kind == FileKind::key_database || name.disk.empty()) continue;
            const std::string path =
                is_directory ? std::string(kDirectory)
                             : fmt::format("{}/{}.{}", name.disk, name.name.view(), name.type.view());
            if (file.given.shipped)
                say(fmt::format("{} {} ({}): vmlab's own", name.name.view(), name.type.view(), name.disk));
            const auto [place, fresh] = from.try_emplace(path, file.given.path);
            if (!fresh) say(fmt::format("nothing of {}: it is {} once more", file.given.path, place->second));
            else texts_[path] = file.given.text.joined();
        }
    }

    Userid first_stack() const {
        return files_.stacks().empty() ? files_.data().tcpip_userid.value : files_.stacks().front().userid;
    }

    void supply_data() {
        if (!files_.node().empty()) result_.around.node = files_.node();
        else say(fmt::format("the node identifier {}", result_.around.node.view()));
        if (files_.has("TCPIP", "DATA")) return;
        texts_[kData] = fmt::format("TCPIPUSERID  {}\nHOSTNAME     {}\nDOMAINORIGIN EXAMPLE.TEST\n",
                                    first_stack().view(), result_.around.node.view());
        say(fmt::format("TCPIP DATA (TCPMAINT 592): TCPIPUSERID {}, HOSTNAME {}, DOMAINORIGIN EXAMPLE.TEST",
                        first_stack().view(), result_.around.node.view()));
    }

    void surround() {
        Surroundings& around = result_.around;
        around.stacks.clear();
        for (const CheckedStack& stack : files_.stacks()) around.stacks.push_back(stack.userid);
        if (around.stacks.empty()) around.stacks.push_back(first_stack());
        open_networks();
        std::optional<Ipv4Address> name_server;
        std::optional<IpAddress> name_server6;
        for (const auto& server : files_.data().name_servers) {
            if (server->is_v4() && !name_server) name_server = server->v4();
            if (!server->is_v4() && !name_server6) name_server6 = server.value;
        }
        around.lan = plan_lan(files_.stacks(), name_server);
        around.lan.ipv6 = plan_ipv6(files_.stacks(), name_server6);
        if (!(around.lan == LanPlan())) say_lan();
        choose_labels();
        place_databases();
        if (files_.ftp() && files_.ftp()->passive_ports) {
            const auto& range = files_.ftp()->passive_ports->value;
            around.passive_ports = {range.low, range.high};
        } else
            say(fmt::format("PASSIVEPORTRANGE {} {}, for clients of the laptop", around.passive_ports.first,
                            around.passive_ports.second));
    }

    /// Where a directory's adapters go that it does not define itself: SYSTEM CONFIG does, or an EXEC, and
    /// vmlab reads neither.
    void open_networks() {
        if (!files_.directory()) return;
        std::set<std::string> defined;
        for (const auto& [userid, user] : files_.directory()->users)
            for (const auto& command : user.commands) {
                const auto words =
                    profiles::scan_line(profiles::SourceText::from_host({}, upper(*command)), 1, 0);
                const auto network = std::find_if(words.begin(), words.end(), [](const profiles::Word& word) {
                    return word.is("VSWITCH") || word.is("LAN");
                });
                if (network == words.begin() || words.end() - network < 2) continue;
                if (abbreviates((network - 1)->text, "DEFine")) defined.insert((network + 1)->text);
            }
        for (const auto& [userid, user] : files_.directory()->users)
            for (const auto& nic : user.nics) {
                if (nic.lan.empty() || nic.lan_owner != Name8("SYSTEM") ||
                    !defined.insert(nic.lan.str()).second)
                    continue;
                result_.around.open_networks.push_back({nic.lan, nic.hipersockets});
                say(fmt::format("{} SYSTEM {}, for everybody: nothing in USER DIRECT defines it",
                                nic.hipersockets ? "LAN" : "VSWITCH", nic.lan.view()));
            }
    }

    void say_lan() {
        const LanPlan& lan = result_.around.lan;
        std::vector<std::string> router;
        for (const auto& interface : lan.router)
            router.push_back(fmt::format("{}/{}", interface.address.str(), interface.prefix));
        say(fmt::format("a LAN for {}: ROUTER {}, NS1 {}, WS1 {}, WS2 {}, LAPTOP {}", lan.home.str(),
                        fmt::join(router, " "), lan.name_server.str(), lan.workstation.str(),
                        lan.second_workstation.str(), lan.laptop.str()));
        if (lan.ipv6 == Ipv6Plan()) return;
        std::vector<std::string> router6;
        for (const auto& each : lan.ipv6.router)
            router6.push_back(fmt::format("{}/{}", each.address.str(), each.prefix));
        say(fmt::format("the same in IPv6: ROUTER {}, NS1 {}, WS1 {}, WS2 {}, LAPTOP {}",
                        fmt::join(router6, " "), lan.ipv6.name_server.str(), lan.ipv6.workstation.str(),
                        lan.ipv6.second_workstation.str(), lan.ipv6.laptop.str()));
    }

    void choose_labels() {
        auto& labels = result_.around.labels;
        const std::set<std::string> shipped(labels.begin(), labels.end());
        std::set<std::string> named;
        for (const LabelUse& use : files_.label_uses())
            if (profiles::is_tls_label(*use.label)) named.insert(*use.label);
        const auto known = std::count_if(named.begin(), named.end(),
                                         [&](const std::string& label) { return shipped.contains(label); });
        if (files_.options().labels) {
            labels = *files_.options().labels;
            say(fmt::format("a key database with the labels of {}: {}", files_.options().labels_from,
                            fmt::join(labels, " ")));
        } else if (static_cast<std::size_t>(known) * 2 >= named.size()) {
            if (!named.empty())
                say(fmt::format("vmlab's own key database, with {} (--labels gives yours)",
                                fmt::join(labels, " ")));
        } else {
            labels.assign(named.begin(), named.end());
            say(fmt::format("a certificate for each label that the files name: {} (--labels gives yours)",
                            fmt::join(labels, " ")));
        }
    }

    /// Where the TLS/SSL servers will look for their key database.
    void place_databases() {
        std::vector<KeyDatabasePlace> places;
        const auto names = vmssl_vocabulary(Level());
        for (const CheckedServer& server : files_.servers()) {
            const auto* mount = server.definition.tag("mount");
            if (server.command != "VMSSL" || mount == nullptr) continue;
            const auto* tag = server.definition.tag("parms");
            const auto parms = tag == nullptr ? profiles::VmsslParms()
                                              : profiles::read_vmssl_parms(
                                                    tag->words, {server.definition.server_file, {}}, names);
            auto place = place_of(*parms.key_file, *mount);
            if (place && std::find(places.begin(), places.end(), *place) == places.end())
                places.push_back(std::move(*place));
        }
        if (places.empty()) return;
        for (const KeyDatabasePlace& place : places)
            if (!(place == KeyDatabasePlace()))
                say(fmt::format("the key database {}/{}.kdb, and its file space", place.space, place.path));
        result_.around.key_databases = std::move(places);
    }

    /// The file space and the path there that KEYFILE means, through the mount that covers it. Nothing where
    /// that space is not one that vmlab can supply.
    std::optional<KeyDatabasePlace> place_of(std::string_view key_file, const profiles::DtcTag& mount) {
        std::string target, rest;
        std::size_t longest = 0;
        for (const auto& pair : profiles::mounts_of(mount)) {
            std::string point = *pair.mount_point;
            if (!point.ends_with('/')) point += '/';
            if (point.size() <= longest || !key_file.starts_with(point)) continue;
            longest = point.size();
            target = *pair.path;
            rest = key_file.substr(point.size());
        }
        const auto space = longest == 0 ? std::nullopt : read_space_path(target);
        if (!space || !rest.ends_with(".kdb") || !can_supply(*space)) return std::nullopt;
        KeyDatabasePlace place{space->pool + ':' + space->space, space->rest};
        if (!place.path.empty()) place.path += '/';
        place.path += rest.substr(0, rest.size() - 4);
        const std::string usual = KeyDatabasePlace().path;
        const std::string_view known[] = {usual};
        if (place.path == usual || profiles::nearest(place.path, known).empty()) return place;
        say(fmt::format("nothing of {}: {}.kdb is probably meant", key_file, usual));
        return std::nullopt;
    }

    /// A space whose name is nearly IBM's is a typing error, and stays one.
    bool can_supply(const SpacePath& path) {
        const std::string near = meant_space(path.space);
        if (!near.empty()) {
            say(fmt::format("nothing of the file space {}: {} is probably meant", path.space, near));
            return false;
        }
        if (path.pool == "VMSYS" || path.pool == "VMSYSU") return true;
        say(fmt::format("nothing of the file pool {}: only VMSYS and VMSYSU are simulated", path.pool));
        return false;
    }

    const SystemFiles& files_;
    Texts shipped_;
    Texts texts_{};
    SuppliedSystem result_{};
};

}  // namespace

SuppliedSystem supply_system(const SystemFiles& files,
                             const std::vector<std::pair<std::string, std::string>>& shipped) {
    return Supplier(files, {shipped.begin(), shipped.end()}).supply();
}

}  // namespace vmlab::sim

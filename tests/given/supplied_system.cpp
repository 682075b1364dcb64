// What a system is given that its files do not say, and what it is not given.
#include <doctest/doctest.h>

#include "profiles/user_direct.hpp"
#include "tests/given/own_system.hpp"

using namespace vmlab;
using namespace vmlab::sim;
using namespace vmlab::sim::testing;

namespace {

void change(Texts& texts, const std::string& path, std::string_view from, std::string_view to) {
    std::string& text = texts.at(path);
    REQUIRE(text.find(from) != std::string::npos);
    text.replace(text.find(from), from.size(), to);
}

profiles::UserDirect directory_in(const SuppliedSystem& system) {
    return profiles::read_user_direct(profiles::SourceText::from_host(
        {"USER", "DIRECT", {'C', '1'}}, text_of(system, "MAINT.2CC/USER.DIRECT")));
}

bool has_database(const SuppliedSystem& system, const KeyDatabasePlace& place) {
    const auto& places = system.around.key_databases;
    return std::find(places.begin(), places.end(), place) != places.end();
}

bool says(const SuppliedSystem& system, std::string_view words) {
    return all_said(system).find(words) != std::string::npos;
}

}  // namespace

TEST_CASE("the shipped system needs nothing, and stays what it is byte for byte") {
    const Texts shipped = shipped_texts();
    const auto system = supplied(shipped, {}, true);
    CHECK(Texts(system.files.begin(), system.files.end()) == shipped);
    const Surroundings usual;
    CHECK(system.around.node == usual.node);
    CHECK(system.around.stacks == usual.stacks);
    CHECK(system.around.lan == usual.lan);
    CHECK(system.around.labels == usual.labels);
    CHECK(system.around.key_databases == usual.key_databases);
    CHECK(system.around.passive_ports == usual.passive_ports);
    REQUIRE(system.said.size() == 1);
    CHECK(says(system, "vmlab's own key database"));
}

TEST_CASE("few files of another system: node, LAN, labels, key database and guests follow from them") {
    const auto system = supplied(own_texts());
    CAPTURE(all_said(system));
    CHECK(system.around.node == Name8("BOSVM1"));
    CHECK(system.around.stacks == std::vector<Userid>{"TCPIP"});
    CHECK(system.around.lan.home == Ipv4Address::of(10, 1, 2, 3));
    CHECK(system.around.lan.first_hop == Ipv4Address::of(10, 1, 2, 1));
    CHECK(system.around.lan.laptop == Ipv4Address::of(10, 1, 2, 200));
    CHECK(system.around.labels == std::vector<std::string>{"BOSFTP", "BOSTEL"});
    CHECK(has_database(system, {"VMSYS:GSKSSLDB", "Boston"}));
    const auto directory = directory_in(system);
    CHECK(directory.findings.empty());
    for (const Userid user :
         {Userid("TLS00001"), Userid("TLS00005"), Userid("NETADMIN"), Userid("TCPMAINT")}) {
        CAPTURE(user.str());
        CHECK(directory.find(user) != nullptr);
    }
    CHECK(directory.find("TLS00001")->posix_group == "security");
    CHECK(directory.find("BOSVM1") == nullptr);
    for (const char* words : {"IBM DTCPARMS (TCPMAINT.591)", "USER DIRECT (MAINT 2CC)", "TLS00001",
                              "ROUTER 10.1.2.1/24", "BOSFTP BOSTEL", "Boston.kdb", "PASSIVEPORTRANGE"}) {
        CAPTURE(words);
        CHECK(says(system, words));
    }
    CHECK(text_of(system, "TCPMAINT.198/PROFILE.TCPIP") == own_texts().at("profile.tcpip"));
    CHECK(text_of(system, "TCPMAINT.198/BOSVM1.DTCPARMS") == own_texts().at("BOSVM1 DTCPARMS"));
}

TEST_CASE("labels: those of the key database that is given; the shipped ones where they are mostly meant") {
    SystemOptions options;
    options.labels = {"BOSTEL"};
    options.labels_from = "--labels";
    CHECK(supplied(own_texts(), options).around.labels == std::vector<std::string>{"BOSTEL"});
    Texts texts = shipped_texts();
    change(texts, "TCPMAINT.198/SRVRFTP.CONFIG", "FTPCERT", "NOTTHERE");
    CHECK(supplied(texts, {}, true).around.labels == Surroundings().labels);
}

TEST_CASE("a typing error in a path is not made true; a file space and key database of one's own are") {
    Texts texts = own_texts();
    texts["BOSVM1 DTCPARMS"] +=
        " :mount./../VMBFS:VMSYS:ROOT/ / /../VMBFS:VMSYSU:BOSKEYS/tls/ /etc/gskadm/\n";
    CHECK(has_database(supplied(texts), {"VMSYSU:BOSKEYS", "tls/Boston"}));
    change(texts, "BOSVM1 DTCPARMS", "VMSYSU:BOSKEYS", "VMSYS:GSKSSLDX");
    const auto wrong_space = supplied(texts);
    CHECK(wrong_space.around.key_databases == Surroundings().key_databases);
    CHECK(says(wrong_space, "GSKSSLDB is probably meant"));
    texts = own_texts();
    change(texts, "BOSVM1 DTCPARMS", "Boston.kdb", "Databse.kdb");
    CHECK(says(supplied(texts), "Database.kdb is probably meant"));
    change(texts, "BOSVM1 DTCPARMS", "Databse.kdb",
           "Database.kdb\n :mount./../VMBFS:OTHER:KEYS/ /etc/gskadm/");
    CHECK(says(supplied(texts), "only VMSYS and VMSYSU are simulated"));
}

TEST_CASE("without :attach. the directory gives the device; without TCPIP DATA there is one") {
    Texts texts = own_texts();
    change(texts, "BOSVM1 DTCPARMS", " :attach.0700-0702\n", "");
    texts.erase("TCPIP.DATA");
    const auto system = supplied(texts);
    const auto directory = directory_in(system);
    REQUIRE(directory.find("TCPIP") != nullptr);
    CHECK(directory.find("TCPIP")->dedicated.size() == 3);
    CHECK(directory.findings.empty());
    CHECK(says(system, "device 0700 of TCPIP"));
    CHECK(text_of(system, "TCPMAINT.592/TCPIP.DATA").find("HOSTNAME     BOSVM1") != std::string::npos);
}

TEST_CASE(
    "a directory of one's own is kept; only what vmlab cannot do without is added, whatever it is called") {
    Texts texts = own_texts();
    texts["PMAINT.2CC/BOSVM1.DIRECT"] =
        "USER TCPIP AUTOONLY 128M 256M ABG\n LINK TCPMAINT 0591 0591 RR\nUSER TCPMAINT SECRET 32M 32M G\n";
    const auto system = supplied(texts);
    const auto directory = directory_in(system);
    REQUIRE(directory.find("TCPMAINT") != nullptr);
    CHECK(directory.find("TCPMAINT")->password == "SECRET");
    CHECK(directory.find("AUTOLOG1") != nullptr);
    CHECK(directory.find("FTPSERVE") == nullptr);
    CHECK(says(system, "entries of USER DIRECT for AUTOLOG1 OPERATOR MAINT GSKADMIN"));
    // An extract without the stack is completed.
    texts["PMAINT.2CC/BOSVM1.DIRECT"] = "USER FTPSERVE AUTOONLY 64M 64M G\n";
    const auto completed = directory_in(supplied(texts));
    REQUIRE(completed.find("FTPSERVE") != nullptr);
    CHECK(completed.find("FTPSERVE")->storage_megabytes == 64);
    CHECK(completed.find("TCPIP") != nullptr);
    CHECK(completed.find("TLS00003") != nullptr);
}

TEST_CASE("a virtual switch that nothing in a directory defines is supplied, for everybody") {
    Texts texts = shipped_texts();
    CHECK(supplied(texts, {}, true).around.open_networks.empty());
    change(texts, "MAINT.2CC/USER.DIRECT", "  COMMAND DEFINE VSWITCH VSW1 RDEV 0A00 IP\n", "");
    const auto system = supplied(texts, {}, true);
    CHECK(system.around.open_networks == std::vector<OpenNetwork>{{"VSW1", false}});
    CHECK(says(system, "VSWITCH SYSTEM VSW1, for everybody: nothing in USER DIRECT defines it"));
}

TEST_CASE("two files of one name: the first is taken, and the other one is named") {
    Texts texts = own_texts();
    texts["TCPMAINT.198/PROFILE.TCPIP"] = "; another\n";
    const auto system = supplied(texts);
    CHECK(says(system, "nothing of profile.tcpip: it is TCPMAINT.198/PROFILE.TCPIP once more"));
}

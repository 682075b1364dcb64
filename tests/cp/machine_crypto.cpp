// The machine's cryptographic hardware, as guests have it and QUERY CRYPTO shows it.
#include "simulator/cp/machine_crypto.hpp"

#include <doctest/doctest.h>

#include "simulator/cp/directory.hpp"

using namespace vmlab;
using namespace vmlab::sim;

namespace {
MachineCrypto with(std::initializer_list<const char*> types) {
    MachineCrypto machine;
    for (const auto* type : types) machine.cards.push_back(CryptoCard::parse(type).value());
    return machine;
}
}  // namespace

TEST_CASE("cards: CEX, a generation, and a kind") {
    CHECK(CryptoCard::parse("cex6a")->kind == CryptoCard::Kind::accelerator);
    CHECK(CryptoCard::parse("CEX4C")->kind == CryptoCard::Kind::cca);
    CHECK(CryptoCard::parse("CEX8P")->kind == CryptoCard::Kind::ep11);
    for (const char* wrong : {"", "CEX6", "CEX3A", "CEX9A", "CEX6B", "CEX6AA", "PCIXA"})
        CHECK_FALSE(CryptoCard::parse(wrong).has_value());
}

TEST_CASE(
    "a guest has APs with PI72106, CRYPTO APVIRTUAL, and a card to share; otherwise it is said why not") {
    DirectoryEntry entry;
    entry.apvirtual = true;
    const auto machine = with({"CEX6P", "CEX6A"});
    CHECK(crypto_of_guest(&entry, machine, Level()).apvirtual);
    CHECK(crypto_of_guest(&entry, machine, Level()).why_no_ap.empty());
    const auto none = crypto_of_guest(&entry, with({"CEX6P"}), Level());
    CHECK_FALSE(none.apvirtual);
    CHECK(none.why_no_ap == "the machine has no card to share for RSA");
    CHECK(crypto_of_guest(&entry, machine, Level(Release::v640, {})).why_no_ap == "the level has no PI72106");
    entry.apvirtual = false;
    CHECK(crypto_of_guest(&entry, machine, Level()).why_no_ap ==
          "its directory entry has no CRYPTO APVIRTUAL");
    CHECK(crypto_of_guest(nullptr, machine, Level()).why_no_ap == "it is not in the CP directory");
}

TEST_CASE("QUERY CRYPTO: a line for each AP queue, and its domain") {
    const auto machine = with({"CEX6P", "CEX6A", "CEX6C"});
    CHECK(report_ap_queues(machine) ==
          std::vector<std::string>{"AP 000 CEX6P Domain 012 operational    free      unspecified",
                                   "AP 001 CEX6A Domain 012 operational    shared    unspecified",
                                   "AP 002 CEX6C Domain 012 operational    shared    unspecified"});
    CHECK(report_crypto_domains(machine) == std::vector<std::string>{"Domain 012 shared AP 000-002"});
    CHECK(report_ap_queues({}).empty());
    CHECK(report_crypto_domains({}).empty());
    DirectoryEntry entry;
    CHECK(report_virtual_crypto(&entry, machine).empty());
    entry.apvirtual = true;
    CHECK(report_virtual_crypto(&entry, machine) ==
          std::vector<std::string>{"AP 000 CEX6A Domain 000 shared        online"});
    CHECK(report_virtual_crypto(&entry, with({"CEX6P"})).empty());
}

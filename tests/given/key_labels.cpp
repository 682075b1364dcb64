// The labels of a key database as vmlab writes it, and of what is none.
#include "simulator/given/key_labels.hpp"

#include <doctest/doctest.h>

#include "sslserv/keydb/key_database.hpp"
#include "sslserv/keydb/lab_pki.hpp"

using namespace vmlab;
using namespace vmlab::sim;

namespace {

std::string text_of(const sslserv::Bytes& bytes) { return {bytes.begin(), bytes.end()}; }

}  // namespace

TEST_CASE("labels with a key count, certificates of authorities do not; damage and a wrong stash are said") {
    RandomStream random(seed_from_number(1), "key labels");
    const auto keys = sslserv::make_lab_keys(random);
    sslserv::LabPkiRequest request;
    request.now = instant_of({2019, 10, 9, 0, 0, 0, 0, 0});
    request.host_names = {"localhost"};
    request.labels = {"FTPCERT", "TELCERT"};
    const auto pki = sslserv::make_lab_pki(request, keys, random);
    std::string error;
    const auto labels = read_key_labels(text_of(pki.kdb), text_of(pki.sth), error);
    REQUIRE(labels);
    CHECK(*labels == std::vector<std::string>{"FTPCERT", "TELCERT"});
    CHECK_FALSE(read_key_labels(text_of(pki.kdb).substr(1), text_of(pki.sth), error));
    CHECK(error.find("--labels") != std::string::npos);
    CHECK_FALSE(read_key_labels(text_of(pki.kdb), "x", error));
    CHECK(error == "the stash file makes no sense");
}

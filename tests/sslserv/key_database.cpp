// The key database and its stash: what goes in comes out, under the right password only.
#include "sslserv/keydb/key_database.hpp"

#include <doctest/doctest.h>

#include "tests/sslserv/wire.hpp"

using namespace vmlab;
using namespace vmlab::sslserv;
using namespace vmlab::sslserv::test;

namespace {

const KeyDatabaseError& error_of(const KeyDatabase::Opened& opened) {
    REQUIRE(std::holds_alternative<KeyDatabaseError>(opened));
    return std::get<KeyDatabaseError>(opened);
}

/// Small and quick to open: one certificate of an EC key, with the key.
KeyDatabase small_database(const KeyDatabase::Options& options = {}) {
    auto random = stream("small");
    const Bytes key = make_key(KeyKind::ec, 256, random);
    CertificateTemplate form;
    form.subject.common_name = "small";
    form.not_before = kNow;
    form.not_after = kNow + hours(1);
    KeyDatabase database(options);
    CHECK_FALSE(database.add_certificate("Small", make_self_signed(form, key, random), key, true, kNow));
    return database;
}

/// A file whose index was rewritten by somebody who knows the password: its seal is right.
Bytes resealed(Bytes file, std::string_view password, const std::string& from, const std::string& to) {
    std::string text(file.begin(), file.end() - 32);
    const auto at = text.find(from);
    REQUIRE(at != std::string::npos);
    text.replace(at, from.size(), to);
    const std::uint32_t size = std::uint32_t(std::uint8_t(text[42])) * 256 + std::uint8_t(text[43]) +
                               std::uint32_t(to.size()) - std::uint32_t(from.size());
    text[42] = char(size >> 8);
    text[43] = char(size);
    file.assign(text.begin(), text.end());
    const auto key = key_from_password(password, ByteView(file).subspan(16, 16), 2000);
    const Bytes name{'m', 'a', 'c'};
    const auto seal = hmac_sha256(hmac_sha256(key, name), file);
    file.insert(file.end(), seal.begin(), seal.end());
    return file;
}

}  // namespace

TEST_CASE("a database survives its file: records, keys, flags, default key") {
    const auto& pki = lab_pki();
    const auto opened = KeyDatabase::open(pki.kdb, "vmlab", kNow);
    REQUIRE(std::holds_alternative<KeyDatabase>(opened));
    const auto& database = std::get<KeyDatabase>(opened);
    REQUIRE(database.records().size() == 4);
    for (std::size_t i = 0; i < 4; ++i) {
        const auto& before = pki.database.records()[i];
        const auto& after = database.records()[i];
        CHECK(after.id == before.id);
        CHECK(after.label == before.label);
        CHECK(after.type == before.type);
        CHECK(after.trusted == before.trusted);
        CHECK(after.issuer == before.issuer);
        CHECK(after.created == before.created);
        CHECK(after.der == before.der);
        CHECK(after.pkcs8 == before.pkcs8);
    }
    REQUIRE(database.default_key() != nullptr);
    CHECK(database.default_key()->label == "FTPCERT");
    const auto* label = database.find("FTPCERT");
    REQUIRE(label != nullptr);
    const auto chain = database.issuers_of(*label);
    REQUIRE(chain.size() == 1);
    CHECK(chain[0]->label == kLabAuthorityLabel);
    CHECK(database.find("ftpcert") == nullptr);
}

TEST_CASE("private keys do not stand in the file in clear") {
    const auto& kdb = lab_pki().kdb;
    const auto& key = lab_keys().server;
    const Bytes secret(key.end() - 200, key.end() - 100);
    CHECK(std::search(kdb.begin(), kdb.end(), secret.begin(), secret.end()) == kdb.end());
}

TEST_CASE("a wrong password is told from damage") {
    CHECK(error_of(KeyDatabase::open(lab_pki().kdb, "VMLAB", kNow)).gsk_code == 106);
    CHECK(error_of(KeyDatabase::open(lab_pki().kdb, "", kNow)).cms_status == 0x03353016);
    Bytes damaged = lab_pki().kdb;
    damaged[damaged.size() / 2] ^= 1;
    CHECK(error_of(KeyDatabase::open(damaged, "vmlab", kNow)).gsk_code == 102);
}

TEST_CASE("every flipped bit of every byte position is refused, and so is every shorter or longer file") {
    auto random = stream("flip");
    const Bytes whole = small_database().serialize("pw", random);
    REQUIRE(std::holds_alternative<KeyDatabase>(KeyDatabase::open(whole, "pw", kNow)));
    for (std::size_t i = 0; i < whole.size(); ++i) {
        CAPTURE(i);
        Bytes flipped = whole;
        flipped[i] ^= std::uint8_t(1u << (i % 8));
        REQUIRE(std::holds_alternative<KeyDatabaseError>(KeyDatabase::open(flipped, "pw", kNow)));
    }
    for (std::size_t size = 0; size < whole.size(); size += 7)
        REQUIRE(std::holds_alternative<KeyDatabaseError>(
            KeyDatabase::open(ByteView(whole).first(size), "pw", kNow)));
    Bytes longer = whole;
    longer.push_back(0);
    CHECK(std::holds_alternative<KeyDatabaseError>(KeyDatabase::open(longer, "pw", kNow)));
}

TEST_CASE("records that contradict each other or what a record is: 103, the seal being right") {
    const auto& kdb = lab_pki().kdb;
    CHECK(std::holds_alternative<KeyDatabase>(
        KeyDatabase::open(resealed(kdb, "vmlab", "TELCERT", "SOMECERT"), "vmlab", kNow)));
    const std::pair<const char*, const char*> changes[] = {
        {"\"TELCERT\"", "\"FTPCERT\""},     {"\"TELCERT\"", "\"\""},      {"\"TELCERT\"", "\"TEL\\u0007\""},
        {"\"type\":0", "\"type\":7"},       {"\"id\":3", "\"id\":2"},     {"\"id\":1", "\"id\":0"},
        {"\"next_id\":5", "\"next_id\":4"}, {"\"type\":0", "\"type\":1"},
    };
    for (const auto& change : changes) {
        CAPTURE(std::string(change.second));
        const auto damaged = resealed(kdb, "vmlab", change.first, change.second);
        CHECK(error_of(KeyDatabase::open(damaged, "vmlab", kNow)).gsk_code == 103);
    }
    CHECK(error_of(KeyDatabase::open(resealed(kdb, "vmlab", "\"default_id\":2", "\"default_id\":1"), "vmlab",
                                     kNow))
              .gsk_code == 102);
    for (const auto& [from, to] : {std::pair{"\"records\":[", "\"records\":8,\"x\":["},
                                   {"\"id\":1", "\"id\":\"1\""},
                                   {"\"fips\":", "\"fops\":"}})
        CHECK(error_of(KeyDatabase::open(resealed(kdb, "vmlab", from, to), "vmlab", kNow)).gsk_code == 102);
}

TEST_CASE("a label is printable text: what a file could not give back is refused") {
    auto database = small_database();
    CHECK_FALSE(database.rename("Small", "SMALL"));
    for (const std::string label : {"", "TAB\t", "\xc3\xa9", "\xff\xfe"}) {
        CAPTURE(label);
        CHECK(database.rename("SMALL", label)->cms_status == 0x0335301b);
    }
    CHECK(database.rename("SMALL", std::string(128, 'x'))->cms_status == 0x0335301b);
    CHECK_FALSE(database.rename("SMALL", "My CA, 2019"));
    auto random = stream("labels");
    const auto opened = KeyDatabase::open(database.serialize("pw", random), "pw", kNow);
    REQUIRE(std::holds_alternative<KeyDatabase>(opened));
    CHECK(std::get<KeyDatabase>(opened).find("My CA, 2019") != nullptr);
}

TEST_CASE("a password that is expired: 204") {
    auto random = stream("expiry");
    const Bytes file = small_database({.password_expires = kNow}).serialize("pw", random);
    CHECK(std::holds_alternative<KeyDatabase>(KeyDatabase::open(file, "pw", kNow - seconds(1))));
    CHECK(error_of(KeyDatabase::open(file, "pw", kNow)).gsk_code == 204);
}

TEST_CASE("the size shown is the product's: a header and a slot per record") {
    CHECK(KeyDatabase().virtual_size() == 80);
    CHECK(KeyDatabase({.fips = true}).virtual_size() == 88);
    CHECK(lab_pki().database.virtual_size() == 80 + 4 * 5000);
    CHECK(small_database({.fips = true, .record_length = 3000}).virtual_size() == 88 + 3000);
}

TEST_CASE("what does not belong in is refused with its status") {
    auto database = lab_pki().database;
    const auto* ftp = database.find("FTPCERT");
    REQUIRE(ftp != nullptr);
    const Bytes der = ftp->der;
    auto random = stream("other key");
    const Bytes stranger = make_key(KeyKind::ec, 256, random);
    CHECK(database.add_certificate("AGAIN", der, {}, true, kNow)->cms_status == 0x0335301e);
    CHECK(database.add_certificate("JUNK", {1, 2, 3}, {}, true, kNow)->cms_status == 0x03353020);
    CHECK(database.add_certificate("WRONG", der, stranger, true, kNow)->cms_status == 0x0335301a);
    CHECK(database.rename("FTPCERT", "TELCERT")->cms_status == 0x0335301c);
    CHECK(database.rename("NONE", "X")->cms_status == 0x0335300e);
    CHECK(database.remove(kLabAuthorityLabel)->cms_status == 0x0335302e);
    CHECK(database.set_default(kLabAuthorityLabel)->cms_status == 0x0335301a);
    CHECK(database.records().size() == 4);
    CHECK_FALSE(database.rename("FTPCERT", "NEWNAME"));
    CHECK(database.find("NEWNAME") != nullptr);
    CHECK_FALSE(database.set_default("TELCERT"));
    CHECK(database.default_key()->label == "TELCERT");
    CHECK_FALSE(database.remove("TELCERT"));
    CHECK(database.default_key() == nullptr);

    KeyDatabase tight({.record_length = 600});
    CHECK(tight.add_certificate("BIG", der, lab_keys().server, true, kNow)->cms_status == 0x03353014);
}

TEST_CASE("requests live in a database of their own") {
    auto random = stream("request");
    const Bytes key = make_key(KeyKind::ec, 256, random);
    const Bytes request = make_request({{.common_name = "wanted"}, {}}, key, SignatureHash::sha256, random);
    KeyDatabase requests({.kind = DatabaseKind::requests});
    CHECK_FALSE(requests.add_request("WANTED", request, key, kNow));
    CHECK(KeyDatabase().add_request("WANTED", request, key, kNow)->cms_status == 0x0335300f);
    const Bytes file = requests.serialize("pw", random);
    const auto opened = KeyDatabase::open(file, "pw", kNow);
    REQUIRE(std::holds_alternative<KeyDatabase>(opened));
    CHECK(std::get<KeyDatabase>(opened).options().kind == DatabaseKind::requests);
    CHECK(std::get<KeyDatabase>(opened).records().at(0).pkcs8 == key);
}

TEST_CASE("the stash is 129 bytes, holds the password, and does not show it") {
    const Bytes stash = make_stash("my password");
    CHECK(stash.size() == 129);
    CHECK(read_stash(stash) == "my password");
    const std::string shown(stash.begin(), stash.end());
    CHECK(shown.find("password") == std::string::npos);
    CHECK(read_stash(make_stash(std::string(200, 'x'))) == std::string(128, 'x'));
    CHECK(read_stash(make_stash("")) == "");
    CHECK_FALSE(read_stash(Bytes(128)).has_value());
    CHECK_FALSE(read_stash(Bytes(129)).has_value());
    CHECK(read_stash(lab_pki().sth) == "vmlab");
}

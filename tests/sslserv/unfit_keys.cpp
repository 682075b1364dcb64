// Keys that no server may use: DSA, which the TLS library loads without a word and then never negotiates.
#include <doctest/doctest.h>

#include "tests/sslserv/wire.hpp"

using namespace vmlab;
using namespace vmlab::sslserv;
using namespace vmlab::sslserv::test;

namespace {

// Made with OpenSSL: DSA with 1024 bits, self-signed, 2019 to 2029.
constexpr std::string_view kCertificate =
    "308202513082020fa003020102020107300b0609608648016503040302300e310c300a06035504030c03647361301e170d31"
    "39303130313030303030305a170d3239303130313030303030305a300e310c300a06035504030c03647361308201b6308201"
    "2b06072a8648ce3804013082011e02818100d565aab663772bae2c59c53d74de3e69e9ab87233b5f6f9c036e0698b297aae9"
    "3fc7ec62176f092cf532a6086ce142881bcb9294eae3d267d5a2b843bdb5a8921bca9b83cb50a49bb05d9bcd7aee1b30fd91"
    "4e22ad7f533d3ffbb6b59c2b46a2045d5b8fba3b645616f18d62fc7110f6d3716bfb5acc51d720e0b327411950a302150084"
    "84bd312db5b53a53886aeb0d7a7737bf6eaaa7028180434d74ad6994468517b42afd15ba71c79630307934ca715fefe19a02"
    "3e399fff40d367cede97c4bc8703c6a8c344d9a795ba94fa518ce1b3bfa8fc2faa33b90e83c01e4fbfe4de972f606f9c4842"
    "1e2c19ef197b4b7385a527cfdf1804ee4d56e084628f610ff4a115f5e48112239ef8fc2715fef5dbcfdfb81f42f137027b42"
    "03818400028180699997e86ba74b1e2874edd525570a0eb2fbca765816ed624114d530943bbccf06b7fb436a69d6b546e11e"
    "6c80c6ec2d990d22d3f8daf21752fb81a4ac317030fa6dfd0e2c6d7a77dc8dae0e3ee014eae2b325303a3ffcfff880a6d900"
    "1dc8fe9d92e619196d04c478c4a9510e77215744ff55e3360a2a563307782f9026300c300b0609608648016503040302032f"
    "00302c02141f56b29703a23136e96ba9c64cb7e9c5be6f0c4602146c681bdb45cdb0f7db1dce4ea41a7b6dea9d9cab";
constexpr std::string_view kKey =
    "3082014a0201003082012b06072a8648ce3804013082011e02818100d565aab663772bae2c59c53d74de3e69e9ab87233b5f"
    "6f9c036e0698b297aae93fc7ec62176f092cf532a6086ce142881bcb9294eae3d267d5a2b843bdb5a8921bca9b83cb50a49b"
    "b05d9bcd7aee1b30fd914e22ad7f533d3ffbb6b59c2b46a2045d5b8fba3b645616f18d62fc7110f6d3716bfb5acc51d720e0"
    "b327411950a30215008484bd312db5b53a53886aeb0d7a7737bf6eaaa7028180434d74ad6994468517b42afd15ba71c79630"
    "307934ca715fefe19a023e399fff40d367cede97c4bc8703c6a8c344d9a795ba94fa518ce1b3bfa8fc2faa33b90e83c01e4f"
    "bfe4de972f606f9c48421e2c19ef197b4b7385a527cfdf1804ee4d56e084628f610ff4a115f5e48112239ef8fc2715fef5db"
    "cfdfb81f42f137027b42041602147ffc9591ff53e75ba3aa6f165052a3275293fa8a";

Bytes bytes_of(std::string_view hex) {
    Bytes bytes;
    for (std::size_t i = 0; i < hex.size(); i += 2)
        bytes.push_back(std::uint8_t(std::stoi(std::string(hex.substr(i, 2)), nullptr, 16)));
    return bytes;
}

}  // namespace

TEST_CASE("a DSA key is recognized with its size, and belongs to its certificate") {
    const auto info = read_certificate(bytes_of(kCertificate));
    REQUIRE(info.has_value());
    CHECK(info->key.kind == KeyKind::dsa);
    CHECK(info->key.bits == 1024);
    const auto own = public_key_of(bytes_of(kKey));
    REQUIRE(own.has_value());
    CHECK(own->info == info->key.info);
    CHECK(belongs_to(bytes_of(kCertificate), bytes_of(kKey)));
    CHECK_FALSE(belongs_to(bytes_of(kCertificate), lab_keys().server));
}

TEST_CASE("a mutated DSA key is read or refused, never worse") {
    auto random = stream("dsa");
    for (int round = 0; round < 400; ++round) {
        Bytes key = bytes_of(kKey), certificate = bytes_of(kCertificate);
        key[random.below(std::uint32_t(round % 2 ? 40 : key.size()))] ^= std::uint8_t(1 + random.below(255));
        certificate[random.below(std::uint32_t(certificate.size()))] ^= std::uint8_t(1 + random.below(255));
        (void)public_key_of(key);
        (void)belongs_to(certificate, key);
    }
}

TEST_CASE("a label with a DSA key: 412, before anything is sent") {
    auto database = lab_pki().database;
    REQUIRE_FALSE(database.add_certificate("DSACERT", bytes_of(kCertificate), bytes_of(kKey), true, kNow));
    Line line({}, database);
    line.open("DSACERT");
    REQUIRE(line.last<SslFailed>() != nullptr);
    CHECK(line.last<SslFailed>()->code == 412);
    CHECK(line.ear.recorded("a DSA key, which cannot be used"));
    CHECK(line.ear.count<SslToWire>() == 0);
}

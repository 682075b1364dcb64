#include "sslserv/self_test.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace vmlab::sslserv {
namespace {

using Check = KnownAnswer::Check;

// A vector is read as a row; the formatter would break it anew.
// clang-format off
constexpr KnownAnswer kAnswers[] = {
    {"AES-128-CBC", Check::computes, Primitive::aes_cbc, "2b7e151628aed2a6abf7158809cf4f3c", "000102030405060708090a0b0c0d0e0f", "", "6bc1bee22e409f96e93d7e117393172a", "7649abac8119b246cee98e9b12e9197d"},
    {"AES-256-CBC", Check::computes, Primitive::aes_cbc, "603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4", "000102030405060708090a0b0c0d0e0f", "", "6bc1bee22e409f96e93d7e117393172a", "f58c4c04d6e5f1ba779eabfb5f7bfbd6"},
    {"AES-128-GCM", Check::computes, Primitive::aes_gcm, "feffe9928665731c6d6a8f9467308308", "cafebabefacedbaddecaf888", "feedfacedeadbeeffeedfacedeadbeefabaddad2",
     "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0e2449a6b525"
     "b16aedf5aa0de657ba637b39",
     "42831ec2217774244b7221b784d0d49ce3aa212f2c02a4e035c17e2329aca12e21d514b25466931c7d8f6a5aac84aa05"
     "1ba30b396a0aac973d58e0915bc94fbc3221a5db94fae95ae7121a47"},
    {"3DES-CBC", Check::computes, Primitive::triple_des_cbc, "0123456789abcdef23456789abcdef01456789abcdef0123", "f69f2445df4f9b17", "", "6bc1bee22e409f96e93d7e117393172a", "2079c3d53aa763e193b79e2569ab5262"},
    {"SHA-1", Check::computes, Primitive::sha1, "", "", "", "616263", "a9993e364706816aba3e25717850c26c9cd0d89d"},
    {"SHA-256", Check::computes, Primitive::sha256, "", "", "", "616263", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
    {"SHA-384", Check::computes, Primitive::sha384, "", "", "", "616263", "cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed8086072ba1e7cc2358baeca134c825a7"},
    {"SHA-512", Check::computes, Primitive::sha512, "", "", "", "616263",
     "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd"
     "454d4423643ce80e2a9ac94fa54ca49f"},
    {"HMAC-SHA-1", Check::computes, Primitive::hmac_sha1, "4a656665", "", "", "7768617420646f2079612077616e7420666f72206e6f7468696e673f", "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79"},
    {"HMAC-SHA-256", Check::computes, Primitive::hmac_sha256, "4a656665", "", "", "7768617420646f2079612077616e7420666f72206e6f7468696e673f", "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"},
    {"RSA-2048 signature", Check::rsa_sign, {},
     "308204bc020100300d06092a864886f70d0101010500048204a6308204a20201000282010100e1f6dc1d85a660f403c9"
     "e252ab8710339de57983db82cf8f0118685043dec5d0892d8070c3339bf6cd480f1b8cf41cb0ae7990e61d285f9ba579"
     "89e7b61117544d9e196fdbf535ca5a2889255809466fbc1435eff17558b114f0a398c29d642a119ddac90c66b1e99f86"
     "93d1aade5d656ee70641a86b690845c87d70a11d7bb9068741dda9b5fdc6825e18772374bd25a76857202579c97f6f73"
     "30620382f3027192726084103e5ba1d59db4b2a7d1991f773450be5370ff5332bb1133927c55d332fb9eabfa5af26f5e"
     "9f927ed3b59f765cdca66ca413c70fd555c257c81064b11ea06fcae2e500f811a88194aca3bfef7792acc4463fa2fed9"
     "5ba838488baf02030100010282010021c5358759fa9021d7d11bb8743726c638125c134742a9077bc7ec8b16619c59ba"
     "aea8b3f1906c7e3996cbdf37b521f68bd4d24179d91754d929ad610a564a90c85ad8fd5d37abf6d67b996791dd2d0034"
     "f126507a5b29caa950ff7a2c97be290561fc993077c69e1e3fcc26b92d2b7325dc74146af9c6843c7da6b5a6f6938f3e"
     "f7025575cee9605bd16a41101d328cd67e24be6e2fd65b95076b6ef1438191c70be3f830693c979a99e84ed3b8b6bbd1"
     "f483bcbdc6931e6461e01e9878524c9451830288e844fc70818c63c3c4f7076cbf9fe6c4d1c47ab3bc46e0ee5b022fca"
     "24fd3b8fe4b2ecc8b2d3901b2c4acf5d86cb1f8293aae428166655ef360ee502818100fea61c57e7f47ce22606eca0a8"
     "73424c1aa71ef6098077e40815e507dd424ee5c80a9786b17723032f023fa31e8da93e64e21c3303ee8ec314a76b3c11"
     "816cd228d2819d96bf07841de45e82ca8b6776d4c6a0ba17a80f5be07f4467fafb365f64701c9baa3e1aad33a68ad48c"
     "0c071092acd579723bfc6f256b7257933e489302818100e329c9713599536eb9bbfe4809618434ba60a9a661485482a7"
     "a60c497151d4a0cb9f45f8c5a981fd792689c38846291fe3a5ebe604392209726152908c03ff8207657fd83b97d3f46a"
     "3acf1bbfd0e3dca80a9b0d4fad7b00eb3932446a0da4fb0ee63abc1e05ef063066aa706a62039bde52c762d1c7d5fae9"
     "016e68d8afedf5028180732e1945dda1e556b9128ab7445a15d3ac7e88ef8a6eb44bcd287216b38a897b3f9722e086a6"
     "b78c7a17cf46edcbef904c3b45bc017c46d0902805c5feb906caac3242f44fba0a214510057bad378ecdde0215b2f67e"
     "4aac2908079dec94f20c05b6fc09a0e0445ab131143c7d37f77e1489de68f73590c1893067609b3621c70281804b4589"
     "6e6de84471283256ebdfcfe452e47f2b37ea7c61247a10d7796e87430194f74de444fb0a0bc79d31810d22d275b2a544"
     "298fb4aec69a940d1bc089829cbf7eae82241d072ab21892900b5b5865c178e22fe2fb050b24e66af5a87ea4f05bdb86"
     "12d78ff7c80139c3b84447fe1223f5220468a6e30ca530c8390db41e110281800b90910ba3af89c27702fc5b26eb67c3"
     "b05d2fa37b7f99bfb48802c5106c35321940a3761f54de39fc4468c102228a4725424c265b65c73b9d670eb742e594ef"
     "1433691f5ef6750c3c8437bdc5f3a0a86918919bb866ce62108fda0dce4aa33e5e14e6d6ef2765b9a3ee719a62736146"
     "76c3f07dc4abf8a9830da9b5b52e1497", "", "", "616263",
     "8c1556aec8c76bb7f4acb3b8336cb81cb71dd9c3cbd95f055b60703de5994dd051b406a2bac9f9b100c1ea7acc6d4fd2"
     "c08140966b811af1b1121921442acaaaf45d869e37e4ccbbf087e886581bc6d6a53f72181cf766ed59a5f3a8fd4c6128"
     "634492574e64d772d83ce46adba219282e12dc4612c979799de9f30f87d1b018ecbc43b8dab774664de67401afbc2c38"
     "c4640f45819a90712562e8d1752da9e5225b468e34b678b635b37957e0e6c221eda78d88b43d731a0a0ea1e10d1d4e81"
     "00d6a33a1f6df2d731266cce113a59093ad01456f34c34e36b099762e2f5dbdd1ecf02aeacbdcddd523fe8d3e8d58dd9"
     "e2b7fd26b95e65c800460bc3d58c0aeb"},
    {"ECDSA P-256 verification", Check::ecdsa_verify, {},
     "3059301306072a8648ce3d020106082a8648ce3d0301070342000460fed4ba255a9d31c961eb74c6356d68c049b8923b"
     "61fa6ce669622e60f29fb67903fe1008b8bc99a41ae9e95628bc64f2f1b20c2d7e9f5177a3c294d4462299", "", "", "73616d706c65",
     "3046022100efd48b2aacb6a8fd1140dd9cd45e81d69d2c877b56aaf991c34d0ea84eaf3716022100f7cb1c942d657c41"
     "d436c7a1b6e29f65f3e900dbb9aff4064dc4ab2f843acda8"},
    {"Hash_DRBG SHA-256", Check::computes, Primitive::hash_drbg, "63363377e41e86468deb0ab4a8ed683f6a134e47e014c700454e81e95358a569808aa38f2a72a62359915a9f8a04ca68", "", "", "e62b8a8ee8f141b6980566e3bfe3c04903dad4ac2cdf9f2280010a6739bc83d3",
     "04eec63bb231df2c630a1afbe724949d005a587851e1aa795e477347c8b056621c18bddcdd8d99fc5fc2b92053d8cfac"
     "fb0bb8831205fad1ddd6c071318a6018f03b73f5ede4d4d071f9de03fd7aea105d9299b8af99aa075bdb4db9aa28c18d"
     "174b56ee2a014d098896ff2282c955a81969e069fa8ce007a180183a07dfae17"},
};
// clang-format on

/// The HMAC's key, as a module carries its own.
constexpr std::string_view kSealKey = "vmlab cryptographic module";
/// Who changes a table on purpose gets the new seal from tests/sslserv/self_test.cpp.
constexpr std::string_view kSeal = "5da41461b73ee6236a2c90e40f2f61afdd55f91d3fd8ea1da90bd498755e98c4";

Bytes bytes_of(std::string_view hex) {
    const auto digit = [](char c) { return std::uint8_t(c <= '9' ? c - '0' : c - 'a' + 10); };
    Bytes bytes;
    for (std::size_t i = 0; i + 1 < hex.size(); i += 2)
        bytes.push_back(std::uint8_t(digit(hex[i]) << 4 | digit(hex[i + 1])));
    return bytes;
}

ByteView view_of(std::string_view text) {
    return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

bool signs(const Bytes& key, const Bytes& input, const Bytes& answer) {
    RandomStream random(seed_from_number(1), "known answer");  // blinds; the signature does not depend on it
    const auto public_key = public_key_of(key);
    return public_key && sign(key, SignatureHash::sha256, input, random) == answer &&
           verify(public_key->info, SignatureHash::sha256, input, answer);
}

bool verifies(const Bytes& key, Bytes input, const Bytes& answer) {
    const bool right = verify(key, SignatureHash::sha256, input, answer);
    input.push_back(0);
    return right && !verify(key, SignatureHash::sha256, input, answer);
}

}  // namespace

SelfTest shipped_self_test() {
    SelfTest test{kAnswers, all_cipher_suites(), {}};
    const Bytes seal = bytes_of(kSeal);
    std::ranges::copy(seal, test.seal.begin());
    return test;
}

bool passes(const KnownAnswer& vector) {
    const Bytes key = bytes_of(vector.key), input = bytes_of(vector.input), answer = bytes_of(vector.answer);
    switch (vector.check) {
        case Check::rsa_sign: return signs(key, input, answer);
        case Check::ecdsa_verify: return verifies(key, input, answer);
        case Check::computes: break;
    }
    return compute(vector.primitive, key, bytes_of(vector.iv), bytes_of(vector.additional), input) == answer;
}

Digest256 integrity_of(const SelfTest& tables) {
    std::string text;
    for (const auto& s : tables.suites)
        text += fmt::format("{} {:x} {} {} {} {} {} {} {} {} {} {} {}\n", s.name, s.code, s.iana, s.openssl,
                            int(s.exchange), int(s.key), int(s.mac), s.bits, int(s.first), int(s.last),
                            s.included, s.listed, s.negotiable);
    for (const auto& a : tables.answers)
        text += fmt::format("{} {} {} {} {} {} {} {}\n", a.name, int(a.check), int(a.primitive), a.key, a.iv,
                            a.additional, a.input, a.answer);
    return hmac_sha256(view_of(kSealKey), view_of(text));
}

}  // namespace vmlab::sslserv

// What a secured session costs beside the TLS library alone. Each figure has two arms in the same run and
// thread: the library's two ends with strings in between, and the whole way (client host, LAN, stack,
// conduit, SSL server, service, with the journal on) with the same key, suite and resumption. At the end a
// line `ratio NAME VALUE` for each: the whole way's rate as a part of the library's.
#include <benchmark/benchmark.h>
#include <fmt/core.h>
#include <malloc.h>
#include <wolfssl/ssl.h>
#include <wolfssl/wolfcrypt/settings.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>

#include "simulator/machines/client_scripts.hpp"
#include "simulator/world.hpp"
#include "sslserv/keydb/certificate.hpp"

namespace {

using namespace vmlab;
using namespace vmlab::sim;
using namespace vmlab::sslserv;

struct Subject {
    KeyKind kind;
    unsigned bits;
    const char* zvm_suite;      ///< as ENABLE names it
    const char* library_suite;  ///< as the library does
};
constexpr Subject kRsa{KeyKind::rsa, 2048, "RSA_AES_128_GCM_SHA256", "AES128-GCM-SHA256"};
constexpr Subject kEcdsa{KeyKind::ec, 256, "ECDHE_ECDSA_AES_128_GCM_SHA256", "ECDHE-ECDSA-AES128-GCM-SHA256"};

const Instant kStart = instant_of({2019, 10, 9, 0, 16, 0, 0, 0});
const Endpoint kEcho{Ipv4Address::of(9, 60, 60, 3), 7443};

const LabKeys& keys_of(const Subject& subject) {
    static std::map<KeyKind, LabKeys> made;
    auto& keys = made[subject.kind];
    if (keys.server.empty()) {
        RandomStream random(seed_from_number(1), "bench keys");
        keys.authority = make_key(subject.kind, subject.bits, random);
        keys.server = make_key(subject.kind, subject.bits, random);
        keys.client = make_client_key(random);
    }
    return keys;
}

// ── the library alone
// ────────────────────────────────────────────────────────────────────────────────────────────────

struct Pipe {
    std::string bytes{};
    std::size_t read = 0;
};
struct Ends {
    Pipe *in, *out;
};

int give(WOLFSSL*, char* room, int size, void* pointer) {
    Pipe& pipe = *static_cast<Ends*>(pointer)->in;
    const auto n = std::min(pipe.bytes.size() - pipe.read, std::size_t(size));
    if (n == 0) return WOLFSSL_CBIO_ERR_WANT_READ;
    std::memcpy(room, pipe.bytes.data() + pipe.read, n);
    pipe.read += n;
    if (pipe.read == pipe.bytes.size()) pipe = {std::move(pipe.bytes), 0}, pipe.bytes.clear();
    return int(n);
}
int take(WOLFSSL*, char* bytes, int size, void* pointer) {
    static_cast<Ends*>(pointer)->out->bytes.append(bytes, std::size_t(size));
    return size;
}

class RawPair {
public:
    /// `resumes`: each handshake but the first resumes the one before, by session id.
    explicit RawPair(const Subject& subject, bool resumes = false)
        : scope_(random_, kStart), resumes_(resumes) {
        RandomStream random(seed_from_number(2), "bench pki");
        LabPkiRequest request;
        request.now = kStart;
        request.labels = {"ECHOCERT"};
        const auto pki = make_lab_pki(request, keys_of(subject), random);
        const auto& record = *pki.database.find("ECHOCERT");
        server_ = wolfSSL_CTX_new(wolfTLSv1_2_server_method());
        client_ = wolfSSL_CTX_new(wolfSSLv23_client_method());  // offers TLS 1.3 too, as the workstation does
        for (auto* ctx : {server_, client_}) {
            wolfSSL_CTX_SetDevId(ctx, crypto_device());
            wolfSSL_CTX_SetIORecv(ctx, give);
            wolfSSL_CTX_SetIOSend(ctx, take);
            wolfSSL_CTX_set_group_messages(ctx);
            wolfSSL_CTX_NoTicketTLSv12(ctx);
            wolfSSL_CTX_set_session_cache_mode(
                ctx, resumes && ctx == server_ ? WOLFSSL_SESS_CACHE_SERVER : WOLFSSL_SESS_CACHE_OFF);
            const auto suites =
                std::string(ctx == client_ ? "TLS13-AES128-GCM-SHA256:" : "") + subject.library_suite;
            vm_assert(wolfSSL_CTX_set_cipher_list(ctx, suites.c_str()) == WOLFSSL_SUCCESS);
        }
        const auto good = [](int rc) { vm_assert(rc == WOLFSSL_SUCCESS); };
        good(wolfSSL_CTX_use_certificate_buffer(server_, record.der.data(), long(record.der.size()),
                                                WOLFSSL_FILETYPE_ASN1));
        good(wolfSSL_CTX_use_PrivateKey_buffer(server_, record.pkcs8.data(), long(record.pkcs8.size()),
                                               WOLFSSL_FILETYPE_ASN1));
        good(wolfSSL_CTX_load_verify_buffer(client_, pki.authority_der.data(), long(pki.authority_der.size()),
                                            WOLFSSL_FILETYPE_ASN1));
        wolfSSL_CTX_set_verify(client_, WOLFSSL_VERIFY_PEER, nullptr);
    }
    ~RawPair() {
        close();
        wolfSSL_SESSION_free(session_);
        wolfSSL_CTX_free(client_);
        wolfSSL_CTX_free(server_);
    }

    [[gnu::noinline]] void open() {
        close();
        a_ = {};
        b_ = {};
        serving_ = wolfSSL_new(server_);
        asking_ = wolfSSL_new(client_);
        for (auto [ssl, ends] : {std::pair{serving_, &server_ends_}, {asking_, &client_ends_}}) {
            wolfSSL_SetIOReadCtx(ssl, ends);
            wolfSSL_SetIOWriteCtx(ssl, ends);
        }
        if (session_) wolfSSL_set_session(asking_, session_);
        bool there = false, here = false;
        for (int turn = 0; turn < 10 && !(there && here); ++turn) {
            there = wolfSSL_connect(asking_) == WOLFSSL_SUCCESS;
            here = wolfSSL_accept(serving_) == WOLFSSL_SUCCESS;
        }
        vm_assert(there && here);
        vm_assert((session_ != nullptr) == (wolfSSL_session_reused(asking_) != 0));
        if (resumes_ && !session_) session_ = wolfSSL_get1_session(asking_);
    }
    void close() {
        wolfSSL_free(serving_);
        wolfSSL_free(asking_);
        serving_ = asking_ = nullptr;
    }
    /// To the server and back.
    void echo(const std::string& block) {
        pass(asking_, serving_, block);
        pass(serving_, asking_, block);
    }

private:
    void pass(WOLFSSL* from, WOLFSSL* to, const std::string& block) {
        constexpr std::size_t kRecord = 16384;
        for (std::size_t at = 0; at < block.size(); at += kRecord) {
            const int size = int(std::min(kRecord, block.size() - at));
            vm_assert(wolfSSL_write(from, block.data() + at, size) == size);
            vm_assert(wolfSSL_read(to, room_.data(), int(room_.size())) == size);
        }
    }

    RandomStream random_{seed_from_number(3), "bench"};
    CryptoScope scope_;
    WOLFSSL_CTX *server_ = nullptr, *client_ = nullptr;
    WOLFSSL *serving_ = nullptr, *asking_ = nullptr;
    WOLFSSL_SESSION* session_ = nullptr;  ///< the one that is resumed
    bool resumes_;
    Pipe a_{}, b_{};
    Ends server_ends_{&a_, &b_}, client_ends_{&b_, &a_};
    std::array<char, 16384> room_{};
};

// ── the whole way
// ────────────────────────────────────────────────────────────────────────────────────────────────────

std::vector<std::pair<std::string, std::string>> baseline(const Subject& subject) {
    namespace fs = std::filesystem;
    const fs::path folder = VMLAB_SOURCE_DIR "/profiles/baseline";
    std::vector<std::pair<std::string, std::string>> files;
    for (const auto& entry : fs::recursive_directory_iterator(folder)) {
        if (!entry.is_regular_file()) continue;
        std::ifstream in(entry.path(), std::ios::binary);
        std::string text((std::istreambuf_iterator<char>(in)), {});
        const std::string operand = ":parms.KEYFILE /etc/gskadm/Database.kdb";
        if (const auto at = text.find(operand); at != text.npos)
            text.insert(at + operand.size(), fmt::format(" ENABLE {}", subject.zvm_suite));
        files.emplace_back(entry.path().lexically_relative(folder).generic_string(), std::move(text));
    }
    return files;
}

std::shared_ptr<const TlsContext> client_context(const Bytes& authority, RandomStream& random) {
    Policy policy;
    policy.level = Level(Release::v740);
    policy.protocols.push_back({Protocol::tlsv1_3, true, {}});
    for (const auto* subject : {&kRsa, &kEcdsa}) policy.ciphers.push_back({subject->zvm_suite, true, {}});
    TlsSettings settings;
    settings.protection = decide_protection(policy);
    settings.trusted = {authority};
    return std::get<0>(TlsContext::make(TlsRole::client, settings, random, kStart));
}

/// A client that does as little as one can: TLS, so many bytes out, as many back, close_notify both ways.
class Client final : public ExternalHost, private TlsSink {
public:
    Client(const Bytes& authority, RandomStream random)
        : ExternalHost("BENCH", {}, RandomStream(seed_from_number(5), "bench client")),
          random_(std::move(random)),
          context_(client_context(authority, random_)) {}
    /// From now on each visit resumes the session of the first.
    void resume() { resumes_ = true; }
    void visit(std::size_t bytes, System& world) {
        over_ = false;
        unsent_ = to_come_ = bytes;
        TlsSessionOptions options;
        options.resume = resumable_;
        tls_ = std::make_unique<TlsSession>(context_, options, random_, world.now());
        world.post(index(), DeadlinePassed{});
    }
    bool over() const { return over_; }
    const TlsEstablished& how() const { return how_; }

    void receive(Event& event, System& world) override {
        ExternalHost::receive(event, world);
        if (tls_ && !connection_) {
            Wire wire(*this, world);
            connection_ = stack_.connect(kEcho, 0, world.now(), wire);
        }
        drain(world);
    }

private:
    static constexpr std::size_t kRecord = 16384, kInFlight = 128 << 10;

    void news(stack::News& n, System& world) override {
        if (!connection_ || n.id != *connection_) return;
        const Instant now = world.now();
        Wire wire(*this, world);
        wire_ = &wire;
        now_ = now;
        using Kind = stack::News::Kind;
        if (n.kind == Kind::connected) tls_->start(now, *this);
        if (n.kind == Kind::received) {
            for (auto& part : n.received) tls_->receive(std::move(part), now, *this);
            stack_.consumed(n.id, n.bytes, now, wire);
        }
        while (tls_->is_open() && unsent_ > 0 && stack_.unacknowledged(n.id) < kInFlight) {
            const auto size = std::min(kRecord, unsent_);
            unsent_ -= size;
            tls_->write(block_.slice(0, size), now, *this);
        }
        if (tls_->is_open() && to_come_ == 0 && !tls_->close_sent()) {
            tls_->shutdown(now, *this);
            stack_.shutdown(n.id, now, wire);
        }
        wire_ = nullptr;
        if (n.kind != Kind::closed && n.kind != Kind::connect_failed) return;
        vm_assert(to_come_ == 0 && tls_->close_received());
        if (resumes_ && resumable_.empty()) resumable_ = tls_->resumable();
        tls_ = nullptr;
        connection_.reset();
        over_ = true;
    }

    void ciphertext(Buffer data, std::size_t) override {
        stack_.send(*connection_, std::move(data), now_, *wire_);
    }
    void plaintext(Buffer data) override { to_come_ -= data.size(); }
    void established(const TlsEstablished& how) override { how_ = how; }
    void failed(const TlsFailure& why) override { fmt::print(stderr, "TLS: {} {}\n", why.code, why.detail); }
    void peer_closed() override {}
    void key_log(std::string) override {}
    bool logs_keys() const override { return false; }

    RandomStream random_;
    std::shared_ptr<const TlsContext> context_;
    std::unique_ptr<TlsSession> tls_{};
    std::optional<stack::ConnectionId> connection_{};
    Wire* wire_ = nullptr;  ///< during a call
    Instant now_{};
    Buffer block_ = Buffer::copy_of(std::string_view(sample_text(kRecord)));
    std::size_t unsent_ = 0, to_come_ = 0;
    TlsEstablished how_{};
    Bytes resumable_{};
    bool resumes_ = false;
    bool over_ = true;
};

/// Many sessions at once that say nothing after their handshake.
class Crowd final : public ExternalHost {
public:
    Crowd(const Bytes& authority, RandomStream random)
        : ExternalHost("CROWD", {}, RandomStream(seed_from_number(6), "bench crowd")),
          random_(std::move(random)),
          context_(client_context(authority, random_)) {}

    void come(std::size_t many, System& world) {
        Wire wire(*this, world);
        for (std::size_t i = 0; i < many; ++i) {
            const auto id = stack_.connect(kEcho, 0, world.now(), wire);
            vm_assert(id.has_value());
            guests_.emplace(
                *id, std::make_unique<TlsSession>(context_, TlsSessionOptions{}, random_, world.now()));
        }
    }
    std::size_t settled() const { return settled_; }
    /// Their half of the memory goes; nobody hears of it.
    void vanish(System& world) {
        Wire wire(*this, world);
        stack_.stop(true, world.now(), wire);
        guests_.clear();
    }

private:
    struct Out final : TlsSink {
        void ciphertext(Buffer data, std::size_t) override { sealed.push_back(std::move(data)); }
        void plaintext(Buffer) override {}
        void established(const TlsEstablished&) override { is_established = true; }
        void failed(const TlsFailure& why) override { fmt::print(stderr, "TLS: {}\n", why.detail); }
        void peer_closed() override {}
        void key_log(std::string) override {}
        bool logs_keys() const override { return false; }
        std::vector<Buffer> sealed{};
        bool is_established = false;
    };

    void news(stack::News& n, System& world) override {
        const auto guest = guests_.find(n.id);
        if (guest == guests_.end()) return;
        Out out;
        if (n.kind == stack::News::Kind::connected) guest->second->start(world.now(), out);
        for (auto& part : n.received) guest->second->receive(std::move(part), world.now(), out);
        if (out.is_established) ++settled_;
        Wire wire(*this, world);
        if (n.kind == stack::News::Kind::received) stack_.consumed(n.id, n.bytes, world.now(), wire);
        for (auto& data : out.sealed) stack_.send(n.id, std::move(data), world.now(), wire);
    }

    RandomStream random_;
    std::shared_ptr<const TlsContext> context_;
    std::map<stack::ConnectionId, std::unique_ptr<TlsSession>> guests_{};
    std::size_t settled_ = 0;
};

class WholeWay {
public:
    explicit WholeWay(const Subject& subject) {
        WorldOptions setup;
        setup.start = kStart;
        setup.seed = seed_from_number(4);
        setup.keys = keys_of(subject);
        setup.files = baseline(subject);
        world_.emplace(setup, nobody_);
        auto& system = world_->system();
        const auto authority = from_pem(world_->authority_pem(), "CERTIFICATE");
        client_ = &join<Client>(authority.at(0), Ipv4Address::of(9, 60, 60, 77));
        crowd_ = &join<Crowd>(authority.at(0), Ipv4Address::of(9, 60, 60, 78));
        world_->ipl();
        system.run_until(kStart + seconds{30}, [this] { return world_->settled("TCPIP"); });
        vm_assert(world_->settled("TCPIP"));
    }
    [[gnu::noinline]] void visit(std::size_t bytes) {
        auto& system = world_->system();
        client_->visit(bytes, system);
        system.run_until(system.now() + seconds{600}, [&] { return client_->over(); });
        vm_assert(client_->over());
    }
    static constexpr std::size_t kAtOnce = 5;  ///< fewer than a backlog
    /// What `many` (a multiple of kAtOnce) idle sessions hold at the server's side, in bytes.
    std::size_t held_by_idle(std::size_t many) {
        auto& system = world_->system();
        for (int i = 0; i < 400; ++i) visit(0);  // what the journal keeps is full from here on
        const auto at_first = mallinfo2();
        const auto before = at_first.uordblks + at_first.hblkhd;
        for (std::size_t come = 0; come < many; come += kAtOnce) {
            crowd_->come(kAtOnce, system);
            vm_assert(system.run_until(system.now() + minutes{1},
                                       [&] { return crowd_->settled() == come + kAtOnce; }));
        }
        system.run_until(system.now() + seconds{5});
        vm_assert(world_->stack(Userid("TCPIP"))->secure_sessions == many);
        crowd_->vanish(system);
        malloc_trim(0);
        const auto after = mallinfo2();
        return after.uordblks + after.hblkhd - before;
    }
    Client& client() { return *client_; }

private:
    template <typename Host>
    Host& join(const Bytes& authority, Ipv4Address address) {
        auto& system = world_->system();
        auto host = std::make_unique<Host>(authority, system.random(address.str()));
        Host& joined = *host;
        const auto machine = system.add(std::move(host));
        world_->network().attach(0, machine, joined.plug("eth0", address, 24, system));
        return joined;
    }

    Outside nobody_;
    std::optional<World> world_;
    Client* client_ = nullptr;
    Crowd* crowd_ = nullptr;
};

// ── the figures
// ──────────────────────────────────────────────────────────────────────────────────────────────────────

void raw_handshake(benchmark::State& state, const Subject& subject) {
    RawPair pair(subject);
    for (auto _ : state) pair.open();
    state.SetItemsProcessed(state.iterations());
}

void whole_handshake(benchmark::State& state, const Subject& subject) {
    WholeWay way(subject);
    way.visit(0);
    if (way.client().how().cipher != subject.zvm_suite)
        state.SkipWithError(("another suite: " + way.client().how().cipher).c_str());
    for (auto _ : state) way.visit(0);
    state.SetItemsProcessed(state.iterations());
}

void raw_resumption(benchmark::State& state) {
    RawPair pair(kRsa, true);
    pair.open();
    for (auto _ : state) pair.open();
    state.SetItemsProcessed(state.iterations());
}

void whole_resumption(benchmark::State& state) {
    WholeWay way(kRsa);
    way.client().resume();
    way.visit(0);
    for (auto _ : state) {
        way.visit(0);
        if (!way.client().how().resumed) state.SkipWithError("not resumed");
    }
    state.SetItemsProcessed(state.iterations());
}

void raw_bulk(benchmark::State& state) {
    RawPair pair(kRsa);
    pair.open();
    const std::string block = sample_text(16384);
    for (auto _ : state) pair.echo(block);
    state.SetItemsProcessed(state.iterations() * std::int64_t(2 * block.size()));
}

void whole_bulk(benchmark::State& state) {
    WholeWay way(kRsa);
    constexpr std::size_t kBytes = 64 << 20;  // so many that the handshake does not count
    for (auto _ : state) way.visit(kBytes);
    state.SetItemsProcessed(state.iterations() * std::int64_t(2 * kBytes));
}

BENCHMARK_CAPTURE(raw_handshake, rsa2048, kRsa);
BENCHMARK_CAPTURE(whole_handshake, rsa2048, kRsa);
BENCHMARK_CAPTURE(raw_handshake, ecdsa_p256, kEcdsa);
BENCHMARK_CAPTURE(whole_handshake, ecdsa_p256, kEcdsa);
BENCHMARK(raw_resumption);
BENCHMARK(whole_resumption);
BENCHMARK(raw_bulk);
BENCHMARK(whole_bulk);

/// Prints as usual, and keeps each figure's median for the ratios.
class Ratios final : public benchmark::ConsoleReporter {
public:
    void ReportRuns(const std::vector<Run>& runs) override {
        ConsoleReporter::ReportRuns(runs);
        for (const auto& run : runs)
            if (run.run_type != Run::RT_Aggregate || run.aggregate_name == "median")
                if (const auto rate = run.counters.find("items_per_second"); rate != run.counters.end())
                    rates_[run.run_name.function_name] = rate->second;
    }
    void Finalize() override {
        for (const auto& [name, rate] : rates_)
            if (const auto raw = rates_.find("raw_" + name.substr(name.find('_') + 1));
                name.starts_with("whole_") && raw != rates_.end())
                std::printf("ratio %s %.3f\n", name.substr(6).c_str(), rate / raw->second);
    }

private:
    std::map<std::string, double> rates_;
};

}  // namespace

int main(int argc, char** argv) {
    benchmark::Initialize(&argc, argv);
    if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 2;
    Ratios ratios;
    benchmark::RunSpecifiedBenchmarks(&ratios);
    const std::string filter = benchmark::GetBenchmarkFilter();
    if (!filter.empty() && filter != "." && filter.find("idle") == filter.npos) return 0;
    constexpr std::size_t kIdle = 1000;
    std::printf("idle session %zu bytes\n", WholeWay(kRsa).held_by_idle(kIdle) / kIdle);
}

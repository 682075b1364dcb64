// The resolver of a client: a name becomes addresses, an address a name, by name servers and ETC HOSTS, in
// the order and with the patience that TCPIP DATA says.
//
//   start ─► source (DOMAINLOOKUP) ─► FILE: ETC HOSTS ─────────────────────── found ─► outcome
//              ▲      └► DNS: name (as typed, with each domain) ─► server ─► asked ── answer ─► outcome
//              │                ▲                                    ▲        │ no answer: TC → by TCP
//              │                └──── no such name ──────────────────┼────────┤
//              │                                                     └── silence, refusal: the next server,
//              └──────── all names, or all servers, failed ───────────── and again RESOLVERUDPRETRIES times
//
// It asks over the sockets of its stack (SocketRequest) and knows nothing of the network. Which names are
// tried, and that all servers' silence ends the search, is as BIND's old resolver does it; the manuals' word
// is not in the facts.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "services/dns/message.hpp"
#include "stack/base/cause.hpp"
#include "stack/base/random.hpp"
#include "stack/base/socket_api.hpp"
#include "stack/base/source_location.hpp"
#include "stack/base/time.hpp"

namespace vmlab::services {

enum class LookupSource : std::uint8_t { dns, file };

struct HostLine {
    Sourced<IpAddress> address{};
    std::vector<std::string> names{};
};

struct ResolverConfig {
    std::vector<Sourced<IpAddress>> servers{};    ///< NSINTERADDR, in order
    Sourced<std::uint16_t> port{kDnsPort, {}};    ///< NSPORTADDR
    Sourced<bool> by_tcp{};                       ///< RESOLVEVIA TCP
    Sourced<Duration> timeout{seconds{30}, {}};   ///< RESOLVERTIMEOUT: for one answer
    Sourced<std::uint32_t> retries{1, {}};        ///< RESOLVERUDPRETRIES: rounds after the first, over UDP
    std::vector<Sourced<std::string>> domains{};  ///< DOMAINORIGIN, DOMAINSEARCH: put behind a name
    std::vector<Sourced<LookupSource>> order{};   ///< DOMAINLOOKUP; empty: DNS, then the file
    std::vector<HostLine> hosts{};                ///< ETC HOSTS
    SourceLocation hosts_where{}, data_where{};   ///< the files, where nothing in them is meant
    Sourced<bool> trace{};                        ///< TRACE RESOLVER
};

struct Lookup {
    std::string name;  ///< as typed; for PTR an address of either family
    DnsType type = DnsType::a;
};

struct LookupOutcome {
    enum class Kind {
        found,
        no_such_name,  ///< a server, or the file, says so
        no_data,       ///< the name exists, but has no such record
        no_answer,     ///< no server could be asked, or none answered
        bad_name,      ///< it can be no name
    } kind = Kind::no_answer;
    std::string name{};                   ///< the name that was found, with its domain
    std::vector<IpAddress> addresses{};   ///< of A or AAAA
    std::vector<std::string> aliases{};   ///< CNAMEs on the way
    std::vector<DnsRecord> records{};     ///< of the type that was asked for
    std::vector<DnsRecord> additional{};  ///< what came along
    std::optional<Endpoint> server{};     ///< who answered; nothing: ETC HOSTS
    bool authoritative = false;
    std::string why{};  ///< when not found: a sentence
};

class ResolverSink : public Recorder {
public:
    virtual void request(SocketRequest what) = 0;
    /// A line of TRACE RESOLVER.
    virtual void trace(std::string line) = 0;

protected:
    ~ResolverSink() = default;
};

class Resolver {
public:
    /// Sockets are opened with tags from `first_tag` on, at most kMostTags of them. Each question has a
    /// number of its own, drawn from `secret`, and comes from a port of its own: who did not see it cannot
    /// answer it (RFC 5452 section 9).
    static constexpr std::uint32_t kMostTags = 1024;
    Resolver(ResolverConfig config, Lookup what, std::uint32_t first_tag, std::uint64_t secret);

    void start(Instant now, ResolverSink& out);
    /// Notices that are not for its sockets are none of its business.
    void receive(const SocketNotice& notice, Instant now, ResolverSink& out);
    void tick(Instant now, ResolverSink& out);
    [[nodiscard]] std::optional<Instant> next_deadline() const;
    /// Gives up: its sockets are closed.
    void stop(ResolverSink& out);
    /// Once it has ended.
    [[nodiscard]] const std::optional<LookupOutcome>& outcome() const { return outcome_; }
    [[nodiscard]] const ResolverConfig& config() const { return config_; }

private:
    enum class Phase { idle, asking, connecting, sent };  // asking: over UDP; the others over TCP

    void next_source(Instant now, ResolverSink& out);
    void look_in_file(ResolverSink& out);
    void next_name(Instant now, ResolverSink& out);
    void ask(Instant now, ResolverSink& out);
    /// `silent`: it did not answer at all; else it has nothing to say about this name.
    void next_server(const std::string& why, bool silent, Instant now, ResolverSink& out);
    void close(ResolverSink& out, bool abort);
    void heard(std::span<const std::uint8_t> bytes, Instant now, ResolverSink& out);
    void take(const DnsMessage& answer, Instant now, ResolverSink& out);
    /// The answer names an alias, and says nothing of what it stands for: asks for that (RFC 1034 5.3.3).
    [[nodiscard]] bool follow(const DnsMessage& answer, const LookupOutcome& so_far, const DnsName& target);
    void end(LookupOutcome outcome, ResolverSink& out);
    void say(ResolverSink& out, std::string line) const;
    [[nodiscard]] Endpoint server() const;
    [[nodiscard]] bool is_ours(std::uint32_t tag) const { return phase_ != Phase::idle && tag == tag_; }

    ResolverConfig config_;
    Lookup what_;
    std::vector<LookupSource> sources_{};
    std::size_t source_ = 0;  // the next one
    std::vector<DnsName> names_{};
    std::size_t name_ = 0;                // the next one
    std::vector<std::string> aliases_{};  // that led from the name of the moment to another question
    std::size_t server_ = 0;
    std::uint32_t round_ = 0;
    Phase phase_ = Phase::idle;
    bool by_tcp_ = false;
    std::uint32_t tag_;
    RandomStream dice_;
    std::uint16_t id_ = 0;  // of the question of the moment
    SocketId socket_ = 0;
    std::string stream_{};  // what came over TCP so far
    Instant deadline_{};
    LookupOutcome last_{};                    // what the sources so far came to
    std::vector<SourceLocation> rests_on_{};  // of the failure
    std::optional<LookupOutcome> outcome_{};
};

}  // namespace vmlab::services

// A workstation: a host of the virtual LAN with scripted clients for FTP, SMTP, Telnet and TLS. It stands in
// for real ones where checks and proofs need them in virtual time.
//
// Everything goes through its own stack and over the wire, TLS through the engine of sslserv in the client's
// role. start() only puts a conversation into the queue; look at result() until it has ended.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "simulator/machines/conversation.hpp"
#include "simulator/machines/external_host.hpp"
#include "sslserv/keydb/crypto.hpp"
#include "sslserv/tls_session.hpp"

namespace vmlab::sim {

class Workstation final : public ExternalHost {
public:
    /// `tls` is the randomness of its TLS clients.
    Workstation(Name8 name, const stack::StackOptions& options, RandomStream random, RandomStream tls);
    ~Workstation() override;

    /// An authority (DER) that its TLS clients trust.
    void trust(sslserv::Bytes authority) {
        trusted_.push_back(std::move(authority));
        tls_.clear();
    }

    /// A certificate (DER) and its key (PKCS#8) for clients that are asked for one:
    /// Conversation::certificate.
    void hold(std::string name, sslserv::Bytes certificate, sslserv::Bytes key) {
        held_[std::move(name)] = {std::move(certificate), std::move(key)};
        tls_.clear();
    }

    /// The conversation begins with the next event; its number.
    std::uint32_t start(Conversation what, System& world);
    /// Requires a number that start() gave and forget() has not taken back.
    const ConversationResult& result(std::uint32_t number) const;
    /// Ends the conversation if it is still going on.
    void forget(std::uint32_t number, System& world);

    void receive(Event& event, System& world) override;
    std::optional<Instant> next_deadline() const override;

private:
    struct Link;
    struct Talk;
    class TlsOut;

    void news(stack::News& n, System& world) override;
    void hear_link(Talk& talk, Link& link, stack::News& n, System& world);
    void hear_echo(const stack::News& n);

    void go_on(System& world);
    void work(Talk& talk, System& world);
    void begin(Talk& talk, const ClientStep& step, System& world);
    bool done(Talk& talk, const ClientStep& step, System& world);
    bool is_connected(Talk& talk, const OpenConnection& step, System& world);
    bool is_secure(Talk& talk, Link& link);
    bool reply_is_there(Talk& talk, std::string_view code);
    bool bytes_are_there(Talk& talk, std::string_view bytes);
    bool text_is_there(Talk& talk, std::string_view text);
    bool is_closed(Talk& talk);
    bool echo_is_there(Talk& talk);
    bool data_is_open(Talk& talk, System& world);
    bool data_is_over(Talk& talk, const TransferData& step, System& world);
    void finish(Talk& talk, System& world);

    void open(Talk& talk, Link& link, const Endpoint& to, System& world);
    void wait_until(Talk& talk, Instant at);
    void stop_waiting(Talk& talk);
    void lose(const Link& link);
    void start_tls(Talk& talk, Link& link, System& world);
    void send(Link& link, std::string_view bytes, System& world);
    void pump(Link& link, System& world);
    void shut(Link& link, System& world);
    void abort(Link& link, System& world);
    void to_wire(Link& link, TlsOut& out, System& world);

    std::vector<sslserv::Bytes> trusted_{};
    std::map<std::string, std::pair<sslserv::Bytes, sslserv::Bytes>> held_{};
    /// Of its clients, by the newest protocol that they know and the certificate that they show; made when
    /// the first one needs it.
    std::map<std::pair<sslserv::Protocol, std::string>, std::shared_ptr<const sslserv::TlsContext>> tls_{};
    RandomStream tls_random_;
    std::map<std::uint32_t, std::unique_ptr<Talk>> talks_;
    // Nothing walks all conversations: whose connection it is, who waits until when, who has something to do.
    std::unordered_map<stack::ConnectionId, std::uint32_t> talk_of_{};
    std::set<std::pair<Instant, std::uint32_t>> waits_{};
    std::set<std::uint32_t> ready_{};
    std::uint32_t next_number_ = 1;
    std::uint16_t next_echo_ = 1;
};

}  // namespace vmlab::sim

// A name server on the virtual network: answers queries about one zone, on port 53, UDP and TCP.
#pragma once

#include <map>
#include <string>

#include "services/dns/zone.hpp"
#include "simulator/machines/external_host.hpp"

namespace vmlab::sim {

class NameServer final : public ExternalHost {
public:
    NameServer(Name8 name, const stack::StackOptions& options, RandomStream random, services::DnsZone zone);

private:
    void news(stack::News& n, System& world) override;
    void answer_stream(stack::ConnectionId id, System& world);

    services::DnsZone zone_;
    std::map<stack::ConnectionId, std::string> streams_;  ///< over TCP: what came, and is not answered yet
};

}  // namespace vmlab::sim

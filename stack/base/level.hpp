// The level of z/VM and of its TCP/IP, with the service that is on it: one value, passed down. What differs
// between levels is asked of it by name.
//
// Levels 6.4 to 7.4. An APAR below a level is part of it; one that came for it can be on it or not. Which
// APAR brought what: z/VM's announcements of new function, and the document that vmlab models.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace vmlab {

enum class Release : std::uint16_t { v640 = 640, v710 = 710, v720 = 720, v730 = 730, v740 = 740 };
inline constexpr Release kReleases[] = {Release::v640, Release::v710, Release::v720, Release::v730,
                                        Release::v740};

/// PI72106: Crypto Express for RSA. PI99184: elliptic curves, and the protocol in lists of secured
/// connections. PH18435: certificates of clients for FTP, SMTP and static ports.
enum class Apar : std::uint8_t { PI72106, PI99184, PH18435 };
inline constexpr Apar kApars[] = {Apar::PI72106, Apar::PI99184, Apar::PH18435};
[[nodiscard]] std::string_view name_of(Apar apar);
/// By name, case ignored.
[[nodiscard]] std::optional<Apar> find_apar(std::string_view name);
[[nodiscard]] std::optional<Release> find_release(unsigned number);
/// There is service of that name for this level.
[[nodiscard]] bool applies(Apar apar, Release release);

class Level {
public:
    /// With all service that there is for the release.
    explicit Level(Release release = Release::v710);
    /// With this service only. What does not apply has no effect.
    Level(Release release, std::span<const Apar> service);

    [[nodiscard]] Release release() const { return release_; }
    /// It is part of the level, or on it.
    [[nodiscard]] bool has(Apar apar) const { return (apars_ >> unsigned(apar) & 1u) != 0; }
    /// What is on the level as service, in order of kApars.
    [[nodiscard]] std::vector<Apar> service() const;

    [[nodiscard]] bool has_tls_1_3() const { return release_ >= Release::v730; }
    /// TLS 1.1 is on unless PROTOCOL says otherwise.
    [[nodiscard]] bool begins_with_tls_1_1() const { return release_ <= Release::v710; }

    // How programs call it.
    [[nodiscard]] std::string tcpip() const;       ///< "710"
    [[nodiscard]] std::string long_name() const;   ///< "Version 7 Release 1.0"
    [[nodiscard]] std::string short_name() const;  ///< "V7.1.0"
    // These two are remembered, not quoted.
    [[nodiscard]] std::string cp_service() const;  ///< "1901"
    [[nodiscard]] std::string cms() const;         ///< "CMS Level 30, Service Level 901"

    friend bool operator==(const Level&, const Level&) = default;

private:
    Release release_;
    std::uint8_t apars_ = 0;
};

}  // namespace vmlab

#include "stack/base/level.hpp"

#include <fmt/core.h>

#include <algorithm>

#include "stack/base/names.hpp"

namespace vmlab {
namespace {

/// The releases for which an APAR came; later ones have it, earlier ones never.
struct Service {
    Apar apar;
    std::string_view name;
    Release first, last;
};
constexpr Service kService[] = {
    {Apar::PI72106, "PI72106", Release::v640, Release::v640},
    {Apar::PI99184, "PI99184", Release::v710, Release::v710},
    {Apar::PH18435, "PH18435", Release::v710, Release::v710},
};

const Service& service_of(Apar apar) { return kService[std::size_t(apar)]; }

struct Dates {
    Release release;
    unsigned cp_service, cms_level;
};
constexpr Dates kDates[] = {
    {Release::v640, 1601, 29}, {Release::v710, 1901, 30}, {Release::v720, 2001, 31},
    {Release::v730, 2201, 32}, {Release::v740, 2401, 33},
};

const Dates& dates_of(Release release) { return *std::ranges::find(kDates, release, &Dates::release); }

}  // namespace

std::string_view name_of(Apar apar) { return service_of(apar).name; }

std::optional<Apar> find_apar(std::string_view name) {
    for (const auto& each : kService)
        if (iequals(each.name, name)) return each.apar;
    return std::nullopt;
}

std::optional<Release> find_release(unsigned number) {
    for (const auto release : kReleases)
        if (unsigned(release) == number) return release;
    return std::nullopt;
}

bool applies(Apar apar, Release release) {
    return release >= service_of(apar).first && release <= service_of(apar).last;
}

Level::Level(Release release) : Level(release, kApars) {}

Level::Level(Release release, std::span<const Apar> service) : release_(release) {
    for (const auto apar : kApars) {
        const bool on = applies(apar, release) && std::ranges::find(service, apar) != service.end();
        if (on || release > service_of(apar).last) apars_ = std::uint8_t(apars_ | 1u << unsigned(apar));
    }
}

std::vector<Apar> Level::service() const {
    std::vector<Apar> on;
    for (const auto apar : kApars)
        if (has(apar) && applies(apar, release_)) on.push_back(apar);
    return on;
}

std::string Level::tcpip() const { return std::to_string(unsigned(release_)); }

std::string Level::long_name() const {
    const unsigned n = unsigned(release_);
    return fmt::format("Version {} Release {}.{}", n / 100, n / 10 % 10, n % 10);
}

std::string Level::short_name() const {
    const unsigned n = unsigned(release_);
    return fmt::format("V{}.{}.{}", n / 100, n / 10 % 10, n % 10);
}

std::string Level::cp_service() const { return std::to_string(dates_of(release_).cp_service); }

std::string Level::cms() const {
    const auto& dates = dates_of(release_);
    return fmt::format("CMS Level {}, Service Level {}", dates.cms_level, dates.cp_service % 1000);
}

}  // namespace vmlab

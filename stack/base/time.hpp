// Time in the world: an Instant is UTC in nanoseconds since 1970-01-01, whether the run is virtual or real.
//
// Cores are told the time; nothing outside simulator/edge asks the host for it.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace vmlab {

using Duration = std::chrono::nanoseconds;

/// Tag of the world's clock. It has no now(): the time comes with the event.
struct WorldTime {
    using rep = std::int64_t;
    using period = std::nano;
    using duration = Duration;
    using time_point = std::chrono::time_point<WorldTime, Duration>;
    static constexpr bool is_steady = true;
};

using Instant = WorldTime::time_point;

using std::chrono::duration_cast;
using std::chrono::hours;
using std::chrono::microseconds;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::nanoseconds;
using std::chrono::seconds;

/// An instant taken apart in a fixed zone. `month` and `day` count from 1; `weekday` from 0 = Sunday.
struct Calendar {
    int year, month, day, weekday, hour, minute, second, nanosecond;
};

/// A time zone of the configuration (DTCPARMS :timezone., CP's zone): a name and a fixed offset.
struct Zone {
    std::string name = "UTC";
    Duration offset{};  ///< local time minus UTC
};

[[nodiscard]] Calendar calendar_of(Instant at, Duration utc_offset = Duration{});
/// The inverse of calendar_of at offset 0. The fields must name a real date.
[[nodiscard]] Instant instant_of(const Calendar& utc);

/// "Monday" for 1; `weekday` as in Calendar.
[[nodiscard]] const char* weekday_name(int weekday);
/// "Jan" for 1.
[[nodiscard]] const char* month_name(int month);

[[nodiscard]] std::string hh_mm_ss(Instant at, Duration utc_offset);  ///< 12:30:46
[[nodiscard]] std::string mm_dd_yy(Instant at, Duration utc_offset);  ///< 10/15/19
[[nodiscard]] std::string iso_utc(Instant at);                        ///< 2019-10-15T14:30:46.000001234Z
/// What iso_utc wrote; nothing when it is another text.
[[nodiscard]] std::optional<Instant> read_iso_utc(std::string_view text);

}  // namespace vmlab

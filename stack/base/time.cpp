#include "stack/base/time.hpp"

#include <fmt/core.h>

#include "stack/base/assert.hpp"

namespace vmlab {

Calendar calendar_of(Instant at, Duration utc_offset) {
    namespace ch = std::chrono;
    const auto local = at.time_since_epoch() + utc_offset;
    const auto day = ch::floor<ch::days>(local);
    const ch::sys_days date{day};
    const ch::year_month_day ymd{date};
    const ch::hh_mm_ss<Duration> clock{local - day};
    return {int(ymd.year()),
            int(unsigned(ymd.month())),
            int(unsigned(ymd.day())),
            int(ch::weekday{date}.c_encoding()),
            int(clock.hours().count()),
            int(clock.minutes().count()),
            int(clock.seconds().count()),
            int(clock.subseconds().count())};
}

Instant instant_of(const Calendar& utc) {
    namespace ch = std::chrono;
    const ch::year_month_day ymd{ch::year{utc.year}, ch::month{unsigned(utc.month)},
                                 ch::day{unsigned(utc.day)}};
    vm_assert(ymd.ok());
    return Instant{ch::sys_days{ymd}.time_since_epoch() + hours{utc.hour} + minutes{utc.minute} +
                   seconds{utc.second} + nanoseconds{utc.nanosecond}};
}

const char* weekday_name(int weekday) {
    static constexpr const char* names[] = {"Sunday",   "Monday", "Tuesday", "Wednesday",
                                            "Thursday", "Friday", "Saturday"};
    vm_assert(weekday >= 0 && weekday < 7);
    return names[weekday];
}

const char* month_name(int month) {
    static constexpr const char* names[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                            "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    vm_assert(month >= 1 && month <= 12);
    return names[month - 1];
}

std::string hh_mm_ss(Instant at, Duration utc_offset) {
    const auto c = calendar_of(at, utc_offset);
    return fmt::format("{:02}:{:02}:{:02}", c.hour, c.minute, c.second);
}

std::string mm_dd_yy(Instant at, Duration utc_offset) {
    const auto c = calendar_of(at, utc_offset);
    return fmt::format("{:02}/{:02}/{:02}", c.month, c.day, c.year % 100);
}

std::string iso_utc(Instant at) {
    const auto c = calendar_of(at);
    return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:09}Z", c.year, c.month, c.day, c.hour, c.minute,
                       c.second, c.nanosecond);
}

std::optional<Instant> read_iso_utc(std::string_view text) {
    constexpr std::string_view kShape = "0000-00-00T00:00:00.000000000Z";
    if (text.size() != kShape.size()) return std::nullopt;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const bool digit = text[i] >= '0' && text[i] <= '9';
        if (kShape[i] == '0' ? !digit : text[i] != kShape[i]) return std::nullopt;
    }
    const auto number = [&](std::size_t first, std::size_t digits) {
        int n = 0;
        for (const char c : text.substr(first, digits)) n = n * 10 + (c - '0');
        return n;
    };
    namespace ch = std::chrono;
    const Calendar c{number(0, 4),  number(5, 2),  number(8, 2),  0,
                     number(11, 2), number(14, 2), number(17, 2), number(20, 9)};
    // Nanoseconds since 1970 reach from September 1677 to April 2262.
    if (c.year < 1678 || c.year > 2261) return std::nullopt;
    const bool real =
        ch::year_month_day{ch::year{c.year}, ch::month{unsigned(c.month)}, ch::day{unsigned(c.day)}}.ok();
    if (!real || c.hour > 23 || c.minute > 59 || c.second > 59) return std::nullopt;
    return instant_of(c);
}

}  // namespace vmlab

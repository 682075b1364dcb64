// Listing formats. VM: name, type, format, record length, records, blocks, date, time, label or owner, in the
// columns of listings seen on the net; a directory has "DIR" and hyphens. In the byte file system the VM
// format is that of OPENVM LISTFILE. UNIX: ls -l, which every client knows.
#include "services/ftp/listing.hpp"

#include <fmt/core.h>

namespace vmlab::services {
namespace {

std::string date_and_time(Instant at, const Zone& zone) {
    const Calendar c = calendar_of(at, zone.offset);
    return fmt::format("{:04}-{:02}-{:02} {:02}:{:02}:{:02}", c.year, c.month, c.day, c.hour, c.minute,
                       c.second);
}

std::string vm_line(const FileInfo& file, const Zone& zone) {
    if (file.is_directory)
        return fmt::format("{:<18}DIR{:>9}{:>11}{:>11} {} -\n", file.name, "-", "-", "-",
                           date_and_time(file.changed, zone));
    const auto dot = file.name.find('.');
    const std::string name = file.name.substr(0, dot);
    const std::string type = dot == std::string::npos ? "" : file.name.substr(dot + 1);
    return fmt::format("{:<8} {:<8} {}{:>11}{:>11}{:>11} {} {}\n", name, type, file.format, file.lrecl,
                       file.records, file.blocks, date_and_time(file.changed, zone),
                       file.owner.empty() ? "-" : file.owner);
}

std::string bfs_line(const FileInfo& file, const Zone& zone) {
    const Calendar c = calendar_of(file.changed, zone.offset);
    return fmt::format("{:02}/{:02}/{:04} {:02}:{:02}:{:02}   {}{:>7}{:>14}  '{}'\n", c.month, c.day, c.year,
                       c.hour, c.minute, c.second, file.is_directory ? 'D' : 'F',
                       file.is_directory ? "-" : "1",
                       file.is_directory ? std::string("-") : fmt::format("{}", file.bytes), file.name);
}

std::string unix_line(const FileInfo& file, Instant now, const Zone& zone) {
    const Calendar c = calendar_of(file.changed, zone.offset);
    const auto age = now - file.changed;
    const bool recent = age >= Duration{} && age < hours{24 * 180};
    const std::string when =
        recent ? fmt::format("{:02}:{:02}", c.hour, c.minute) : fmt::format("{:>5}", c.year);
    return fmt::format("{}{} {:>3} {:<8} {:<8} {:>10} {} {:>2} {} {}\n", file.is_directory ? 'd' : '-',
                       file.permissions, 1, file.owner.empty() ? "-" : file.owner, "-", file.bytes,
                       month_name(c.month), c.day, when, file.name);
}

}  // namespace

std::string list_report(const std::vector<FileInfo>& files, const Place& at, ListFormat format, Instant now,
                        const Zone& zone) {
    std::string text;
    for (const auto& file : files) {
        if (format == ListFormat::unix_style) text += unix_line(file, now, zone);
        else if (at.kind == Place::Kind::bfs) text += bfs_line(file, zone);
        else text += vm_line(file, zone);
    }
    return text;
}

std::string name_report(const std::vector<FileInfo>& files) {
    std::string text;
    for (const auto& file : files) text += file.name + "\n";
    return text;
}

}  // namespace vmlab::services

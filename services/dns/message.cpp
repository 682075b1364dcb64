#include "services/dns/message.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "stack/base/bytes.hpp"
#include "stack/base/names.hpp"
#include "stack/base/overloaded.hpp"

namespace vmlab::services {
namespace {

constexpr std::size_t kMostLabel = 63;
constexpr std::size_t kMostName = 255;
constexpr std::size_t kHeader = 12;
constexpr std::size_t kMostPointer = 0x3fff;  ///< what a compression pointer reaches

constexpr std::pair<DnsType, std::string_view> kTypes[] = {
    {DnsType::a, "A"},     {DnsType::ns, "NS"}, {DnsType::cname, "CNAME"}, {DnsType::soa, "SOA"},
    {DnsType::ptr, "PTR"}, {DnsType::mx, "MX"}, {DnsType::aaaa, "AAAA"},   {DnsType::any, "ANY"},
};

// ── parsing
// ────────────────────────────────────────────────────────────────────────────────────────────

/// A place in the message; the first thing that is not there sets failed().
class Parser {
public:
    explicit Parser(std::span<const std::uint8_t> whole) : whole_(whole) {}

    bool failed() const { return failed_; }
    std::size_t at() const { return at_; }
    bool at_end() const { return at_ == whole_.size(); }

    std::uint8_t u8() {
        if (at_ >= whole_.size()) return fail();
        return whole_[at_++];
    }
    std::uint16_t u16() {
        const auto high = u8();
        return std::uint16_t(high << 8 | u8());
    }
    std::uint32_t u32() {
        const std::uint32_t high = u16();
        return high << 16 | u16();
    }
    std::vector<std::uint8_t> bytes(std::size_t n) {
        if (n > whole_.size() - at_) return fail(), std::vector<std::uint8_t>{};
        const auto part = whole_.subspan(at_, n);
        at_ += n;
        return {part.begin(), part.end()};
    }
    DnsName name() {
        DnsName name;
        std::size_t from = at_, limit = at_;
        bool jumped = false;
        while (!failed_) {
            if (from >= whole_.size()) return fail(), name;
            const std::uint8_t length = whole_[from++];
            if (length == 0) {
                if (!jumped) at_ = from;
                return name;
            }
            if (length >> 6 == 3) {
                if (from >= whole_.size()) return fail(), name;
                const std::size_t to = std::size_t(length & 0x3f) << 8 | whole_[from++];
                if (!jumped) at_ = from;
                if (to >= limit) return fail(), name;
                jumped = true;
                from = limit = to;  // the next pointer must point before this one's target
                continue;
            }
            if (length > kMostLabel || length > whole_.size() - from) return fail(), name;
            const auto label = whole_.subspan(from, length);
            if (!name.append({reinterpret_cast<const char*>(label.data()), label.size()}))
                return fail(), name;
            from += length;
        }
        return name;
    }

private:
    std::uint8_t fail() {
        failed_ = true;
        return 0;
    }

    std::span<const std::uint8_t> whole_;
    std::size_t at_ = 0;
    bool failed_ = false;
};

DnsQuestion parse_question(Parser& in) {
    DnsQuestion q;
    q.name = in.name();
    q.type = DnsType(in.u16());
    q.klass = in.u16();
    return q;
}

DnsRecord parse_record(Parser& in, bool& failed) {
    DnsRecord r;
    r.name = in.name();
    r.type = DnsType(in.u16());
    r.klass = in.u16();
    r.ttl = in.u32();
    const std::size_t length = in.u16();
    const std::size_t end = in.at() + length;
    switch (r.type) {
        case DnsType::a: r.data = Ipv4Address{in.u32()}; break;
        case DnsType::aaaa: {
            std::array<std::uint8_t, 16> address{};
            const auto given = in.bytes(address.size());
            std::copy_n(given.begin(), std::min(given.size(), address.size()), address.begin());
            r.data = IpAddress(address);
            break;
        }
        case DnsType::ns:
        case DnsType::cname:
        case DnsType::ptr: r.data = in.name(); break;
        case DnsType::mx: {
            DnsMail mail;
            mail.preference = in.u16();
            mail.exchange = in.name();
            r.data = std::move(mail);
            break;
        }
        case DnsType::soa: {
            DnsAuthority soa;
            soa.server = in.name();
            soa.mailbox = in.name();
            for (auto* field : {&soa.serial, &soa.refresh, &soa.retry, &soa.expire, &soa.minimum})
                *field = in.u32();
            r.data = std::move(soa);
            break;
        }
        default: r.data = DnsRaw{in.bytes(length)};
    }
    failed = failed || in.failed() || in.at() != end;
    return r;
}

// ── emitting
// ───────────────────────────────────────────────────────────────────────────────────────────

class Emitter {
public:
    void u8(std::uint8_t v) { out_.push_back(v); }
    void u16(std::uint16_t v) {
        u8(std::uint8_t(v >> 8));
        u8(std::uint8_t(v));
    }
    void u32(std::uint32_t v) {
        u16(std::uint16_t(v >> 16));
        u16(std::uint16_t(v));
    }
    void name(const DnsName& name) {
        const auto& labels = name.labels();
        for (std::size_t i = 0; i < labels.size(); ++i) {
            // Compared byte by byte: a pointer must not change how a name is spelt.
            const std::vector<std::string> rest(labels.begin() + std::ptrdiff_t(i), labels.end());
            if (const auto known = names_.find(rest); known != names_.end())
                return u16(std::uint16_t(0xc000 | known->second));
            if (out_.size() <= kMostPointer) names_.emplace(rest, out_.size());
            u8(std::uint8_t(labels[i].size()));
            out_.insert(out_.end(), labels[i].begin(), labels[i].end());
        }
        u8(0);
    }
    void record(const DnsRecord& r) {
        name(r.name);
        u16(std::uint16_t(r.type));
        u16(r.klass);
        u32(r.ttl);
        const std::size_t length_at = out_.size();
        u16(0);
        std::visit(
            overloaded{
                [&](const Ipv4Address& a) { u32(a.value); },
                [&](const IpAddress& a) { out_.insert(out_.end(), a.bytes().begin(), a.bytes().end()); },
                [&](const DnsName& n) { name(n); },
                [&](const DnsMail& m) {
                    u16(m.preference);
                    name(m.exchange);
                },
                [&](const DnsAuthority& soa) {
                    name(soa.server);
                    name(soa.mailbox);
                    for (const auto field : {soa.serial, soa.refresh, soa.retry, soa.expire, soa.minimum})
                        u32(field);
                },
                [&](const DnsRaw& raw) { out_.insert(out_.end(), raw.bytes.begin(), raw.bytes.end()); },
            },
            r.data);
        set_u16(length_at, std::uint16_t(out_.size() - length_at - 2));
    }
    void set_u16(std::size_t at, std::uint16_t v) {
        out_[at] = std::uint8_t(v >> 8);
        out_[at + 1] = std::uint8_t(v);
    }
    std::size_t size() const { return out_.size(); }
    /// Forgets everything behind `size`.
    void cut(std::size_t size) {
        out_.resize(size);
        std::erase_if(names_, [size](const auto& known) { return known.second >= size; });
    }
    std::vector<std::uint8_t> take() { return std::move(out_); }

private:
    std::vector<std::uint8_t> out_;
    std::map<std::vector<std::string>, std::size_t> names_;
};

std::uint16_t flags_of(const DnsMessage& m) {
    return std::uint16_t(m.response << 15 | (m.opcode & 0xf) << 11 | m.authoritative << 10 |
                         m.truncated << 9 | m.recursion_desired << 8 | m.recursion_available << 7 |
                         (m.reserved & 7) << 4 | (std::uint8_t(m.code) & 0xf));
}

}  // namespace

// ── names
// ──────────────────────────────────────────────────────────────────────────────────────────────

bool DnsName::append(std::string_view label) {
    std::size_t size = 1;
    for (const auto& l : labels_) size += l.size() + 1;
    if (label.empty() || label.size() > kMostLabel || size + label.size() + 1 > kMostName) return false;
    labels_.emplace_back(label);
    return true;
}

bool DnsName::append(const DnsName& name) {
    const auto before = labels_.size();
    for (const auto& label : name.labels_)
        if (!append(label)) {
            labels_.resize(before);
            return false;
        }
    return true;
}

std::optional<DnsName> DnsName::parse(std::string_view text) {
    DnsName name;
    if (text == ".") return name;
    if (text.ends_with('.')) text.remove_suffix(1);
    while (true) {
        const auto dot = std::min(text.find('.'), text.size());
        if (!name.append(text.substr(0, dot))) return std::nullopt;
        if (dot == text.size()) return name;
        text.remove_prefix(dot + 1);
    }
}

DnsName DnsName::reverse_of(const IpAddress& address) {
    DnsName name;
    bool fits = true;
    const auto& bytes = address.bytes();
    for (std::size_t i = bytes.size(); i-- > (address.is_v4() ? 12 : 0);)
        if (address.is_v4()) fits = name.append(fmt::to_string(bytes[i])) && fits;
        else
            fits = name.append(fmt::format("{:x}", bytes[i] & 0xf)) &&
                   name.append(fmt::format("{:x}", bytes[i] >> 4)) && fits;
    fits = name.append(address.is_v4() ? "in-addr" : "ip6") && name.append("arpa") && fits;
    vm_assert(fits);
    return name;
}

bool DnsName::is_in(const DnsName& domain) const {
    return labels_.size() >= domain.labels_.size() &&
           std::equal(domain.labels_.rbegin(), domain.labels_.rend(), labels_.rbegin(),
                      [](const auto& a, const auto& b) { return iequals(a, b); });
}

bool operator==(const DnsName& a, const DnsName& b) {
    return a.labels_.size() == b.labels_.size() && a.is_in(b);
}

std::string DnsName::str() const {
    if (labels_.empty()) return ".";
    std::string text;
    for (const auto& label : labels_) {
        if (!text.empty()) text += '.';
        for (const char c : label) {
            if (c > ' ' && c < 0x7f && c != '.' && c != '\\') text += c;
            else text += fmt::format("\\{:03}", static_cast<unsigned char>(c));
        }
    }
    return text;
}

std::string name_of(DnsType type) {
    for (const auto& [known, name] : kTypes)
        if (known == type) return std::string(name);
    return fmt::format("TYPE{}", unsigned(type));
}

std::optional<DnsType> dns_type(std::string_view name) {
    for (const auto& [type, known] : kTypes)
        if (iequals(known, name)) return type;
    return std::nullopt;
}

std::string name_of(DnsCode code) {
    switch (code) {
        case DnsCode::ok: return "Success";
        case DnsCode::format_error: return "Format error";
        case DnsCode::server_failure: return "Server failed";
        case DnsCode::no_such_name: return "Non-existent domain";
        case DnsCode::not_implemented: return "Not implemented";
        case DnsCode::refused: return "Query refused";
    }
    return fmt::format("Code {}", unsigned(code));
}

// ── messages
// ───────────────────────────────────────────────────────────────────────────────────────────

std::optional<DnsMessage> parse_dns(std::span<const std::uint8_t> bytes) {
    if (bytes.size() < kHeader) return std::nullopt;
    Parser in(bytes);
    DnsMessage m;
    m.id = in.u16();
    const auto flags = in.u16();
    m.response = flags >> 15 & 1;
    m.opcode = flags >> 11 & 0xf;
    m.authoritative = flags >> 10 & 1;
    m.truncated = flags >> 9 & 1;
    m.recursion_desired = flags >> 8 & 1;
    m.recursion_available = flags >> 7 & 1;
    m.reserved = flags >> 4 & 7;
    m.code = DnsCode(flags & 0xf);
    const std::uint16_t questions = in.u16();
    std::uint16_t counts[3];
    for (auto& count : counts) count = in.u16();
    bool failed = false;
    for (std::uint16_t i = 0; i < questions && !in.failed(); ++i) m.questions.push_back(parse_question(in));
    std::size_t section = 0;
    for (auto* records : {&m.answers, &m.authority, &m.additional}) {
        const auto count = counts[section++];
        for (std::uint16_t i = 0; i < count && !in.failed() && !failed; ++i)
            records->push_back(parse_record(in, failed));
    }
    if (failed || in.failed() || !in.at_end()) return std::nullopt;
    return m;
}

std::vector<std::uint8_t> emit_dns(const DnsMessage& message, std::size_t most) {
    Emitter out;
    out.u16(message.id);
    out.u16(flags_of(message));
    for (int i = 0; i < 4; ++i) out.u16(0);
    bool full = false;
    std::uint16_t count = 0;
    const auto fits = [&](std::size_t before) {
        full = out.size() > most;
        if (full) out.cut(before);
        else ++count;
        return !full;
    };
    for (const auto& q : message.questions) {
        const std::size_t before = out.size();
        out.name(q.name);
        out.u16(std::uint16_t(q.type));
        out.u16(q.klass);
        if (!fits(before)) break;
    }
    out.set_u16(4, count);
    std::size_t at = 6;
    for (const auto* records : {&message.answers, &message.authority, &message.additional}) {
        count = 0;
        for (const auto& record : *records) {
            if (full) break;
            const std::size_t before = out.size();
            out.record(record);
            if (!fits(before)) break;
        }
        out.set_u16(at, count);
        at += 2;
    }
    if (full) out.set_u16(2, std::uint16_t(flags_of(message) | 1 << 9));
    return out.take();
}

}  // namespace vmlab::services

// GSKTRACE: the System SSL calls that the server's work stands for, as lines on its console.
//
// The mask is System SSL's GSK_TRACE: 1 entry of a function, 2 its exit, 4 an error, 8 information, 16 a dump
// of data with EBCDIC characters, 32 one with ASCII characters; 255 is all. The product writes them to a file
// that GSKTRACE formats; the lines are ours.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "stack/base/ssl_api.hpp"

namespace vmlab::sslserv {

class Sink;
struct Policy;
struct Protection;

class GskTrace {
public:
    GskTrace(std::uint32_t mask, Sink& out) : mask_(mask), out_(out) {}

    /// A call that went as `rc` says: its entry, and its exit or its error.
    void call(std::string_view function, std::string_view about, int rc = 0) const;
    void info(std::string_view text) const;
    void dump(std::string_view about, std::span<const std::uint8_t> data) const;

    // What the server does.
    /// gsk_environment_open to gsk_environment_init.
    void environment(const Policy& policy, const Protection& protection, int rc) const;
    void open(const SslOpen& what) const;
    void handshake(SslSessionId session, int rc) const;
    void read(SslSessionId session, std::span<const std::uint8_t> data) const;
    void write(SslSessionId session, std::span<const std::uint8_t> data) const;
    void shutdown(SslSessionId session) const;
    void close(SslSessionId session) const;

private:
    bool has(std::uint32_t bit) const { return (mask_ & bit) != 0; }

    std::uint32_t mask_;
    Sink& out_;
};

}  // namespace vmlab::sslserv

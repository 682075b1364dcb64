// REXX programs as far as exits of servers need them: a small part of the language, run without loops.
//
// Run are: comments; commands (any expression that stands alone); SAY; PARSE [UPPER] ARG and ARG with plain
// names; assignments; IF … THEN … ELSE; SELECT, WHEN, OTHERWISE; DO … END as a group; NOP; ADDRESS before a
// command (everything goes to CMS, which hands CP its own); EXIT and RETURN with a code. Expressions:
// strings, names, numbers, concatenation, comparisons, & | and \. After a command RC is its return code. A
// program with anything else does not run to its end: the clause is named, never guessed. REXX's own error
// numbers (DMSREX…) are not used for it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace vmlab::sim {

/// Where a program's commands and lines go.
class ExecHost {
public:
    /// Runs a command of CMS or CP; its return code.
    virtual int command(const std::string& line) = 0;
    virtual void say(std::string line) = 0;

protected:
    ~ExecHost() = default;
};

struct ExecEnd {
    int rc = 0;               ///< of EXIT; 0 at the end of the program
    std::uint32_t line = 0;   ///< of the clause that cannot be run; 0 = there is none
    std::string complaint{};  ///< what is wrong with it
};

/// Runs a program with the argument string that its caller gives. Each clause runs once at most: it ends.
[[nodiscard]] ExecEnd run_exec(std::string_view program, std::string_view arguments, ExecHost& host);

}  // namespace vmlab::sim

// A sink that keeps a server's answers back, as long as it is not known whether there will be any: what it
// says and records passes.
#pragma once

#include <utility>
#include <vector>

#include "sslserv/server.hpp"

namespace vmlab::sslserv {

class Withholding final : public Sink {
public:
    explicit Withholding(Sink& out) : out_(out) {}
    CauseId record(Record what) override { return out_.record(std::move(what)); }
    void answer(SslNotice what) override { notices.push_back(std::move(what)); }
    void console(Said what) override { out_.console(std::move(what)); }
    void console_line(std::string text) override { out_.console_line(std::move(text)); }
    void key_log(std::string line) override { out_.key_log(std::move(line)); }
    bool logs_keys() const override { return out_.logs_keys(); }
    void spend(Duration work) override { out_.spend(work); }

    std::vector<SslNotice> notices{};

private:
    Sink& out_;
};

}  // namespace vmlab::sslserv

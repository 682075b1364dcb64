// libedit, fed byte by byte: editing, history and completion without ever blocking on the keyboard.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace vmlab::sim {

struct LineEditorResult {
    enum class What { nothing, line, end } what = What::nothing;
    std::string line{};
};

class LineEditor {
public:
    using Completions = std::function<std::vector<std::string>(const std::string&)>;

    LineEditor(std::string prompt, std::string history_file, Completions completions);
    ~LineEditor();
    LineEditor(const LineEditor&) = delete;
    LineEditor& operator=(const LineEditor&) = delete;

    /// Takes the terminal (raw) and shows the prompt; gives it back as it was.
    void begin();
    void end();

    /// Keys as they came from the terminal. An escape sequence that is not whole waits for its rest.
    void keys(std::string_view bytes);
    /// Works on the keys that are there, until a line is done or they are used up.
    LineEditorResult next();
    /// The rest of a key did not come (it was the Escape key alone): forget it.
    void flush_escape();

    /// Takes the prompt and the line off the screen, and paints them again below what was printed meanwhile.
    void hide();
    void show();
    /// True when there was a typed line; it is gone then.
    bool discard();

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace vmlab::sim

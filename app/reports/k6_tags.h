// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>
#include <string>
#include <string_view>

namespace tailspan::reports {

/// What the tags of one k6 sample say that matters for a report, as the file writes them. Views into the file's text.
struct K6Tags {
    std::string_view name;
    std::string_view url;
    std::string_view scenario;
    std::string_view group;
    std::string_view status;
    std::string_view expected;
    std::string_view error;
    std::string_view errorCode;
    std::string_view check;
    std::string_view traceId; ///< Or a whole trace context, see loadtest::traceIdIn().
    bool isJson = true;       ///< Else cells of a CSV row.

    /// A value as text: escapes or doubled quotes resolved, valid UTF-8, at most 500 bytes. Called once for each
    /// distinct value, not for each line.
    [[nodiscard]] std::string text(std::string_view raw) const;
    /// `raw` is that text already.
    [[nodiscard]] bool isPlain(std::string_view raw) const;
    /// Without the tag expected_response k6's default rule decides: 200 to 399 is expected.
    [[nodiscard]] bool isFailed() const;
    [[nodiscard]] bool isSetup() const; ///< Of setup or teardown.
    [[nodiscard]] std::string failureKind() const;
};

/// Finds the tags in what a file writes of them: a JSON object, or the cells of a row behind its value.
using K6TagReader = std::function<K6Tags(std::string_view)>;

/// The JSON object that begins `text`; one that is cut off or odd keeps what was readable.
[[nodiscard]] K6Tags k6TagsOfJson(std::string_view text);

} // namespace tailspan::reports

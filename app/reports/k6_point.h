// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/reports/k6_clock.h"

#include <cstdint>
#include <string_view>

namespace tailspan::reports {

/// One line of k6's JSON output, cut into its parts. Views point into the line; text is as written, escapes included.
struct K6Line {
    enum class Kind : std::uint8_t { Point, Metric, Malformed, NotANumber, OutOfRange };

    Kind kind = Kind::Malformed;
    std::string_view metric;
    std::int64_t timeNs = 0;
    double value = 0;
    std::string_view tags; ///< Of a point: from "{" on, up to the end of the line at most; empty where there are none.
};

/// Cuts lines. The order in which k6 writes its keys has a short way; any other order and any blanks are read too.
/// Thread: one each.
class K6LineScanner {
public:
    /// `isTerminated`: a line feed follows. Without one the line is taken apart to its last brace.
    [[nodiscard]] K6Line scan(std::string_view line, bool isTerminated);

private:
    [[nodiscard]] bool scanUsual(std::string_view line, K6Line &result);
    [[nodiscard]] K6Line scanAny(std::string_view line);

    K6Clock m_clock;
};

} // namespace tailspan::reports

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace tailspan::test {

/// The same small trace in each format: "web" calls "db" and "auth", one span fails. Each text is what the format's
/// writers write; `spans` is how many spans it holds.
struct TraceSample {
    std::string name;     ///< "jaeger, pretty printed"
    std::string formatId; ///< Of the reader that takes it.
    std::string text;
    std::size_t spans = 0;
    bool isCutAnywhere = true; ///< Cut off anywhere behind its first span, it still gives what was whole.
};

[[nodiscard]] std::vector<TraceSample> traceSamples();

/// A Jaeger trace with that many spans of about 500 bytes, for cutting it into blocks.
[[nodiscard]] std::string jaegerTraces(std::size_t traces, std::size_t spansEach, bool isPretty);

} // namespace tailspan::test

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/bytes/byte_source.h"
#include "models/base/progress.h"
#include "models/base/time.h"
#include "models/loadtest/load_test_report.h"

#include <optional>
#include <stop_token>

namespace tailspan::reports {

/// Reads a log of HdrHistogram (.hlog, versions 0 to 2). The file does not say what its values count: `unit` is how
/// long one of them is. Absent: nanoseconds are assumed, which is what HdrHistogram's own tools do, and the notes say
/// so.
[[nodiscard]] Result<loadtest::LoadTestReport> readHdrLog(bytes::ByteStream &stream, std::optional<Duration> unit,
                                                          std::stop_token stop, Progress &progress);

/// Reads a percentile table (.hgrm, vegeta's hdrplot). `unit` as above; absent: milliseconds, in which
/// HdrHistogram's tools and vegeta print.
[[nodiscard]] Result<loadtest::LoadTestReport> readHdrPercentiles(bytes::ByteStream &stream,
                                                                  std::optional<Duration> unit, std::stop_token stop,
                                                                  Progress &progress);

} // namespace tailspan::reports

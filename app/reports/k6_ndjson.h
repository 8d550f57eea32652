// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/bytes/byte_source.h"
#include "app/reports/read_options.h"
#include "models/base/progress.h"
#include "models/loadtest/load_test_report.h"

#include <stop_token>

namespace tailspan::reports {

/// Reads k6's --out json with `workers` threads, this one included. The report is the same for any number of them.
[[nodiscard]] Result<loadtest::LoadTestReport> readK6Ndjson(bytes::ByteStream &stream, std::stop_token stop,
                                                            Progress &progress, unsigned workers,
                                                            const ReadOptions &options = {});

} // namespace tailspan::reports

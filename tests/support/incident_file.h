// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

namespace tailspan::test {

/// Ten minutes of requests as Jaeger JSON, from 2026-01-01 00:00 UTC on, evenly: "payment POST /charge", around 20 ms,
/// each with a call of "db SELECT"; one in fifty fails. From the seventh minute on four in ten are of version 2.14.1 and
/// take half a second more. The tags version, region and host are those of the request. Thread: any.
[[nodiscard]] std::string incidentAsJaeger(int traces);

} // namespace tailspan::test

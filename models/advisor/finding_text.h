// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/advisor/finding.h"

#include <string>

namespace tailspan::advisor {

/// Whether its values are what is saved; else they stand for themselves, as the chance that something helps.
[[nodiscard]] bool isSaving(const Estimate &estimate);
/// How an estimate reads: "p95 of POST /pay 1,940 → 520 ms (430 to 640)", "saves 1,140 s/h (900 to 1,300)".
[[nodiscard]] std::string estimateText(const Estimate &estimate);
/// "verified", "estimate only", "refuted": the word of a finding's chip.
[[nodiscard]] std::string stateText(const Finding &finding);
/// What the list shows on the right: time lost an hour, or what it is instead.
[[nodiscard]] std::string impactOf(const Finding &finding);
} // namespace tailspan::advisor

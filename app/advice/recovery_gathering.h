// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/verify/guest_session.h"
#include "models/advisor/recovery_records.h"

#include <string_view>

namespace tailspan::advice {

/// Reads what the target keeps of its recoveries: the newest 5,000 rows of `recovery_records`, if that table is there
/// and readable. What a row's JSON does not say stays empty. Thread: any; blocks.
/// Errors: NotFound without the table; as GuestSession::ask.
[[nodiscard]] Result<advisor::RecoveryRecords> gatherRecoveryRecords(verify::GuestSession &session);

/// What one row says; exposed for tests. `strategy` and `results` as stored: JSON of any shape.
[[nodiscard]] advisor::RecoveryRecord recoveryRecordOf(std::string_view strategy, std::string_view results);
/// The plan of the same row, with what its steps would overwrite; no steps where it has none.
[[nodiscard]] advisor::RecoveryPlan recoveryPlanOf(std::string_view strategy);

} // namespace tailspan::advice

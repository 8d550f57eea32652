// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/workspace/advice_desk.h"
#include "models/items/finding_list_model.h"

#include <QString>

#include <optional>
#include <vector>

namespace tailspan::advisorpage {

/// Which findings the list shows.
struct FindingFilter {
    enum class Show { Open, Verified, Refuted, Dismissed, Applied };
    std::optional<advisor::FindingKind> kind;
    QString service; ///< Empty: all.
    advisor::Severity least = advisor::Severity::Info;
    Show show = Show::Open;
};

/// The rows in the order of the advice. Those that were applied come from the marks: what was fixed is found no more.
[[nodiscard]] std::vector<items::FindingRow> findingRows(const workspace::AdviceDesk &desk,
                                                         const FindingFilter &filter);
/// Which list an entry of the advice belongs to.
[[nodiscard]] FindingFilter::Show showOf(const workspace::AdviceDesk &desk, const advisor::Finding &finding);
/// All services that findings name, sorted.
[[nodiscard]] QStringList servicesOf(const workspace::AdviceDesk &desk);
/// "helped", "hurt", ... for the chip of an applied finding.
[[nodiscard]] QString outcomeWord(const std::optional<advisor::BeforeAfter> &outcome);

} // namespace tailspan::advisorpage

// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/advisor/finding_filter.h"

#include "models/advisor/finding_text.h"
#include "models/base/number_text.h"
#include "models/items/qt_text.h"

#include <QCoreApplication>

#include <algorithm>

namespace tailspan::advisorpage {

using advisor::Finding;
using items::FindingRow;
using items::toQString;
using workspace::AdviceDesk;
using Show = FindingFilter::Show;

namespace {

QString say(const char *text)
{
    return QCoreApplication::translate("advisorpage", text);
}

bool passes(const Finding &finding, const FindingFilter &filter)
{
    return (!filter.kind || finding.kind == *filter.kind) && finding.severity >= filter.least
        && (filter.service.isEmpty() || toQString(finding.subject.service) == filter.service);
}

bool belongsTo(const AdviceDesk &desk, const Finding &finding, Show show)
{
    const bool isRefuted = finding.verification.state == advisor::VerificationState::Refuted;
    const bool isDismissed = desk.isDismissed(finding);
    const bool isOpen = !isRefuted && !isDismissed && !desk.isApplied(toQString(finding.id));
    switch (show) {
    case Show::Open: return isOpen;
    case Show::Verified: return isOpen && finding.verification.state == advisor::VerificationState::Verified;
    case Show::Refuted: return isRefuted;
    case Show::Dismissed: return isDismissed;
    case Show::Applied: return false;
    }
    return false;
}

/// A finding that is found no more, from its mark.
std::shared_ptr<const Finding> findingOfMark(const workspace::AppliedAdvice &applied)
{
    auto finding = std::make_shared<Finding>();
    finding->id = applied.id.toStdString();
    finding->detector = applied.id.section(u'-', 0, -2).toStdString();
    finding->title = applied.mark.title.toStdString();
    finding->subject.service = applied.mark.service.toStdString();
    finding->subject.operation = applied.mark.operation.toStdString();
    finding->what = "Applied " + isoText(TimePoint(applied.mark.appliedNs)) + ". "
        + (applied.outcome ? applied.outcome->text()
                           : "Nothing of this endpoint is loaded from after that. Load newer traces from the "
                             "same source to see what came of it.");
    return finding;
}

std::vector<FindingRow> appliedRows(const AdviceDesk &desk, const FindingFilter &filter)
{
    std::vector<FindingRow> rows;
    for (const workspace::AppliedAdvice &applied : desk.applied()) {
        FindingRow row;
        row.finding = findingOfMark(applied);
        if (const Finding *still = desk.finding(applied.id))
            row.finding = std::shared_ptr<const Finding>(desk.advised(), still);
        row.state = outcomeWord(applied.outcome);
        if (passes(*row.finding, filter))
            rows.push_back(std::move(row));
    }
    return rows;
}

} // namespace

QString outcomeWord(const std::optional<advisor::BeforeAfter> &outcome)
{
    if (!outcome)
        return say("applied");
    switch (outcome->verdict) {
    case advisor::AfterVerdict::Helped: return say("helped");
    case advisor::AfterVerdict::NoChange: return say("no change");
    case advisor::AfterVerdict::Hurt: return say("hurt");
    case advisor::AfterVerdict::TooLittleData: break;
    }
    return say("too little data");
}

std::vector<FindingRow> findingRows(const AdviceDesk &desk, const FindingFilter &filter)
{
    if (filter.show == Show::Applied)
        return appliedRows(desk, filter);
    std::vector<FindingRow> rows;
    if (desk.advised() == nullptr)
        return rows;
    for (const Finding &finding : desk.advised()->advice.findings) {
        if (!passes(finding, filter) || !belongsTo(desk, finding, filter.show))
            continue;
        FindingRow row;
        row.finding = std::shared_ptr<const Finding>(desk.advised(), &finding);
        row.impact = toQString(advisor::impactOf(finding));
        row.isSetAside = filter.show == Show::Refuted || filter.show == Show::Dismissed;
        row.state = filter.show == Show::Dismissed ? say("dismissed") : toQString(advisor::stateText(finding));
        rows.push_back(std::move(row));
    }
    return rows;
}

Show showOf(const AdviceDesk &desk, const Finding &finding)
{
    for (const Show show : {Show::Open, Show::Refuted, Show::Dismissed}) {
        if (belongsTo(desk, finding, show))
            return show;
    }
    return Show::Applied;
}

QStringList servicesOf(const AdviceDesk &desk)
{
    QStringList services;
    if (desk.advised() == nullptr)
        return services;
    for (const Finding &finding : desk.advised()->advice.findings) {
        const QString service = toQString(finding.subject.service);
        if (!service.isEmpty() && !services.contains(service))
            services.append(service);
    }
    services.sort(Qt::CaseInsensitive);
    return services;
}

} // namespace tailspan::advisorpage

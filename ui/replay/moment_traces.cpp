// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/replay/moment_traces.h"

#include "models/base/number_text.h"
#include "models/items/qt_text.h"
#include "ui/style/fonts.h"
#include "ui/style/theme.h"

#include <algorithm>

namespace tailspan::replay {

using items::toQString;

namespace {

constexpr std::size_t kMostRows = 8;
constexpr int kRowPx = 22;

} // namespace

MomentTraces::MomentTraces(QWidget *parent) : QListWidget(parent)
{
    setObjectName(QStringLiteral("momentTraces"));
    setAccessibleName(tr("The longest traces at the crosshair"));
    setFrameShape(QFrame::NoFrame);
    setFont(style::tableFont());
    setUniformItemSizes(true);
    setFixedHeight(static_cast<int>(kMostRows) * kRowPx); // what stands below stays where it is
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setTextElideMode(Qt::ElideRight);
    const auto choose = [this](const QListWidgetItem *item) {
        Q_EMIT traceChosen(item->data(Qt::UserRole).toString().toStdString());
    };
    connect(this, &QListWidget::itemClicked, this, choose);
    connect(this, &QListWidget::itemActivated, this, choose);
}

void MomentTraces::showStep(const loadtest::TraceTimesPtr &times, TimeRange step)
{
    std::vector<TraceRow> rows = times == nullptr ? std::vector<TraceRow>() : times->running(step);
    setVisible(times != nullptr && !times->snapshot()->traces().empty());
    if (rows.empty())
        return clear();
    const std::vector<trace::TraceSummary> &traces = times->snapshot()->traces();
    const auto middle = rows.begin() + static_cast<std::ptrdiff_t>(std::min(rows.size(), kMostRows));
    std::partial_sort(rows.begin(), middle, rows.end(), [&traces](TraceRow a, TraceRow b) {
        const trace::TraceSummary &first = traces[a.value()];
        const trace::TraceSummary &second = traces[b.value()];
        return first.durationNs != second.durationNs ? first.durationNs > second.durationNs : a < b;
    });
    rows.erase(middle, rows.end());
    fill(*times->snapshot(), rows);
}

/// Rows keep their items, so that a step changes texts and nothing else.
void MomentTraces::fill(const trace::TraceSnapshot &snapshot, const std::vector<TraceRow> &rows)
{
    const auto wanted = static_cast<int>(rows.size());
    while (count() > wanted)
        delete takeItem(count() - 1);
    while (count() < wanted)
        (new QListWidgetItem(this))->setSizeHint({0, kRowPx});
    for (int i = 0; i < wanted; ++i) {
        const trace::TraceSummary &trace = snapshot.traces()[rows[static_cast<std::size_t>(i)].value()];
        const SpanRow root(trace.rootRow);
        QString text = toQString(durationText(Duration(trace.durationNs))) + QStringLiteral("   ")
            + toQString(snapshot.operationOf(root)) + QStringLiteral(" \u00b7 ") + toQString(snapshot.serviceOf(root));
        if (trace.errorCount > 0)
            text += QStringLiteral(" \u00b7 ") + tr("failed");
        QListWidgetItem *entry = item(i);
        entry->setText(text);
        entry->setForeground(trace.errorCount > 0 ? style::theme().bad : style::theme().text);
        entry->setData(Qt::UserRole, toQString(snapshot.traceIdText(trace)));
    }
}

} // namespace tailspan::replay

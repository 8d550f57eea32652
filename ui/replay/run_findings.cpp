// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/replay/run_findings.h"

#include "models/base/number_text.h"
#include "models/items/qt_text.h"
#include "ui/replay/finding_strip.h"
#include "ui/replay/replay_header.h"
#include "ui/replay/report_table.h"
#include "ui/replay/results_panel.h"

#include <QMenu>

namespace tailspan::replay {

using items::toQString;

namespace {

constexpr int kMenuPx = 420;

/// One line of a menu: an ampersand would become a mnemonic.
QString menuText(const QString &title, const QFontMetrics &metrics)
{
    return metrics.elidedText(title.simplified(), Qt::ElideRight, kMenuPx).replace(u'&', QStringLiteral("&&"));
}

} // namespace

RunFindings::RunFindings(workspace::Workspace &workspace, ReplayHeader &header, FindingStrip &strip,
                         ResultsPanel &results, QObject *parent)
    : QObject(parent), m_workspace(workspace), m_header(header), m_strip(strip), m_results(results)
{
    connect(&m_workspace.advice(), &workspace::AdviceDesk::changed, this, &RunFindings::refresh);
    connect(&m_workspace.advice(), &workspace::AdviceDesk::marksChanged, this, &RunFindings::refresh);
    connect(&m_strip, &FindingStrip::marksChosen, this, &RunFindings::open);
    connect(&m_header, &ReplayHeader::adviceRequested, this, [this](const QPoint &at) { open(m_unplaced, at); });
    connect(&m_results.endpoints(), &ReportTable::adviceChosen, this, [this](int row, const QPoint &at) {
        if (row >= 0 && static_cast<std::size_t>(row) < m_byEndpoint.size())
            open(m_byEndpoint[static_cast<std::size_t>(row)], at);
    });
}

void RunFindings::refresh()
{
    m_entries.clear();
    m_unplaced.clear();
    m_byEndpoint.clear();
    std::vector<FindingStrip::Mark> marks;
    QHash<int, QStringList> endpoints;
    if (const loadtest::LoadTestReportPtr &report = m_workspace.report(); report && !report->isPartial) {
        m_byEndpoint.resize(report->endpoints.size());
        for (const workspace::RunAdvice &advice : m_workspace.advice().runAdvice(*report)) {
            const std::size_t number = m_entries.size();
            m_entries.push_back({toQString(advice.finding->id), toQString(advice.finding->title)});
            marks.push_back({m_entries.back().title, advice.mark.windows});
            if (advice.mark.windows.empty() || !m_strip.canShow())
                m_unplaced.push_back(number);
            for (const std::size_t endpoint : advice.mark.endpoints) {
                m_byEndpoint[endpoint].push_back(number);
                endpoints[static_cast<int>(endpoint)].append(tr("Finding: %1").arg(m_entries.back().title));
            }
        }
    }
    m_header.showAdvice(
        m_unplaced.empty()
            ? QString()
            : tr("advisor: %1 on this run").arg(toQString(pluralText(m_unplaced.size(), "finding", "findings"))));
    m_strip.setMarks(std::move(marks));
    m_results.setEndpointAdvice(std::move(endpoints));
}

void RunFindings::open(const std::vector<std::size_t> &entries, const QPoint &globalPos)
{
    if (entries.empty())
        return;
    if (entries.size() == 1) {
        const QString id = m_entries[entries.front()].id; // what follows may change the entries
        Q_EMIT findingChosen(id);
        return;
    }
    auto *menu = new QMenu(&m_strip);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    for (const std::size_t entry : entries) {
        const QString id = m_entries[entry].id;
        connect(menu->addAction(menuText(m_entries[entry].title, menu->fontMetrics())), &QAction::triggered, this,
                [this, id] { Q_EMIT findingChosen(id); });
    }
    menu->popup(globalPos);
}

} // namespace tailspan::replay

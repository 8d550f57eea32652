// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/workspace/workspace.h"

#include <QObject>
#include <QPoint>
#include <QString>

#include <vector>

namespace tailspan::replay {

class FindingStrip;
class ReplayHeader;
class ResultsPanel;

/// Marks where the advisor's findings live in the run: those with a window on the strip above the lanes, the others as a
/// chip beside the verdicts, and those about endpoints in their table too. Thread: GUI.
class RunFindings final : public QObject {
    Q_OBJECT
public:
    RunFindings(workspace::Workspace &workspace, ReplayHeader &header, FindingStrip &strip, ResultsPanel &results,
                QObject *parent);

    /// The report that is shown, or what the advisor says of it, is another.
    void refresh();

Q_SIGNALS:
    void findingChosen(const QString &id);

private:
    struct Entry {
        QString id;
        QString title;
    };
    /// Opens the only one, or asks which.
    void open(const std::vector<std::size_t> &entries, const QPoint &globalPos);

    workspace::Workspace &m_workspace;
    ReplayHeader &m_header;
    FindingStrip &m_strip;
    ResultsPanel &m_results;
    std::vector<Entry> m_entries;
    std::vector<std::size_t> m_unplaced; // on the time axis
    std::vector<std::vector<std::size_t>> m_byEndpoint;
};

} // namespace tailspan::replay

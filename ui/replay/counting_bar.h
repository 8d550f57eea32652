// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/jobs/latest_job.h"
#include "app/workspace/workspace.h"

#include <QWidget>

#include <optional>
#include <string>

class QCheckBox;
class QLineEdit;
class QPushButton;

namespace tailspan::widgets {
class PlainLabel;
}

namespace tailspan::replay {

class ReplayState;

/// What of the run counts: a warm-up (typed, or up to the play head) that is left out, failed requests, setup and
/// teardown; and beside it the what-if on coordinated omission, which changes nothing that was measured. Hidden until it
/// is asked for, or while something is left out. Thread: GUI. Owner: the page.
class CountingBar final : public QWidget {
    Q_OBJECT
public:
    CountingBar(ReplayState &state, workspace::Workspace &workspace, QWidget *parent = nullptr);

    void setOpen(bool isOpen);
    [[nodiscard]] bool isOpen() const { return m_isOpen; }
    /// Parts with commas between: "warmup=30s", "failures=out", "setup=out", "whatif=100ms" (or "whatif" alone).
    void setText(const QString &text);
    [[nodiscard]] QList<QWidget *> keyWidgets() const;
    [[nodiscard]] bool isSettled() const { return !m_job.isRunning(); }

Q_SIGNALS:
    void openChanged(bool isOpen);

private:
    void nameControls();
    void build();
    void takeCounting();
    void takeWhatIf();
    void count(const loadtest::Counting &counting);
    void estimate(Duration interval);
    void showReport();
    void say(const QString &text, bool isProblem);

    ReplayState &m_state;
    workspace::Workspace &m_workspace;
    QLineEdit *m_warmUp = nullptr;
    QPushButton *m_toHead = nullptr;
    QCheckBox *m_failures = nullptr;
    QCheckBox *m_setup = nullptr;
    QCheckBox *m_isWhatIf = nullptr;
    QLineEdit *m_interval = nullptr;
    widgets::PlainLabel *m_said = nullptr;
    QString m_file;
    bool m_isOpen = false;
    bool m_isShowing = false;           ///< The controls follow the report.
    jobs::LatestJob<std::string> m_job; // last: it stops before the rest goes
};

} // namespace tailspan::replay

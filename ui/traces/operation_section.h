// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/jobs/latest_job.h"
#include "models/trace/operation_elsewhere.h"

#include <QTimer>
#include <QWidget>

#include <optional>

namespace tailspan::widgets {
class PlainLabel;
}

namespace tailspan::traces {

/// The picture of OperationElsewhere: time to the right, duration upwards on a logarithmic scale, failed calls as
/// diamonds, this span in a ring. A click goes to the longest call there. Thread: GUI.
class OperationPicture final : public QWidget {
    Q_OBJECT
public:
    explicit OperationPicture(QWidget *parent);

    void setResult(trace::TraceSnapshotPtr snapshot, SpanRow span, std::optional<trace::OperationElsewhere> result);
    [[nodiscard]] std::uint32_t columns() const { return static_cast<std::uint32_t>(std::max(width() / 2, 1)); }
    [[nodiscard]] QSize sizeHint() const override { return {240, 64}; }

Q_SIGNALS:
    void spanChosen(SpanRow span);

protected:
    void paintEvent(QPaintEvent *event) override;
    void mousePressEvent(QMouseEvent *event) override;
    bool event(QEvent *event) override;

private:
    [[nodiscard]] double yOf(std::int64_t durationNs) const;
    [[nodiscard]] double xOf(std::size_t column) const;
    [[nodiscard]] const trace::OperationElsewhere::Column *columnAt(double x) const;

    trace::TraceSnapshotPtr m_snapshot;
    SpanRow m_span;
    std::optional<trace::OperationElsewhere> m_result;
};

/// "This operation elsewhere": is this span slow for its kind? Thread: GUI; the spans are looked at on a worker.
class OperationSection final : public QWidget {
    Q_OBJECT
public:
    explicit OperationSection(QWidget *parent);

    /// Null shows nothing.
    void showSpan(const trace::TraceSnapshotPtr &snapshot, SpanRow span);
    [[nodiscard]] bool isSettled() const { return !m_rest.isActive() && !m_job.isRunning(); }
    /// "slower than 97 % of 1,204 calls"
    [[nodiscard]] QString verdictText() const;

Q_SIGNALS:
    void spanChosen(SpanRow span);
    /// What if calls of this operation were faster, fewer or cached?
    void whatIfWanted();

private:
    void begin();
    void take(const Result<trace::OperationElsewhere> &result);

    trace::TraceSnapshotPtr m_snapshot;
    SpanRow m_span;
    widgets::PlainLabel *m_title = nullptr;
    widgets::PlainLabel *m_verdict = nullptr;
    widgets::PlainLabel *m_figures = nullptr;
    OperationPicture *m_picture = nullptr;
    QTimer m_rest;                                    // of the selection
    jobs::LatestJob<trace::OperationElsewhere> m_job; // last: it stops first
};

} // namespace tailspan::traces

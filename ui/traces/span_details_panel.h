// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/jobs/latest_job.h"
#include "models/trace/trace_snapshot.h"

#include <QScrollArea>

#include <optional>

class QCheckBox;
class QPushButton;
class QToolButton;

namespace tailspan::widgets {
class ChipRow;
class PlainLabel;
} // namespace tailspan::widgets

namespace tailspan::traces {

class DetailsSection;
class FindingLinks;
class OperationSection;
class RecordView;

/// Everything about one span. Columns of the snapshot are shown at once; attributes, events and the record are read
/// from the input on a worker. Values that look like secrets are masked until the user asks for those of this span, and
/// stay masked in copies until that is asked for too. The same span of a renewed snapshot keeps what was read.
/// Thread: GUI.
class SpanDetailsPanel : public QScrollArea {
    Q_OBJECT
public:
    explicit SpanDetailsPanel(QWidget *parent = nullptr);
    ~SpanDetailsPanel() override;

    /// An invalid span says what to do instead.
    void showSpan(trace::TraceSnapshotPtr snapshot, SpanRow span);
    [[nodiscard]] bool isSettled() const;
    /// What the advisor says of the span; its owner knows.
    [[nodiscard]] FindingLinks &findings() { return *m_findings; }
    void focusSearch();
    /// What is shown as Markdown. Hidden values stay masked, shown ones unless copying them was asked for too. Empty
    /// while nothing was read.
    [[nodiscard]] QString markdown(const QString &link) const;

Q_SIGNALS:
    void spanChosen(SpanRow span);
    void whatIfWanted();
    /// A web address or a link to a trace in what the span says.
    void targetActivated(const QString &target);
    void linkCopyRequested();
    void markdownCopyRequested();

private:
    QWidget *buildHead(QWidget *content);
    void buildSections(QWidget *content);
    void buildRecord(QWidget *content);
    void showHead();
    void readDetails(trace::Secrets secrets);
    void takeDetails(Result<trace::SpanDetails> details);
    void clearSections();
    void allowCopies(bool areAllowed);
    [[nodiscard]] bool isOfSameSpan(const trace::TraceSnapshot *snapshot, SpanRow span) const;

    trace::TraceSnapshotPtr m_snapshot;
    SpanRow m_span;
    trace::Secrets m_secrets = trace::Secrets::Masked; ///< What was asked for last.
    widgets::PlainLabel *m_title = nullptr;
    widgets::PlainLabel *m_subtitle = nullptr;
    widgets::PlainLabel *m_repairs = nullptr;
    widgets::PlainLabel *m_problem = nullptr;
    widgets::ChipRow *m_chips = nullptr;
    QPushButton *m_reveal = nullptr;
    QCheckBox *m_copiesSecrets = nullptr;
    QWidget *m_copies = nullptr;
    FindingLinks *m_findings = nullptr;
    OperationSection *m_operation = nullptr;
    DetailsSection *m_attributes = nullptr;
    DetailsSection *m_events = nullptr;
    DetailsSection *m_links = nullptr;
    DetailsSection *m_resource = nullptr;
    DetailsSection *m_place = nullptr;
    QToolButton *m_recordToggle = nullptr;
    RecordView *m_record = nullptr;
    std::optional<trace::SpanDetails> m_read;  ///< As it was given.
    jobs::LatestJob<trace::SpanDetails> m_job; // last: it stops first
};

} // namespace tailspan::traces

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/jobs/latest_job.h"
#include "models/advisor/what_if.h"
#include "models/trace/trace_snapshot.h"

#include <QWidget>

#include <memory>

class QComboBox;
class QDoubleSpinBox;
class QSlider;

namespace tailspan::widgets {
class LinkButton;
class PlainLabel;
} // namespace tailspan::widgets

namespace tailspan::advisorpage {

class EffectRows;

/// "Make this N % faster, remove these calls, cache at a hit ratio": the percentiles of the endpoint with their
/// intervals, anew at each step of the slider, from the traces that are loaded. Thread: GUI; retiming on a worker.
class WhatIfPane final : public QWidget {
    Q_OBJECT
public:
    explicit WhatIfPane(QWidget *parent = nullptr);

    /// Asks about the operation of that span, in the requests that wait for it.
    void ask(trace::TraceSnapshotPtr snapshot, SpanRow span);
    [[nodiscard]] bool isBusy() const { return m_job.isRunning(); }

Q_SIGNALS:
    void closed();

private:
    /// A prepared question; rebuilt when target or kind change. One job at a time uses it.
    struct Prepared {
        trace::TraceSnapshotPtr snapshot;
        advisor::WhatIfTarget target;
        advisor::WhatIfKind kind;
        std::unique_ptr<advisor::WhatIf> question;
        std::mutex mutex;
    };

    void build();
    void buildControls();
    void fillTargets(std::uint32_t row);
    void prepare();
    void answer();
    void take(const Result<advisor::EndpointEffect> &effect);
    [[nodiscard]] QString amountText() const;
    [[nodiscard]] QString nameOf(advisor::EndpointKey key) const;

    trace::TraceSnapshotPtr m_snapshot;
    std::uint32_t m_row = 0;
    std::vector<advisor::EndpointKey> m_endpoints; ///< Of the choice, from the outermost.
    std::shared_ptr<Prepared> m_prepared;
    widgets::PlainLabel *m_title = nullptr;
    widgets::PlainLabel *m_amount = nullptr;
    widgets::PlainLabel *m_note = nullptr;
    QComboBox *m_endpoint = nullptr;
    QComboBox *m_kind = nullptr;
    QSlider *m_slider = nullptr;
    QDoubleSpinBox *m_hit = nullptr;
    QWidget *m_choices = nullptr; ///< And what comes of them; hidden while there is nothing to ask about.
    EffectRows *m_rows = nullptr;
    jobs::LatestJob<advisor::EndpointEffect> m_job; // last: it stops before the rest goes
};

} // namespace tailspan::advisorpage

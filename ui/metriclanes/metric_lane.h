// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/jobs/latest_job.h"
#include "app/workspace/metric_panel.h"
#include "models/layout/metric_lane.h"
#include "ui/metriclanes/lane_axis.h"

#include <QColor>
#include <QImage>
#include <QWidget>

#include <memory>
#include <optional>
#include <string>
#include <vector>

class QMenu;

namespace tailspan::metriclanes {

/// One question of a lane.
struct LaneTarget {
    std::string expression; ///< PromQL, with "$window".
    std::string legend;     ///< "{{service}} p95"; "" for the labels.
    std::string source = {};
    friend bool operator==(const LaneTarget &, const LaneTarget &) = default;
};

/// What a lane shows.
struct LaneSpec {
    QString title;
    QString note; ///< Under the title: whose it is, what it leaves out.
    metric::MetricUnit unit = metric::MetricUnit::None;
    std::vector<LaneTarget> targets;
    std::vector<std::string> lines = {}; ///< Known names, in the order of their colours.
    std::string service = {};            ///< Whose alerts lie over it; "" for all.
    std::string datasourceUid = {};      ///< Of Grafana.
    std::size_t seriesLimit = 12;
};

/// Lines over time that a store of metrics is asked for, with what there is to say about the answer: its age when the
/// store went away, the error in words, notes. Hovering marks the moment on all pages, a drag narrows the range, a double
/// click widens it. Thread: GUI; answers are read elsewhere, what is painted was laid out before.
class MetricLane final : public QWidget {
    Q_OBJECT
public:
    MetricLane(LaneAxis &axis, LaneSpec spec, QWidget *parent = nullptr);

    void setSpec(LaneSpec spec);
    [[nodiscard]] const LaneSpec &spec() const { return m_spec; }
    /// Its height in device-independent pixels, and its axis.
    void setLook(int heightPx, layout::AxisChoice axis);
    /// One that is not seen asks nothing.
    void setActive(bool active);
    [[nodiscard]] bool isAsking() const;
    /// False while an answer is waited for or drawn.
    [[nodiscard]] bool isSettled() const { return !isAsking() && !m_job.isRunning(); }
    [[nodiscard]] const layout::MetricLanePicture &picture() const { return m_drawn->picture; }
    /// The error of a question, in words; "" when all were answered.
    [[nodiscard]] QString problem() const;
    /// What is said about the answers, a line each.
    [[nodiscard]] QStringList notes() const;
    /// What is drawn, for a copy elsewhere.
    struct ShownLine {
        QString label;
        QColor color;
        metric::MetricSeries series;
    };
    [[nodiscard]] std::vector<ShownLine> shownLines() const;
    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override { return sizeHint(); }

Q_SIGNALS:
    void answered();
    /// Its menu is about to open: the page adds what it can do with the lane.
    void menuOpened(QMenu *menu);

protected:
    void paintEvent(QPaintEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;
    void mousePressEvent(QMouseEvent *event) override;
    void mouseMoveEvent(QMouseEvent *event) override;
    void mouseReleaseEvent(QMouseEvent *event) override;
    void mouseDoubleClickEvent(QMouseEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;
    void contextMenuEvent(QContextMenuEvent *event) override;
    void leaveEvent(QEvent *event) override;
    bool event(QEvent *event) override;

private:
    struct Entry { ///< A line's place in the column on the right.
        QString label;
        QString value;
        QColor color;
        bool isRest = false;
        std::size_t line = 0;
    };
    /// Lines that were laid out and drawn, and the answers that they point into.
    struct Drawn {
        layout::MetricLanePicture picture;
        std::vector<workspace::MetricResultPtr> results;
        std::vector<QColor> colors; ///< By line.
        QImage image;
        TimeRange range;
        std::int64_t stepNs = 0;
    };
    using DrawnPtr = std::shared_ptr<const Drawn>;
    struct Drawing;
    static DrawnPtr drawn(const Drawing &drawing);
    void ask(bool isRenewal);
    void lay();
    void layOverlays();
    [[nodiscard]] Drawing nextDrawing() const;
    void fillEntries();
    void moveCrosshair();
    [[nodiscard]] QRect plotRect() const;
    [[nodiscard]] QColor colorOf(const layout::LaneCurve &curve, std::size_t index) const;
    [[nodiscard]] QString stateText() const;
    void paintPlot(QPainter &painter) const;
    void paintOverlays(QPainter &painter) const;
    void paintLines(QPainter &painter) const;
    void paintNames(QPainter &painter) const;
    void paintEntries(QPainter &painter) const;
    void paintState(QPainter &painter) const;
    void openInExplore();
    [[nodiscard]] QString tableText() const;

    LaneAxis &m_axis;
    LaneSpec m_spec;
    int m_heightPx = 0; ///< 0: that of the axis's columns.
    layout::AxisChoice m_axisChoice;
    std::vector<std::unique_ptr<workspace::MetricPanel>> m_panels;
    DrawnPtr m_drawn = std::make_shared<Drawn>(); ///< Never null.
    layout::OverlayPicture m_overlays;
    std::vector<metric::AlertBand> m_bands;
    std::vector<Entry> m_entries;
    std::size_t m_hiddenEntries = 0;
    std::optional<double> m_crosshairPx;
    std::optional<double> m_pressedPx;
    double m_draggedPx = 0;
    bool m_isActive = true;
    QTimer m_ageTimer;
    jobs::LatestJob<DrawnPtr> m_job; // last: it stops before the rest goes
};

} // namespace tailspan::metriclanes

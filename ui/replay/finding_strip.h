// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/layout/mark_bands.h"

#include <QString>
#include <QStringList>
#include <QWidget>

#include <vector>

namespace tailspan::replay {

class ReplayState;

/// Above the lanes, on their time axis: where in the run the advisor's findings live. A click or Enter on a mark asks
/// for its findings, Left and Right choose a mark. Takes no room without a finding. Texts are painted as they are.
/// Thread: GUI.
class FindingStrip final : public QWidget {
    Q_OBJECT
public:
    struct Mark {
        QString title;
        std::vector<TimeRange> windows;
    };

    explicit FindingStrip(ReplayState &state, QWidget *parent = nullptr);

    void setMarks(std::vector<Mark> marks);
    /// There is a time axis.
    [[nodiscard]] bool canShow() const;
    [[nodiscard]] const std::vector<layout::MarkBand> &bands() const { return m_bands; }
    /// Of a band, in this widget's pixels.
    [[nodiscard]] QRectF rectOf(const layout::MarkBand &band) const;
    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override { return sizeHint(); }

Q_SIGNALS:
    /// Numbers of the marks as they were set; where they stand on screen.
    void marksChosen(const std::vector<std::size_t> &marks, const QPoint &globalPos);

protected:
    void paintEvent(QPaintEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;
    void mouseMoveEvent(QMouseEvent *event) override;
    void mouseReleaseEvent(QMouseEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;
    void leaveEvent(QEvent *event) override;
    bool event(QEvent *event) override;

private:
    void lay();
    void choose(std::size_t band);
    [[nodiscard]] QStringList titlesOf(const layout::MarkBand &band) const;
    [[nodiscard]] int bandAt(const QPoint &at) const; ///< -1 for none.
    void paintBand(QPainter &painter, const layout::MarkBand &band, bool isLit) const;

    ReplayState &m_state;
    std::vector<Mark> m_marks;
    std::vector<layout::MarkBand> m_bands;
    int m_under = -1;  // the pointer
    int m_current = 0; // of the keys
};

} // namespace tailspan::replay

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/items/statistics_model.h"

#include <QWidget>

#include <memory>
#include <vector>

namespace tailspan::analysis {

/// Where the time went: the critical path as one bar, a piece a group, the largest first, with their names and shares
/// below. A click on a piece chooses its group. Thread: GUI.
class PathBar final : public QWidget {
    Q_OBJECT
public:
    explicit PathBar(QWidget *parent = nullptr);

    void setStatistics(std::shared_ptr<const items::GroupedStatistics> groups);
    [[nodiscard]] QSize sizeHint() const override { return {400, 46}; }
    [[nodiscard]] QSize minimumSizeHint() const override { return {200, 46}; }
    /// In words, as screen readers are told.
    [[nodiscard]] QString text() const;

Q_SIGNALS:
    void groupChosen(std::uint32_t group);

protected:
    void paintEvent(QPaintEvent *event) override;
    void mousePressEvent(QMouseEvent *event) override;
    bool event(QEvent *event) override;

private:
    struct Piece {
        std::uint32_t group = 0;
        double xPx = 0;
        double widthPx = 0;
        bool isRest = false; ///< All further groups together.
    };
    [[nodiscard]] std::vector<Piece> pieces() const;
    [[nodiscard]] QString labelOf(const Piece &piece) const;
    [[nodiscard]] QColor colorOf(std::uint32_t group) const;
    [[nodiscard]] double shareOfRest() const;
    [[nodiscard]] const Piece *pieceAt(const std::vector<Piece> &pieces, double x) const;

    std::shared_ptr<const items::GroupedStatistics> m_groups;
    std::vector<std::uint32_t> m_order; // the largest first
};

} // namespace tailspan::analysis

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/advisor/endpoint_effect.h"

#include <QWidget>

#include <optional>

namespace tailspan::advisorpage {

/// p50, p95 and p99 of an endpoint, each on one common line from 0: now, and with the change and its 80 % interval.
/// Thread: GUI.
class EffectRows final : public QWidget {
    Q_OBJECT
public:
    explicit EffectRows(QWidget *parent = nullptr);

    /// nullopt: nothing to show.
    void setEffect(std::optional<advisor::EndpointEffect> effect);
    [[nodiscard]] QSize sizeHint() const override { return {360, 3 * 44}; }
    [[nodiscard]] QSize minimumSizeHint() const override { return {260, 3 * 44}; }

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    void paintRow(QPainter &painter, int row, const QString &name, const advisor::Change &change, double highest) const;

    std::optional<advisor::EndpointEffect> m_effect;
};

} // namespace tailspan::advisorpage

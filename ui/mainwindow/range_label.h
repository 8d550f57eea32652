// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/settings/settings.h"
#include "models/base/time.h"

#include <QWidget>

namespace tailspan::widgets {
class PlainLabel;
}

namespace tailspan::mainwindow {

/// From when to when, in the zone of the settings, and below it in the other one where the machine's zone is not UTC.
/// Thread: GUI.
class RangeLabel final : public QWidget {
    Q_OBJECT
public:
    explicit RangeLabel(QWidget *parent = nullptr);

    void setRange(TimeRange range, const settings::Settings &settings);
    /// In place of a range.
    void setText(const QString &text);
    [[nodiscard]] QString text() const;

private:
    widgets::PlainLabel *m_first = nullptr;
    widgets::PlainLabel *m_second = nullptr;
};

} // namespace tailspan::mainwindow

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

namespace tailspan::replay {

/// A small icon beside a sentence, drawn in the theme in force. Thread: GUI.
class IconMark final : public QWidget {
    Q_OBJECT
public:
    enum class Tone { Muted, Accent, Warning };

    IconMark(const QString &iconName, Tone tone, QWidget *parent = nullptr);

    [[nodiscard]] QSize sizeHint() const override;

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    QString m_iconName;
    Tone m_tone;
};

} // namespace tailspan::replay

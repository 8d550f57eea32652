// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QAbstractButton>

namespace tailspan::widgets {

/// A small rounded label with an optional icon: a verdict, a badge, a filter. Its text is drawn as it is, never as
/// markup. A clickable chip takes the keyboard focus and shows it; a removable one ends in a cross and emits
/// removed() on a click there, on Delete and on Backspace.
/// Thread: GUI.
class Chip : public QAbstractButton {
    Q_OBJECT
public:
    enum class Kind { Neutral, Accent, Good, Warning, Bad };

    explicit Chip(QWidget *parent = nullptr) : Chip(QString(), Kind::Neutral, parent) {}
    Chip(const QString &text, Kind kind, QWidget *parent = nullptr);

    void setKind(Kind kind);
    [[nodiscard]] Kind kind() const { return m_kind; }
    void setIconName(const QString &name);
    void setClickable(bool isClickable);
    void setRemovable(bool isRemovable);
    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override;

Q_SIGNALS:
    void removed();

protected:
    void paintEvent(QPaintEvent *event) override;
    void mouseReleaseEvent(QMouseEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;

private:
    [[nodiscard]] QRect crossRect() const;

    Kind m_kind = Kind::Neutral;
    QString m_iconName;
    bool m_isClickable = false;
    bool m_isRemovable = false;
};

} // namespace tailspan::widgets

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QLabel>

namespace tailspan::widgets {

/// A label that shows its text as it is, never as markup: the only label that may show text from outside.
/// With elision it takes what width it gets, ends in "…" and shows the whole text as its tooltip. In a token's
/// colour it follows the theme.
/// Thread: GUI.
class PlainLabel : public QLabel {
    Q_OBJECT
public:
    enum class Tone { Text, Muted, Accent, Good, Warn, Bad };

    explicit PlainLabel(QWidget *parent = nullptr) : PlainLabel(QString(), parent) {}
    explicit PlainLabel(const QString &text, QWidget *parent = nullptr);

    void setElideMode(Qt::TextElideMode mode);
    void setTone(Tone tone);
    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override;

protected:
    void paintEvent(QPaintEvent *event) override;
    void changeEvent(QEvent *event) override;
    bool event(QEvent *event) override;

private:
    void applyTone();
    [[nodiscard]] QString elided() const;

    Qt::TextElideMode m_elideMode = Qt::ElideNone;
    Tone m_tone = Tone::Text;
    bool m_isApplying = false;
};

} // namespace tailspan::widgets

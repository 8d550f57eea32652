// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QAbstractButton>

namespace tailspan::welcome {

/// One line of a list of files: icon, name, a muted second line, a badge. The whole row is the button. Texts are
/// drawn as they are. A removable row ends in a cross and also answers to Delete.
/// Thread: GUI.
class FileRow : public QAbstractButton {
    Q_OBJECT
public:
    struct Content {
        QString iconName;
        QString title;
        QString detail;
        QString badge;
        Qt::TextElideMode detailElide = Qt::ElideRight;
        bool isMissing = false; ///< Drawn grey; a click says what is wrong instead of opening.
        bool isRemovable = false;
    };

    explicit FileRow(Content content, QWidget *parent = nullptr);

    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override { return {160, sizeHint().height()}; }
    [[nodiscard]] const Content &content() const { return m_content; }

Q_SIGNALS:
    void removed();

protected:
    void paintEvent(QPaintEvent *event) override;
    void mouseReleaseEvent(QMouseEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;
    bool event(QEvent *event) override;

private:
    [[nodiscard]] QRect crossRect() const;
    [[nodiscard]] int paintBadge(QPainter &painter, int right) const;

    Content m_content;
};

} // namespace tailspan::welcome

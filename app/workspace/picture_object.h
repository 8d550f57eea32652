// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/workspace/report_look.h"

#include <QObject>
#include <QTextFormat>
#include <QTextObjectInterface>

#include <vector>

namespace tailspan::workspace {

/// Paints pictures of findings as characters of a QTextDocument, as lines and not as pixels. Thread: GUI. Must outlive
/// the document's layout.
class PictureObject final : public QObject, public QTextObjectInterface {
    Q_OBJECT
    Q_INTERFACES(QTextObjectInterface)
public:
    static constexpr int kType = QTextFormat::UserObject + 1;
    static constexpr int kNumber = QTextFormat::UserProperty + 1;

    explicit PictureObject(const ReportLook &look) : m_look(look) {}

    /// The format of the character that stands for it.
    [[nodiscard]] QTextCharFormat add(layout::FindingPicture picture);

    QSizeF intrinsicSize(QTextDocument *document, int position, const QTextFormat &format) override;
    void drawObject(QPainter *painter, const QRectF &rect, QTextDocument *document, int position,
                    const QTextFormat &format) override;

private:
    [[nodiscard]] const layout::FindingPicture &pictureOf(const QTextFormat &format) const;

    const ReportLook &m_look;
    std::vector<layout::FindingPicture> m_pictures;
};

} // namespace tailspan::workspace

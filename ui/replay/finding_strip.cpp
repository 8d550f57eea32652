// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/replay/finding_strip.h"

#include "ui/replay/lanes_geometry.h"
#include "ui/replay/replay_state.h"
#include "ui/style/fonts.h"
#include "ui/style/icon.h"
#include "ui/style/theme.h"
#include "ui/widgets/plain_tooltip.h"

#include <QHelpEvent>
#include <QMouseEvent>
#include <QPainter>

#include <algorithm>
#include <utility>

namespace tailspan::replay {

namespace {

constexpr int kHeightPx = 20;
constexpr double kLeastPx = 20; // room for the icon
constexpr double kIconPx = 12;
constexpr double kPadPx = 4;

} // namespace

FindingStrip::FindingStrip(ReplayState &state, QWidget *parent) : QWidget(parent), m_state(state)
{
    setObjectName(QStringLiteral("findingStrip"));
    setAccessibleName(tr("Findings of the advisor in this run"));
    setFocusPolicy(Qt::StrongFocus);
    setMouseTracking(true);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    connect(&m_state, &ReplayState::scaleChanged, this, &FindingStrip::lay);
    hide();
}

QSize FindingStrip::sizeHint() const
{
    return {lanes::kLeftPx + lanes::kRightPx + 120, kHeightPx + style::metric::kGrid};
}

bool FindingStrip::canShow() const
{
    return m_state.hasTimeline();
}

void FindingStrip::setMarks(std::vector<Mark> marks)
{
    m_marks = std::move(marks);
    m_current = 0;
    setVisible(canShow() && std::ranges::any_of(m_marks, [](const Mark &mark) { return !mark.windows.empty(); }));
    lay();
}

void FindingStrip::lay()
{
    std::vector<layout::MarkedWindow> windows;
    for (std::size_t i = 0; i < m_marks.size(); ++i) {
        for (const TimeRange &window : m_marks[i].windows)
            windows.push_back({i, window});
    }
    m_bands = layout::markBandsOf(std::move(windows), m_state.scale(), kLeastPx);
    m_under = -1;
    m_current = std::clamp(m_current, 0, std::max(static_cast<int>(m_bands.size()) - 1, 0));
    QStringList spoken;
    for (const layout::MarkBand &band : m_bands)
        spoken += titlesOf(band);
    setAccessibleDescription(spoken.join(u"; "));
    update();
}

QStringList FindingStrip::titlesOf(const layout::MarkBand &band) const
{
    QStringList titles;
    for (const std::size_t mark : band.marks)
        titles.append(m_marks[mark].title);
    return titles;
}

QRectF FindingStrip::rectOf(const layout::MarkBand &band) const
{
    return {lanes::kLeftPx + band.xPx + 0.5, 0.5, band.widthPx - 1, kHeightPx - 1.0};
}

int FindingStrip::bandAt(const QPoint &at) const
{
    for (std::size_t i = 0; i < m_bands.size(); ++i) {
        if (rectOf(m_bands[i]).contains(at))
            return static_cast<int>(i);
    }
    return -1;
}

void FindingStrip::paintBand(QPainter &painter, const layout::MarkBand &band, bool isLit) const
{
    const style::Theme &theme = style::theme();
    const QRectF rect = rectOf(band);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(theme.accent, isLit ? 1.5 : 1));
    painter.setBrush(theme.tint(theme.accent));
    painter.drawRoundedRect(rect, 3, 3);
    const QPointF icon(rect.left() + kPadPx, rect.center().y() - kIconPx / 2);
    painter.drawPixmap(icon,
                       style::iconPixmap(QStringLiteral("advisor"), theme.onTint(theme.accent),
                                         static_cast<int>(kIconPx), painter.device()->devicePixelRatioF()));
    const QRectF words = rect.adjusted(kIconPx + 2 * kPadPx, 0, -kPadPx, 0);
    const QStringList titles = titlesOf(band);
    const QString text = titles.size() == 1 ? titles.front() : tr("%1 findings").arg(titles.size());
    if (words.width() < 2 * kIconPx)
        return;
    painter.setPen(theme.onTint(theme.accent));
    painter.drawText(words, Qt::AlignLeft | Qt::AlignVCenter | Qt::TextSingleLine,
                     QFontMetricsF(painter.font()).elidedText(text.simplified(), Qt::ElideRight, words.width()));
}

void FindingStrip::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.setFont(style::headingFont());
    painter.setPen(style::theme().text);
    painter.drawText(QRect(0, 0, lanes::kLeftPx - 8, kHeightPx), Qt::AlignLeft | Qt::AlignVCenter, tr("Advisor"));
    painter.setFont(style::smallFont());
    for (std::size_t i = 0; i < m_bands.size(); ++i) {
        const int band = static_cast<int>(i);
        paintBand(painter, m_bands[i], band == m_under || (hasFocus() && band == m_current));
    }
}

void FindingStrip::resizeEvent(QResizeEvent *)
{
    lay();
}

void FindingStrip::mouseMoveEvent(QMouseEvent *event)
{
    const int under = bandAt(event->pos());
    if (std::exchange(m_under, under) == under)
        return;
    setCursor(under >= 0 ? Qt::PointingHandCursor : Qt::ArrowCursor);
    update();
}

void FindingStrip::mouseReleaseEvent(QMouseEvent *event)
{
    const int band = bandAt(event->pos());
    if (event->button() == Qt::LeftButton && band >= 0)
        choose(static_cast<std::size_t>(band));
}

void FindingStrip::choose(std::size_t band)
{
    m_current = static_cast<int>(band);
    const layout::MarkBand chosen = m_bands[band]; // what is asked for may change the marks
    Q_EMIT marksChosen(chosen.marks, mapToGlobal(rectOf(chosen).bottomLeft().toPoint()));
}

void FindingStrip::keyPressEvent(QKeyEvent *event)
{
    const int last = static_cast<int>(m_bands.size()) - 1;
    switch (event->key()) {
    case Qt::Key_Left: m_current = std::max(m_current - 1, 0); break;
    case Qt::Key_Right: m_current = std::min(m_current + 1, std::max(last, 0)); break;
    case Qt::Key_Return:
    case Qt::Key_Enter:
        if (m_current <= last)
            choose(static_cast<std::size_t>(m_current));
        return;
    default: return QWidget::keyPressEvent(event);
    }
    update();
}

void FindingStrip::leaveEvent(QEvent *)
{
    m_under = -1;
    update();
}

bool FindingStrip::event(QEvent *event)
{
    if (event->type() == QEvent::FocusIn || event->type() == QEvent::FocusOut)
        update();
    if (event->type() == QEvent::ShortcutOverride) { // else the page steps through the run
        const int key = static_cast<QKeyEvent *>(event)->key();
        if (key == Qt::Key_Left || key == Qt::Key_Right) {
            event->accept();
            return true;
        }
    }
    if (event->type() != QEvent::ToolTip)
        return QWidget::event(event);
    const auto *help = static_cast<QHelpEvent *>(event);
    const int band = bandAt(help->pos());
    const QString text = band < 0 ? QString() : titlesOf(m_bands[static_cast<std::size_t>(band)]).join(u'\n');
    widgets::showPlainToolTip(help->globalPos(), text, this);
    return true;
}

} // namespace tailspan::replay

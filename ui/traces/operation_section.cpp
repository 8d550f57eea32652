// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/traces/operation_section.h"

#include "models/base/number_text.h"
#include "models/items/qt_text.h"
#include "ui/style/fonts.h"
#include "ui/style/theme.h"
#include "ui/widgets/link_button.h"
#include "ui/widgets/plain_label.h"
#include "ui/widgets/plain_tooltip.h"

#include <QHelpEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QVBoxLayout>

#include <algorithm>
#include <cmath>

namespace tailspan::traces {

using items::toQString;
using trace::OperationElsewhere;
using widgets::PlainLabel;

namespace {

constexpr double kPadPx = 6;

QString duration(std::int64_t ns)
{
    return toQString(durationText(Duration(ns)));
}

QString verdictOf(const OperationElsewhere &found)
{
    const QString calls = toQString(pluralText(found.calls, "call", "calls"));
    if (found.calls == 1)
        return QObject::tr("the only call that is loaded");
    if (!found.hasRank())
        return QObject::tr("one of %1: too few to say what is usual").arg(calls);
    const QString share = toQString(percentText(found.rank > 0.5 ? found.rank : 1 - found.rank));
    if (std::abs(found.rank - 0.5) < 0.1)
        return QObject::tr("as long as most of %1").arg(calls);
    return found.rank > 0.5 ? QObject::tr("slower than %1 of %2").arg(share, calls)
                            : QObject::tr("faster than %1 of %2").arg(share, calls);
}

} // namespace

OperationPicture::OperationPicture(QWidget *parent) : QWidget(parent)
{
    setObjectName(QStringLiteral("operationPicture"));
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    setAccessibleName(tr("Durations of this operation over time"));
}

void OperationPicture::setResult(trace::TraceSnapshotPtr snapshot, SpanRow span,
                                 std::optional<OperationElsewhere> result)
{
    m_snapshot = std::move(snapshot);
    m_span = span;
    m_result = std::move(result);
    update();
}

double OperationPicture::yOf(std::int64_t durationNs) const
{
    const auto logOf = [](std::int64_t ns) { return std::log(static_cast<double>(std::max<std::int64_t>(ns, 1))); };
    const double low = logOf(m_result->shortestNs);
    const double high = std::max(logOf(m_result->longestNs), low + 0.1);
    return height() - kPadPx - (height() - 2 * kPadPx) * (logOf(durationNs) - low) / (high - low);
}

double OperationPicture::xOf(std::size_t column) const
{
    const double width = this->width() - 2 * kPadPx;
    return kPadPx + width * (static_cast<double>(column) + 0.5) / static_cast<double>(m_result->columns.size());
}

void OperationPicture::paintEvent(QPaintEvent *)
{
    const style::Theme &theme = style::theme();
    QPainter painter(this);
    painter.fillRect(rect(), theme.panel);
    painter.setPen(theme.grid);
    painter.drawRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5));
    if (!m_result)
        return;
    for (const std::int64_t line : {m_result->p50Ns, m_result->p95Ns}) {
        painter.setPen(QPen(theme.muted, 1, Qt::DotLine));
        painter.drawLine(QPointF(kPadPx, yOf(line)), QPointF(width() - kPadPx, yOf(line)));
    }
    painter.setRenderHint(QPainter::Antialiasing, true);
    for (std::size_t i = 0; i < m_result->columns.size(); ++i) {
        const OperationElsewhere::Column &column = m_result->columns[i];
        if (column.calls == 0)
            continue;
        const double x = xOf(i);
        const double top = yOf(column.longestNs);
        painter.setPen(QPen(theme.fill(theme.accent), 2));
        painter.drawLine(QPointF(x, top), QPointF(x, yOf(column.shortestNs)));
        painter.setPen(Qt::NoPen);
        painter.setBrush(column.hasError ? theme.bad : theme.accent);
        if (column.hasError)
            painter.drawPolygon(QPolygonF(
                {QPointF(x, top - 3.5), QPointF(x + 3.5, top), QPointF(x, top + 3.5), QPointF(x - 3.5, top)}));
        else
            painter.drawEllipse(QPointF(x, top), 2, 2);
    }
    painter.setBrush(Qt::NoBrush);
    painter.setPen(QPen(theme.text, 1.5));
    painter.drawEllipse(QPointF(xOf(m_result->ownColumn), yOf(m_snapshot->spans().durationNs[m_span.value()])), 4.5,
                        4.5);
}

const OperationElsewhere::Column *OperationPicture::columnAt(double x) const
{
    constexpr double kNearPx = 6;
    const OperationElsewhere::Column *nearest = nullptr;
    double least = kNearPx;
    for (std::size_t i = 0; m_result && i < m_result->columns.size(); ++i) {
        if (m_result->columns[i].calls == 0 || std::abs(xOf(i) - x) > least)
            continue;
        least = std::abs(xOf(i) - x);
        nearest = &m_result->columns[i];
    }
    return nearest;
}

void OperationPicture::mousePressEvent(QMouseEvent *event)
{
    const OperationElsewhere::Column *column = columnAt(event->position().x());
    if (event->button() == Qt::LeftButton && column != nullptr)
        Q_EMIT spanChosen(column->longest);
}

bool OperationPicture::event(QEvent *event)
{
    if (event->type() != QEvent::ToolTip)
        return QWidget::event(event);
    const auto *help = static_cast<QHelpEvent *>(event);
    const OperationElsewhere::Column *column = columnAt(help->pos().x());
    QString text;
    if (column != nullptr) {
        text = column->calls == 1
            ? duration(column->longestNs)
            : tr("%1, up to %2")
                  .arg(toQString(pluralText(column->calls, "call", "calls")), duration(column->longestNs));
        text += QStringLiteral(" \u00b7 ") + toQString(isoText(m_snapshot->spans().start(column->longest)));
    }
    widgets::showPlainToolTip(help->globalPos(), text, this);
    return true;
}

OperationSection::OperationSection(QWidget *parent) : QWidget(parent)
{
    constexpr int kRestMs = 120;
    m_rest.setSingleShot(true);
    m_rest.setInterval(kRestMs);
    connect(&m_rest, &QTimer::timeout, this, &OperationSection::begin);
    m_title = new PlainLabel(tr("This operation elsewhere"), this);
    m_title->setFont(style::headingFont());
    m_verdict = new PlainLabel(this);
    m_verdict->setObjectName(QStringLiteral("operationVerdict"));
    m_verdict->setWordWrap(true);
    m_figures = new PlainLabel(this);
    m_figures->setTone(PlainLabel::Tone::Muted);
    m_figures->setWordWrap(true);
    m_picture = new OperationPicture(this);
    auto *rows = new QVBoxLayout(this);
    rows->setContentsMargins(0, style::metric::kGap, 0, style::metric::kGrid);
    rows->setSpacing(style::metric::kGrid);
    auto *whatIf = new widgets::LinkButton(tr("What if it were faster, batched or cached?"), this);
    whatIf->setObjectName(QStringLiteral("whatIfLink"));
    connect(whatIf, &QAbstractButton::clicked, this, &OperationSection::whatIfWanted);
    for (QWidget *widget : std::initializer_list<QWidget *>{m_title, m_verdict, m_picture, m_figures, whatIf})
        rows->addWidget(widget);
    connect(m_picture, &OperationPicture::spanChosen, this, &OperationSection::spanChosen);
    hide();
}

void OperationSection::showSpan(const trace::TraceSnapshotPtr &snapshot, SpanRow span)
{
    m_snapshot = snapshot;
    m_span = span;
    m_job.cancel();
    m_rest.stop();
    setVisible(snapshot != nullptr && span.isValid());
    if (snapshot == nullptr || !span.isValid())
        return m_picture->setResult(nullptr, {}, std::nullopt);
    m_rest.start();
}

/// Looks at every span of the snapshot: not for each one that the selection runs over.
void OperationSection::begin()
{
    m_job.start([snapshot = m_snapshot, span = m_span, columns = m_picture->columns()](
                    std::stop_token stop, Progress &) { return operationElsewhere(*snapshot, span, columns, stop); },
                [this](const Result<OperationElsewhere> &result) { take(result); });
}

void OperationSection::take(const Result<OperationElsewhere> &result)
{
    m_picture->setVisible(result.has_value() && result->calls > 1);
    m_figures->setVisible(result.has_value() && result->calls > 1);
    if (!result.has_value()) {
        m_verdict->setText(toQString(result.error().message));
        return;
    }
    m_verdict->setText(verdictOf(*result));
    QStringList figures{tr("p50 %1").arg(duration(result->p50Ns)), tr("p95 %1").arg(duration(result->p95Ns)),
                        tr("p99 %1").arg(duration(result->p99Ns))};
    if (result->errors > 0)
        figures.append(tr("%1 failed").arg(toQString(countText(result->errors))));
    m_figures->setText(figures.join(QStringLiteral(" \u00b7 ")));
    m_picture->setResult(m_snapshot, m_span, *result);
}

QString OperationSection::verdictText() const
{
    return m_verdict->text();
}

} // namespace tailspan::traces

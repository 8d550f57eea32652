// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/analysis/flame_view.h"

#include "models/base/number_text.h"
#include "models/items/qt_text.h"
#include "ui/style/contrast.h"
#include "ui/style/fonts.h"
#include "ui/style/theme.h"
#include "ui/widgets/plain_tooltip.h"

#include <QAccessible>
#include <QHelpEvent>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QScrollBar>

#include <algorithm>
#include <cmath>

namespace tailspan::analysis {

using items::toQString;
using layout::FlameCell;
using trace::CallTree;

namespace {

constexpr double kFewestTextPx = 24;

FlamePath pathOf(const AnalysedTraces &traces, std::uint32_t node)
{
    FlamePath path;
    const trace::TraceSnapshot &snapshot = *traces.scope.snapshot;
    for (; node < traces.tree.nodes.size(); node = traces.tree.nodes[node].parent) {
        const CallTree::Node &at = traces.tree.nodes[node];
        path.emplace_back(snapshot.serviceName(ServiceId(at.service)),
                          snapshot.operationName(OperationId(at.operation)));
    }
    std::ranges::reverse(path);
    return path;
}

/// The node at the end of that path, or kNone.
std::uint32_t nodeAt(const AnalysedTraces &traces, const FlamePath &path)
{
    const trace::TraceSnapshot &snapshot = *traces.scope.snapshot;
    std::uint32_t begin = 0;
    auto end = static_cast<std::uint32_t>(traces.tree.nodes.size());
    std::uint32_t found = CallTree::kNone;
    for (const auto &[service, operation] : path) {
        const auto fits = [&](const CallTree::Node &node) {
            return snapshot.serviceName(ServiceId(node.service)) == service
                && snapshot.operationName(OperationId(node.operation)) == operation;
        };
        while (begin < end && !fits(traces.tree.nodes[begin]))
            begin += traces.tree.nodes[begin].subtreeSize;
        if (begin >= end)
            return CallTree::kNone;
        found = begin;
        end = begin + traces.tree.nodes[begin].subtreeSize;
        ++begin;
    }
    return found;
}

/// What was shown of one result, in another one: traces that have grown, or some of them.
std::uint32_t samePath(const AnalysedTraces &from, std::uint32_t node, const AnalysedTraces &to)
{
    return node == CallTree::kNone ? CallTree::kNone : nodeAt(to, pathOf(from, node));
}

} // namespace

FlameView::FlameView(QWidget *parent) : QAbstractScrollArea(parent)
{
    setObjectName(QStringLiteral("flameView"));
    setFrameShape(QFrame::NoFrame);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setFocusPolicy(Qt::StrongFocus);
    setAccessibleName(tr("Flame graph"));
    viewport()->setMouseTracking(true);
    verticalScrollBar()->setSingleStep(kRowPx);
    connect(verticalScrollBar(), &QScrollBar::valueChanged, viewport(), qOverload<>(&QWidget::update));
}

void FlameView::setResult(AnalysedTracesPtr result)
{
    const bool isSame = m_result != nullptr && result != nullptr;
    m_focus = isSame ? samePath(*m_result, m_focus, *result) : CallTree::kNone;
    m_current = isSame ? samePath(*m_result, m_current, *result) : CallTree::kNone;
    m_hovered = CallTree::kNone;
    m_result = std::move(result);
    m_weights = m_result == nullptr ? std::vector<std::int64_t>() : layout::flameWeights(m_result->tree, m_measure);
    relayout();
    Q_EMIT focusChanged();
}

void FlameView::setMeasure(layout::FlameMeasure measure)
{
    m_measure = measure;
    if (m_result != nullptr)
        m_weights = layout::flameWeights(m_result->tree, m_measure);
    relayout();
}

void FlameView::setFocusNode(std::uint32_t node)
{
    if (node == m_focus || m_result == nullptr)
        return;
    const FlamePath before = pathOf(*m_result, m_focus);
    applyFocus(node);
    Q_EMIT focusCommitted(before, pathOf(*m_result, node));
}

void FlameView::restoreFocus(const FlamePath &path)
{
    if (m_result != nullptr)
        applyFocus(nodeAt(*m_result, path));
}

void FlameView::applyFocus(std::uint32_t node)
{
    if (node == m_focus)
        return;
    m_focus = node;
    relayout();
    Q_EMIT focusChanged();
}

void FlameView::relayout()
{
    m_layout = m_result == nullptr ? layout::FlameLayout()
                                   : layout::layOutFlame(m_result->tree, m_weights, m_focus, viewport()->width());
    const int heightPx = static_cast<int>(m_layout.levels) * kRowPx;
    verticalScrollBar()->setRange(0, std::max(heightPx - viewport()->height(), 0));
    verticalScrollBar()->setPageStep(viewport()->height());
    viewport()->update();
}

void FlameView::setCurrent(std::uint32_t node)
{
    if (node == m_current)
        return;
    m_current = node;
    if (const FlameCell *cell = cellOf(node); cell != nullptr) {
        const QRectF rect = rectOf(*cell);
        if (rect.top() < 0 || rect.bottom() > viewport()->height())
            verticalScrollBar()->setValue(static_cast<int>(cell->level) * kRowPx - viewport()->height() / 2);
        setAccessibleDescription(textOf(*cell));
        QAccessibleEvent event(this, QAccessible::DescriptionChanged);
        QAccessible::updateAccessibility(&event);
    }
    viewport()->update();
}

QRectF FlameView::rectOf(const FlameCell &cell) const
{
    const double top = static_cast<double>(cell.level) * kRowPx - verticalScrollBar()->value();
    return {cell.xPx, top, cell.widthPx, kRowPx};
}

const FlameCell *FlameView::cellAt(const QPointF &position) const
{
    const auto level = static_cast<std::uint32_t>((position.y() + verticalScrollBar()->value()) / kRowPx);
    const auto found = std::find_if(m_layout.cells.begin(), m_layout.cells.end(), [&](const FlameCell &cell) {
        return cell.level == level && position.x() >= cell.xPx && position.x() < cell.xPx + cell.widthPx;
    });
    return found == m_layout.cells.end() ? nullptr : &*found;
}

const FlameCell *FlameView::cellOf(std::uint32_t node) const
{
    const auto found = std::find_if(m_layout.cells.begin(), m_layout.cells.end(),
                                    [node](const FlameCell &cell) { return cell.node == node && cell.folded <= 1; });
    return found == m_layout.cells.end() ? nullptr : &*found;
}

QString FlameView::textOf(const FlameCell &cell) const
{
    const trace::TraceSnapshot &snapshot = *m_result->scope.snapshot;
    const CallTree &tree = m_result->tree;
    const CallTree::Node &node = tree.nodes[cell.node];
    std::int64_t whole = 0;
    for (std::size_t root = 0; root < tree.nodes.size(); root += tree.nodes[root].subtreeSize)
        whole = saturatingAdd(whole, m_weights[root]);
    const double share = whole > 0 ? static_cast<double>(m_weights[cell.node]) / static_cast<double>(whole) : 0;
    const auto duration = [](std::int64_t ns) { return toQString(durationText(Duration(ns))); };
    QStringList lines{toQString(snapshot.serviceName(ServiceId(node.service))) + QLatin1Char(' ')
                      + toQString(snapshot.operationName(OperationId(node.operation)))};
    lines.append((m_measure == layout::FlameMeasure::Self ? tr("%1 of work here and below, %2")
                                                          : tr("%1 of the critical path here and below, %2"))
                     .arg(duration(m_weights[cell.node]), toQString(percentText(share))));
    lines.append(
        tr("%1 itself \u00b7 %2 \u00b7 p50 %3 \u00b7 p95 %4")
            .arg(duration(m_measure == layout::FlameMeasure::Self ? node.totals.selfNs : node.totals.criticalNs),
                 toQString(pluralText(node.totals.count, "call", "calls")), duration(node.totals.p50Ns),
                 duration(node.totals.p95Ns)));
    if (node.totals.errorCount > 0)
        lines.append(tr("%1 failed").arg(toQString(countText(node.totals.errorCount))));
    if (cell.folded > 1)
        lines.append(tr("and %1 narrower ones beside it").arg(toQString(countText(cell.folded - 1))));
    return lines.join(QLatin1Char('\n'));
}

void FlameView::paintEvent(QPaintEvent *)
{
    QPainter painter(viewport());
    painter.fillRect(viewport()->rect(), style::theme().window);
    if (m_result == nullptr)
        return;
    const QRectF area(viewport()->rect());
    for (const FlameCell &cell : m_layout.cells) {
        if (rectOf(cell).intersects(area))
            paintCell(painter, cell);
    }
    if (hasFocus() && m_current == CallTree::kNone) {
        painter.setPen(style::theme().accent);
        painter.drawRect(area.adjusted(0.5, 0.5, -0.5, -0.5));
    }
}

void FlameView::paintCell(QPainter &painter, const FlameCell &cell) const
{
    const style::Theme &theme = style::theme();
    const trace::TraceSnapshot &snapshot = *m_result->scope.snapshot;
    const CallTree::Node &node = m_result->tree.nodes[cell.node];
    const std::string_view service = snapshot.serviceName(ServiceId(node.service));
    const QColor color = theme.category(node.service, service);
    const QRectF rect = rectOf(cell).adjusted(0, 0, cell.widthPx > 3 ? -1 : 0, -1);
    if (cell.folded > 1) {
        painter.fillRect(rect, style::mixed(theme.muted, theme.window, 0.35));
    } else {
        painter.fillRect(rect, style::mixed(color, theme.panel, cell.isAbove ? 0.12 : theme.isDark ? 0.38 : 0.3));
        if (rect.width() >= 6)
            painter.fillRect(QRectF(rect.left(), rect.top(), 3, rect.height()), color);
    }
    if (node.totals.errorCount > 0 && rect.width() >= 4) // a notch, as in the waterfall
        painter.fillRect(QRectF(rect.right() - 3, rect.top(), 3, 6), theme.bad);
    const bool isCurrent = cell.node == m_current && cell.folded <= 1;
    if (isCurrent || cell.node == m_hovered) {
        painter.setPen(QPen(isCurrent ? theme.accent : theme.text, isCurrent ? 2 : 1));
        painter.drawRect(rect.adjusted(0.5, 0.5, -0.5, -0.5));
    }
    if (rect.width() < kFewestTextPx)
        return;
    const QRectF text = rect.adjusted(8, 0, -6, 0);
    painter.setPen(theme.text);
    if (cell.folded > 1) {
        painter.setFont(style::smallFont());
        painter.drawText(
            text, Qt::AlignVCenter | Qt::TextSingleLine,
            QFontMetricsF(style::smallFont()).elidedText(tr("%1 more").arg(cell.folded), Qt::ElideRight, text.width()));
        return;
    }
    painter.setFont(style::tableFont());
    const QString label = toQString(service) + QLatin1Char(' ')
        + toQString(snapshot.operationName(OperationId(node.operation)));
    painter.drawText(text, Qt::AlignVCenter | Qt::TextSingleLine,
                     QFontMetricsF(style::tableFont()).elidedText(label, Qt::ElideRight, text.width()));
}

void FlameView::resizeEvent(QResizeEvent *event)
{
    QAbstractScrollArea::resizeEvent(event);
    relayout();
}

void FlameView::mouseMoveEvent(QMouseEvent *event)
{
    const FlameCell *cell = cellAt(event->position());
    const std::uint32_t node = cell == nullptr ? CallTree::kNone : cell->node;
    if (node == m_hovered)
        return;
    m_hovered = node;
    viewport()->update();
}

void FlameView::mousePressEvent(QMouseEvent *event)
{
    const FlameCell *cell = cellAt(event->position());
    if (event->button() == Qt::LeftButton && cell != nullptr)
        choose(cell->node);
}

void FlameView::mouseDoubleClickEvent(QMouseEvent *event)
{
    const FlameCell *cell = cellAt(event->position());
    if (event->button() == Qt::LeftButton && cell != nullptr)
        setFocusNode(cell->node == m_focus ? CallTree::kNone : cell->node);
}

void FlameView::choose(std::uint32_t node)
{
    setCurrent(node);
    Q_EMIT nodeChosen(node);
}

void FlameView::focusCaller()
{
    if (m_focus != CallTree::kNone)
        setFocusNode(m_result->tree.nodes[m_focus].parent);
}

const FlameCell *FlameView::neighbour(int key) const
{
    const FlameCell *from = cellOf(m_current);
    if (from == nullptr)
        return m_layout.cells.empty() ? nullptr : &m_layout.cells.front();
    const FlameCell *best = nullptr;
    const auto isNearer = [&](const FlameCell &cell) {
        switch (key) {
        case Qt::Key_Up: return cell.node == m_result->tree.nodes[from->node].parent;
        case Qt::Key_Down: return best == nullptr && m_result->tree.nodes[cell.node].parent == from->node;
        case Qt::Key_Left:
            return cell.level == from->level && cell.xPx < from->xPx && (best == nullptr || cell.xPx > best->xPx);
        default: return cell.level == from->level && cell.xPx > from->xPx && (best == nullptr || cell.xPx < best->xPx);
        }
    };
    for (const FlameCell &cell : m_layout.cells) {
        if (cell.folded <= 1 && isNearer(cell))
            best = &cell;
    }
    return best;
}

void FlameView::keyPressEvent(QKeyEvent *event)
{
    if (m_result == nullptr || event->modifiers() != Qt::NoModifier)
        return QAbstractScrollArea::keyPressEvent(event);
    switch (event->key()) {
    case Qt::Key_Up:
    case Qt::Key_Down:
    case Qt::Key_Left:
    case Qt::Key_Right:
        if (const FlameCell *cell = neighbour(event->key()); cell != nullptr)
            choose(cell->node);
        return;
    case Qt::Key_Return:
    case Qt::Key_Enter: return setFocusNode(m_current);
    case Qt::Key_Backspace:
    case Qt::Key_Escape: return focusCaller();
    case Qt::Key_Home: return setFocusNode(CallTree::kNone);
    default: QAbstractScrollArea::keyPressEvent(event);
    }
}

bool FlameView::viewportEvent(QEvent *event)
{
    if (event->type() == QEvent::ToolTip && m_result != nullptr) {
        const auto *help = static_cast<QHelpEvent *>(event);
        const FlameCell *cell = cellAt(help->pos());
        widgets::showPlainToolTip(help->globalPos(), cell == nullptr ? QString() : textOf(*cell), viewport());
        return true;
    }
    if (event->type() == QEvent::Leave) {
        m_hovered = CallTree::kNone;
        viewport()->update();
    }
    return QAbstractScrollArea::viewportEvent(event);
}

} // namespace tailspan::analysis

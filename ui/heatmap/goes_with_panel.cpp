// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/heatmap/goes_with_panel.h"

#include "app/workspace/live_metrics.h"
#include "models/base/number_text.h"
#include "models/items/qt_text.h"
#include "ui/style/fonts.h"
#include "ui/style/theme.h"
#include "ui/widgets/plain_label.h"
#include "ui/widgets/plain_tooltip.h"
#include "ui/widgets/table_text.h"

#include <QHBoxLayout>
#include <QListView>
#include <QPainter>
#include <QPushButton>
#include <QStackedWidget>
#include <QStyledItemDelegate>
#include <QVBoxLayout>

#include <algorithm>

namespace tailspan::heatmap {

using namespace Qt::StringLiterals;
using items::toQString;
using widgets::PlainLabel;
namespace metric = style::metric;

namespace {

constexpr int kRowPx = 46;
constexpr int kFigurePx = 150;
constexpr int kScalePx = 220;

QString coefficientText(double value)
{
    const QString text = QString::number(std::abs(value), 'f', 2);
    return value < 0 ? u"\u2212"_s + text : text;
}

QString lagText(const explain::Companion &companion)
{
    if (companion.lagNs == 0)
        return GoesWithPanel::tr("at the same time");
    const QString ago = toQString(durationText(Duration(std::abs(companion.lagNs))));
    return companion.lagNs > 0 ? GoesWithPanel::tr("%1 before it").arg(ago) : GoesWithPanel::tr("%1 after it").arg(ago);
}

class CompanionDelegate final : public QStyledItemDelegate {
public:
    CompanionDelegate(const CompanionModel &model, QObject *parent) : QStyledItemDelegate(parent), m_model(model) {}

    QSize sizeHint(const QStyleOptionViewItem &, const QModelIndex &) const override { return {200, kRowPx}; }

    void paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const override
    {
        const style::Theme &theme = style::theme();
        const explain::Companion &companion = m_model.companion(index.row());
        const QRect rect = option.rect;
        painter->save();
        if (option.state.testFlag(QStyle::State_Selected))
            painter->fillRect(rect, theme.hover);
        painter->fillRect(QRect(rect.left(), rect.bottom(), rect.width(), 1), theme.grid);
        const int nameWidth = std::max(rect.width() - kScalePx - kFigurePx - 24, 120);
        painter->setFont(style::semiBold(style::tableFont()));
        painter->setPen(theme.text);
        const auto elided = [&](const QString &text) {
            return painter->fontMetrics().elidedText(text, Qt::ElideMiddle, nameWidth);
        };
        painter->drawText(QRect(rect.left(), rect.top() + 5, nameWidth, 17), Qt::AlignVCenter,
                          elided(toQString(companion.name)));
        painter->setFont(style::smallFont());
        painter->setPen(theme.muted);
        painter->drawText(QRect(rect.left(), rect.top() + 23, nameWidth, 17), Qt::AlignVCenter,
                          elided(companion.coefficient > 0
                                     ? GoesWithPanel::tr("rises and falls with it, %1").arg(lagText(companion))
                                     : GoesWithPanel::tr("falls when it rises, %1").arg(lagText(companion))));
        paintScale(*painter, QRect(rect.right() - kScalePx - kFigurePx - 8, rect.top(), kScalePx, rect.height()),
                   companion);
        const QRect figures(rect.right() - kFigurePx, rect.top(), kFigurePx, rect.height());
        painter->setFont(style::semiBold(style::tableFont()));
        painter->setPen(theme.text);
        painter->drawText(figures, Qt::AlignLeft | Qt::AlignVCenter, coefficientText(companion.coefficient));
        painter->setFont(style::smallFont());
        painter->setPen(theme.muted);
        painter->drawText(
            figures.adjusted(46, 0, 0, 0), Qt::AlignLeft | Qt::AlignVCenter,
            GoesWithPanel::tr("%1 to %2").arg(coefficientText(companion.low), coefficientText(companion.high)));
        painter->restore();
    }

private:
    /// From -1 to 1: the coefficient as a bar from the middle, its interval as a line.
    static void paintScale(QPainter &painter, const QRect &rect, const explain::Companion &companion)
    {
        const style::Theme &theme = style::theme();
        const double middle = rect.left() + rect.width() / 2.0;
        const double half = rect.width() / 2.0 - 4;
        const int y = rect.top() + rect.height() / 2;
        painter.fillRect(QRectF(middle - half, y, 2 * half, 1), theme.grid);
        painter.fillRect(QRectF(middle, y - 9, 1, 18), theme.line);
        const double end = middle + half * companion.coefficient;
        painter.fillRect(QRectF(std::min(middle, end), y - 5, std::abs(end - middle), 10), theme.categories[0]);
        painter.fillRect(QRectF(middle + half * companion.low, y - 0.5, half * (companion.high - companion.low), 2),
                         theme.text);
        for (const double bound : {companion.low, companion.high})
            painter.fillRect(QRectF(middle + half * bound - 0.5, y - 3, 1.5, 7), theme.text);
    }

    const CompanionModel &m_model;
};

} // namespace

void CompanionModel::setResult(std::shared_ptr<const explain::Correlation> result)
{
    beginResetModel();
    m_result = std::move(result);
    endResetModel();
}

int CompanionModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() || m_result == nullptr ? 0 : static_cast<int>(m_result->companions.size());
}

const explain::Companion &CompanionModel::companion(int row) const
{
    return m_result->companions[static_cast<std::size_t>(row)];
}

QVariant CompanionModel::headerData(int, Qt::Orientation, int role) const
{
    return role == Qt::DisplayRole || role == kFullTextRole ? tr("Goes with") : QVariant();
}

QVariant CompanionModel::data(const QModelIndex &index, int role) const
{
    if (!index.isValid())
        return {};
    const explain::Companion &row = companion(index.row());
    const QString text = tr("%1: %2, between %3 and %4")
                             .arg(toQString(row.text), coefficientText(row.coefficient), coefficientText(row.low),
                                  coefficientText(row.high));
    if (role == Qt::DisplayRole || role == Qt::AccessibleTextRole || role == kFullTextRole)
        return text;
    if (role != Qt::ToolTipRole)
        return {};
    return widgets::plainToolTip(text
                                 + tr("\n%1 in the first half of the time, %2 in the second\n%3 points · q = %4")
                                       .arg(coefficientText(row.firstHalf), coefficientText(row.secondHalf),
                                            toQString(countText(row.points)),
                                            toQString(decimalText(row.falseDiscoveryRate))));
}

GoesWithPanel::GoesWithPanel(HeatState &state, QWidget *parent)
    : QWidget(parent), m_state(state), m_correlation(new workspace::HeatCorrelation(state.workspace().metrics(), this)),
      m_model(new CompanionModel(this)), m_stack(new QStackedWidget(this)), m_list(new QListView(this)),
      m_words(new PlainLabel(this)), m_message(new PlainLabel(this)), m_notes(new PlainLabel(this)),
      m_cancel(new QPushButton(tr("Cancel"), this))
{
    m_words->setObjectName(u"goesWithWords"_s);
    for (PlainLabel *label : {m_words, m_message, m_notes})
        label->setTone(PlainLabel::Tone::Muted);
    m_words->setElideMode(Qt::ElideRight);
    m_notes->setElideMode(Qt::ElideRight);
    m_notes->setFont(style::smallFont());
    m_message->setWordWrap(true);
    m_message->setAlignment(Qt::AlignLeft | Qt::AlignTop);
    m_list->setObjectName(u"companions"_s);
    m_list->setAccessibleName(tr("What goes with the latency"));
    m_list->setModel(m_model);
    m_list->setItemDelegate(new CompanionDelegate(*m_model, m_list));
    m_list->setFrameShape(QFrame::NoFrame);
    m_list->setVerticalScrollMode(QListView::ScrollPerPixel);
    m_list->setResizeMode(QListView::Adjust);
    m_list->setEditTriggers(QListView::NoEditTriggers);
    widgets::addCopyAction(*m_list, CompanionModel::kFullTextRole);
    m_stack->addWidget(m_message);
    m_stack->addWidget(m_list);
    auto *line = new QHBoxLayout;
    line->addWidget(m_words, 1);
    line->addWidget(m_cancel);
    auto *rows = new QVBoxLayout(this);
    rows->setContentsMargins(2, 0, 0, 0);
    rows->setSpacing(metric::kGrid);
    rows->addLayout(line);
    rows->addWidget(m_stack, 1);
    rows->addWidget(m_notes);
    connect(m_cancel, &QPushButton::clicked, this, [this] {
        m_correlation->cancel();
        say(tr("Cancelled. Look at another time or service to begin again."));
    });
    connect(m_correlation, &workspace::HeatCorrelation::progressed, this, &GoesWithPanel::showProgress);
    connect(m_correlation, &workspace::HeatCorrelation::finished, this, &GoesWithPanel::showResult);
    connect(&m_state, &HeatState::mapChanged, this, &GoesWithPanel::refresh);
    connect(&m_state.workspace().metrics(), &workspace::LiveMetrics::mappingChanged, this, [this] {
        m_asked.reset();
        refresh();
    });
    say({});
}

void GoesWithPanel::setShown(bool shown)
{
    m_isShown = shown;
    if (shown)
        refresh();
}

QString GoesWithPanel::words() const
{
    return m_stack->currentIndex() == 0 ? m_message->text() : m_words->text();
}

void GoesWithPanel::say(const QString &text)
{
    m_message->setText(text);
    m_words->clear();
    m_words->hide();
    m_cancel->hide();
    m_notes->hide();
    m_stack->setCurrentIndex(0);
}

/// While live a map comes every second: what is running goes on, and the next one is asked for when it is done.
void GoesWithPanel::refresh()
{
    const workspace::HeatMapPtr &map = m_state.map();
    if (!m_isShown || map == nullptr || map == m_asked || m_correlation->isRunning())
        return;
    if (!m_state.workspace().metrics().hasMetrics())
        return say(
            tr("Connect a Prometheus under Sources: what its metrics did while this latency rose is looked at here, "
               "with the load held fixed."));
    const bool isSameTime = m_asked != nullptr && m_asked->grid.begin == map->grid.begin
        && m_asked->grid.end() == map->grid.end() && m_asked->filter.service == map->filter.service;
    if (isSameTime && m_correlation->result() != nullptr)
        return;
    m_asked = map;
    m_correlation->start(map, tr("p95 of %1").arg(m_state.subjectName()).toStdString(), m_state.subject().service);
}

void GoesWithPanel::showProgress()
{
    m_words->setText(
        tr("Asked %1 of %2 metrics")
            .arg(toQString(countText(m_correlation->answered())), toQString(countText(m_correlation->asked()))));
    m_words->show();
    m_cancel->show();
}

void GoesWithPanel::showResult()
{
    const auto &result = m_correlation->result();
    m_model->setResult(result);
    if (result == nullptr)
        return say(toQString(m_correlation->error()));
    if (!result->noClaim.empty())
        return say(toQString(result->noClaim));
    if (result->companions.empty())
        return say(tr("None of %1 goes with it by more than chance.")
                       .arg(toQString(pluralText(result->judged, "metric", "metrics"))));
    m_cancel->hide();
    m_words->setText(tr("p95 of %1 goes with these, of %2 looked at%3 · moving together is not causing")
                         .arg(m_state.subjectName(), toQString(pluralText(result->judged, "metric", "metrics")),
                              result->isLoadHeldFixed ? tr(", the load held fixed") : QString()));
    m_words->show();
    QStringList notes;
    for (const std::string &note : result->notes)
        notes.append(toQString(note));
    if (!result->notJudged.empty())
        notes.append(tr("Not judged: %1, the first because it is %2.")
                         .arg(toQString(pluralText(result->notJudged.size(), "metric", "metrics")),
                              toQString(result->notJudged.front().reason)));
    m_notes->setText(notes.join(u' '));
    m_notes->setVisible(!notes.isEmpty());
    m_stack->setCurrentIndex(1);
}

} // namespace tailspan::heatmap

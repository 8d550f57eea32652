// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/mainwindow/command_palette.h"

#include "ui/style/fonts.h"
#include "ui/style/theme.h"

#include <QKeyEvent>
#include <QLineEdit>
#include <QListWidget>
#include <QPainter>
#include <QStyledItemDelegate>
#include <QVBoxLayout>

#include <algorithm>
#include <vector>

namespace tailspan::mainwindow {

using namespace Qt::StringLiterals;
namespace metric = style::metric;

namespace {

constexpr int kWidthPx = 520;
constexpr int kVisibleRows = 12;
constexpr int kRowPx = 30;
constexpr int kShortcutRole = Qt::UserRole + 1;
constexpr int kActionRole = Qt::UserRole + 2;

/// Name on the left, shortcut on the right.
class CommandDelegate final : public QStyledItemDelegate {
public:
    using QStyledItemDelegate::QStyledItemDelegate;
    QSize sizeHint(const QStyleOptionViewItem &, const QModelIndex &) const override { return {kWidthPx, kRowPx}; }
    void paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const override
    {
        const style::Theme &t = style::theme();
        if (option.state & QStyle::State_Selected)
            painter->fillRect(option.rect, t.selection);
        else if (option.state & QStyle::State_MouseOver)
            painter->fillRect(option.rect, t.hover);
        const QRect area = option.rect.adjusted(12, 0, -12, 0);
        painter->setFont(style::uiFont());
        painter->setPen(t.text);
        painter->drawText(area, Qt::AlignVCenter | Qt::AlignLeft, index.data().toString());
        painter->setFont(style::tableFont());
        painter->setPen(t.muted);
        painter->drawText(area, Qt::AlignVCenter | Qt::AlignRight, index.data(kShortcutRole).toString());
    }
};

} // namespace

QString plainActionText(const QAction *action)
{
    QString text = action->text();
    text.replace(u"&&"_s, u"\x01"_s).remove(u'&').replace(u"\x01"_s, u"&"_s);
    while (text.endsWith(u'…'))
        text.chop(1);
    return text;
}

int matchScore(const QString &typed, const QString &text)
{
    constexpr int kNoMatch = -1;
    constexpr int kWordBeginning = 8;
    constexpr int kNextLetter = 10; // a run of letters says more than two word beginnings
    const auto startsWord = [&](qsizetype at) { return at == 0 || text[at - 1].isSpace(); };
    // best[i]: the score of the letters so far with the last of them at text[i].
    std::vector<int> best;
    for (const QChar letter : typed) {
        if (letter.isSpace())
            continue;
        std::vector<int> next(static_cast<std::size_t>(text.size()), kNoMatch);
        int bestBefore = best.empty() ? 0 : kNoMatch;
        for (qsizetype at = 0; at < text.size(); ++at) {
            const auto place = static_cast<std::size_t>(at);
            const int followed = !best.empty() && at > 0 ? best[place - 1] : kNoMatch;
            if (text[at].toCaseFolded() == letter.toCaseFolded()) {
                const int before = std::max(bestBefore, followed == kNoMatch ? kNoMatch : followed + kNextLetter);
                next[place] = before == kNoMatch ? kNoMatch : before + 1 + (startsWord(at) ? kWordBeginning : 0);
            }
            bestBefore = std::max(bestBefore, followed);
        }
        best = std::move(next);
    }
    return best.empty() ? 0 : *std::max_element(best.begin(), best.end());
}

CommandPalette::CommandPalette(const QList<QAction *> &actions, QWidget *parent)
    : QDialog(parent, Qt::Popup | Qt::FramelessWindowHint), m_field(new QLineEdit(this)), m_list(new QListWidget(this))
{
    setAttribute(Qt::WA_DeleteOnClose);
    setFixedWidth(kWidthPx);
    setAccessibleName(tr("Commands"));
    for (QAction *action : actions)
        m_actions.append(action);
    m_field->setPlaceholderText(tr("Type a command"));
    m_field->setFixedHeight(36);
    m_field->installEventFilter(this);
    m_list->setItemDelegate(new CommandDelegate(m_list));
    m_list->setFocusPolicy(Qt::NoFocus);
    m_list->setMouseTracking(true);
    m_list->setUniformItemSizes(true);
    m_list->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_list->setFixedHeight(kVisibleRows * kRowPx);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(metric::kGap, metric::kGap, metric::kGap, metric::kGap);
    column->setSpacing(metric::kGap);
    column->addWidget(m_field);
    column->addWidget(m_list);
    connect(m_field, &QLineEdit::textChanged, this, &CommandPalette::filter);
    connect(m_field, &QLineEdit::returnPressed, this, &CommandPalette::runCurrent);
    connect(m_list, &QListWidget::itemClicked, this, &CommandPalette::runCurrent);
    filter({});
    m_field->setFocus();
}

void CommandPalette::filter(const QString &typed)
{
    struct Candidate {
        int score = 0;
        QAction *action = nullptr;
    };
    std::vector<Candidate> candidates;
    for (const QPointer<QAction> &action : m_actions) {
        if (!action || !action->isEnabled())
            continue;
        if (const int score = matchScore(typed, plainActionText(action)); score >= 0)
            candidates.push_back({score, action});
    }
    std::stable_sort(candidates.begin(), candidates.end(),
                     [](const Candidate &a, const Candidate &b) { return a.score > b.score; });
    m_list->clear();
    for (const Candidate &candidate : candidates) {
        auto *item = new QListWidgetItem(plainActionText(candidate.action), m_list); // owned by the list
        item->setData(kShortcutRole, candidate.action->shortcut().toString(QKeySequence::NativeText));
        item->setData(kActionRole, QVariant::fromValue<QObject *>(candidate.action));
    }
    m_list->setCurrentRow(0);
}

void CommandPalette::runCurrent()
{
    const QListWidgetItem *item = m_list->currentItem();
    if (item == nullptr)
        return;
    const QPointer<QAction> action = qobject_cast<QAction *>(item->data(kActionRole).value<QObject *>());
    close();
    if (action)
        action->trigger();
}

void CommandPalette::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.fillRect(rect(), style::theme().panel);
    painter.setPen(style::theme().line);
    painter.drawRect(rect().adjusted(0, 0, -1, -1));
}

bool CommandPalette::eventFilter(QObject *watched, QEvent *event)
{
    if (watched == m_field && event->type() == QEvent::KeyPress) {
        const int key = static_cast<QKeyEvent *>(event)->key();
        const int rows = m_list->count();
        const int step = key == Qt::Key_Down ? 1 : (key == Qt::Key_Up ? -1 : 0);
        if (step != 0 && rows > 0) {
            m_list->setCurrentRow((m_list->currentRow() + step + rows) % rows);
            return true;
        }
    }
    return QDialog::eventFilter(watched, event);
}

} // namespace tailspan::mainwindow

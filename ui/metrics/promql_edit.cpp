// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/metrics/promql_edit.h"

#include "models/items/qt_text.h"
#include "ui/style/fonts.h"

#include <QAbstractItemView>
#include <QCompleter>
#include <QKeyEvent>
#include <QStringListModel>

namespace tailspan::metrics {

using items::toQString;
using Kind = metric::PromqlPlace::Kind;

namespace {

constexpr int kPauseMs = 120;
constexpr std::size_t kMostNames = 200;
constexpr int kShownNames = 12;

/// Names with the text in them, whatever the case; the text holds only what may stand in a name.
std::string pattern(const std::string &text)
{
    std::string plain;
    for (const char c : text) {
        if (std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == ':')
            plain += c;
        else
            plain += '.';
    }
    return "(?i).*" + plain + ".*";
}

} // namespace

PromqlEdit::PromqlEdit(workspace::Workspace &workspace, QWidget *parent)
    : QLineEdit(parent), m_workspace(workspace), m_names(new QStringListModel(this)), m_offers(new QCompleter(this)),
      m_panel("names " + std::to_string(reinterpret_cast<std::uintptr_t>(this)))
{
    setFont(style::monoFont());
    setPlaceholderText(tr("PromQL, for example rate(http_requests_total{service=\"auth\"}[1m])"));
    setAccessibleName(tr("PromQL expression"));
    m_offers->setModel(m_names);
    m_offers->setWidget(this);
    m_offers->setCompletionMode(QCompleter::UnfilteredPopupCompletion);
    m_offers->setMaxVisibleItems(kShownNames);
    m_pause.setSingleShot(true);
    m_pause.setInterval(kPauseMs);
    connect(&m_pause, &QTimer::timeout, this, &PromqlEdit::ask);
    connect(this, &QLineEdit::textEdited, this, [this] { m_pause.start(); });
    connect(m_offers, qOverload<const QString &>(&QCompleter::activated), this, &PromqlEdit::insert);
}

PromqlEdit::~PromqlEdit()
{
    m_workspace.metrics().cancel(m_panel);
}

QStringList PromqlEdit::offers() const
{
    return m_names->stringList();
}

void PromqlEdit::ask()
{
    const QByteArray head = text().left(cursorPosition()).toUtf8();
    m_place = metric::promqlPlace({head.data(), static_cast<std::size_t>(head.size())},
                                  static_cast<std::size_t>(head.size()));
    if (m_place.kind == Kind::Nothing || (m_place.kind == Kind::Expression && m_place.prefix.empty())) {
        m_offers->popup()->hide();
        return;
    }
    sources::NameQuestion question;
    question.limit = kMostNames;
    question.range = m_workspace.shownRange();
    const std::string selector = m_place.metric.empty() ? "{__name__!=\"\"}" : m_place.metric;
    if (m_place.kind == Kind::Expression) {
        question.kind = sources::NameQuestion::Kind::LabelValues;
        question.label = "__name__";
        question.matchers = {"{__name__=~\"" + pattern(m_place.prefix) + "\"}"};
    } else if (m_place.kind == Kind::LabelName) {
        question.kind = sources::NameQuestion::Kind::LabelNames;
        if (!m_place.metric.empty())
            question.matchers = {selector};
    } else {
        question.kind = sources::NameQuestion::Kind::LabelValues;
        question.label = m_place.label;
        const std::string metric = m_place.metric;
        question.matchers = {metric + "{" + m_place.label + "=~\"" + pattern(m_place.prefix) + "\"}"};
    }
    m_workspace.metrics().askNames(m_panel, question, [this](const Result<sources::NameList> &answer) {
        QStringList names;
        if (m_place.kind == Kind::Expression) {
            for (const std::string &name : metric::promqlFunctions(m_place.prefix))
                names.append(toQString(name) + u'(');
        }
        const QString prefix = toQString(m_place.prefix);
        for (const std::string &name : answer ? answer->names : std::vector<std::string>()) {
            if (toQString(name).contains(prefix, Qt::CaseInsensitive))
                names.append(toQString(name));
        }
        offer(names);
    });
}

void PromqlEdit::offer(QStringList names)
{
    const QString prefix = toQString(m_place.prefix);
    std::stable_sort(names.begin(), names.end(), [&](const QString &a, const QString &b) {
        return a.startsWith(prefix, Qt::CaseInsensitive) && !b.startsWith(prefix, Qt::CaseInsensitive);
    });
    m_names->setStringList(names);
    if (names.isEmpty() || !hasFocus() || (names.size() == 1 && names.front() == prefix)) {
        m_offers->popup()->hide();
        return;
    }
    QRect place = cursorRect();
    place.setWidth(360);
    m_offers->complete(place);
}

void PromqlEdit::insert(const QString &name)
{
    const QByteArray utf8 = text().toUtf8();
    const QString before = QString::fromUtf8(utf8.left(static_cast<qsizetype>(m_place.begin)));
    const QString after = text().mid(cursorPosition());
    setText(before + name + after);
    setCursorPosition(static_cast<int>(before.size() + name.size()));
}

void PromqlEdit::keyPressEvent(QKeyEvent *event)
{
    const bool isChoosing = m_offers->popup()->isVisible();
    const int key = event->key();
    if (isChoosing && (key == Qt::Key_Enter || key == Qt::Key_Return || key == Qt::Key_Escape || key == Qt::Key_Tab)) {
        event->ignore(); // the list's
        return;
    }
    if (key == Qt::Key_Space && event->modifiers() == Qt::ControlModifier) {
        ask();
        return;
    }
    QLineEdit::keyPressEvent(event);
}

} // namespace tailspan::metrics

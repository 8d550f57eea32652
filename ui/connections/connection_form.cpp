// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/connections/connection_form.h"

#include "ui/style/theme.h"
#include "ui/widgets/plain_label.h"
#include "ui/widgets/plain_tooltip.h"

#include <QCheckBox>
#include <QComboBox>
#include <QFormLayout>
#include <QIntValidator>
#include <QLineEdit>
#include <QToolButton>

#include <algorithm>

namespace tailspan::connections {

using namespace Qt::StringLiterals;
using widgets::PlainLabel;
using workspace::ConnectionDraft;
using workspace::ConnectionKind;
using workspace::ConnectionOption;

namespace {

constexpr int kFieldWidthPx = 420;

/// "value" of an editor, whatever it is.
QString valueOf(const QWidget &editor)
{
    if (const auto *box = qobject_cast<const QCheckBox *>(&editor))
        return box->isChecked() ? u"true"_s : u"false"_s;
    if (const auto *choice = qobject_cast<const QComboBox *>(&editor))
        return choice->currentText();
    return static_cast<const QLineEdit &>(editor).text().trimmed();
}

void setValue(QWidget &editor, const QString &value)
{
    if (auto *box = qobject_cast<QCheckBox *>(&editor))
        box->setChecked(value == u"true"_s);
    else if (auto *choice = qobject_cast<QComboBox *>(&editor))
        choice->setCurrentText(value);
    else
        static_cast<QLineEdit &>(editor).setText(value);
}

QFormLayout *makeRows(QWidget *parent)
{
    auto *rows = new QFormLayout(parent);
    rows->setContentsMargins(0, 0, 0, 0);
    rows->setHorizontalSpacing(style::metric::kMargin);
    rows->setVerticalSpacing(style::metric::kGap);
    rows->setLabelAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    rows->setFieldGrowthPolicy(QFormLayout::AllNonFixedFieldsGrow);
    return rows;
}

void addRow(QFormLayout &rows, const QString &title, QWidget *editor)
{
    auto *label = new PlainLabel(title, editor->parentWidget());
    label->setTone(PlainLabel::Tone::Muted);
    label->setBuddy(editor);
    label->setMinimumWidth(120);
    editor->setAccessibleName(title);
    editor->setMaximumWidth(kFieldWidthPx);
    rows.addRow(label, editor);
}

} // namespace

ConnectionForm::ConnectionForm(QWidget *parent)
    : QWidget(parent), m_name(new QLineEdit(this)), m_kind(new QComboBox(this)), m_scheme(new QComboBox(this)),
      m_host(new QLineEdit(this)), m_port(new QLineEdit(this)), m_user(new QLineEdit(this)),
      m_password(new QLineEdit(this)), m_database(new QLineEdit(this)),
      m_opensAtStart(new QCheckBox(tr("Connect when Tailspan starts"), this))
{
    m_rows = makeRows(this);
    for (const ConnectionKind &kind : workspace::Connections::kinds())
        m_kind->addItem(kind.title, kind.id);
    m_host->setPlaceholderText(tr("localhost"));
    m_port->setValidator(new QIntValidator(1, 65'535, m_port));
    m_password->setEchoMode(QLineEdit::Password);
    m_password->setObjectName(u"password"_s);
    addRow(*m_rows, tr("Name"), m_name);
    addRow(*m_rows, tr("Kind"), m_kind);
    addRow(*m_rows, tr("Protocol"), m_scheme);
    addRow(*m_rows, tr("Host"), m_host);
    addRow(*m_rows, tr("Port"), m_port);
    addRow(*m_rows, tr("User"), m_user);
    addRow(*m_rows, tr("Password"), m_password);
    addRow(*m_rows, tr("Database"), m_database);
    m_rows->addRow(QString(), m_opensAtStart);
    buildOptions();
    connect(m_kind, &QComboBox::activated, this, [this] {
        buildOptions();
        Q_EMIT edited();
    });
    for (QLineEdit *field : {m_name, m_host, m_port, m_user, m_password, m_database})
        connect(field, &QLineEdit::textEdited, this, &ConnectionForm::edited);
}

const ConnectionKind *ConnectionForm::kind() const
{
    const auto &kinds = workspace::Connections::kinds();
    const auto found = std::find_if(kinds.begin(), kinds.end(), [this](const ConnectionKind &each) {
        return each.id == m_kind->currentData().toString();
    });
    return found == kinds.end() ? nullptr : &*found;
}

QWidget *ConnectionForm::makeEditor(const ConnectionOption &option, QWidget *parent)
{
    if (option.kind == ConnectionOption::Kind::Flag)
        return new QCheckBox(parent);
    if (option.kind == ConnectionOption::Kind::Choice) {
        auto *choice = new QComboBox(parent);
        if (!option.choices.contains(option.fallback))
            choice->addItem(option.fallback); // no choice of the user's: the source decides by the address
        choice->addItems(option.choices);
        return choice;
    }
    auto *field = new QLineEdit(parent);
    field->setPlaceholderText(option.fallback);
    connect(field, &QLineEdit::textEdited, this, &ConnectionForm::edited);
    return field;
}

void ConnectionForm::buildOptions()
{
    delete m_optionArea;
    m_editors.clear();
    m_optionArea = new QWidget(this);
    m_scheme->clear();
    const ConnectionKind *shown = kind();
    if (shown == nullptr)
        return;
    m_scheme->addItems(shown->schemes);
    m_port->setPlaceholderText(QString::number(shown->defaultPort));
    m_database->setPlaceholderText(shown->databaseTitle);
    auto *rows = makeRows(m_optionArea);
    for (const ConnectionOption &option : shown->options) {
        if (!option.isFolded)
            addOption(*rows, option);
    }
    addFoldedOptions(*rows, *shown);
    m_rows->addRow(m_optionArea);
}

void ConnectionForm::addOption(QFormLayout &rows, const ConnectionOption &option)
{
    QWidget *editor = makeEditor(option, rows.parentWidget());
    setValue(*editor, option.kind == ConnectionOption::Kind::Text ? QString() : option.fallback);
    widgets::setPlainToolTip(editor, option.help);
    addRow(rows, option.title, editor);
    m_editors.insert(option.id, editor);
}

/// For tables that name their columns in another way than the target does.
void ConnectionForm::addFoldedOptions(QFormLayout &rows, const ConnectionKind &shown)
{
    m_fold = nullptr;
    if (std::none_of(shown.options.begin(), shown.options.end(), [](const auto &option) { return option.isFolded; }))
        return;
    m_fold = new QToolButton(m_optionArea);
    m_fold->setObjectName(u"columnMapping"_s);
    m_fold->setText(tr("Column mapping"));
    m_fold->setCheckable(true);
    m_fold->setAutoRaise(true);
    m_fold->setArrowType(Qt::RightArrow);
    m_fold->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    auto *area = new QWidget(m_optionArea);
    auto *foldedRows = makeRows(area);
    for (const ConnectionOption &option : shown.options) {
        if (option.isFolded)
            addOption(*foldedRows, option);
    }
    area->hide();
    connect(m_fold, &QToolButton::toggled, area, [fold = m_fold, area](bool isOpen) {
        fold->setArrowType(isOpen ? Qt::DownArrow : Qt::RightArrow);
        area->setVisible(isOpen);
    });
    rows.addRow(m_fold);
    rows.addRow(area);
}

void ConnectionForm::setDraft(const ConnectionDraft &draft, bool hasKeptPassword)
{
    const int kindPlace = m_kind->findData(draft.kind);
    m_kind->setCurrentIndex(std::max(kindPlace, 0));
    buildOptions();
    m_name->setText(draft.name);
    if (!draft.scheme.isEmpty())
        m_scheme->setCurrentText(draft.scheme);
    m_host->setText(draft.host);
    m_port->setText(draft.port > 0 ? QString::number(draft.port) : QString());
    m_user->setText(draft.user);
    m_password->setText(draft.password);
    m_password->setPlaceholderText(hasKeptPassword ? tr("the one that is kept") : QString());
    m_database->setText(draft.database);
    m_opensAtStart->setChecked(draft.opensAtStart);
    for (auto it = draft.options.begin(); it != draft.options.end(); ++it) {
        if (QWidget *editor = m_editors.value(it.key()))
            setValue(*editor, it.value());
    }
    const ConnectionKind *shown = kind();
    if (m_fold != nullptr && shown != nullptr)
        m_fold->setChecked(std::any_of(shown->options.begin(), shown->options.end(), [&](const auto &option) {
            return option.isFolded && draft.options.contains(option.id);
        }));
}

ConnectionDraft ConnectionForm::draft() const
{
    ConnectionDraft draft;
    draft.name = m_name->text().trimmed();
    draft.kind = m_kind->currentData().toString();
    draft.scheme = m_scheme->currentText();
    draft.host = m_host->text().trimmed().isEmpty() ? u"localhost"_s : m_host->text().trimmed();
    draft.port = m_port->text().toInt();
    draft.user = m_user->text().trimmed();
    draft.password = m_password->text();
    draft.database = m_database->text().trimmed();
    draft.opensAtStart = m_opensAtStart->isChecked();
    const ConnectionKind *shown = kind();
    for (std::size_t i = 0; shown != nullptr && i < shown->options.size(); ++i) {
        const ConnectionOption &option = shown->options[i];
        const QString value = valueOf(*m_editors.value(option.id));
        if (!value.isEmpty() && value != option.fallback)
            draft.options.insert(option.id, value);
    }
    return draft;
}

} // namespace tailspan::connections

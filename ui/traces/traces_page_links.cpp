// SPDX-License-Identifier: GPL-3.0-or-later
// What leads from the selected span elsewhere: links, copies, the advisor.
#include "models/trace/trace_link.h"
#include "ui/traces/span_details_panel.h"
#include "ui/traces/trace_area.h"
#include "ui/traces/trace_details.h"
#include "ui/traces/traces_page.h"

#include <QClipboard>
#include <QFileInfo>
#include <QGuiApplication>

namespace tailspan::traces {

QString TracesPage::linkToSelection() const
{
    const waterfall::WaterfallState &state = m_area->state();
    if (state.isEmpty() || !state.selected().isValid())
        return {};
    trace::TraceLink link{
        state.snapshot()->traceIdText(state.summary()), state.snapshot()->spanIdText(state.selected()), {}, {}};
    if (!state.scale().showsAll())
        link.window = state.scale().visible();
    const QStringList files = m_workspace.openPaths();
    const std::uint16_t input = state.spans().file[state.selected().value()];
    const std::string &name = state.snapshot()->inputs()[input].name;
    for (const QString &file : files) {
        if (QFileInfo(file).fileName().toStdString() == name || file.toStdString() == name)
            link.file = file.toStdString();
    }
    return QString::fromStdString(linkText(link));
}

void TracesPage::askWhatIf()
{
    Q_EMIT viewRequested(QStringLiteral("advisor"), QStringLiteral("what-if:selected"));
}

void TracesPage::copyLink()
{
    if (const QString link = linkToSelection(); !link.isEmpty())
        QGuiApplication::clipboard()->setText(link);
}

void TracesPage::copyMarkdown()
{
    const QString text = m_details == nullptr ? QString() : m_details->spanPanel().markdown(linkToSelection());
    if (!text.isEmpty())
        QGuiApplication::clipboard()->setText(text);
}

} // namespace tailspan::traces

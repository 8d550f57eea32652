// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/replay/html_export.h"

#include "models/items/qt_text.h"
#include "ui/replay/replay_state.h"
#include "ui/style/theme.h"

#include <QAction>
#include <QFileDialog>
#include <QFileInfo>
#include <QSaveFile>

namespace tailspan::replay {

namespace {

constexpr int kMostSteps = 900; // as wide as the pictures are

layout::HtmlColors themeColors()
{
    const style::Theme &theme = style::theme();
    const auto css = [](const QColor &color) { return color.name().toStdString(); };
    return {css(theme.text),
            css(theme.muted),
            css(theme.line),
            css(theme.window),
            css(theme.category(0, {})),
            css(theme.category(2, {})),
            css(theme.text),
            css(theme.warn),
            css(theme.bad),
            css(theme.bad),
            css(theme.good)};
}

} // namespace

HtmlExport::HtmlExport(ReplayState &state, QWidget &page) : QObject(&page), m_state(state), m_page(page)
{
    auto *action = new QAction(tr("Save the report as a web page"), this);
    connect(action, &QAction::triggered, this, &HtmlExport::askAndSave);
    const auto enable = [this, action] { action->setEnabled(m_state.report() != nullptr); };
    connect(&m_state, &ReplayState::reportChanged, action, enable);
    enable();
    page.addAction(action);
}

void HtmlExport::askAndSave()
{
    if (!m_state.report())
        return;
    const QString name = QFileInfo(items::toQString(m_state.report()->fileName)).completeBaseName();
    const QString path = QFileDialog::getSaveFileName(&m_page, tr("Save the report as a web page"),
                                                      name + QStringLiteral(".html"), tr("Web page (*.html)"));
    if (!path.isEmpty())
        saveAs(path);
}

void HtmlExport::saveAs(const QString &path)
{
    m_job.start(
        [report = m_state.report(), colors = themeColors(), window = m_state.run(),
         extras = m_extras ? m_extras() : layout::HtmlExtras()](std::stop_token stop,
                                                                Progress &) -> Result<std::string> {
            layout::ReplayPicture picture;
            if (!report->timeline.empty())
                picture = layout::makeReplayPicture(
                    *report, std::make_shared<const layout::ReplayOverview>(layout::makeReplayOverview(*report)),
                    window, kMostSteps, stop);
            return layout::reportHtml(*report, picture, colors, extras);
        },
        [this, path](const Result<std::string> &html) {
            if (!html)
                return Q_EMIT said(items::toQString(html.error().text()));
            QSaveFile file(path);
            const auto size = static_cast<qint64>(html->size());
            if (file.open(QIODevice::WriteOnly) && file.write(html->data(), size) == size && file.commit())
                Q_EMIT said(tr("Saved as %1").arg(path));
            else
                Q_EMIT said(tr("Cannot write %1: %2").arg(path, file.errorString()));
        });
}

} // namespace tailspan::replay

// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/advisor/severity_look.h"

#include "ui/style/theme.h"

#include <QCoreApplication>

namespace tailspan::advisorpage {

using advisor::Severity;
using widgets::Chip;

QColor severityColor(Severity severity)
{
    const style::Theme &theme = style::theme();
    switch (severity) {
    case Severity::Critical:
    case Severity::High: return theme.bad;
    case Severity::Medium: return theme.warn;
    case Severity::Low: return theme.accent;
    case Severity::Info: break;
    }
    return theme.quiet;
}

QString severityWord(Severity severity)
{
    const auto say = [](const char *text) { return QCoreApplication::translate("advisorpage", text); };
    switch (severity) {
    case Severity::Critical: return say("Critical");
    case Severity::High: return say("High");
    case Severity::Medium: return say("Medium");
    case Severity::Low: return say("Low");
    case Severity::Info: break;
    }
    return say("For information");
}

Chip::Kind stateChip(const QString &state)
{
    if (state == QLatin1String("verified") || state == QLatin1String("helped"))
        return Chip::Kind::Good;
    if (state == QLatin1String("estimate"))
        return Chip::Kind::Accent;
    if (state == QLatin1String("unverified"))
        return Chip::Kind::Warning;
    if (state == QLatin1String("hurt"))
        return Chip::Kind::Bad;
    return Chip::Kind::Neutral;
}

QColor stateColor(const QString &state)
{
    const style::Theme &theme = style::theme();
    switch (stateChip(state)) {
    case Chip::Kind::Good: return theme.good;
    case Chip::Kind::Accent: return theme.accent;
    case Chip::Kind::Warning: return theme.warn;
    case Chip::Kind::Bad: return theme.bad;
    case Chip::Kind::Neutral: break;
    }
    return theme.muted;
}

} // namespace tailspan::advisorpage

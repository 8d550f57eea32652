// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/advisor/unjudged_view.h"

#include "models/items/qt_text.h"
#include "ui/advisor/wrapped_text.h"
#include "ui/style/fonts.h"
#include "ui/style/theme.h"
#include "ui/widgets/plain_label.h"

#include <QVBoxLayout>

#include <map>

namespace tailspan::advisorpage {

using items::toQString;
using widgets::PlainLabel;

UnjudgedView::UnjudgedView(QWidget *parent) : QScrollArea(parent)
{
    setObjectName(QStringLiteral("unjudged"));
    setFrameShape(QFrame::NoFrame);
    setWidgetResizable(true);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setAccessibleName(tr("What could not be judged"));
}

void UnjudgedView::show(const std::vector<advisor::Unjudged> &unjudged, const std::vector<std::string> &notes)
{
    auto *content = new QWidget(this);
    auto *body = new QVBoxLayout(content);
    body->setContentsMargins(style::metric::kMargin, style::metric::kGap, style::metric::kMargin,
                             style::metric::kMargin);
    body->setSpacing(style::metric::kGrid);
    const auto add = [&](const QString &text, PlainLabel::Tone tone, const QFont &font) {
        auto *label = wrappedText(text, tone, content);
        label->setFont(font);
        body->addWidget(label);
    };
    add(tr("What could not be judged"), PlainLabel::Tone::Text, style::titleFont());
    for (const std::string &note : notes)
        add(toQString(note), PlainLabel::Tone::Text, style::uiFont());
    // Detectors that lack the same input stand together: one sentence, one way to provide it.
    std::map<std::pair<std::string, std::string>, std::map<std::string, QStringList>> byReason;
    for (const advisor::Unjudged &entry : unjudged) {
        QStringList &whats = byReason[{entry.why, entry.how}][entry.detector];
        if (!entry.what.empty())
            whats.append(toQString(entry.what));
    }
    for (const auto &[reason, detectors] : byReason) {
        QStringList names;
        for (const auto &[detector, whats] : detectors)
            names.append(toQString(detector) + (whats.isEmpty() ? QString() : u": " + whats.join(u", ")));
        body->addSpacing(style::metric::kGap);
        add(asSentence(toQString(reason.first)), PlainLabel::Tone::Text, style::semiBold(style::uiFont()));
        add(names.join(u"; "), PlainLabel::Tone::Muted, style::tableFont());
        if (!reason.second.empty())
            add(toQString(reason.second), PlainLabel::Tone::Text, style::uiFont());
    }
    body->addStretch(1);
    setWidget(content);
}

} // namespace tailspan::advisorpage

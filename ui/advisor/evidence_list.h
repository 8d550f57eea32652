// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/advisor/finding.h"

#include <QWidget>

#include <vector>

namespace tailspan::advisorpage {

/// What was observed, a sentence each, with what can be opened below. Thread: GUI.
class EvidenceList final : public QWidget {
    Q_OBJECT
public:
    EvidenceList(const std::vector<advisor::Evidence> &evidence, QWidget *parent);

Q_SIGNALS:
    void referenceChosen(const tailspan::advisor::Reference &reference);

private:
    QWidget *link(const advisor::Reference &reference);
};

} // namespace tailspan::advisorpage

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/advisor/detector.h"

#include <QScrollArea>

#include <vector>

namespace tailspan::advisorpage {

/// What the advisor could not judge, why, and how to provide what it lacks. Thread: GUI.
class UnjudgedView final : public QScrollArea {
    Q_OBJECT
public:
    explicit UnjudgedView(QWidget *parent = nullptr);

    void show(const std::vector<advisor::Unjudged> &unjudged, const std::vector<std::string> &notes);
};

} // namespace tailspan::advisorpage

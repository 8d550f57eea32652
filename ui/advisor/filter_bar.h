// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/advisor/finding_filter.h"

#include <QWidget>

class QComboBox;

namespace tailspan::advisorpage {

/// Kind, service, severity, and which state of findings are listed. Thread: GUI.
class FilterBar final : public QWidget {
    Q_OBJECT
public:
    explicit FilterBar(QWidget *parent = nullptr);

    [[nodiscard]] FindingFilter filter() const;
    void setServices(const QStringList &services);
    void setShow(FindingFilter::Show show);
    /// Every kind, service and severity.
    void showAll(FindingFilter::Show show);

Q_SIGNALS:
    void changed();

private:
    QComboBox *addChoice(const QString &name, const QStringList &texts);

    QComboBox *m_kind = nullptr;
    QComboBox *m_service = nullptr;
    QComboBox *m_severity = nullptr;
    QComboBox *m_show = nullptr;
};

} // namespace tailspan::advisorpage

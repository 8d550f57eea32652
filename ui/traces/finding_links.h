// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <QWidget>

#include <vector>

class QVBoxLayout;

namespace tailspan::traces {

/// "Finding: ..." for each finding of the advisor that names the operation of the span that is shown; takes no room
/// without one. Thread: GUI.
class FindingLinks final : public QWidget {
    Q_OBJECT
public:
    struct Link {
        QString id;
        QString title;
        friend bool operator==(const Link &, const Link &) = default;
    };

    explicit FindingLinks(QWidget *parent = nullptr);

    /// Ranked; the first few are shown, and how many more there are.
    void setLinks(std::vector<Link> links);

Q_SIGNALS:
    void findingActivated(const QString &id);

private:
    QVBoxLayout *m_rows = nullptr;
    std::vector<Link> m_links;
};

} // namespace tailspan::traces

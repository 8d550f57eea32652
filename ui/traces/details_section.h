// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/trace/span_details.h"

#include <QWidget>

#include <vector>

class QLineEdit;

namespace tailspan::widgets {
class PlainLabel;
}

namespace tailspan::traces {

class KeyValueList;

/// A heading with its count and a list of names and values below; hidden while it has nothing. With a search field
/// the list narrows to what is typed. Thread: GUI.
class DetailsSection : public QWidget {
    Q_OBJECT
public:
    enum class Search { No, Yes };

    DetailsSection(const QString &title, Search search, QWidget *parent = nullptr);

    /// `targets` as for AttributeListModel::setAttributes().
    void setPairs(std::vector<trace::Attribute> pairs, std::vector<std::string> targets = {});
    [[nodiscard]] KeyValueList &list() { return *m_list; }
    [[nodiscard]] QLineEdit *searchField() { return m_search; } ///< Null without a search.

private:
    void updateTitle();

    QString m_titleText;
    widgets::PlainLabel *m_title = nullptr;
    widgets::PlainLabel *m_nothing = nullptr;
    QLineEdit *m_search = nullptr;
    KeyValueList *m_list = nullptr;
};

} // namespace tailspan::traces

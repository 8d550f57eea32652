// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <QWidget>

#include <cstdint>

namespace tailspan::widgets {

/// How a page presents itself in the rail, the menu and the command line.
struct PageInfo {
    /// What has to be open for the page to show something.
    enum class Needs : std::uint8_t {
        Nothing,
        Traces,
        Report,
        Choice, ///< The user opens something here and is led to it.
    };
    QString id;       ///< "traces": stable, used by `snapshot --page` and in the settings.
    QString label;    ///< "Traces": one short word under the icon.
    QString iconName; ///< A file of resources/icons without its ending.
    Needs needs = Needs::Nothing;
    bool followsFilter = false; ///< Narrowed by the filter of all pages: the window shows the filter above the page.
};

/// One page of the window. A page takes a Workspace& in its constructor and follows its signals; the window owns
/// it. To add one: a folder in ui/ with a class derived from this, and one line in ui/mainwindow/page_list.h.
/// QActions added to the page (addAction) appear in the command palette and in the shortcut sheet; give each a
/// text. Thread: GUI.
class Page : public QWidget {
    Q_OBJECT
public:
    using QWidget::QWidget;

    [[nodiscard]] virtual PageInfo info() const = 0;
    /// What the dock on the right shows while this page is in front; null: no dock. The page creates it once; the
    /// dock owns it from then on.
    [[nodiscard]] virtual QWidget *detailsWidget() { return nullptr; }
    /// Shows one of the views a page is divided into; false when it has none of that name.
    virtual bool showView(const QString &id)
    {
        (void)id;
        return false;
    }
    /// False while the page still computes what it shows. The off-screen painter waits for true.
    [[nodiscard]] virtual bool isSettled() const { return true; }

Q_SIGNALS:
    /// The user wants another page in front.
    void pageRequested(const QString &id);
    /// The same, and a view of it (showView()).
    void viewRequested(const QString &page, const QString &view);
    /// The user asked for the details (Enter on a row): the window opens the dock if it is closed.
    void detailsRequested();
    /// The page has nothing to show and the user wants to open a file.
    void openRequested();
};

} // namespace tailspan::widgets

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/workspace/workspace.h"
#include "ui/widgets/page.h"

class QLabel;
class QMenu;
class QPushButton;
class QStackedWidget;

namespace tailspan::widgets {
class EmptyState;
class LinkButton;
class PlainLabel;
} // namespace tailspan::widgets

namespace tailspan::advisorpage {

class FilterBar;
class FindingList;
class FindingView;
class UnjudgedView;
class WhatIfPane;

/// What the advisor found in what is open and connected, ranked, with evidence, estimate, check and what to paste.
/// Views: "unjudged"; "finding:N" chooses the N-th, from 1, "id:FINDING" the one of that id whatever is filtered; "refuted", "dismissed", "applied" list those; "what-if" asks
/// about the calls of the chosen finding, "what-if:selected" about the selected span.
/// Thread: GUI.
class AdvisorPage final : public widgets::Page {
    Q_OBJECT
public:
    explicit AdvisorPage(workspace::Workspace &workspace, QWidget *parent = nullptr);

    [[nodiscard]] widgets::PageInfo info() const override;
    bool showView(const QString &id) override;
    [[nodiscard]] bool isSettled() const override;

protected:
    void focusInEvent(QFocusEvent *event) override;
    void showEvent(QShowEvent *event) override;

private:
    enum Right { FindingSide, UnjudgedSide, WhatIfSide };

    QWidget *buildHead();
    QWidget *buildLists();
    void connectLists();
    QMenu *buildConfigMenu();
    void fillConfigMenu();
    void addCommands();
    void runIfWanted();
    /// The findings, or what the page is for.
    void showWhatIsThere();
    [[nodiscard]] bool hasInputs() const;
    void refresh();
    void fillList();
    void showCurrent();
    /// False when the advice has no such finding.
    bool showFinding(const QString &id);
    void openReference(const advisor::Reference &reference);
    void openTrace(const std::string &target, bool isSpan);
    void openFirstEvidence();
    void copyArtifact();
    void dismissCurrent();
    /// About the selected span, or the one that the finding's evidence names first.
    void askWhatIf(bool aboutSelection);
    void exportReport();
    void addConfigFiles();

    workspace::Workspace &m_workspace;
    QStackedWidget *m_stack = nullptr; ///< Empty or filled.
    widgets::EmptyState *m_empty = nullptr;
    widgets::PlainLabel *m_title = nullptr;
    widgets::PlainLabel *m_summary = nullptr;
    widgets::PlainLabel *m_said = nullptr;
    QPushButton *m_run = nullptr;
    QPushButton *m_export = nullptr;
    QMenu *m_configMenu = nullptr;
    FilterBar *m_filter = nullptr;
    FindingList *m_list = nullptr;
    widgets::PlainLabel *m_nothing = nullptr;
    widgets::LinkButton *m_unjudgedLink = nullptr;
    QStackedWidget *m_right = nullptr;
    FindingView *m_finding = nullptr;
    UnjudgedView *m_unjudged = nullptr;
    WhatIfPane *m_whatIf = nullptr;
    bool m_isFilling = false; ///< The list changes without the user.
    int m_wantedRow = -1;     ///< Of showView(), until there is such a row.
};

} // namespace tailspan::advisorpage

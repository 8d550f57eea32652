// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/advisor/finding.h"

#include <QScrollArea>

#include <memory>

class QVBoxLayout;

namespace tailspan::advisorpage {

/// What is shown besides the finding itself.
struct FindingContext {
    QString state;   ///< The word of the chip.
    QString outcome; ///< Of one that was applied: what came of it; plain text.
    QString dismissedWhy;
    bool isApplied = false;
    bool canTry = false; ///< A what-if makes sense: it names a service of the traces that are open.
};

/// One finding: what, the effect with its interval, the picture that convinces, what to paste, the evidence to open and
/// what would refute it. Thread: GUI.
class FindingView final : public QScrollArea {
    Q_OBJECT
public:
    explicit FindingView(QWidget *parent = nullptr);

    /// Null: says that none is chosen.
    void show(std::shared_ptr<const advisor::Finding> finding, const FindingContext &context);
    /// Copies the first artifact; false when there is none.
    bool copyFirst();

Q_SIGNALS:
    void referenceChosen(const tailspan::advisor::Reference &reference);
    void applyWanted();
    void dismissWanted();
    void restoreWanted();
    void whatIfWanted();
    void copied(const QString &what);

private:
    QVBoxLayout *makeBody();
    void addHead(QVBoxLayout &body, const FindingContext &context);
    void addEffect(QVBoxLayout &body);
    void addPicture(QVBoxLayout &body);
    void addArtifacts(QVBoxLayout &body);
    void addEvidence(QVBoxLayout &body);
    void addDoubts(QVBoxLayout &body);
    void addButtons(QVBoxLayout &body, const FindingContext &context);

    std::shared_ptr<const advisor::Finding> m_finding;
};

} // namespace tailspan::advisorpage

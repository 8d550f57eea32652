// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/replay/compare_pictures.h"

#include "app/workspace/run_analysis.h"
#include "ui/replay/heat_difference_view.h"
#include "ui/replay/overlay_view.h"
#include "ui/replay/shift_view.h"
#include "ui/replay/view_tabs.h"
#include "ui/style/theme.h"

#include <QHBoxLayout>
#include <QStackedWidget>
#include <QVBoxLayout>

namespace tailspan::replay {

ComparePictures::ComparePictures(QWidget *parent)
    : QWidget(parent), m_tabs(new QButtonGroup(this)), m_stack(new QStackedWidget(this)),
      m_shift(new ShiftView(m_stack)), m_overlay(new OverlayView(m_stack)), m_heat(new HeatDifferenceView(m_stack))
{
    setObjectName(QStringLiteral("comparePictures"));
    for (QWidget *view :
         {static_cast<QWidget *>(m_shift), static_cast<QWidget *>(m_overlay), static_cast<QWidget *>(m_heat)})
        m_stack->addWidget(view);
    auto *rows = new QVBoxLayout(this);
    rows->setContentsMargins(0, style::metric::kGrid, 0, 0);
    rows->setSpacing(style::metric::kGrid);
    rows->addWidget(buildTabs());
    rows->addWidget(m_stack, 1);
    connect(m_tabs, &QButtonGroup::idClicked, m_stack, &QStackedWidget::setCurrentIndex);
    showTab(Tab::Percentiles);
}

QWidget *ComparePictures::buildTabs()
{
    auto *bar = new QWidget(this);
    auto *row = new QHBoxLayout(bar);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(style::metric::kGrid);
    addTabs(*row, *m_tabs, {tr("By percentile"), tr("Over time"), tr("Heatmap difference")});
    row->addStretch(1);
    return bar;
}

void ComparePictures::showTab(Tab tab)
{
    m_tabs->button(static_cast<int>(tab))->setChecked(true);
    m_stack->setCurrentIndex(static_cast<int>(tab));
}

void ComparePictures::showResult(const loadtest::Comparison &comparison, const workspace::RunPictures *pictures)
{
    m_shift->setShift(comparison.shift,
                      comparison.verdict == loadtest::ChangeVerdict::NotComparable
                          ? tr("The runs cannot be compared, so there is no difference by percentile.")
                          : tr("No difference by percentile: it needs runs whose requests are known over time, and a "
                               "steady stretch that is long enough."));
    m_overlay->setOverlay(pictures != nullptr ? pictures->overlay : layout::RunOverlay());
    m_heat->setHeat(pictures != nullptr ? pictures->heat : layout::RunHeat());
}

QList<QWidget *> ComparePictures::keyWidgets() const
{
    QList<QWidget *> widgets{m_shift, m_overlay, m_heat};
    for (QAbstractButton *tab : m_tabs->buttons())
        widgets << tab;
    return widgets;
}

} // namespace tailspan::replay

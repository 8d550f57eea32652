// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/gui/traces_fixture.h"
#include "tests/support/spans_from_text.h"
#include "tests/support/written_file.h"
#include "ui/servicemap/map_bar.h"
#include "ui/servicemap/map_details.h"
#include "ui/servicemap/map_source.h"
#include "ui/servicemap/service_map_page.h"
#include "ui/widgets/empty_state.h"
#include "ui/widgets/grouped_list.h"

#include <QAccessible>
#include <QComboBox>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QToolButton>
#include <QWheelEvent>

using namespace tailspan;
using servicemap::MapCanvas;
using servicemap::MapSelection;

namespace {

const char *const kShop = "trace a1\nweb GET / @0ms +100ms\n  cart GET @5ms +20ms\n    stock GET @6ms +10ms\n"
                          "  pay POST @30ms +60ms error\n    bank POST @35ms +40ms\n"
                          "trace a2\nweb GET / @10s +50ms\n  cart GET @10005ms +20ms\n";

/// The same traces as kShop with one service more.
std::string grownShop()
{
    return std::string(kShop) + "trace a3\nweb GET / @12s +50ms\n  mail SEND @12005ms +20ms\n";
}

} // namespace

class TestServiceMapPage : public QObject {
    Q_OBJECT

private:
    void open(const trace::TraceSnapshotPtr &snapshot)
    {
        m_toOpen = snapshot;
        test::openAndWait(*m_workspace);
        settle();
    }
    void settle() const { QTRY_VERIFY(m_page->isSettled()); }
    [[nodiscard]] MapCanvas &canvas() const { return m_page->canvas(); }
    [[nodiscard]] QPoint middleOf(const std::string &name) const
    {
        for (const layout::PaintedNode &node : canvas().picture().nodes) {
            if (canvas().map()->scene.nodes[node.node].name == name)
                return {static_cast<int>(node.rect.center().x), static_cast<int>(node.rect.center().y)};
        }
        return {-1, -1};
    }
    [[nodiscard]] QPoint middleOfEdge(const std::string &from, const std::string &to) const
    {
        const std::uint32_t wanted = canvas().map()->scene.edgeBetween(from, to);
        for (const layout::PaintedEdge &edge : canvas().picture().edges) {
            if (edge.edge == wanted) {
                const layout::MapPoint middle = middleOfLine(edge.line);
                return {static_cast<int>(middle.x), static_cast<int>(middle.y)};
            }
        }
        return {-1, -1};
    }
    void wheel(QPoint at, int steps) const
    {
        QWheelEvent event(QPointF(at), canvas().mapToGlobal(QPointF(at)), {}, {0, steps * 120}, Qt::NoButton,
                          Qt::NoModifier, Qt::NoScrollPhase, false);
        QApplication::sendEvent(&canvas(), &event);
    }
    [[nodiscard]] QString state() const { return m_page->findChild<QLabel *>(QStringLiteral("mapState"))->text(); }
    [[nodiscard]] servicemap::MapDetails *details() const
    {
        return qobject_cast<servicemap::MapDetails *>(m_page->detailsWidget());
    }

    std::unique_ptr<settings::SettingsStore> m_settings;
    std::unique_ptr<workspace::Workspace> m_workspace;
    std::unique_ptr<servicemap::ServiceMapPage> m_page;
    trace::TraceSnapshotPtr m_toOpen;

private Q_SLOTS:
    void initTestCase() { test::prepareWindows(); }
    void init()
    {
        test::failOnWarnings();
        m_settings = std::make_unique<settings::SettingsStore>(QString());
        m_workspace = test::openingWorkspace(*m_settings, m_toOpen);
        m_page = std::make_unique<servicemap::ServiceMapPage>(*m_workspace);
        test::showInFront(*m_page, *details());
    }
    void cleanup()
    {
        delete details();
        m_page.reset();
        m_workspace.reset();
    }

    void withoutTracesItSaysWhatItIsFor()
    {
        QSignalSpy wanted(m_page.get(), &widgets::Page::openRequested);
        auto *button = m_page->findChild<widgets::EmptyState *>()->findChild<QPushButton *>();
        QVERIFY(button != nullptr && button->isVisible());
        QTest::mouseClick(button, Qt::LeftButton);
        QCOMPARE(wanted.size(), 1);
        open(test::spansFromText(kShop));
        QVERIFY(canvas().isVisible());
        QVERIFY(canvas().hasFocus() || !m_page->isActiveWindow());
        m_workspace->closeAll();
        QVERIFY(!canvas().isVisible());
    }

    void everyServiceIsOnTheMap()
    {
        open(test::spansFromText(kShop));
        QCOMPARE(canvas().picture().nodes.size(), std::size_t{5});
        QCOMPARE(canvas().picture().edges.size(), std::size_t{4});
        QVERIFY2(state().contains(QStringLiteral("7 spans loaded")), qPrintable(state()));
        for (const layout::PaintedNode &node : canvas().picture().nodes)
            QVERIFY(canvas().rect().contains(middleOf(canvas().map()->scene.nodes[node.node].name)));
    }

    void clickingSelectsAndTheDetailsFollow()
    {
        open(test::spansFromText(kShop));
        QTest::mouseClick(&canvas(), Qt::LeftButton, {}, middleOf("pay"));
        QCOMPARE(canvas().selection(), (MapSelection{"pay", {}}));
        auto &list = details()->list();
        QStringList texts;
        for (int group = 0; group < list.model()->rowCount(); ++group) {
            const QModelIndex parent = list.model()->index(group, 0);
            texts.append(parent.data().toString());
            for (int row = 0; row < list.model()->rowCount(parent); ++row)
                texts.append(list.model()->index(row, 0, parent).data().toString());
        }
        QVERIFY2(texts.contains(QStringLiteral("Called by")), qPrintable(texts.join(u',')));
        QVERIFY(texts.contains(QStringLiteral("bank")));
        QTest::mouseClick(&canvas(), Qt::LeftButton, {}, middleOfEdge("web", "cart"));
        QCOMPARE(canvas().selection(), (MapSelection{"web", "cart"}));
        QTest::mouseClick(&canvas(), Qt::LeftButton, {}, {2, 2});
        QVERIFY(canvas().selection().isEmpty());
    }

    void theWheelZoomsAtThePointer()
    {
        open(test::spansFromText(kShop));
        const QPoint at = middleOf("pay");
        const layout::MapPoint under = canvas().view().toMap({double(at.x()), double(at.y())});
        wheel(at, 2);
        QVERIFY(canvas().view().scale > 1.2);
        const layout::MapPoint now = canvas().view().toScreen(under);
        QVERIFY(std::abs(now.x - at.x()) < 0.5 && std::abs(now.y - at.y()) < 0.5);
        wheel(at, -30);
        QCOMPARE(canvas().view().scale, layout::MapView::kLeastScale);
        QTest::keyClick(&canvas(), Qt::Key_F, Qt::ShiftModifier);
        QCOMPARE(canvas().picture().nodes.size(), std::size_t{5});
    }

    void aDragPansAndSelectsNothing()
    {
        open(test::spansFromText(kShop));
        const QPoint from = middleOf("pay");
        QTest::mousePress(&canvas(), Qt::LeftButton, {}, from);
        QTest::mouseMove(&canvas(), from + QPoint(30, 10));
        QTest::mouseMove(&canvas(), from + QPoint(80, 40));
        QTest::mouseRelease(&canvas(), Qt::LeftButton, {}, from + QPoint(80, 40));
        QCOMPARE(middleOf("pay"), from + QPoint(80, 40));
        QVERIFY(canvas().selection().isEmpty());
    }

    void hoveringLightsThePaths()
    {
        open(test::spansFromText(kShop));
        QTest::mouseMove(&canvas(), middleOf("bank"));
        QVERIFY(canvas().isHovering());
        const QImage lit = canvas().grab().toImage();
        QTest::mouseMove(&canvas(), QPoint(2, 2));
        QVERIFY(!canvas().isHovering());
        QVERIFY(lit != canvas().grab().toImage());
    }

    void theKeyboardReachesEverything()
    {
        open(test::spansFromText(kShop));
        canvas().setFocus();
        QTest::keyClick(&canvas(), Qt::Key_Tab);
        QCOMPARE(canvas().selection().node, std::string("bank"));
        QTest::keyClick(&canvas(), Qt::Key_Tab);
        QCOMPARE(canvas().selection().node, std::string("cart"));
        QTest::keyClick(&canvas(), Qt::Key_Backtab);
        QCOMPARE(canvas().selection().node, std::string("bank"));
        const bool isDownward = canvas().map()->places.isDownward;
        QTest::keyClick(&canvas(), isDownward ? Qt::Key_Up : Qt::Key_Left);
        QCOMPARE(canvas().selection().node, std::string("pay"));
        QTest::keyClick(&canvas(), Qt::Key_E);
        QVERIFY(canvas().selection().isEdge());
        QSignalSpy wanted(m_page.get(), &widgets::Page::detailsRequested);
        QTest::keyClick(&canvas(), Qt::Key_Return);
        QCOMPARE(wanted.size(), 1);
        QTest::keyClick(&canvas(), Qt::Key_Escape);
        QVERIFY(canvas().selection().isEmpty());
    }

    void slashSearchesAndEnterGoesThere()
    {
        open(test::spansFromText(kShop));
        canvas().setFocus();
        QTest::keyClick(&canvas(), Qt::Key_Slash);
        QLineEdit &field = m_page->bar().search();
        QTRY_VERIFY(field.hasFocus());
        QTest::keyClicks(&field, QStringLiteral("Ca"));
        QVERIFY2(state().contains(QStringLiteral("1 found")), qPrintable(state()));
        QTest::keyClick(&field, Qt::Key_Return);
        QCOMPARE(canvas().selection().node, std::string("cart"));
        QTest::keyClick(&field, Qt::Key_Escape);
        QVERIFY(field.text().isEmpty());
        QVERIFY(canvas().hasFocus());
    }

    void aNeighbourhoodShowsThatOnlyAndBackNothingMoved()
    {
        open(test::spansFromText(kShop));
        const QPoint stock = middleOf("stock");
        QTest::mouseClick(&canvas(), Qt::LeftButton, {}, middleOf("pay"));
        QTest::keyClick(&canvas(), Qt::Key_N);
        settle();
        QCOMPARE(canvas().picture().nodes.size(), std::size_t{3});
        QVERIFY2(state().contains(QStringLiteral("2 services outside")), qPrintable(state()));
        QTest::keyClick(&canvas(), Qt::Key_N);
        settle();
        QCOMPARE(middleOf("stock"), stock);
    }

    void oneFilterNarrowsEverything()
    {
        open(test::spansFromText(kShop));
        QTest::mouseClick(&canvas(), Qt::LeftButton, {}, middleOf("pay"));
        QSignalSpy page(m_page.get(), &widgets::Page::pageRequested);
        QTest::mouseClick(details()->findChild<QPushButton *>(QStringLiteral("mapShowTraces")), Qt::LeftButton);
        QCOMPARE(page.size(), 1);
        QCOMPARE(page[0][0].toString(), QStringLiteral("traces"));
        QCOMPARE(m_workspace->filter().terms, std::vector<std::string>{"service=\"pay\""});
        settle();
        QVERIFY2(state().contains(QStringLiteral("5 spans loaded")), qPrintable(state())); // the trace with pay
        m_workspace->history().undo();
        settle();
        QVERIFY(state().contains(QStringLiteral("7 spans loaded")));
    }

    void theTimeRangeNarrowsWhatCounts()
    {
        const auto snapshot = test::spansFromText(kShop);
        open(snapshot);
        const QPoint web = middleOf("web");
        m_workspace->narrowTo({snapshot->range().begin + Duration::seconds(5), snapshot->range().end});
        settle();
        QCOMPARE(canvas().picture().nodes.size(), std::size_t{2});
        QCOMPARE(middleOf("web"), web); // nothing moved
    }

    void aRefreshMovesNothing()
    {
        open(test::spansFromText(kShop));
        QTest::mouseClick(&canvas(), Qt::LeftButton, {}, middleOf("pay"));
        const QPoint pay = middleOf("pay");
        const QPoint bank = middleOf("bank");
        open(test::spansFromText(grownShop()));
        QTRY_COMPARE(canvas().map()->scene.nodes.size(), std::size_t{6});
        QCOMPARE(middleOf("pay"), pay);
        QCOMPARE(middleOf("bank"), bank);
        QCOMPARE(canvas().selection().node, std::string("pay"));
    }

    void liveRenewalsCountOnceASecondAndMoveNothing()
    {
        open(test::spansFromText(kShop));
        QTest::mouseClick(&canvas(), Qt::LeftButton, {}, middleOf("pay"));
        wheel(middleOf("pay"), 1);
        const QPoint pay = middleOf("pay");
        const layout::MapView view = canvas().view();
        const auto grown = test::spansFromText(grownShop());
        QSignalSpy counted(&m_page->source(), &servicemap::MapSource::mapChanged);
        for (int i = 0; i < 12; ++i) {
            Q_EMIT m_workspace->stores().snapshotReady(grown, true);
            QTest::qWait(50);
        }
        QVERIFY2(counted.size() <= 2, qPrintable(QString::number(counted.size())));
        QTRY_COMPARE(canvas().map()->scene.nodes.size(), std::size_t{6});
        QCOMPARE(canvas().view(), view);
        QCOMPARE(middleOf("pay"), pay);
        QCOMPARE(canvas().selection().node, std::string("pay"));
    }

    void warningsAppearAtTheirService()
    {
        open(test::spansFromText(kShop));
        m_workspace->warnings().set({{"bank", "down since 14:02 UTC", true}, {"ghost", "HighLatency fires", false}});
        const layout::MapScene &scene = canvas().map()->scene;
        QVERIFY(scene.nodes[scene.nodeNamed("bank")].isDown);
        QVERIFY2(state().contains(QStringLiteral("1 warning")), qPrintable(state()));
    }

    void aDeclarationIsLaidOver()
    {
        open(test::spansFromText(kShop));
        const test::Folder folder;
        const std::string mesh = folder.write("mesh.yaml", "web: [cart, mail]\ncart: [stock]\npay: [bank]\n");
        m_page->source().openMesh(QString::fromStdString(mesh));
        QTRY_VERIFY(m_page->source().map()->mesh.has_value());
        settle();
        QVERIFY2(state().contains(QStringLiteral("3 declared and seen, 1 not declared, 1 never seen")),
                 qPrintable(state()));
        QCOMPARE(canvas().picture().nodes.size(), std::size_t{6});
        QVERIFY(m_page->findChild<QToolButton *>(QStringLiteral("mapMesh"))->isChecked());
        m_page->source().openMesh(QStringLiteral("/nowhere/mesh.yaml"));
        QSignalSpy failed(&m_page->source(), &servicemap::MapSource::meshFailed);
        QVERIFY(failed.wait());
    }

    void aBaselineColoursTheDifference()
    {
        open(test::spansFromText(kShop));
        auto *choice = m_page->findChild<QComboBox *>(QStringLiteral("mapBaseline"));
        choice->setFocus();
        QTest::keyClick(choice, Qt::Key_Down);
        settle();
        QTRY_VERIFY(canvas().map()->isCompared);
        QVERIFY2(state().contains(QStringLiteral("of the baseline gone")), qPrintable(state()));
    }

    void screenReadersSeeNodesAndCalls()
    {
        open(test::spansFromText(kShop));
        QAccessibleInterface *list = QAccessible::queryAccessibleInterface(&canvas());
        QCOMPARE(list->role(), QAccessible::List);
        QCOMPARE(list->childCount(), 9);
        QCOMPARE(list->child(0)->text(QAccessible::Name), QStringLiteral("bank"));
        QVERIFY(list->child(0)->text(QAccessible::Description).contains(QStringLiteral("p95")));
        QCOMPARE(list->child(5)->text(QAccessible::Name), QStringLiteral("cart \u2192 stock"));
        list->child(0)->actionInterface()->doAction(QAccessibleActionInterface::setFocusAction());
        QCOMPARE(canvas().selection().node, std::string("bank"));
        QVERIFY(list->focusChild() == list->child(0));
        QVERIFY(!list->child(0)->rect().isEmpty());
    }

    void itStaysUsableWhenSmall()
    {
        open(test::spansFromText(kShop));
        m_page->resize(640, 400);
        QTRY_COMPARE(canvas().picture().nodes.size(), std::size_t{5});
        QVERIFY(m_page->minimumSizeHint().width() <= 820);
    }
};

QTEST_MAIN(TestServiceMapPage)
#include "tst_service_map_page.moc"

// SPDX-License-Identifier: GPL-3.0-or-later
// The whole window with one large file, used by keyboard: opened, walked, folded, zoomed to a nanosecond, searched.
// Prints the longest time for which the window did not answer, step by step, and fails when a key waits longer than a
// person notices.
//
//   bench_window_hitches_frame FILE      files come from tests/support/gen_trace.py
#include "app/settings/settings.h"
#include "app/workspace/workspace.h"
#include "ui/mainwindow/main_window.h"
#include "ui/style/icon.h"
#include "ui/style/theme_switch.h"
#include "ui/waterfall/find_bar.h"
#include "ui/waterfall/find_session.h"
#include "ui/waterfall/waterfall_canvas.h"
#include "ui/waterfall/waterfall_view.h"

#include <QApplication>
#include <QElapsedTimer>
#include <QLineEdit>
#include <QTest>
#include <QTimer>

#include <algorithm>
#include <cstdio>
#include <functional>

using namespace tailspan;

namespace {

/// A click is to be answered in this time; of a key that is held, a frame.
constexpr double kMostAnswerMs = 100;
constexpr double kMostKeyMs = 16;

class Hitches {
public:
    explicit Hitches(mainwindow::MainWindow &window) : m_window(window)
    {
        m_beat.setInterval(0);
        QObject::connect(&m_beat, &QTimer::timeout, &m_beat, [this] { beat(); });
        m_beat.start();
    }

    /// Runs events until `isDone`; the longest gap between two turns of the event loop counts.
    void wait(const char *what, const std::function<bool()> &isDone)
    {
        begin();
        QElapsedTimer whole;
        whole.start();
        while (!isDone() && whole.elapsed() < 120'000)
            QCoreApplication::processEvents(QEventLoop::AllEvents, 5);
        say(what, kMostAnswerMs, static_cast<double>(whole.elapsed()));
    }

    /// Each key with all that follows from it until the window is painted.
    void press(const char *what, QWidget *to, const std::function<Qt::Key(int)> &key, int times)
    {
        std::vector<double> ms;
        QElapsedTimer timer;
        for (int i = 0; i < times; ++i) {
            timer.start();
            QTest::keyClick(to, key(i));
            QCoreApplication::sendPostedEvents();
            QCoreApplication::processEvents();
            ms.push_back(static_cast<double>(timer.nsecsElapsed()) / 1e6);
        }
        std::ranges::sort(ms);
        m_longestMs = ms[static_cast<std::size_t>(0.99 * static_cast<double>(ms.size() - 1))];
        say(what, kMostKeyMs, ms.back());
    }

    [[nodiscard]] bool hasFailed() const { return m_hasFailed; }

private:
    void begin()
    {
        m_longestMs = 0;
        m_last.start();
    }
    void beat()
    {
        m_longestMs = std::max(m_longestMs, static_cast<double>(m_last.nsecsElapsed()) / 1e6);
        m_last.start();
    }
    void say(const char *what, double limitMs, double wholeMs)
    {
        const bool isBroken = m_longestMs > limitMs;
        m_hasFailed = m_hasFailed || isBroken;
        std::printf("%-48s %7.1f ms (limit %3.0f)%s   whole or longest %8.1f ms\n", what, m_longestMs, limitMs,
                    isBroken ? " BROKEN" : "", wholeMs);
    }

    mainwindow::MainWindow &m_window;
    QTimer m_beat;
    QElapsedTimer m_last;
    double m_longestMs = 0;
    bool m_hasFailed = false;
};

} // namespace

int main(int argc, char **argv)
{
    if (argc < 2) {
        std::fprintf(stderr, "usage: bench_window_hitches_frame FILE\n");
        return 2;
    }
    qputenv("QT_QPA_PLATFORM", "offscreen");
    QApplication application(argc, argv);
    style::loadResources();
    style::ThemeSwitch::instance().apply(style::ThemeChoice::Light);
    settings::SettingsStore settings{QString()};
    workspace::Workspace workspace(settings);
    mainwindow::MainWindow window(workspace);
    window.resize(1400, 900);
    window.show();
    Hitches hitches(window);

    workspace.open({QString::fromLocal8Bit(argv[1])});
    hitches.wait("open until rows, minimap and path are there", [&] {
        const auto *view = window.findChild<waterfall::WaterfallView *>();
        return !workspace.isOpening() && workspace.snapshot() != nullptr && view != nullptr && view->isSettled();
    });
    if (workspace.snapshot() == nullptr)
        return 1;
    auto *view = window.findChild<waterfall::WaterfallView *>();
    QWidget *canvas = &view->canvas();
    canvas->setFocus();
    std::printf("%u spans in the trace\n", view->state().summary().spanCount);
    const auto only = [](Qt::Key key) { return [key](int) { return key; }; };
    hitches.press("arrow down", canvas, only(Qt::Key_Down), 300);
    hitches.press("page down", canvas, only(Qt::Key_PageDown), 300);
    hitches.press(
        "end and home", canvas, [](int i) { return i % 2 == 0 ? Qt::Key_End : Qt::Key_Home; }, 40);
    hitches.press(
        "parent and first child", canvas, [](int i) { return i % 7 == 6 ? Qt::Key_BracketLeft : Qt::Key_BracketRight; },
        60);
    hitches.press(
        "fold and open the root", canvas,
        [](int i) { return i == 0    ? Qt::Key_Home
                        : i % 2 == 1 ? Qt::Key_Left
                                     : Qt::Key_Right; }, 21);
    hitches.press("zoom in", canvas, only(Qt::Key_W), 200);
    std::printf("in sight now: %lld ns\n", static_cast<long long>(view->state().scale().visible().length().ns()));
    hitches.press("pan", canvas, only(Qt::Key_D), 100);
    hitches.press("zoom out", canvas, only(Qt::Key_S), 200);
    view->findBar().open();
    QTest::keyClicks(&view->findBar().field(), QStringLiteral("GET"));
    hitches.wait("find to the full count", [&] {
        const waterfall::FindSession &session = view->findSession();
        return session.text() == QStringLiteral("GET") && !session.isRunning();
    });
    hitches.press("next hit", &view->findBar().field(), only(Qt::Key_Return), 100);
    canvas->setFocus();
    hitches.press("hide the rest, show it", canvas, only(Qt::Key_H), 6);
    return hitches.hasFailed() ? 1 : 0;
}

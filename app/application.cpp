// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/application.h"

#include "app/cli/command.h"
#include "app/cli/named_source.h"
#include "app/cli/window_painter.h"
#include "app/settings/settings.h"
#include "app/workspace/workspace.h"
#include "ui/mainwindow/main_window.h"
#include "ui/style/theme_switch.h"

#include <QApplication>
#include <QElapsedTimer>
#include <QFileInfo>
#include <QImage>
#include <QStyleHints>
#include <QThread>

#include <iostream>
#include <optional>

namespace tailspan {

using namespace Qt::StringLiterals;

namespace {

constexpr qint64 kPaintWithinMs = 120'000;

void nameApplication()
{
    QCoreApplication::setApplicationName(u"tailspan"_s);
    QCoreApplication::setApplicationVersion(QStringLiteral(TAILSPAN_VERSION));
    QGuiApplication::setApplicationDisplayName(u"Tailspan"_s);
    QGuiApplication::setDesktopFileName(u"org.tailspan.Tailspan"_s);
}

/// Whether a window can be opened at all: Qt would end the process with a core dump instead of an answer.
bool hasDisplay()
{
    if (qEnvironmentVariableIsSet("QT_QPA_PLATFORM") || !qEnvironmentVariableIsEmpty("WAYLAND_DISPLAY"))
        return true;
    const QString display = qEnvironmentVariable("DISPLAY");
    if (!display.startsWith(u':'))
        return !display.isEmpty();
    const QString number = display.mid(1).section(u'.', 0, 0);
    return QFileInfo::exists(u"/tmp/.X11-unix/X"_s + number);
}

style::ThemeChoice themeChoice(const QString &name)
{
    if (name == u"light"_s)
        return style::ThemeChoice::Light;
    return name == u"dark"_s ? style::ThemeChoice::Dark : style::ThemeChoice::System;
}

QStringList toPaths(const std::vector<std::string> &files)
{
    QStringList paths;
    for (const std::string &file : files)
        paths.append(QFile::decodeName(QByteArray::fromStdString(file)));
    return paths;
}

/// Lets the event loop run until nothing is loading or being computed, in three looks in a row.
bool waitUntilSettled(const mainwindow::MainWindow &window)
{
    QElapsedTimer timer;
    timer.start();
    for (int quietLooks = 0; quietLooks < 3;) {
        QCoreApplication::processEvents(QEventLoop::AllEvents, 20);
        QCoreApplication::sendPostedEvents(nullptr, QEvent::DeferredDelete);
        quietLooks = window.isSettled() ? quietLooks + 1 : 0;
        if (timer.elapsed() > kPaintWithinMs)
            return false;
        QThread::msleep(5);
    }
    return true;
}

Result<> writePicture(mainwindow::MainWindow &window, const cli::PictureRequest &request)
{
    const QString path = QFile::decodeName(QByteArray::fromStdString(request.outPath));
    const QImage picture = window.grab().toImage();
    if (!picture.save(path, "PNG"))
        return fail(ErrorCode::Internal,
                    "The picture could not be written. Check that the folder exists and can be "
                    "written to.",
                    request.outPath);
    return {};
}

Result<> paintWindow(const cli::PictureRequest &request)
{
    style::ThemeSwitch::instance().apply(request.isDark ? style::ThemeChoice::Dark : style::ThemeChoice::Light);
    settings::SettingsStore settings{QString()};
    workspace::Workspace workspace(settings);
    mainwindow::MainWindow window(workspace);
    if (!window.pageIds().contains(QString::fromStdString(request.page)))
        return fail(ErrorCode::NotFound,
                    "There is no page \"" + request.page
                        + "\". Pages are: " + window.pageIds().join(u", "_s).toStdString() + ".");
    std::optional<QString> failure;
    QObject::connect(&workspace, &workspace::Workspace::openFailed, &window,
                     [&](const QString &text) { failure = text; });
    window.resize(request.widthPx, request.heightPx);
    window.move(8, 8); // away from where the off-screen pointer rests, which would light up what is below it
    window.show();
    if (!request.files.empty())
        workspace.open(toPaths(request.files));
    if (!request.sources.empty())
        workspace.connectTo(request.sources);
    bool isSettled = waitUntilSettled(window);
    if (!request.filter.empty()) { // of what is open: opening something else would clear it
        TS_TRY(const items::TraceListFilter filter, items::parseTraceFilter(request.filter));
        workspace.setFilter(filter);
    }
    if (failure)
        return fail(ErrorCode::Malformed, failure->toStdString());
    window.showPage(QString::fromStdString(request.page));
    if (!request.view.empty() && !window.showView(QString::fromStdString(request.view)))
        return fail(ErrorCode::NotFound, "The page \"" + request.page + "\" has no view \"" + request.view + "\".");
    isSettled = isSettled && waitUntilSettled(window);
    if (!isSettled)
        return fail(ErrorCode::LimitReached, "Loading did not end within two minutes; nothing was painted.");
    return writePicture(window, request);
}

/// A command answers in single lines; what Qt has to say about the machine it runs on is not part of the answer.
void keepFatalOnly(QtMsgType type, const QMessageLogContext &, const QString &text)
{
    if (type == QtFatalMsg || type == QtCriticalMsg)
        std::cerr << text.toStdString() << '\n';
}

/// The scale of a picture has to be known before the application exists.
void setScale(const std::vector<std::string> &arguments)
{
    for (std::size_t i = 0; i < arguments.size(); ++i) {
        if (arguments[i] == "--scale" && i + 1 < arguments.size())
            qputenv("QT_SCALE_FACTOR", QByteArray::fromStdString(arguments[i + 1]));
        else if (arguments[i].starts_with("--scale="))
            qputenv("QT_SCALE_FACTOR", QByteArray::fromStdString(arguments[i].substr(8)));
    }
}

/// The live sources among the arguments; what stays in `arguments` are files.
Result<std::vector<sources::SourceToOpen>> takeSources(std::vector<std::string> &arguments)
{
    std::vector<sources::SourceToOpen> sources;
    std::vector<std::string> files;
    for (const std::string &argument : arguments) {
        if (!cli::isSourceWord(argument)) {
            files.push_back(argument);
            continue;
        }
        TS_TRY(sources::SourceToOpen source, cli::namedSource(argument));
        sources.push_back(std::move(source));
    }
    arguments = std::move(files);
    return sources;
}

/// What was open when the program ended, as far as it is still there.
QStringList lastFiles(const settings::Settings &settings)
{
    QStringList paths;
    for (const QString &path : settings.openFiles) {
        if (QFileInfo::exists(path))
            paths.append(path);
    }
    return paths;
}

/// The last link among the arguments; what stays in `arguments` are files.
Result<std::optional<trace::TraceLink>> takeLink(std::vector<std::string> &arguments)
{
    std::optional<trace::TraceLink> link;
    std::vector<std::string> files;
    for (const std::string &argument : arguments) {
        if (!trace::isTraceLink(argument)) {
            files.push_back(argument);
            continue;
        }
        TS_TRY(link, trace::parseTraceLink(argument));
    }
    arguments = std::move(files);
    return link;
}

} // namespace

bool isCommand(const std::string &name)
{
    return cli::commandNamed(name) != nullptr;
}

int runCommand(const std::string &name, const std::vector<std::string> &arguments, int argc, char **argv)
{
    const auto command = cli::commandNamed(name);
    qInstallMessageHandler(keepFatalOnly);
    if (!command->needsWidgets()) {
        const QCoreApplication application(argc, argv);
        nameApplication();
        return static_cast<int>(command->run(arguments, std::cout, std::cerr));
    }
    qputenv("QT_QPA_PLATFORM", "offscreen");
    setScale(arguments);
    const QApplication application(argc, argv);
    nameApplication();
    cli::setWindowPainter(paintWindow);
    return static_cast<int>(command->run(arguments, std::cout, std::cerr));
}

int runWindow(const std::vector<std::string> &arguments, int argc, char **argv)
{
    if (!arguments.empty() && arguments.front().starts_with("--") && arguments.front() != "--") {
        std::cerr << "tailspan: unknown option " << arguments.front() << ". `tailspan help` lists what there is.\n";
        return static_cast<int>(cli::ExitCode::WrongUsage);
    }
    if (!hasDisplay()) {
        std::cerr << "tailspan: there is no display to open a window on. Use `tailspan report FILE` or `tailspan trace "
                     "FILE` for text, or `tailspan snapshot --page welcome --out window.png FILE` for a picture.\n";
        return static_cast<int>(cli::ExitCode::WrongUsage);
    }
    std::vector<std::string> files = arguments;
    const Result<std::vector<sources::SourceToOpen>> sources = takeSources(files);
    if (!sources) {
        std::cerr << "tailspan: " << sources.error().text() << '\n';
        return static_cast<int>(cli::exitCodeFor(sources.error()));
    }
    const Result<std::optional<trace::TraceLink>> link = takeLink(files);
    if (!link) {
        std::cerr << "tailspan: " << link.error().text() << '\n';
        return static_cast<int>(cli::ExitCode::WrongUsage);
    }
    QStringList paths = toPaths(files);
    paths.removeAll(u"--"_s);
    const QApplication application(argc, argv);
    nameApplication();
    settings::SettingsStore settings(settings::SettingsStore::defaultPath());
    settings.load();
    style::ThemeSwitch::instance().apply(themeChoice(settings.value().theme));
    workspace::Workspace workspace(settings);
    mainwindow::MainWindow window(workspace);
    window.show();
    if (arguments.empty())
        paths += lastFiles(settings.value());
    if (!sources->empty())
        workspace.connectTo(*sources);
    else if (arguments.empty())
        workspace.openSourcesOfStart();
    workspace.open(paths);
    if (*link)
        workspace.openLink(**link);
    return QApplication::exec();
}

} // namespace tailspan

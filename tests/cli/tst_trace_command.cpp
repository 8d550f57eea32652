// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/arguments.h"
#include "tests/support/command_run.h"
#include "tests/support/trace_samples.h"
#include "tests/support/written_file.h"

#include <QTest>

#include <nlohmann/json.hpp>

#include <algorithm>

#include <sys/stat.h>

using namespace tailspan;
using cli::ExitCode;
using nlohmann::json;

namespace {

using Run = test::CommandRun;

Run traceCommand(const std::vector<std::string> &arguments)
{
    return test::runCommand("trace", arguments);
}

bool isOneLine(const std::string &text)
{
    return std::count(text.begin(), text.end(), '\n') == 1 && text.ends_with('\n');
}

/// What a terminal would obey: C0 but the line feed, DEL, C1 in UTF-8.
bool givesOrders(const std::string &text)
{
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto byte = static_cast<unsigned char>(text[i]);
        const auto next = static_cast<unsigned char>(i + 1 < text.size() ? text[i + 1] : 0);
        if ((byte < 0x20 && byte != '\n') || byte == 0x7F || (byte == 0xC2 && next >= 0x80 && next < 0xA0))
            return true;
    }
    return false;
}

std::vector<std::string> keysOf(const json &object)
{
    std::vector<std::string> keys;
    for (const auto &[key, value] : object.items())
        keys.push_back(key);
    return keys;
}

using Keys = std::vector<std::string>;
const std::string kCut = TAILSPAN_SOURCE_DIR "/tests/data/azora-traces/parallel/";

} // namespace

class TestTraceCommand : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void theListInJsonHasTheFieldsOfTheContract()
    {
        const Run run = traceCommand({kCut + "redis-lists.tsv", "--json"});
        QVERIFY(run.exit == ExitCode::Fine);
        QVERIFY(run.err.empty());
        const json root = json::parse(run.out);
        QCOMPARE(keysOf(root), (Keys{"complete", "format", "notes", "traces"}));
        QCOMPARE(root["format"].get<std::string>(), "Span records");
        QCOMPARE(root["complete"].get<bool>(), true);
        QCOMPARE(root["traces"].size(), std::size_t{9});
        std::size_t spans = 0;
        for (const json &trace : root["traces"]) {
            QCOMPARE(keysOf(trace),
                     (Keys{"criticalPathNs", "durationNs", "errorCount", "repairs", "rootCount", "services",
                           "spanCount", "startNs", "traceId"}));
            QVERIFY(trace["startNs"].is_number_integer() && trace["durationNs"].is_number_integer());
            QVERIFY(trace["criticalPathNs"].get<std::int64_t>() <= trace["durationNs"].get<std::int64_t>());
            spans += trace["spanCount"].get<std::size_t>();
            for (const json &repair : trace["repairs"])
                QCOMPARE(keysOf(repair), (Keys{"detail", "kind", "spanId"}));
        }
        QCOMPARE(spans, std::size_t{218});
        for (const char *secret : {"verysecret", "eyJhbGciOi"})
            QVERIFY(run.out.find(secret) == std::string::npos);
    }

    void oneTraceInJsonHasItsSpans()
    {
        const json list = json::parse(traceCommand({kCut + "redis-lists.tsv", "--json"}).out);
        const std::string id = list["traces"][0]["traceId"];
        const Run run = traceCommand({"--json", "--id=" + id, kCut + "redis-lists.tsv"});
        QVERIFY(run.exit == ExitCode::Fine);
        const json root = json::parse(run.out);
        QCOMPARE(root["traces"].size(), std::size_t{1});
        const json &trace = root["traces"][0];
        QCOMPARE(trace["spans"].size(), trace["spanCount"].get<std::size_t>());
        std::map<std::string, json> byId;
        for (const json &span : trace["spans"]) {
            QCOMPARE(keysOf(span),
                     (Keys{"confidence", "depth", "durationNs", "error", "marks", "onCriticalPath", "operation",
                           "parentId", "parentOrigin", "recordedParentId", "selfNs", "service", "spanId", "startNs"}));
            const std::string origin = span["parentOrigin"];
            if (origin == "root") {
                QVERIFY(span["confidence"].is_null() && span["parentId"] == "" && span["depth"] == 0);
            } else {
                QVERIFY(origin == "inferred" || origin == "recorded");
                QVERIFY(span["confidence"].get<double>() > 0 && span["confidence"].get<double>() <= 1);
                QVERIFY(byId.contains(span["parentId"].get<std::string>())); // in tree order
            }
            QVERIFY(span["selfNs"].get<std::int64_t>() <= span["durationNs"].get<std::int64_t>());
            byId.emplace(span["spanId"].get<std::string>(), span);
        }
        QVERIFY(traceCommand({"--id", id, kCut + "redis-lists.tsv"}).out.find("(parent inferred, ")
                != std::string::npos);
    }

    void bothStoresTogetherShowEachSpanOnce()
    {
        const json root =
            json::parse(traceCommand({kCut + "redis-lists.tsv", kCut + "distributed_traces.csv", "--json"}).out);
        QCOMPARE(root["format"].get<std::string>(), "Span records, Span table (CSV)");
        std::size_t spans = 0;
        for (const json &trace : root["traces"])
            spans += trace["spanCount"].get<std::size_t>();
        QCOMPARE(spans, std::size_t{218});
    }

    void theTextSaysWhatWasReadAndRepaired()
    {
        const Run run = traceCommand({kCut + "distributed_traces.csv"});
        QVERIFY(run.exit == ExitCode::Fine);
        QVERIFY(run.out.find("distributed_traces.csv: Span table (CSV), ") == 0);
        QVERIFY(run.out.find("9 traces, 218 spans, 7 services") != std::string::npos);
        QVERIFY(run.out.find("Parent inferred") != std::string::npos);
    }

    void columnsAreCountedInCharacters()
    {
        const test::Folder folder;
        const std::string span = "{\"traceId\":\"00000000000000a1\",\"id\":\"0000000000000001\",\"name\":\"n\","
                                 "\"timestamp\":1795449122877000,\"duration\":";
        const auto widthBefore = [&](const std::string &micros) {
            const std::string out = traceCommand({folder.write("z.json", "[" + span + micros + "}]")}).out;
            const std::size_t end = out.find("00000000000000a1");
            const std::string line = out.substr(out.rfind('\n', end) + 1, end - out.rfind('\n', end) - 1);
            return QString::fromStdString(line).size();
        };
        QCOMPARE(widthBefore("5"), widthBefore("5000")); // "5 µs" has a byte more than "5 ms"
    }

    void aFileThatIsCutOffIsSaidToBeIncomplete()
    {
        const test::Folder folder;
        const std::string text = test::traceSamples().front().text;
        const std::string path = folder.write("cut.json", std::string_view(text).substr(0, text.size() * 2 / 3));
        const Run run = traceCommand({path, "--json"});
        QVERIFY(run.exit == ExitCode::Fine);
        const json root = json::parse(run.out);
        QCOMPARE(root["complete"].get<bool>(), false);
        QVERIFY(root["notes"][0].get<std::string>().find("cut.json: incomplete") == 0);
        QVERIFY(traceCommand({path}).out.find("incomplete") != std::string::npos);
    }

    void wrongUsageIsTwo()
    {
        for (const std::vector<std::string> &arguments :
             {std::vector<std::string>{}, {"--json"}, {"--nonsense", "x"}, {"x", "--id"}, {"x", "--json=1"}}) {
            const Run run = traceCommand(arguments);
            QVERIFY(run.exit == ExitCode::WrongUsage);
            QVERIFY(isOneLine(run.err));
            QVERIFY(run.out.empty());
        }
    }

    void inputThatCannotBeReadIsThreeAndOneLine_data()
    {
        QTest::addColumn<QByteArray>("content");
        QTest::addColumn<QString>("says");
        const auto row = [](const char *name, const std::string &content, const char *says) {
            QTest::newRow(name) << QByteArray::fromStdString(content) << QString::fromLatin1(says);
        };
        const std::string trace = test::traceSamples().front().text;
        row("empty", "", "is empty");
        row("binary junk",
            std::string("\x7F"
                        "ELF\x02\x01\x01\0\0\x1B[31m",
                        12),
            "is no trace file that Tailspan knows; known are Jaeger JSON");
        row("text", "just some words\n", "known are");
        row("cut before the first span ends", trace.substr(0, 150), "is cut off before the end of its first span");
        row("utf-16 without a mark", std::string("{\0\"\0a\0\"\0", 8), "is no trace file");
        row("a million levels", std::string(1'000'000, '['), "is no trace file");
        row("gzip bomb", test::gzipped("{\"data\":[" + std::string(66ULL << 20, ' ')),
            "unpacks to more than 200 times its size");
        row("damaged gzip", "\x1f\x8b no", "damaged or cut off");
        row("zip", "PK\x03\x04", "zip archive");
        row("known but unread", "{\"traceEvents\":[]}", "Chrome trace: not supported yet");
        row("nothing readable", "[{\"traceId\":\"ab\",\"id\":\"01\",\"name\":\"x\"",
            "is cut off before the end of its first span");
    }
    void inputThatCannotBeReadIsThreeAndOneLine()
    {
        QFETCH(QByteArray, content);
        QFETCH(QString, says);
        const test::Folder folder;
        const std::string path = folder.write("evil\x1B[31m\nname", content.toStdString());
        const Run run = traceCommand({path, "--json"});
        QVERIFY2(run.exit == ExitCode::InputUnreadable, run.err.c_str());
        QVERIFY2(isOneLine(run.err), run.err.c_str());
        QVERIFY2(run.err.find(says.toStdString()) != std::string::npos, run.err.c_str());
        QVERIFY(!givesOrders(run.err));
        QVERIFY(run.out.empty());
    }

    void filesThatAreNoneAreThreeAndOneLine()
    {
        const test::Folder folder;
        QCOMPARE(::mkfifo(folder.path("pipe").c_str(), 0600), 0);
        for (const auto &[path, says] : {std::pair{folder.path("missing"), "No such file"},
                                         {folder.path(""), "is a directory"},
                                         {folder.path("pipe"), "not a regular file"}}) {
            const Run run = traceCommand({path});
            QVERIFY(run.exit == ExitCode::InputUnreadable);
            QVERIFY(isOneLine(run.err));
            QVERIFY2(run.err.find(says) != std::string::npos, run.err.c_str());
        }
    }

    void aTraceThatIsNotThereIsThree()
    {
        const Run run = traceCommand({kCut + "redis-lists.tsv", "--id", "no\x1B[2Jsuch"});
        QVERIFY(run.exit == ExitCode::InputUnreadable);
        QVERIFY(isOneLine(run.err) && !givesOrders(run.err));
    }

    void whatAFileHoldsGivesTheTerminalNoOrders()
    {
        const test::Folder folder;
        const std::string evil = "\\u001b[2J\\u0007\\u009b31m\\u007f\\u202e\\n";
        const std::string path = folder.write(
            "evil.json",
            "{\"data\":[{\"traceID\":\"t" + evil + "\",\"spans\":[{\"traceID\":\"t" + evil + "\",\"spanID\":\"s" + evil
                + "\",\"operationName\":\"o" + evil
                + "\",\"startTime\":1795449122877000,\"duration\":5,\"references\":[{\"refType\":\"CHILD_OF\","
                  "\"traceID\":\"t"
                + evil + "\",\"spanID\":\"p" + evil
                + "\"}],\"processID\":\"p\"}],\"processes\":{\"p\":{\"serviceName\":\"w" + evil + "\"}}}]}");
        const std::string id = "t\x1B[2J\x07\xC2\x9B"
                               "31m\x7F\xE2\x80\xAE\n";
        for (const std::vector<std::string> &arguments :
             {std::vector<std::string>{path}, {path, "--json"}, {path, "--id", id}, {path, "--id", id, "--json"}}) {
            const Run run = traceCommand(arguments);
            QVERIFY2(run.exit == ExitCode::Fine, run.err.c_str());
            QVERIFY2(!givesOrders(run.out), run.out.c_str());
        }
        const json root = json::parse(traceCommand({path, "--json"}).out);
        QCOMPARE(root["traces"][0]["traceId"].get<std::string>(), id); // escaped, not lost
        QCOMPARE(root["traces"][0]["services"][0].get<std::string>(), "w" + id.substr(1));
    }

    void unsafeCharactersAreEscapedByTheirNumber()
    {
        QCOMPARE(cli::oneLine("a\x1B\n\x7F"
                              "b"),
                 "a\\x1b\\x0a\\x7f"
                 "b");
        QCOMPARE(cli::oneLine("\xC2\x9B\xE2\x80\xAE\xE2\x80\x8B\xE2\x81\xA6\xEF\xBB\xBF"),
                 "\\u009b\\u202e\\u200b\\u2066\\ufeff");
        QCOMPARE(cli::oneLine("\xC3\xA4\xE2\x82\xAC\xF0\x9F\x98\x80"), "\xC3\xA4\xE2\x82\xAC\xF0\x9F\x98\x80");
        QCOMPARE(cli::oneLine("\xFF"), "\xEF\xBF\xBD");
    }

    void optionsAndFilesAreToldApart()
    {
        const auto read = [](const std::vector<std::string> &arguments) {
            return cli::parseArguments(arguments, {{"--id", true}, {"--json", false}});
        };
        const auto parsed = read({"--id", "--json", "a", "--", "--json", "-"});
        QVERIFY(parsed.has_value());
        QCOMPARE(parsed->options.at("--id"), "--json");
        QCOMPARE(parsed->files, (std::vector<std::string>{"a", "--json", "-"}));
        QCOMPARE(read({"--id=x=y"})->options.at("--id"), "x=y");
        QVERIFY(!read({"--other"}).has_value());
    }
};

QTEST_GUILESS_MAIN(TestTraceCommand)
#include "tst_trace_command.moc"

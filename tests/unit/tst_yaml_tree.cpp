// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/yaml/yaml_tree.h"

#include "tests/support/written_file.h"

#include <QElapsedTimer>
#include <QTest>

using namespace tailspan;

namespace {

/// The tree as one line: `{a: [1, "2"], b: ~}`, a word that was written in quotes with quotes.
std::string drawn(const yaml::Node &node)
{
    std::string text;
    switch (node.kind) {
    case yaml::Node::Kind::Null: return "~";
    case yaml::Node::Kind::Text: return node.isQuoted ? '"' + node.text + '"' : node.text;
    case yaml::Node::Kind::List:
        for (const yaml::Node &item : node.items)
            text += (text.empty() ? "" : ", ") + drawn(item);
        return '[' + text + ']';
    case yaml::Node::Kind::Map:
        for (const auto &[key, line, value] : node.map)
            text += (text.empty() ? "" : ", ") + key + ": " + drawn(value);
        return '{' + text + '}';
    }
    return {};
}

std::string drawn(const Result<yaml::Node> &document)
{
    return document ? drawn(*document) : document.error().text();
}

std::string repeated(const std::string &text, int count)
{
    std::string all;
    for (int i = 0; i < count; ++i)
        all += text;
    return all;
}

/// Ten lines, each nine times the one before it.
std::string bomb(const std::string &first)
{
    std::string text = "a0: &a0 " + first + "\n";
    for (int i = 1; i < 10; ++i) {
        const std::string last = "*a" + std::to_string(i - 1);
        text += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [" + repeated(last + ", ", 9) + "]\n";
    }
    return text;
}

} // namespace

class TestYamlTree : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void valuesAreReadAsWritten_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QByteArray>("expected");
        QTest::newRow("block") << QByteArray("a:\n  - 1\n  - '2'\nb:\nc: ~\nd: null\n")
                               << QByteArray("{a: [1, \"2\"], b: ~, c: ~, d: ~}");
        QTest::newRow("JSON") << QByteArray(R"({"a": [1, "2", null], "b": {}})")
                              << QByteArray(R"({a: [1, "2", ~], b: {}})");
        QTest::newRow("words kept") << QByteArray("a: yes\nb: 0x1F\nc: 1e3\non: |\n  two\n  lines\n")
                                    << QByteArray("{a: yes, b: 0x1F, c: 1e3, on: \"two\nlines\n\"}");
        QTest::newRow("unknown tags") << QByteArray("a: !Ref b\nc: !!set {x, y}\n")
                                      << QByteArray("{a: \"b\", c: {x: ~, y: ~}}");
        QTest::newRow("alias") << QByteArray("a: &x [1, 2]\nb: *x\n") << QByteArray("{a: [1, 2], b: [1, 2]}");
        QTest::newRow("merge") << QByteArray("base: &b {x: 1, y: 2}\nown: {y: 3, <<: *b}\n")
                               << QByteArray("{base: {x: 1, y: 2}, own: {y: 3, x: 1}}");
        QTest::newRow("merges") << QByteArray("a: {<<: [{x: 1, y: 1}, {y: 2, z: 2}]}\n")
                                << QByteArray("{a: {x: 1, y: 1, z: 2}}");
        QTest::newRow("no merge") << QByteArray("<<: text\n") << QByteArray("{<<: text}");
        QTest::newRow("twice") << QByteArray("a: 1\na: 2\n") << QByteArray("{a: 1, a: 2}");
        QTest::newRow("nothing") << QByteArray("# only words\n") << QByteArray("~");
        QTest::newRow("not UTF-8") << QByteArray("a: \xff\xfe\n") << QByteArray("{a: \xEF\xBF\xBD\xEF\xBF\xBD}");
        QTest::newRow("one and an empty one") << QByteArray("a: 1\n---\n") << QByteArray("{a: 1}");
    }
    void valuesAreReadAsWritten()
    {
        QFETCH(QByteArray, text);
        QFETCH(QByteArray, expected);
        QCOMPARE(drawn(yaml::readDocument(text.toStdString(), "file")), expected.toStdString());
    }

    void linesAreKnown()
    {
        const auto root = yaml::readDocument("# first\na:\n  b: 1\n  c:\n    - x\n    - y: 2\n", "file");
        const yaml::Entry &a = root->map.front();
        QCOMPARE(a.line, 2);
        QCOMPARE(a.value.line, 3);
        QCOMPARE(a.value.find("c")->items[1].find("y")->line, 6);
        QCOMPARE(a.value.map[1].line, 4);
        QVERIFY(a.value.find("d") == nullptr);
        QCOMPARE(yaml::readDocument("a: 1\na: 2\n", "file")->find("a")->text, std::string("2"));
    }

    void documentsAreDividedByDashes()
    {
        const std::string text = "kind: A\n---\n# nothing\n---\nkind: B\nlist: &l [1]\n...\n---\nkind: C\n";
        const auto documents = yaml::readDocuments(text, "file");
        QVERIFY2(documents.has_value(), documents ? "" : documents.error().text().c_str());
        QCOMPARE(documents->size(), std::size_t{3});
        QCOMPARE(documents->at(2).find("kind")->text, std::string("C"));
        QCOMPARE(documents->at(1).line, 5);
        const auto one = yaml::readDocument(text, "file");
        QCOMPARE(one.error().text(), std::string("file, line 5: it holds 3 documents; only one goes here"));
        QVERIFY(yaml::readDocuments("", "file")->empty());
        QVERIFY(!yaml::readDocuments("a: &x 1\n---\nb: *x\n", "file").has_value()); // anchors end with their document
    }

    void whatIsWrongIsNamedWithItsLine_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QString>("words");
        QTest::newRow("cut off") << QByteArray("a:\n  b: [1, ") << QStringLiteral("file, line 2: not YAML or JSON");
        QTest::newRow("tab") << QByteArray("a:\n\tb: 1\n") << QStringLiteral("line 2");
        QTest::newRow("unknown alias") << QByteArray("a: *b\n") << QStringLiteral("not YAML or JSON");
        QTest::newRow("itself") << QByteArray("a: 1\nb: &b [1, *b]\n") << QStringLiteral("line 2: an anchor contains");
        QTest::newRow("key") << QByteArray("a: 1\n? [b]\n: 2\n") << QStringLiteral("line 2: a key is not a plain word");
    }
    void whatIsWrongIsNamedWithItsLine()
    {
        QFETCH(QByteArray, text);
        QFETCH(QString, words);
        const auto root = yaml::readDocument(text.toStdString(), "file");
        QVERIFY(!root.has_value());
        QCOMPARE(root.error().code, ErrorCode::Malformed);
        const QString said = QString::fromStdString(root.error().text());
        QVERIFY2(said.contains(words), qPrintable(said));
    }

    void limitsHoldQuickly_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QString>("words");
        const auto row = [](const char *name, const std::string &text, const char *words) {
            QTest::newRow(name) << QByteArray::fromStdString(text) << QString::fromLatin1(words);
        };
        row("bomb", bomb("[x, x, x, x, x, x, x, x, x]"), "10,000 values");
        row("bomb of one text", bomb('"' + std::string(400'000, 'x') + '"'), "4.0 MiB");
        row("bomb of merges", "a: &a {" + repeated("k: v, ", 99) + "}\n" + repeated("b: {<<: *a}\n", 200), "10,000");
        row("nested anchors", repeated("&a [", 30) + repeated("x, ", 600) + repeated("]", 30), "10,000 values");
        row("brackets", std::string(100'000, '['), "nested too deep: more than 32 levels");
        row("braces", repeated("{a: ", 100'000), "too deep");
        row("dashes", repeated("- ", 100'000), "too deep");
        row("question marks", repeated("? ", 100'000), "too deep");
        row("deep by aliases", "a: &a [[[[[[[[[[[[1]]]]]]]]]]]]\nb: [[[[[[[[[[[[[[[[[[[[*a]]]]]]]]]]]]]]]]]]]]\n",
            "too deep");
        row("many documents", repeated("--- 1\n", 20'000), "10,000 values");
        row("too large", std::string(2'000'000, ' '), "1.0 MiB");
    }
    void limitsHoldQuickly()
    {
        QFETCH(QByteArray, text);
        QFETCH(QString, words);
        QElapsedTimer timer;
        timer.start();
        const auto root = yaml::readDocument(text.toStdString(), "file");
        QVERIFY2(timer.elapsed() < 2000, qPrintable(QString::number(timer.elapsed())));
        QVERIFY(!root.has_value());
        QCOMPARE(root.error().code, ErrorCode::LimitReached);
        const QString said = QString::fromStdString(root.error().text());
        QVERIFY2(said.contains(words), qPrintable(said));
    }

    void filesAreReadAlsoPacked()
    {
        const test::Folder folder;
        QCOMPARE(yaml::readText(folder.write("a.yaml.gz", test::gzipped("a: 1\n"))).value(), std::string("a: 1\n"));
        QVERIFY(!yaml::readText("/nowhere/a.yaml").has_value());
        const auto large = yaml::readText(folder.write("b.yaml", std::string(2'000'000, ' ')));
        QCOMPARE(large.error().text(), std::string("b.yaml: it is larger than 1.0 MiB"));
    }
};

QTEST_GUILESS_MAIN(TestYamlTree)
#include "tst_yaml_tree.moc"

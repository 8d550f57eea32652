// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/meshfiles/mesh_file.h"

#include "tests/support/written_file.h"

#include <QTest>

using namespace tailspan;

namespace {

/// "a -> b c | d -> *": services with their neighbors, * for all.
std::string drawn(const Result<graph::DeclaredMesh> &mesh)
{
    if (!mesh.has_value())
        return mesh.error().text();
    std::string text;
    for (const graph::DeclaredMesh::Service &service : mesh->services) {
        text += (text.empty() ? "" : " | ") + service.name + " ->";
        for (const std::string &neighbor : service.neighbors)
            text += " " + neighbor;
        text += service.callsAll ? " *" : "";
    }
    return text;
}

std::string repeated(const std::string &text, std::size_t count)
{
    std::string all;
    for (std::size_t i = 0; i < count; ++i)
        all += text;
    return all;
}

} // namespace

class TestMeshFiles : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void everyFormIsRead_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("expected");
        const QString two = QStringLiteral("pay -> auth chain | auth ->");
        QTest::newRow("ours") << QStringLiteral("services:\n  pay:\n    neighbors: [auth, chain]\n  auth: {}\n") << two;
        QTest::newRow("registry") << QStringLiteral(
            R"({"analytics":{"port":4080,"neighbors":["ai","all-services"]},"ai":{"port":4001,"neighbors":[]}})")
                                  << QStringLiteral("analytics -> ai * | ai ->");
        QTest::newRow("lists alone") << QStringLiteral("pay: [auth, chain]\nauth: []\n") << two;
        QTest::newRow("list of services")
            << QStringLiteral("- name: pay\n  calls: [auth, chain]\n- name: auth\n") << two;
        QTest::newRow("one neighbor") << QStringLiteral("pay:\n  dependencies: auth\n")
                                      << QStringLiteral("pay -> auth");
        QTest::newRow("nothing after the key")
            << QStringLiteral("services:\n  pay:\n    neighbours:\n") << QStringLiteral("pay ->");
        QTest::newRow("anchors") << QStringLiteral("services:\n  a: {neighbors: &n [x, y]}\n  b: {neighbors: *n}\n")
                                 << QStringLiteral("a -> x y | b -> x y");
    }
    void everyFormIsRead()
    {
        QFETCH(QString, text);
        QFETCH(QString, expected);
        QCOMPARE(drawn(meshfiles::parseMesh(text.toStdString(), "mesh")), expected.toStdString());
    }

    void unknownKeysAreNamedOnce()
    {
        const auto mesh = meshfiles::parseMesh(
            "services:\n  a: {port: 1, neighbors: [b], team: x}\n  b: {port: 2, team: y, replicas: 3}\n", "mesh");
        QCOMPARE(mesh->notes.size(), std::size_t{1});
        QCOMPARE(mesh->notes[0], std::string("Left aside, because only neighbors are read: replicas, team."));
        QVERIFY(meshfiles::parseMesh("a: {port: 1, neighbors: [b]}", "mesh")->notes.empty());
    }

    void badInputIsRefusedInWords_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QString>("word");
        const QString noMesh = QStringLiteral("no declaration of services");
        QTest::newRow("a number") << QByteArray("42") << noMesh;
        QTest::newRow("nothing") << QByteArray("# only a comment\n") << noMesh;
        QTest::newRow("another document") << QByteArray(R"({"a": {"b": 1}})") << noMesh;
        QTest::newRow("another list") << QByteArray(R"([{"name": "x", "id": "1"}])") << noMesh;
        QTest::newRow("no services") << QByteArray("services: {}\n") << noMesh;
        QTest::newRow("a text for a service")
            << QByteArray("a: text\n") << QStringLiteral("mesh, line 1: \"a\" should");
        QTest::newRow("a map of neighbors")
            << QByteArray("a:\n  neighbors: {b: 1}\n") << QStringLiteral("should be a list of names");
        QTest::newRow("a list for a name")
            << QByteArray("a: [[b]]\n") << QStringLiteral("a service's name is expected");
        QTest::newRow("cut off") << QByteArray("services: {a: {neighbors: [b, ") << QStringLiteral("not YAML or JSON");
        QTest::newRow("tabs") << QByteArray("a:\n\tneighbors: [b]\n") << QStringLiteral("line 2");
        QTest::newRow("binary") << QByteArray("\x00\x01\xff\xfe{", 5) << QString();
        QTest::newRow("unknown alias") << QByteArray("a: {neighbors: *nobody}\n") << QStringLiteral("not YAML or JSON");
        QTest::newRow("brackets") << QByteArray::fromStdString(repeated("[", 100'000)) << QStringLiteral("too deep");
        QTest::newRow("braces") << QByteArray::fromStdString(repeated("{a: ", 100'000)) << QStringLiteral("too deep");
        QTest::newRow("dashes") << QByteArray::fromStdString(repeated("- ", 100'000)) << QStringLiteral("too deep");
        QTest::newRow("too long") << QByteArray::fromStdString(repeated("# x\n", 2'000'000))
                                  << QStringLiteral("4.0 MiB");
    }
    void badInputIsRefusedInWords()
    {
        QFETCH(QByteArray, text);
        QFETCH(QString, word);
        const auto mesh = meshfiles::parseMesh(text.toStdString(), "mesh");
        QVERIFY(!mesh.has_value());
        const QString said = QString::fromStdString(mesh.error().text());
        QVERIFY2(said.contains(word), qPrintable(said));
        QVERIFY2(!said.contains(QLatin1Char('\n')), qPrintable(said));
    }

    /// A list of lists of lists, each nine times the one before: ten million names of a few hundred bytes.
    void anAnchorBombCostsNothing()
    {
        std::string bomb = "a0: &a0 {neighbors: [x, x, x, x, x, x, x, x, x]}\n";
        for (int i = 1; i < 9; ++i) {
            const std::string last = std::to_string(i - 1);
            bomb += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " {neighbors: ["
                + repeated("*a" + last + ", ", 9) + "]}\n";
        }
        QVERIFY(!meshfiles::parseMesh(bomb, "bomb").has_value());
        // Repeated as a whole it is counted, name by name.
        std::string wide = "first: {neighbors: &n [" + repeated("x, ", 2000) + "]}\n";
        for (int i = 0; i < 5000; ++i)
            wide += "s" + std::to_string(i) + ": {neighbors: *n}\n";
        const auto mesh = meshfiles::parseMesh(wide, "wide");
        QVERIFY(!mesh.has_value());
        QCOMPARE(mesh.error().code, ErrorCode::LimitReached);
        QVERIFY(!meshfiles::parseMesh("a: &a\n  neighbors: [*a]\n", "itself").has_value());
    }

    void filesAreReadAlsoPacked()
    {
        const test::Folder folder;
        const std::string text = "pay: [auth]\n";
        QCOMPARE(drawn(meshfiles::readMeshFile(folder.write("a.yaml", text))), std::string("pay -> auth"));
        QCOMPARE(drawn(meshfiles::readMeshFile(folder.write("a.yaml.gz", test::gzipped(text)))),
                 std::string("pay -> auth"));
        QVERIFY(!meshfiles::readMeshFile("/nowhere/mesh.yaml").has_value());
        const std::string huge = test::gzipped(repeated("# comment\n", 1'000'000));
        QCOMPARE(meshfiles::readMeshFile(folder.write("huge.yaml.gz", huge)).error().code, ErrorCode::LimitReached);
    }
};

QTEST_GUILESS_MAIN(TestMeshFiles)
#include "tst_mesh_files.moc"

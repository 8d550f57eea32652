// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/workspace/samples.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QSaveFile>
#include <QStandardPaths>

namespace tailspan::workspace {

using namespace Qt::StringLiterals;

namespace {

QByteArray resource(const QString &file)
{
    QFile source(u":/samples/"_s + file);
    return source.open(QIODevice::ReadOnly) ? source.readAll() : QByteArray();
}

} // namespace

std::vector<Sample> bundledSamples()
{
    std::vector<Sample> samples;
    const QJsonArray list = QJsonDocument::fromJson(resource(u"samples.json"_s))["samples"_L1].toArray();
    for (const QJsonValue &entry : list) {
        samples.push_back({entry["file"_L1].toString(), entry["name"_L1].toString(), entry["kind"_L1].toString(),
                           entry["description"_L1].toString()});
    }
    return samples;
}

QString sampleFolder()
{
    return QStandardPaths::writableLocation(QStandardPaths::CacheLocation) + u"/samples"_s;
}

Result<QString> samplePath(const Sample &sample)
{
    const QByteArray bytes = resource(sample.file);
    const QString folder = sampleFolder();
    const QString path = folder + u'/' + sample.file;
    // The size tells apart versions of a sample well enough: the files are ours and compressed.
    if (QFileInfo(path).size() == bytes.size() && !bytes.isEmpty())
        return path;
    QDir().mkpath(folder);
    QSaveFile file(path);
    if (bytes.isEmpty() || !file.open(QIODevice::WriteOnly) || file.write(bytes) != bytes.size() || !file.commit())
        return fail(ErrorCode::Internal, "The sample could not be unpacked: " + file.errorString().toStdString(),
                    path.toStdString());
    return path;
}

} // namespace tailspan::workspace

// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/servers/test_certificates.h"

#include "tests/support/servers/server_process.h"

#include <QFile>

namespace tailspan::test {

using namespace Qt::StringLiterals;

namespace {

const QStringList kNewKey = {u"-newkey"_s, u"ec"_s, u"-pkeyopt"_s, u"ec_paramgen_curve:P-256"_s, u"-nodes"_s};

} // namespace

TestCertificates::TestCertificates()
{
    const bool isMade = makeAuthority(u"authority"_s) && makeAuthority(u"other-authority"_s)
        && makeAuthority(u"self-signed"_s) && makeSigned(u"good"_s, u"IP:127.0.0.1,DNS:localhost"_s, 30)
        && makeSigned(u"expired"_s, u"IP:127.0.0.1,DNS:localhost"_s, -1)
        && makeSigned(u"elsewhere"_s, u"DNS:cache.example"_s, 30) && makeSigned(u"client"_s, u"DNS:client"_s, 30)
        && run({u"ec"_s, u"-aes256"_s, u"-passout"_s, u"pass:"_s + QLatin1String(kPassphrase), u"-in"_s,
                key(u"client"_s), u"-out"_s, encryptedKey()});
    if (!isMade && m_problem.isEmpty())
        m_problem = u"openssl made no certificates."_s;
}

bool TestCertificates::run(const QStringList &arguments)
{
    const QString openssl = findProgram(u"openssl"_s);
    if (openssl.isEmpty()) {
        m_problem = u"The program openssl is missing: install the package openssl."_s;
        return false;
    }
    QString output;
    const bool isDone = runProgram({openssl, arguments, m_folder.path()}, &output);
    if (!isDone)
        m_problem = u"openssl "_s + arguments.join(u' ') + u": "_s + output;
    return isDone;
}

bool TestCertificates::makeAuthority(const QString &name)
{
    return run(QStringList{u"req"_s, u"-x509"_s} + kNewKey
               + QStringList{u"-keyout"_s, key(name), u"-out"_s, certificate(name), u"-days"_s, u"30"_s, u"-subj"_s,
                             u"/CN=Tailspan test "_s + name});
}

bool TestCertificates::makeSigned(const QString &name, const QString &names, int days)
{
    const QString request = m_folder.filePath(name + u".csr"_s);
    const QString extensions = m_folder.filePath(name + u".ext"_s);
    QFile file(extensions);
    if (!file.open(QIODevice::WriteOnly) || file.write("subjectAltName=" + names.toUtf8() + "\n") < 0)
        return false;
    file.close();
    return run(QStringList{u"req"_s} + kNewKey
               + QStringList{u"-keyout"_s, key(name), u"-out"_s, request, u"-subj"_s, u"/CN="_s + name})
        && run({u"x509"_s, u"-req"_s, u"-in"_s, request, u"-CA"_s, authority(), u"-CAkey"_s, key(u"authority"_s),
                u"-CAcreateserial"_s, u"-days"_s, QString::number(days), u"-extfile"_s, extensions, u"-out"_s,
                certificate(name)});
}

} // namespace tailspan::test

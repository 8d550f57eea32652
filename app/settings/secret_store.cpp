// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/settings/secret_store.h"

#include <QEventLoop>
#include <QTimer>
#include <qt6keychain/keychain.h>

namespace tailspan::settings {

using namespace Qt::StringLiterals;

namespace {

constexpr int kKeyringMs = 60'000; // the user may have to type the keyring's own password
const QString kService = u"org.tailspan.Tailspan"_s;

/// Runs a keyring job to its end. The library's own jobs only work from an event loop.
bool finish(QKeychain::Job &job)
{
    job.setAutoDelete(false);
    job.setInsecureFallback(false);
    QEventLoop loop;
    bool isDone = false;
    QObject::connect(&job, &QKeychain::Job::finished, &loop, [&] {
        isDone = true;
        loop.quit();
    });
    QTimer::singleShot(kKeyringMs, &loop, &QEventLoop::quit);
    job.start();
    if (!isDone)
        loop.exec(QEventLoop::ExcludeUserInputEvents);
    return isDone && job.error() == QKeychain::NoError;
}

} // namespace

QString SecretStore::read(const QString &profile)
{
    const auto kept = m_inMemory.constFind(profile);
    if (kept != m_inMemory.constEnd())
        return *kept;
    if (!m_useKeyring)
        return {};
    QKeychain::ReadPasswordJob job(kService);
    job.setKey(profile);
    return finish(job) ? job.textData() : QString();
}

SecretStore::Kept SecretStore::write(const QString &profile, const QString &secret)
{
    m_inMemory.remove(profile);
    QString why = u"the keyring is not used here"_s;
    if (m_useKeyring) {
        QKeychain::WritePasswordJob job(kService);
        job.setKey(profile);
        job.setTextData(secret);
        if (finish(job))
            return {Place::Keyring, u"The password is kept in the keyring."_s};
        why = job.errorString().isEmpty() ? u"the keyring did not answer"_s : job.errorString();
    }
    m_inMemory.insert(profile, secret);
    return {Place::ThisRun,
            u"There is no keyring to keep the password in (%1). It is kept in memory until Tailspan "
            "ends."_s.arg(why)};
}

void SecretStore::remove(const QString &profile)
{
    m_inMemory.remove(profile);
    if (!m_useKeyring)
        return;
    QKeychain::DeletePasswordJob job(kService);
    job.setKey(profile);
    (void)finish(job);
}

} // namespace tailspan::settings

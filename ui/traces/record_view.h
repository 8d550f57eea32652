// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QPlainTextEdit>

namespace tailspan::traces {

/// The record of a span as text. Copies, dragged text and the selection of the desktop hold no secret, also while
/// secrets are shown, until that is asked for. Thread: GUI.
class RecordView final : public QPlainTextEdit {
    Q_OBJECT
public:
    explicit RecordView(QWidget *parent = nullptr);

    /// `masked`: the same record without secrets.
    void setRecord(const QString &shown, const QString &masked);
    [[nodiscard]] bool hasSecret() const { return m_hasSecret; }
    void setCopiesSecrets(bool copies) { m_copiesSecrets = copies; }

protected:
    [[nodiscard]] QMimeData *createMimeDataFromSelection() const override;

private:
    QString m_masked;
    bool m_hasSecret = false;
    bool m_copiesSecrets = false;
};

} // namespace tailspan::traces

// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/open_dialog.h"

#include <QFileDialog>

namespace tailspan::widgets {

QStringList askForFiles(QWidget *parent)
{
    return QFileDialog::getOpenFileNames(
        parent, QFileDialog::tr("Open load-test reports or trace files"), QString(),
        QFileDialog::tr("All files (*);;JSON and JSON lines (*.json *.ndjson *.jsonl *.gz *.zst);;CSV and JTL "
                        "(*.csv *.jtl *.tsv *.xml)"));
}

} // namespace tailspan::widgets

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/base/result.h"

#include <QString>

#include <vector>

namespace tailspan::workspace {

/// One of the small real files that come with the program.
struct Sample {
    QString file; ///< Name in resources/samples.
    QString name;
    QString kind;        ///< One word for a badge.
    QString description; ///< One sentence.
};

/// The list in resources/samples/samples.json. To add one: the file, one entry there, one line in tailspan.qrc.
/// The resources must be loaded.
[[nodiscard]] std::vector<Sample> bundledSamples();
/// Where samples are unpacked.
[[nodiscard]] QString sampleFolder();
/// The sample as a file that a reader can open: unpacked once into the user's cache folder.
[[nodiscard]] Result<QString> samplePath(const Sample &sample);

} // namespace tailspan::workspace

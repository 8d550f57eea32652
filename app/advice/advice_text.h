// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/advice/advise.h"
#include "app/advice/report_colors.h"
#include "models/advisor/finding_text.h"

#include <functional>
#include <iosfwd>
#include <string>

namespace tailspan::advice {

/// "9 findings from 412,000 spans, pg_stat_statements and scaling-config.yaml; 2 checks could not run"
[[nodiscard]] std::string summaryText(const Advised &advised);
/// The same without the number of findings.
[[nodiscard]] std::string sourcesText(const Advised &advised);

/// The report of all findings for people who do not have the program. Texts from outside cannot break out of it.
/// `picture`, where given, may write a line of its own where a finding's picture belongs.
using PictureWriter = std::function<void(std::ostream &, const advisor::Finding &)>;
void writeAdviceMarkdown(std::ostream &out, const Advised &advised, const PictureWriter &picture = {});
/// One page that stands alone: no scripts, nothing loaded; pictures are inline SVG in the colours given.
void writeAdviceHtml(std::ostream &out, const Advised &advised, const ReportColors &light = {},
                     const ReportColors &dark = {});
/// The contract of `tailspan advise --json`; adviceJsonHelp() names the fields.
void writeAdviceJson(std::ostream &out, const Advised &advised);
extern const char *const kAdviceJsonHelp;

} // namespace tailspan::advice

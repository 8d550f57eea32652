// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/advice/advise.h"
#include "models/advisor/finding_text.h"

#include <iosfwd>
#include <string>

namespace tailspan::advice {

/// "9 findings from 412,000 spans, pg_stat_statements and scaling-config.yaml; 2 checks could not run"
[[nodiscard]] std::string summaryText(const Advised &advised);
/// The same without the number of findings.
[[nodiscard]] std::string sourcesText(const Advised &advised);

/// The report of all findings for people who do not have the program. Texts from outside cannot break out of it.
void writeAdviceMarkdown(std::ostream &out, const Advised &advised);
/// One page that stands alone: no scripts, nothing loaded.
void writeAdviceHtml(std::ostream &out, const Advised &advised);
/// The contract of `tailspan advise --json`; adviceJsonHelp() names the fields.
void writeAdviceJson(std::ostream &out, const Advised &advised);
extern const char *const kAdviceJsonHelp;

} // namespace tailspan::advice

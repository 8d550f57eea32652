// SPDX-License-Identifier: GPL-3.0-or-later
// One line a format: X(Name) declares and registers make<Name>Reader(). The order is the order of asking: formats with
// an unmistakable beginning first.
#pragma once

#define TAILSPAN_REPORT_READERS(X)                                                                                     \
    X(JmeterXml)                                                                                                       \
    X(GatlingBinary)                                                                                                   \
    X(GatlingText)                                                                                                     \
    X(K6Ndjson)                                                                                                        \
    X(K6Summary)                                                                                                       \
    X(Artillery)                                                                                                       \
    X(AzoraSuite)                                                                                                      \
    X(AzoraTestReport)                                                                                                 \
    X(LocustJson)                                                                                                      \
    X(LocustHtml)                                                                                                      \
    X(LocustHistory)                                                                                                   \
    X(LocustStats)                                                                                                     \
    X(LocustFailures)                                                                                                  \
    X(LocustExceptions)                                                                                                \
    X(LocustRequests)                                                                                                  \
    X(JmeterCsv)

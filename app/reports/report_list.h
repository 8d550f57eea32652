// SPDX-License-Identifier: GPL-3.0-or-later
// One line a format: X(Name) declares and registers make<Name>Reader(). The order is the order of asking: formats with
// an unmistakable beginning first.
#pragma once

#define TAILSPAN_REPORT_READERS(X)                                                                                     \
    X(VegetaGob)                                                                                                       \
    X(JmeterXml)                                                                                                       \
    X(GatlingBinary)                                                                                                   \
    X(GatlingText)                                                                                                     \
    X(TaurusXml)                                                                                                       \
    X(K6DashboardHtml)                                                                                                 \
    X(K6Dashboard)                                                                                                     \
    X(K6Ndjson)                                                                                                        \
    X(K6Csv)                                                                                                           \
    X(K6Summary)                                                                                                       \
    X(Artillery)                                                                                                       \
    X(Autocannon)                                                                                                      \
    X(VegetaJson)                                                                                                      \
    X(VegetaReport)                                                                                                    \
    X(AzoraSuite)                                                                                                      \
    X(AzoraTestReport)                                                                                                 \
    X(LocustJson)                                                                                                      \
    X(LocustHtml)                                                                                                      \
    X(LocustHistory)                                                                                                   \
    X(LocustStats)                                                                                                     \
    X(LocustFailures)                                                                                                  \
    X(LocustExceptions)                                                                                                \
    X(LocustRequests)                                                                                                  \
    X(HdrLog)                                                                                                          \
    X(HeyCsv)                                                                                                          \
    X(AbRequests)                                                                                                      \
    X(AbPercentiles)                                                                                                   \
    X(TaurusCsv)                                                                                                       \
    X(Wrk)                                                                                                             \
    X(HeyText)                                                                                                         \
    X(AbText)                                                                                                          \
    X(HdrPercentiles)                                                                                                  \
    X(VegetaCsv)                                                                                                       \
    X(JmeterCsv)

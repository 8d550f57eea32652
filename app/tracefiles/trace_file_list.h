// SPDX-License-Identifier: GPL-3.0-or-later
// One line a trace-file format: X(Name) declares and registers make<Name>Reader(). The order is that of detection.
#pragma once

#define TAILSPAN_TRACE_FILES(X)                                                                                        \
    X(Jaeger)                                                                                                          \
    X(Otlp)                                                                                                            \
    X(Record)                                                                                                          \
    X(RecordTable)                                                                                                     \
    X(Zipkin)

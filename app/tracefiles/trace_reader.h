// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/bytes/byte_source.h"
#include "app/json/block_reader.h"
#include "models/trace/span_details.h"
#include "models/trace/trace_builder.h"

#include <memory>
#include <stop_token>
#include <string_view>
#include <vector>

namespace tailspan::tracefiles {

struct TraceFormatInfo {
    const char *id = "";          ///< "jaeger-json", stable, used in JSON output
    const char *title = "";       ///< "Jaeger JSON"
    const char *description = ""; ///< One sentence for lists of known formats.
};

/// What a reader works on.
struct ReadContext {
    std::shared_ptr<const bytes::ByteSource> source;
    trace::TraceBuilder &builder;
    std::uint16_t input =
        0; ///< Number of the input in the builder; its quality and isComplete are the reader's to set.
    std::stop_token stop;
    Progress &progress;
    unsigned workers = 1;
    std::size_t blockBytes = json::BlockReader::kBlockBytes; ///< Of about this size are the pieces that workers take.
};

/// Reads one format of trace file. To add one: a `.cpp` in this folder that defines `make<Name>Reader()` and one line
/// in trace_file_list.h; opening, the command line and the contract test find it there.
/// Const and without state: one object serves all threads.
class TraceReader {
public:
    virtual ~TraceReader() = default;
    [[nodiscard]] virtual TraceFormatInfo info() const = 0;
    /// Looks at content, never at the name. `head` is unpacked and in UTF-8.
    [[nodiscard]] virtual bool sniff(const bytes::Head &head) const = 0;
    /// Adds every span to the builder. Records that cannot be read are counted in the input's quality; errors are
    /// Cancelled, LimitReached and what the bytes cannot be read for.
    [[nodiscard]] virtual Result<> read(const ReadContext &context) const = 0;
    /// The details of one record, as read again from the source. Nothing is masked here. A reader whose records are no
    /// JSON sets rawRecord to one that is; otherwise it is the record itself.
    [[nodiscard]] virtual Result<trace::SpanDetails> details(std::string_view record,
                                                             std::string_view resource) const = 0;
    /// The texts of one record, as details() gives them, where that is possible without a document; else false, and
    /// what was visited until then does not count.
    [[nodiscard]] virtual bool visitTexts(std::string_view record, trace::RecordPart part,
                                          const trace::TextVisitor &visit) const
    {
        (void)record;
        (void)part;
        (void)visit;
        return false;
    }
};

/// Every reader, in the order in which they are asked to sniff.
[[nodiscard]] const std::vector<std::unique_ptr<const TraceReader>> &allTraceReaders();

} // namespace tailspan::tracefiles

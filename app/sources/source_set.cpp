// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/sources/source_set.h"

#include "app/sources/store_details.h"

#include <algorithm>
#include <map>
#include <thread>

namespace tailspan::sources {

namespace {

/// Asks all sources at the same time; answers stand in their order.
template <class T>
std::vector<Result<T>> askAll(const std::vector<std::shared_ptr<SourceThread>> &threads, const std::stop_token &stop,
                              Progress &progress,
                              const std::function<Result<T>(std::size_t, TraceSource &, Ask)> &question)
{
    std::vector<Result<T>> answers(threads.size(), fail(ErrorCode::Cancelled, "cancelled"));
    std::vector<std::jthread> waiting;
    for (std::size_t i = 0; i < threads.size(); ++i) {
        waiting.emplace_back([&, i] {
            answers[i] = threads[i]->ask<T>(
                stop, progress, [&, i](TraceSource &source, Ask ask) { return question(i, source, std::move(ask)); });
        });
    }
    waiting.clear(); // joins
    return answers;
}

/// The error of the whole: that of the first source when none answered.
template <class T>
Result<> anyAnswer(const std::vector<Result<T>> &answers, const std::stop_token &stop)
{
    if (stop.stop_requested())
        return fail(ErrorCode::Cancelled, "cancelled");
    if (answers.empty())
        return fail(ErrorCode::NotFound, "No store is open.");
    const bool hasAny =
        std::any_of(answers.begin(), answers.end(), [](const Result<T> &answer) { return answer.has_value(); });
    if (hasAny)
        return {};
    return tl::unexpected<Error>(answers.front().error());
}

std::int64_t orderValue(const TraceHit &hit, trace::TraceOrder order)
{
    return order == trace::TraceOrder::Longest ? hit.longestNs : hit.newestEndNs;
}

/// What two stores say of one trace: copies of the same spans, so the larger figures.
void mergeHit(TraceHit &known, const TraceHit &other)
{
    known.fittingSpans = std::max(known.fittingSpans, other.fittingSpans);
    known.newestEndNs = std::max(known.newestEndNs, other.newestEndNs);
    known.longestNs = std::max(known.longestNs, other.longestNs);
}

/// Sorted, and cut where a store may know more that belongs before: behind the end of its page, or at the limit.
void orderHits(SetSearch &result, const trace::TraceQuery &query, std::optional<trace::PageEnd> shortestPage)
{
    const auto comesBefore = [](std::int64_t value, const std::string &id, std::int64_t otherValue,
                                const std::string &otherId) {
        return value != otherValue ? value > otherValue : id < otherId;
    };
    std::sort(result.hits.begin(), result.hits.end(), [&](const TraceHit &a, const TraceHit &b) {
        return comesBefore(orderValue(a, query.order), a.traceId, orderValue(b, query.order), b.traceId);
    });
    const auto end = std::find_if(result.hits.begin(), result.hits.end(), [&](const TraceHit &hit) {
        return shortestPage
            && comesBefore(shortestPage->value, shortestPage->traceId, orderValue(hit, query.order), hit.traceId);
    });
    const bool isCut = end != result.hits.end() || result.hits.size() > query.traceLimit || shortestPage;
    result.hits.erase(end, result.hits.end());
    if (result.hits.size() > query.traceLimit)
        result.hits.resize(query.traceLimit);
    if (isCut && !result.hits.empty())
        result.next = trace::PageEnd{orderValue(result.hits.back(), query.order), result.hits.back().traceId};
}

} // namespace

SourceSet::SourceSet(const std::vector<SourceToOpen> &sources)
{
    for (const SourceToOpen &source : sources) {
        m_threads.push_back(
            std::make_shared<SourceThread>(source.name, [address = source.address, secrets = source.secrets] {
                return makeSource(address, secrets);
            }));
        const SourceInfo *info = sourceInfo(source.address.kind);
        m_formats.emplace_back(info == nullptr ? "" : info->title);
        m_canAggregate.push_back(info != nullptr && info->canAggregate);
    }
}

SourceSet::SourceSet(std::vector<std::shared_ptr<SourceThread>> threads, std::vector<std::string> formats)
    : m_canAggregate(threads.size()), m_threads(std::move(threads)), m_formats(std::move(formats))
{}

std::vector<trace::TraceInput> SourceSet::inputs() const
{
    std::vector<trace::TraceInput> inputs;
    for (std::size_t i = 0; i < m_threads.size(); ++i) {
        trace::TraceInput input;
        input.name = m_threads[i]->name();
        input.format = m_formats[i];
        input.details = makeStoreDetails(m_threads[i]);
        inputs.push_back(std::move(input));
    }
    return inputs;
}

Result<SetSearch> SourceSet::search(const trace::TraceQuery &query, std::stop_token stop, Progress &progress)
{
    const auto answers = askAll<SearchPage>(m_threads, stop, progress, [&](std::size_t, TraceSource &source, Ask ask) {
        return source.search(query, std::move(ask));
    });
    TS_CHECK(anyAnswer(answers, stop));
    SetSearch result;
    std::map<std::string, std::size_t> places;
    std::optional<trace::PageEnd> shortestPage;
    for (std::size_t i = 0; i < answers.size(); ++i) {
        if (!answers[i].has_value()) {
            result.notes.push_back({m_threads[i]->name(), answers[i].error().text(), true});
            result.isComplete = false;
            continue;
        }
        for (const TraceHit &hit : answers[i]->hits) {
            const auto [place, isNew] = places.try_emplace(hit.traceId, result.hits.size());
            if (isNew)
                result.hits.push_back(hit);
            else
                mergeHit(result.hits[place->second], hit);
        }
        const std::optional<trace::PageEnd> &next = answers[i]->next;
        if (next && (!shortestPage || next->value > shortestPage->value))
            shortestPage = next;
        result.isComplete = result.isComplete && answers[i]->isComplete;
        if (!answers[i]->note.empty())
            result.notes.push_back({m_threads[i]->name(), answers[i]->note, false});
    }
    orderHits(result, query, shortestPage);
    return result;
}

SetFetch SourceSet::fetch(const FetchRequest &request, std::stop_token stop, Progress &progress)
{
    progress.begin("reading spans", 0);
    std::vector<trace::TraceBuilder> builders(m_threads.size());
    // A store that does not hold the traces that another one found has nothing to add, and nothing is wrong with it: nor
    // does its state say so.
    const bool isElsewhere = !request.traceIds.empty() && m_threads.size() > 1;
    auto answers = askAll<FetchOutcome>(m_threads, stop, progress, [&](std::size_t i, TraceSource &source, Ask ask) {
        auto answer = source.fetch(request, builders[i], builders[i].addInput({}), std::move(ask));
        const bool hasNone = isElsewhere && !answer.has_value() && answer.error().code == ErrorCode::NotFound;
        return hasNone ? Result<FetchOutcome>(FetchOutcome{}) : std::move(answer);
    });
    SetFetch fetched;
    for (std::size_t i = 0; i < answers.size(); ++i) {
        const bool isWhole = answers[i].has_value() && answers[i]->isComplete;
        const std::string note = answers[i].has_value() ? answers[i]->note : answers[i].error().text();
        fetched.parts.push_back({std::move(builders[i]).release(), isWhole, note});
        if (!note.empty())
            fetched.notes.push_back({m_threads[i]->name(), note, !answers[i].has_value()});
    }
    const Result<> outcome = anyAnswer(answers, stop);
    if (!outcome.has_value())
        fetched.error = outcome.error();
    return fetched;
}

void SetFetch::addTo(trace::LiveWindow &window) &&
{
    for (std::size_t i = 0; i < parts.size(); ++i) {
        const auto number = static_cast<std::uint16_t>(i);
        (void)window.add(number, std::move(parts[i].spans));
        trace::TraceInput &input = window.input(number);
        input.isComplete = input.isComplete && parts[i].isComplete;
        input.notes.clear();
        if (!parts[i].note.empty())
            input.notes.push_back(parts[i].note);
    }
}

Result<FetchOutcome> SourceSet::tail(std::size_t index, TailPosition &position, trace::TraceBuilder &builder,
                                     std::stop_token stop, Progress &progress)
{
    const std::uint16_t input = builder.addInput({});
    return m_threads[index]->ask<FetchOutcome>(std::move(stop), progress, [&](TraceSource &source, Ask ask) {
        return source.tail(position, builder, input, std::move(ask));
    });
}

Result<Aggregate> SourceSet::aggregate(std::size_t index, AggregateKind kind, const trace::TraceQuery &query,
                                       std::size_t columns, std::stop_token stop, Progress &progress)
{
    return m_threads[index]->ask<Aggregate>(std::move(stop), progress, [&](TraceSource &source, Ask ask) {
        return source.aggregate(kind, query, columns, std::move(ask));
    });
}

} // namespace tailspan::sources

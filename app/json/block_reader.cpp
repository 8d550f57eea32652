// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/json/block_reader.h"

#include <algorithm>
#include <cstring>
#include <thread>

namespace tailspan::json {

namespace {

bool isSpace(char c)
{
    return c == ' ' || c == '\n' || c == '\r' || c == '\t';
}

/// Does an object end before `at`, with a comma between?
bool followsAnObject(std::string_view text, std::size_t at)
{
    const auto skipSpace = [&] {
        while (at > 0 && isSpace(text[at - 1]))
            --at;
    };
    skipSpace();
    if (at == 0 || text[at - 1] != ',')
        return false;
    --at;
    skipSpace();
    return at > 0 && text[at - 1] == '}';
}

} // namespace

CutRule CutRule::atLines()
{
    CutRule rule;
    rule.m_kind = Kind::Lines;
    return rule;
}

CutRule CutRule::atCsvRows()
{
    CutRule rule;
    rule.m_kind = Kind::CsvRows;
    return rule;
}

CutRule CutRule::never()
{
    return {};
}

CutRule CutRule::beforeObjects(std::string opening, std::string secondKey)
{
    CutRule rule;
    rule.m_kind = Kind::Objects;
    rule.m_opening = std::move(opening);
    if (!secondKey.empty())
        rule.m_secondKey = '"' + std::move(secondKey) + '"';
    return rule;
}

/// Does the second key stand behind the value of the first, which begins with the colon at or after `at`?
bool CutRule::hasSecondKey(std::string_view text, std::size_t at) const
{
    if (m_secondKey.empty())
        return true;
    const auto skipSpace = [&] {
        while (at < text.size() && isSpace(text[at]))
            ++at;
    };
    const auto take = [&](char c) {
        skipSpace();
        const bool isThere = at < text.size() && text[at] == c;
        at += isThere ? 1 : 0;
        return isThere;
    };
    if (!take(':'))
        return false;
    if (take('"')) {
        while (at < text.size() && text[at] != '"')
            at += text[at] == '\\' ? 2 : 1;
        ++at;
    } else {
        at = text.find_first_of(",}]", at);
    }
    if (at >= text.size() || !take(','))
        return false;
    skipSpace();
    return text.substr(std::min(at, text.size())).starts_with(m_secondKey);
}

std::size_t CutRule::lastCut(std::string_view text) const
{
    if (m_kind == Kind::Never)
        return std::string_view::npos;
    if (m_kind == Kind::Lines) {
        const std::size_t newline = text.rfind('\n');
        return newline == std::string_view::npos ? newline : newline + 1;
    }
    if (m_kind == Kind::CsvRows)
        return lastRowEnd(text);
    std::size_t from = std::string_view::npos;
    while (true) {
        const std::size_t found = text.rfind(m_opening, from);
        if (found == std::string_view::npos || found == 0)
            return std::string_view::npos;
        if (followsAnObject(text, found) && hasSecondKey(text, found + m_opening.size()))
            return found;
        from = found - 1;
    }
}

std::size_t CutRule::lastRowEnd(std::string_view text)
{
    constexpr std::size_t kMaxRowBytes = 4ULL << 20;
    const std::size_t last = text.rfind('\n');
    if (last == std::string_view::npos)
        return last;
    auto quotes = std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(last), '"');
    for (std::size_t at = last; at != std::string_view::npos; --at) {
        if (text[at] == '\n' && quotes % 2 == 0)
            return at + 1;
        if (at == 0)
            break;
        quotes -= text[at - 1] == '"' ? 1 : 0;
    }
    return text.size() < kMaxRowBytes ? std::string_view::npos : last + 1;
}

BlockReader::BlockReader(bytes::ByteStream &stream, CutRule rule, std::size_t blockBytes)
    : m_stream(stream), m_rule(std::move(rule)), m_blockBytes(blockBytes)
{}

Result<bool> BlockReader::next(Block &block)
{
    const std::lock_guard lock(m_mutex);
    TS_TRY(const bool isFilled, fill(block));
    if (!isFilled)
        return false;
    block.sequence = m_sequence++;
    block.offset = m_offset;
    m_offset += block.buffer.size();
    m_fileBytesRead.store(m_stream.fileBytesRead(), std::memory_order_relaxed);
    block.isLast = m_ended && m_carry.empty();
    block.buffer.seal();
    return true;
}

Result<bool> BlockReader::fill(Block &block)
{
    PaddedBuffer &buffer = block.buffer;
    buffer.setSize(0);
    buffer.reserve(std::max(m_blockBytes, m_carry.size() * 2));
    std::memcpy(buffer.data(), m_carry.data(), m_carry.size());
    std::size_t filled = m_carry.size();
    m_carry.clear();
    while (true) {
        while (!m_ended && filled < buffer.capacity()) {
            TS_TRY(const std::size_t got, m_stream.read({buffer.data() + filled, buffer.capacity() - filled}));
            m_ended = got == 0;
            filled += got;
        }
        buffer.setSize(filled);
        if (m_ended)
            return filled > 0;
        const std::size_t cut = m_rule.lastCut(buffer.text());
        if (cut != std::string_view::npos) {
            m_carry.assign(buffer.data() + cut, filled - cut);
            buffer.setSize(cut);
            return true;
        }
        if (buffer.capacity() >= kMaxBlockBytes)
            return fail(ErrorCode::LimitReached, "has one record larger than 2 GiB", m_stream.name());
        buffer.reserve(buffer.capacity() * 2);
    }
}

Result<> forEachBlock(BlockReader &reader, unsigned workers, std::stop_token stop, Progress &progress,
                      const BlockHandler &handle)
{
    std::mutex mutex;
    std::optional<Error> firstError;
    std::atomic<bool> isStopped = false;
    const auto work = [&](unsigned worker) {
        Block block;
        while (!isStopped.load(std::memory_order_relaxed)) {
            Result<bool> more = reader.next(block);
            Result<> outcome;
            if (!more.has_value())
                outcome = tl::unexpected<Error>(more.error());
            else if (!*more)
                return;
            else if (stop.stop_requested())
                outcome = fail(ErrorCode::Cancelled, "cancelled");
            else
                outcome = handle(worker, block);
            progress.done.store(reader.fileBytesRead(), std::memory_order_relaxed);
            if (!outcome.has_value()) {
                const std::lock_guard lock(mutex);
                if (!firstError)
                    firstError = std::move(outcome).error();
                isStopped = true;
            }
        }
    };
    {
        std::vector<std::jthread> threads;
        for (unsigned worker = 1; worker < workers; ++worker)
            threads.emplace_back(work, worker);
        work(0);
    }
    if (firstError)
        return tl::unexpected<Error>(std::move(*firstError));
    return {};
}

unsigned workerCount()
{
    return std::clamp(std::thread::hardware_concurrency(), 1U, 16U);
}

} // namespace tailspan::json

// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/net/redis_reply.h"

#include "app/net/server_words.h"
#include "models/base/number_text.h"

#include <hiredis/hiredis.h>

namespace tailspan::net {

namespace {

/// What an answer may still take; reached from hiredis's callback through the reader's own pointer.
struct Budget {
    std::size_t elementsLeft = 0;
    bool isSpent = false;
    void *(*createArray)(const redisReadTask *, int) = nullptr;
};

/// Called before hiredis takes memory for an array's elements; no array means that it ends with an error.
void *createArrayWithin(const redisReadTask *task, int elements)
{
    auto *budget = static_cast<Budget *>(task->privdata);
    if (elements < 0 || static_cast<std::size_t>(elements) > budget->elementsLeft) {
        budget->isSpent = true;
        return nullptr;
    }
    budget->elementsLeft -= static_cast<std::size_t>(elements);
    return budget->createArray(task, elements);
}

constexpr std::size_t kShownBytes = 40;

/// What a server that does not speak Redis's protocol began with says what it is.
std::string foreignProtocol(std::string_view head)
{
    if (head.starts_with("HTTP/"))
        return "What answers there is a web server (\"" + serverWords(head.substr(0, head.find('\r')))
            + "\"), not Redis. Check the port.";
    if (head.starts_with("\x15\x03"))
        return "The server there wants TLS. Connect with rediss:// instead of redis://.";
    return "What answers there does not speak Redis's protocol: it sent \"" + serverWords(head)
        + "\". Check the port, and that nothing on the way changes the data.";
}

} // namespace

struct RedisReplyReader::Parser {
    RedisReplyLimits limits;
    Budget budget;
    redisReplyObjectFunctions functions{};
    std::unique_ptr<redisReader, decltype(&redisReaderFree)> reader{redisReaderCreate(), redisReaderFree};
    std::size_t bytesOfReply = 0; ///< Fed since the last whole answer.
    std::string head;             ///< The first bytes of all.

    explicit Parser(RedisReplyLimits given) : limits(given)
    {
        functions = *reader->fn; // hiredis's own, but for the arrays
        budget.createArray = functions.createArray;
        functions.createArray = createArrayWithin;
        reader->fn = &functions;
        reader->privdata = &budget;
        reader->maxbuf = 1024 * 1024;
        beginReply(0);
    }

    void beginReply(std::size_t bytesThere)
    {
        budget.elementsLeft = limits.elements;
        bytesOfReply = bytesThere;
    }

    [[nodiscard]] Error problem() const
    {
        if (budget.isSpent)
            return {ErrorCode::LimitReached,
                    "Redis announced an answer of more than " + countText(limits.elements)
                        + " elements, which nothing asked for. The connection was closed.",
                    {}};
        if (reader->err == REDIS_ERR_PROTOCOL)
            return {ErrorCode::Malformed, foreignProtocol(head), {}};
        return {ErrorCode::LimitReached, "There is not enough memory for Redis's answer.", {}};
    }
};

RedisReplyReader::RedisReplyReader(RedisReplyLimits limits) : m_parser(std::make_unique<Parser>(limits)) {}

RedisReplyReader::~RedisReplyReader() = default;

void RedisReplyReader::feed(std::string_view bytes)
{
    if (m_parser->head.size() < kShownBytes)
        m_parser->head += bytes.substr(0, kShownBytes - m_parser->head.size());
    m_parser->bytesOfReply += bytes.size();
    redisReaderFeed(m_parser->reader.get(), bytes.data(), bytes.size()); // a failure is seen by next()
}

Result<std::optional<RedisReply>> RedisReplyReader::next()
{
    redisReader &reader = *m_parser->reader;
    void *made = nullptr;
    if (redisReaderGetReply(&reader, &made) != REDIS_OK)
        return tl::unexpected(m_parser->problem());
    if (made != nullptr) {
        m_parser->beginReply(reader.len - reader.pos);
        return RedisReply(static_cast<redisReply *>(made));
    }
    if (m_parser->bytesOfReply > m_parser->limits.bytes)
        return fail(ErrorCode::LimitReached,
                    "One answer of Redis is larger than " + bytesText(m_parser->limits.bytes)
                        + "; reading it was stopped.");
    return std::optional<RedisReply>();
}

bool RedisReplyReader::isInsideReply() const
{
    return m_parser->bytesOfReply > 0;
}

void RedisReply::Free::operator()(redisReply *reply) const
{
    freeReplyObject(reply);
}

RedisReplyView::Kind RedisReplyView::kind() const
{
    switch (m_reply->type) {
    case REDIS_REPLY_STRING: return Kind::Text;
    case REDIS_REPLY_ARRAY: return Kind::Array;
    case REDIS_REPLY_INTEGER: return Kind::Integer;
    case REDIS_REPLY_STATUS: return Kind::Status;
    case REDIS_REPLY_ERROR: return Kind::Error;
    default: return Kind::Nil;
    }
}

std::string_view RedisReplyView::text() const
{
    const Kind own = kind();
    const bool hasText = own == Kind::Text || own == Kind::Status || own == Kind::Error;
    return hasText ? std::string_view(m_reply->str, m_reply->len) : std::string_view();
}

std::int64_t RedisReplyView::integer() const
{
    return kind() == Kind::Integer ? m_reply->integer : 0;
}

std::size_t RedisReplyView::size() const
{
    return kind() == Kind::Array ? m_reply->elements : 0;
}

RedisReplyView RedisReplyView::operator[](std::size_t i) const
{
    return RedisReplyView(m_reply->element[i]);
}

} // namespace tailspan::net

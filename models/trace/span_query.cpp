// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/trace/span_query.h"

#include "models/trace/query_text.h"

#include <array>
#include <optional>
#include <utility>

namespace tailspan::trace {

namespace {

constexpr std::size_t kMostConditions = 200;
constexpr int kDeepest = 60;

struct Word {
    enum class Kind { Text, Open, Close, And, Or, Not, End };
    Kind kind = Kind::End;
    std::string text;
    bool isQuoted = false; // it began with a quote
    std::size_t position = 0;
};

bool isBlank(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/// Cuts the text into words. Parentheses inside of a word belong to it as long as they are in pairs: "fn(x)".
class WordReader {
public:
    explicit WordReader(std::string_view text) : m_text(text) {}

    Word next()
    {
        while (m_at < m_text.size() && isBlank(m_text[m_at]))
            ++m_at;
        Word word;
        word.position = m_at;
        if (m_at == m_text.size())
            return word;
        if (m_text[m_at] == '(' || m_text[m_at] == ')') {
            word.kind = m_text[m_at++] == '(' ? Word::Kind::Open : Word::Kind::Close;
            return word;
        }
        word.kind = Word::Kind::Text;
        word.isQuoted = m_text[m_at] == '"';
        readText(word.text);
        if (!word.isQuoted)
            word.kind = keywordOf(word.text);
        return word;
    }

private:
    void readText(std::string &text)
    {
        bool isInQuotes = false;
        int open = 0;
        for (; m_at < m_text.size(); ++m_at) {
            const char c = m_text[m_at];
            if (c == '"') {
                isInQuotes = !isInQuotes;
                continue;
            }
            if (!isInQuotes && (isBlank(c) || (c == ')' && open == 0)))
                return;
            open += isInQuotes ? 0 : (c == '(' ? 1 : 0) - (c == ')' ? 1 : 0);
            text += c;
        }
    }

    static Word::Kind keywordOf(std::string_view text)
    {
        return text == "AND" ? Word::Kind::And
            : text == "OR"   ? Word::Kind::Or
            : text == "NOT"  ? Word::Kind::Not
                             : Word::Kind::Text;
    }

    std::string_view m_text;
    std::size_t m_at = 0;
};

template <class Value>
using Named = std::pair<std::string_view, Value>;

constexpr std::array<Named<SpanStatus>, 3> kStatuses{
    {{"error", SpanStatus::Error}, {"ok", SpanStatus::Ok}, {"unset", SpanStatus::Unset}}};
constexpr std::array<Named<SpanKind>, 5> kKinds{{{"internal", SpanKind::Internal},
                                                 {"server", SpanKind::Server},
                                                 {"client", SpanKind::Client},
                                                 {"producer", SpanKind::Producer},
                                                 {"consumer", SpanKind::Consumer}}};

template <class Value, std::size_t kCount>
Result<Value> oneOf(const std::array<Named<Value>, kCount> &values, std::string_view what, std::string_view text)
{
    std::string known;
    for (const auto &[name, value] : values) {
        if (loweredText(text) == name)
            return value;
        known += (known.empty() ? "" : ", ") + std::string(name);
    }
    return fail(ErrorCode::Malformed,
                "\"" + std::string(text) + "\" is no " + std::string(what) + ". There are: " + known);
}

/// "key=value", "key!=value", "key=~expression", "key!~expression", as far as the text is one.
struct Relation {
    std::string key, value;
    bool isNot = false, isPattern = false;
};

std::optional<Relation> relationOf(std::string_view text)
{
    const std::size_t equals = text.find('=');
    const std::size_t notLike = text.find("!~");
    if (notLike != std::string_view::npos && notLike > 0 && notLike < equals)
        return Relation{std::string(text.substr(0, notLike)), std::string(text.substr(notLike + 2)), true, true};
    if (equals == std::string_view::npos || equals == 0)
        return std::nullopt;
    Relation relation;
    relation.isNot = text[equals - 1] == '!';
    relation.key = text.substr(0, equals - (relation.isNot ? 1 : 0));
    relation.isPattern = text.substr(equals + 1).starts_with('~');
    relation.value = text.substr(equals + 1 + (relation.isPattern ? 1 : 0));
    return relation.key.empty() ? std::nullopt : std::optional(relation);
}

Result<> takeField(SpanCondition &condition, const Relation &relation)
{
    using Field = SpanCondition::Field;
    const std::string key = loweredText(relation.key);
    constexpr std::string_view kAttribute = "attr.";
    if (key == "status") {
        condition.field = Field::Status;
        TS_TRY(condition.status, oneOf(kStatuses, "status", relation.value));
    } else if (key == "kind") {
        condition.field = Field::Kind;
        TS_TRY(condition.kind, oneOf(kKinds, "kind of span", relation.value));
    } else if (key == "service" || key == "operation") {
        condition.field = key == "service" ? Field::Service : Field::Operation;
    } else if (key == "trace" || key == "span") {
        condition.field = key == "trace" ? Field::TraceId : Field::SpanId;
    } else {
        condition.field = Field::Attribute;
        condition.key = key.starts_with(kAttribute) ? relation.key.substr(kAttribute.size()) : relation.key;
    }
    return {};
}

class Parser {
public:
    explicit Parser(std::string_view text) : m_words(text) { advance(); }

    Result<SpanQuery> parse()
    {
        if (m_word.kind == Word::Kind::End)
            return std::move(m_query);
        TS_CHECK(parseOr(0));
        if (m_word.kind == Word::Kind::Close)
            return fail(ErrorCode::Malformed, "the \")\"" + here() + " closes nothing");
        return std::move(m_query);
    }

private:
    void advance() { m_word = m_words.next(); }
    [[nodiscard]] std::string here() const { return " at character " + std::to_string(m_word.position + 1); }
    void join(SpanQuery::Step step) { m_query.nodes.push_back({step, 0}); }
    [[nodiscard]] bool beginsOperand() const
    {
        return m_word.kind == Word::Kind::Text || m_word.kind == Word::Kind::Open || m_word.kind == Word::Kind::Not;
    }

    Result<> parseOr(int depth)
    {
        TS_CHECK(parseAnd(depth));
        while (m_word.kind == Word::Kind::Or) {
            advance();
            TS_CHECK(parseAnd(depth));
            join(SpanQuery::Step::Or);
        }
        return {};
    }

    Result<> parseAnd(int depth)
    {
        TS_CHECK(parseBeside(depth));
        while (m_word.kind == Word::Kind::And) {
            advance();
            TS_CHECK(parseBeside(depth));
            join(SpanQuery::Step::And);
        }
        return {};
    }

    /// Operands beside each other: services among them are alternatives, so are operations.
    Result<> parseBeside(int depth)
    {
        std::array<std::vector<SpanQuery::Node>, 3> groups; // services, operations, all others
        if (!beginsOperand())
            return fail(ErrorCode::Malformed, "a condition is missing" + here());
        while (beginsOperand()) {
            const std::size_t before = m_query.nodes.size();
            TS_CHECK(parseNot(depth));
            const auto begin = m_query.nodes.begin() + static_cast<std::ptrdiff_t>(before);
            std::vector<SpanQuery::Node> &group = groups.at(groupOf(before));
            const bool isFirst = group.empty();
            group.insert(group.end(), begin, m_query.nodes.end());
            if (!isFirst)
                group.push_back({&group == &groups.back() ? SpanQuery::Step::And : SpanQuery::Step::Or, 0});
            m_query.nodes.resize(before);
        }
        bool isFirst = true;
        for (const std::vector<SpanQuery::Node> &group : groups) {
            if (group.empty())
                continue;
            m_query.nodes.insert(m_query.nodes.end(), group.begin(), group.end());
            if (!std::exchange(isFirst, false))
                join(SpanQuery::Step::And);
        }
        return {};
    }

    [[nodiscard]] std::size_t groupOf(std::size_t node) const
    {
        const bool isOne = m_query.nodes.size() == node + 1 && m_query.nodes[node].step == SpanQuery::Step::Condition;
        if (!isOne)
            return 2;
        const SpanCondition::Field field = m_query.conditions[m_query.nodes[node].condition].field;
        return field == SpanCondition::Field::Service ? 0 : field == SpanCondition::Field::Operation ? 1 : 2;
    }

    Result<> parseNot(int depth)
    {
        bool isNot = false;
        for (; m_word.kind == Word::Kind::Not; advance())
            isNot = !isNot;
        TS_CHECK(parseOperand(depth));
        if (isNot)
            join(SpanQuery::Step::Not);
        return {};
    }

    Result<> parseOperand(int depth)
    {
        if (m_word.kind == Word::Kind::Open) {
            if (depth == kDeepest)
                return fail(ErrorCode::LimitReached, "more than " + std::to_string(kDeepest) + " parentheses deep");
            const std::string opened = here();
            advance();
            TS_CHECK(parseOr(depth + 1));
            if (m_word.kind != Word::Kind::Close)
                return fail(ErrorCode::Malformed, "the \"(\"" + opened + " is not closed");
            advance();
            return {};
        }
        if (m_word.kind != Word::Kind::Text)
            return fail(ErrorCode::Malformed, "a condition is missing" + here());
        TS_CHECK(takeWord());
        advance();
        return {};
    }

    Result<> takeWord()
    {
        if (m_query.conditions.size() == kMostConditions)
            return fail(ErrorCode::LimitReached, "more than " + std::to_string(kMostConditions) + " conditions");
        SpanCondition condition;
        bool isNot = false;
        condition.value = m_word.text;
        if (!m_word.isQuoted) {
            TS_CHECK(readCondition(condition, isNot));
        }
        if (condition.isPattern) {
            TS_TRY(condition.pattern, TextPattern::compile(condition.value));
        }
        m_query.nodes.push_back({SpanQuery::Step::Condition, static_cast<std::uint32_t>(m_query.conditions.size())});
        m_query.conditions.push_back(std::move(condition));
        if (isNot)
            join(SpanQuery::Step::Not);
        return {};
    }

    Result<> readCondition(SpanCondition &condition, bool &isNot) const
    {
        const std::string &text = m_word.text;
        TS_TRY(const std::optional<DurationBound> duration, parseDurationBound(text));
        if (duration) {
            condition.field = duration->isMinimum ? SpanCondition::Field::MinDuration
                                                  : SpanCondition::Field::MaxDuration;
            condition.bound = duration->bound;
        } else if (text.starts_with('~') && text.size() > 1) {
            condition.isPattern = true;
            condition.value = text.substr(1);
        } else if (const std::optional<Relation> relation = relationOf(text)) {
            condition.value = relation->value;
            condition.isPattern = relation->isPattern;
            isNot = relation->isNot;
            TS_CHECK(takeField(condition, *relation));
        }
        return {};
    }

    WordReader m_words;
    Word m_word;
    SpanQuery m_query;
};

} // namespace

Result<SpanQuery> parseSpanQuery(std::string_view text)
{
    return Parser(text).parse();
}

} // namespace tailspan::trace

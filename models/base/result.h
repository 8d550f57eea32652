// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <utility>

#include <tl/expected.hpp>

namespace tailspan {

/// What kind of failure an operation ended with. The kind decides the exit code and the tone of the banner;
/// the message says the rest.
enum class ErrorCode {
    Cancelled,    ///< The user or a newer request stopped it. A quiet outcome, never an error box.
    NotFound,     ///< The file, trace or row does not exist.
    Timeout,      ///< The other side did not answer in time.
    Unreachable,  ///< No connection.
    Auth,         ///< The other side refused the credentials or the right to read.
    Malformed,    ///< The bytes are not what they claim to be.
    Unsupported,  ///< Understood, but not something Tailspan reads.
    LimitReached, ///< Stopped on purpose before it could do harm (size, depth, ratio).
    Internal,     ///< A mistake of ours.
};

/// A failed operation as a value. `message` says what happened and what to do next, `context` where
/// (file and line, host and port). Neither ever holds a secret. Plain text: never shown as rich text.
struct Error {
    ErrorCode code = ErrorCode::Internal;
    std::string message;
    std::string context;

    /// One line for stderr or a banner: "context: message".
    [[nodiscard]] std::string text() const { return context.empty() ? message : context + ": " + message; }
};

template <class T = void>
using Result = tl::expected<T, Error>;

inline tl::unexpected<Error> fail(ErrorCode code, std::string message, std::string context = {})
{
    return tl::unexpected<Error>(Error{code, std::move(message), std::move(context)});
}

} // namespace tailspan

#define TS_JOIN_INNER(a, b) a##b
#define TS_JOIN(a, b) TS_JOIN_INNER(a, b)

/// Evaluates `expr` (a Result); on error returns it from the calling function, else binds the value:
/// `TS_TRY(auto bytes, file.read());`
#define TS_TRY(declaration, expr) TS_TRY_INNER(TS_JOIN(tsResult_, __LINE__), declaration, expr)
#define TS_TRY_INNER(name, declaration, expr)                                                                          \
    auto name = (expr);                                                                                                \
    if (!name.has_value())                                                                                             \
        return tl::unexpected<::tailspan::Error>(std::move(name).error());                                             \
    declaration = std::move(*name)

/// As TS_TRY, for a Result without a value.
#define TS_CHECK(expr)                                                                                                 \
    do {                                                                                                               \
        auto tsResult = (expr);                                                                                        \
        if (!tsResult.has_value())                                                                                     \
            return tl::unexpected<::tailspan::Error>(std::move(tsResult).error());                                     \
    } while (false)

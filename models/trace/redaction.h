// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/trace/span_details.h"

#include <string>
#include <string_view>

namespace tailspan::trace {

/// What stands in place of a secret.
inline constexpr std::string_view kMask = "•••••• redacted";

/// True when the value of that attribute must not be shown unasked: names of credentials anywhere in a dotted path
/// (password, secret, token, authorization, cookie, api key, ...), bodies of requests and responses, client addresses,
/// and headers that are not on the list of harmless ones.
[[nodiscard]] bool isSensitiveKey(std::string_view path);

/// True for the name of a credential itself, one word of such a path: "X-Api-Key", "client_secret", "pin".
[[nodiscard]] bool isSecretName(std::string_view name);

/// The text with what looks like a secret in itself masked: JSON web tokens, Bearer and Basic credentials, private
/// keys in PEM, access keys of well-known makers, what is given to a name of a credential ("password = 'x'",
/// "Cookie: x", "token=x"), passwords in URLs, payment card numbers (by their check digit), and all literals of an SQL
/// statement that names a credential. Masking twice changes nothing.
[[nodiscard]] std::string maskedText(std::string_view text);

/// JSON text with the values of sensitive keys and secrets inside other values masked, also in JSON that a string
/// holds and in lists of {"key": ..., "value": ...}; other text is masked as maskedText does. Works on text that is cut
/// off. Masking twice changes nothing. Linear in the text.
[[nodiscard]] std::string maskedJson(std::string_view json);

/// Masks an attribute's name and value as far as they must not be shown unasked.
void maskSecret(Attribute &attribute);

/// Masks every attribute, event and link of the details, and the raw record.
void maskSecrets(SpanDetails &details);

/// Says of each attribute of revealed details whether it is one that maskSecrets would have hidden.
void markSecrets(SpanDetails &details);

} // namespace tailspan::trace

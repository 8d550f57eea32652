// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace tailspan::loadtest {

/// What the name of an endpoint in a report and the name of an operation in a trace have in common. A report says
/// "http://gateway:3000/api/jobs/17?page=2" or "POST /api/jobs/17", a trace "POST /api/jobs/:id" or has the target in an
/// attribute. Names without a path are compared by their letters and digits. A value; pure.
class EndpointName {
public:
    explicit EndpointName(std::string_view text);

    /// Whether both can be names of the same endpoint: methods are equal where both have one, and so are their paths part
    /// by part; a part that stands for something (":id", "{id}", "<id>", "*") fits any.
    [[nodiscard]] bool fits(const EndpointName &other) const;
    /// Of a whole URL, without its port and domain; "" for a name or a path.
    [[nodiscard]] const std::string &host() const { return m_host; }
    [[nodiscard]] bool hasPath() const { return m_hasPath; }

private:
    std::string m_method; ///< In capitals; "" where there is none.
    std::string m_host;
    std::vector<std::string> m_parts; ///< Of the path.
    std::string m_letters;            ///< Of a name without a path: its letters and digits in lower case.
    bool m_hasPath = false;
};

} // namespace tailspan::loadtest

// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/bytes/inflate.h"

#include "models/base/number_text.h"

#include <zlib.h>

#include <algorithm>
#include <limits>

namespace tailspan::bytes {

namespace {

constexpr int kGzipOrZlib = 15 + 32; // the largest window, and look at the header
constexpr std::size_t kFirstBytes = 4096;

class Inflater {
public:
    Inflater() { m_isReady = inflateInit2(&m_stream, kGzipOrZlib) == Z_OK; }
    ~Inflater() { inflateEnd(&m_stream); }
    Inflater(const Inflater &) = delete;
    Inflater &operator=(const Inflater &) = delete;

    [[nodiscard]] bool isReady() const { return m_isReady; }
    void setInput(std::string_view packed)
    {
        // The library takes a pointer to bytes that it does not change.
        m_stream.next_in = reinterpret_cast<Bytef *>(const_cast<char *>(packed.data()));
        m_stream.avail_in = static_cast<uInt>(packed.size());
    }
    /// Fills the end of `target`, from `filled` on; gives the library's answer.
    int fill(std::string &target, std::size_t &filled)
    {
        m_stream.next_out = reinterpret_cast<Bytef *>(target.data() + filled);
        m_stream.avail_out = static_cast<uInt>(target.size() - filled);
        const int answer = inflate(&m_stream, Z_NO_FLUSH);
        filled = target.size() - m_stream.avail_out;
        return answer;
    }
    [[nodiscard]] bool hasInput() const { return m_stream.avail_in > 0; }

private:
    z_stream m_stream{};
    bool m_isReady = false;
};

} // namespace

Result<Inflated> inflated(std::string_view packed, std::size_t maxBytes, const std::string &name)
{
    const auto damaged = [&name] { return fail(ErrorCode::Malformed, "holds packed data that is damaged", name); };
    Inflater inflater;
    if (!inflater.isReady() || packed.size() > std::numeric_limits<uInt>::max())
        return damaged();
    inflater.setInput(packed);
    Inflated result;
    std::size_t filled = 0;
    while (true) {
        if (filled == result.bytes.size())
            result.bytes.resize(std::clamp(result.bytes.size() * 2, kFirstBytes, std::max(maxBytes, kFirstBytes)));
        const int answer = inflater.fill(result.bytes, filled);
        if (answer == Z_STREAM_END)
            break;
        if (answer != Z_OK && answer != Z_BUF_ERROR)
            return damaged();
        if (filled >= maxBytes)
            return fail(ErrorCode::LimitReached, "holds packed data of more than " + bytesText(maxBytes), name);
        if (!inflater.hasInput() && filled < result.bytes.size()) {
            result.isTruncated = true;
            break;
        }
    }
    result.bytes.resize(filled);
    return result;
}

} // namespace tailspan::bytes

// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/bytes/file_handle.h"

#include "app/bytes/file_name.h"

#include <cerrno>
#include <system_error>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace tailspan::bytes {

namespace {

std::string systemText(int code)
{
    return std::generic_category().message(code);
}

} // namespace

Result<FileHandle> FileHandle::open(const std::string &path)
{
    FileHandle file;
    file.m_name = fileNameOf(path);
    // O_NONBLOCK: opening a pipe that nobody writes to must not hang; it means nothing for a regular file.
    file.m_descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK); // NOLINT: POSIX
    if (file.m_descriptor < 0) {
        const int code = errno;
        return fail(ErrorCode::NotFound, "cannot be opened: " + systemText(code), path);
    }
    struct stat status = {};
    if (::fstat(file.m_descriptor, &status) != 0)
        return fail(ErrorCode::NotFound, "cannot be read: " + systemText(errno), path);
    if (S_ISDIR(status.st_mode))
        return fail(ErrorCode::Unsupported, "is a directory; name the files inside it", path);
    if (!S_ISREG(status.st_mode))
        return fail(ErrorCode::Unsupported, "is not a regular file; save it to a file first", path);
    file.m_size = static_cast<std::uint64_t>(status.st_size);
    return file;
}

FileHandle &FileHandle::operator=(FileHandle &&other) noexcept
{
    std::swap(m_name, other.m_name);
    std::swap(m_size, other.m_size);
    std::swap(m_descriptor, other.m_descriptor);
    return *this;
}

FileHandle::~FileHandle()
{
    if (m_descriptor >= 0)
        ::close(m_descriptor);
}

Result<std::size_t> FileHandle::readAt(std::uint64_t offset, std::span<char> target) const
{
    std::size_t filled = 0;
    while (filled < target.size()) {
        const ssize_t got =
            ::pread(m_descriptor, target.data() + filled, target.size() - filled, static_cast<off_t>(offset + filled));
        if (got == 0)
            break;
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return fail(ErrorCode::NotFound, "cannot be read: " + systemText(errno), m_name);
        filled += static_cast<std::size_t>(got);
    }
    return filled;
}

Result<std::string> FileHandle::head(std::size_t count) const
{
    std::string text(count, '\0');
    TS_TRY(const std::size_t got, readAt(0, text));
    text.resize(got);
    return text;
}

} // namespace tailspan::bytes

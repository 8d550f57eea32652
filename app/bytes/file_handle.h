// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/base/result.h"

#include <cstdint>
#include <span>
#include <string>
#include <utility>

namespace tailspan::bytes {

/// An open regular file, closed with the object. Reads name their place, so any number of threads may read.
class FileHandle {
public:
    /// Errors: NotFound (missing, no permission), Unsupported (a directory, a pipe, a device).
    [[nodiscard]] static Result<FileHandle> open(const std::string &path);

    FileHandle(FileHandle &&other) noexcept
        : m_name(std::move(other.m_name)), m_size(other.m_size), m_descriptor(std::exchange(other.m_descriptor, -1))
    {}
    FileHandle &operator=(FileHandle &&other) noexcept;
    ~FileHandle();

    [[nodiscard]] const std::string &name() const { return m_name; }
    [[nodiscard]] std::uint64_t sizeBytes() const { return m_size; }
    [[nodiscard]] int descriptor() const { return m_descriptor; }
    [[nodiscard]] Result<std::size_t> readAt(std::uint64_t offset, std::span<char> target) const;
    [[nodiscard]] Result<std::string> head(std::size_t count) const;

private:
    FileHandle() = default;

    std::string m_name;
    std::uint64_t m_size = 0;
    int m_descriptor = -1;
};

} // namespace tailspan::bytes

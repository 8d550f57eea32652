// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/bytes/byte_source.h"
#include "app/bytes/file_handle.h"

#include <memory>
#include <string_view>

namespace tailspan::bytes {

/// By the magic number of gzip or Zstandard, never by the name.
[[nodiscard]] bool isCompressed(std::string_view head);

/// Unpacks front to back with libarchive, within the limits. A damaged or cut-off file gives what could be unpacked
/// (but for the last 64 to 128 KiB, which the library holds back) and then says isTruncated(); one that gives nothing
/// at all is an error.
[[nodiscard]] Result<std::unique_ptr<ByteStream>> decompressedStream(FileHandle file, DecompressionLimits limits);

} // namespace tailspan::bytes

// Sessions as bytes. Part of tgsession.hpp.
#ifndef TGSESSION_BYTES_HPP
#define TGSESSION_BYTES_HPP

#include <cstddef>
#include <cstdint>
#include <utility>

#include "tgsession.h"

namespace tgs {

/// Bytes that the library gave: a whole session, with its key. They are wiped when they go.
class bytes {
public:
    bytes() noexcept = default;
    bytes(std::uint8_t *owned, std::size_t size) noexcept : owned_(owned), size_(size) {}
    bytes(bytes &&other) noexcept { *this = std::move(other); }
    bytes &operator=(bytes &&other) noexcept {
        std::swap(owned_, other.owned_);
        std::swap(size_, other.size_);
        return *this;
    }
    ~bytes() { tgs_bytes_free(owned_, size_); }

    const std::uint8_t *data() const noexcept { return owned_; }
    std::size_t size() const noexcept { return size_; }
    const std::uint8_t *begin() const noexcept { return owned_; }
    const std::uint8_t *end() const noexcept { return owned_ + size_; }

private:
    std::uint8_t *owned_ = nullptr;
    std::size_t size_ = 0;
};

} // namespace tgs

#endif

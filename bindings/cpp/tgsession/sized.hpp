// Structs that may grow. Part of tgsession.hpp.
#ifndef TGSESSION_SIZED_HPP
#define TGSESSION_SIZED_HPP

#include <cstddef>
#include <vector>

#include "tgsession.h"

namespace tgs::detail {

/// An empty struct with the size that the library asks for.
template <class Struct>
Struct sized() noexcept {
    Struct raw{};
    raw.size = sizeof raw;
    return raw;
}

/// So many of them.
template <class Struct>
std::vector<Struct> sized(std::size_t count) {
    return std::vector<Struct>(count, sized<Struct>());
}

} // namespace tgs::detail

#endif

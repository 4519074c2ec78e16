// Texts, and spans. Part of tgsession.hpp.
#ifndef TGSESSION_TEXT_HPP
#define TGSESSION_TEXT_HPP

#include <cstddef>
#include <cstring>
#include <initializer_list>
#include <iterator>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "tgsession.h"
#include "error.hpp"

namespace tgs {

/// A pointer and a count: C++17 has no std::span. It owns nothing.
template <class T>
class span {
public:
    constexpr span() noexcept = default;
    constexpr span(const T *data, std::size_t size) noexcept : data_(data), size_(size) {}
    template <class Container, class = decltype(std::data(std::declval<const Container &>()))>
    constexpr span(const Container &container) noexcept : span(std::data(container), std::size(container)) {}
    constexpr span(std::initializer_list<T> list) noexcept : span(list.begin(), list.size()) {}

    constexpr const T *data() const noexcept { return data_; }
    constexpr std::size_t size() const noexcept { return size_; }
    constexpr bool empty() const noexcept { return size_ == 0; }
    constexpr const T *begin() const noexcept { return data_; }
    constexpr const T *end() const noexcept { return data_ + size_; }
    constexpr const T &operator[](std::size_t index) const noexcept { return data_[index]; }

private:
    const T *data_ = nullptr;
    std::size_t size_ = 0;
};

/// A text that the library gave. It is wiped when it goes.
class text {
public:
    text() = default;
    explicit text(char *owned) noexcept : owned_(owned) {}
    const char *c_str() const noexcept { return owned_ ? owned_.get() : ""; }
    std::string_view view() const noexcept { return c_str(); }
    operator std::string_view() const noexcept { return view(); }

private:
    struct free {
        void operator()(char *owned) const noexcept { tgs_string_free(owned); }
    };
    std::unique_ptr<char, free> owned_;
};

namespace detail {

/// A view as C takes it: with a NUL at its end. Short ones are not allocated. Wiped: it may be a session string.
class c_text {
public:
    c_text(std::string_view text, const char *name) {
        if (text.find('\0') != std::string_view::npos) {
            throw error(TGS_ERROR_INVALID_ARGUMENT, std::string(name) + " has a NUL character in it");
        }
        size_ = text.size() + 1;
        if (size_ > sizeof buffer_) {
            long_ = std::make_unique<char[]>(size_);
        }
        if (!text.empty()) {
            std::memcpy(data(), text.data(), text.size());
        }
        data()[text.size()] = '\0';
    }
    c_text(const c_text &) = delete;
    c_text &operator=(const c_text &) = delete;
    ~c_text() {
        for (volatile char *at = data(); size_ > 0; --size_) {
            *at++ = 0;
        }
    }
    const char *get() const noexcept { return long_ ? long_.get() : buffer_; }

private:
    char *data() noexcept { return long_ ? long_.get() : buffer_; }
    std::size_t size_ = 0;
    std::unique_ptr<char[]> long_;
    char buffer_[120];
};

} // namespace detail

} // namespace tgs

#endif

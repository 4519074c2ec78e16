// Lists, reports and descriptions without JSON. Part of tgsession.hpp.
#ifndef TGSESSION_REPORT_HPP
#define TGSESSION_REPORT_HPP

#include <cstdint>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tgsession.h"
#include "text.hpp"

namespace tgs {

/// One entry of a report; tgs_report_entry tells what stands where.
struct report_entry {
    std::string subject;
    std::optional<std::string> outcome, detail;
    std::optional<std::int64_t> number;
};

/// The entries of what this library gives as JSON: what convert_to(), inspect(), diagnose() and the lists answer.
/// `for (const tgs::report_entry &entry : tgs::report(session.convert_to(target)))`
class report {
public:
    explicit report(std::string_view given) {
        const detail::c_text text(given, "json");
        tgs_report *handle = nullptr;
        detail::done([&](tgs_error **e) { return tgs_report_new(text.get(), &handle, e); });
        const closer owner{handle};
        const tgs_report_entry *entry = nullptr;
        while (detail::done([&](tgs_error **e) { return tgs_report_next(handle, &entry, e); })) {
            entries_.push_back({entry->subject, optional(entry->outcome), optional(entry->detail),
                                entry->has_number ? std::optional(entry->number) : std::nullopt});
        }
    }

    std::vector<report_entry>::const_iterator begin() const noexcept { return entries_.begin(); }
    std::vector<report_entry>::const_iterator end() const noexcept { return entries_.end(); }
    std::size_t size() const noexcept { return entries_.size(); }
    const report_entry &operator[](std::size_t index) const { return entries_.at(index); }

private:
    struct closer {
        tgs_report *handle;
        closer(const closer &) = delete;
        explicit closer(tgs_report *owned) noexcept : handle(owned) {}
        ~closer() { tgs_report_free(handle); }
    };
    static std::optional<std::string> optional(const char *text) {
        return text != nullptr ? std::optional<std::string>(text) : std::nullopt;
    }
    std::vector<report_entry> entries_;
};

} // namespace tgs

#endif

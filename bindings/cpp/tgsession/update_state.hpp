// Update states and sent files. Part of tgsession.hpp.
#ifndef TGSESSION_UPDATE_STATE_HPP
#define TGSESSION_UPDATE_STATE_HPP

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "tgsession.h"
#include "sized.hpp"
#include "text.hpp"

namespace tgs {

/// How far updates were read: 0 for the account, else the marked id of a channel.
struct update_state {
    std::int64_t id = 0;
    std::optional<std::int64_t> pts, qts, date, seq;

    update_state() = default;
    explicit update_state(const tgs_update_state &raw) noexcept
        : id(raw.id), pts(known(raw.has_pts, raw.pts)), qts(known(raw.has_qts, raw.qts)),
          date(known(raw.has_date, raw.date)), seq(known(raw.has_seq, raw.seq)) {}
    tgs_update_state raw() const noexcept {
        return {sizeof(tgs_update_state), id, pts.value_or(0), qts.value_or(0), date.value_or(0), seq.value_or(0),
                pts.has_value(), qts.has_value(), date.has_value(), seq.has_value()};
    }

private:
    static std::optional<std::int64_t> known(bool has, std::int64_t value) noexcept {
        return has ? std::optional(value) : std::nullopt;
    }
};

namespace detail {

inline std::vector<tgs_update_state> raw_states(span<update_state> states) {
    std::vector<tgs_update_state> raw;
    for (const update_state &state : states) {
        raw.push_back(state.raw());
    }
    return raw;
}

} // namespace detail

/// A file that was uploaded before: tgs_sent_file with its size set.
struct sent_file : tgs_sent_file {
    sent_file() noexcept : tgs_sent_file(detail::sized<tgs_sent_file>()) {}
    explicit sent_file(const tgs_sent_file &raw) noexcept : tgs_sent_file(raw) { size = sizeof(tgs_sent_file); }
};
static_assert(sizeof(sent_file) == sizeof(tgs_sent_file), "an array of these is an array of those");
using md5 = std::array<std::uint8_t, 16>;

} // namespace tgs

#endif

// How much a session holds. Part of tgsession.hpp.
#ifndef TGSESSION_COUNTS_HPP
#define TGSESSION_COUNTS_HPP

#include <cstdint>

namespace tgs {

/// How many rows of each kind a session has.
struct counts {
    std::uint64_t peers, usernames, update_states, sent_files, values;
};

} // namespace tgs

#endif

// include/tgsession.h, as far as tests compare with it.
#ifndef TGS_CPP_TESTS_CASES_HEADER_HPP
#define TGS_CPP_TESTS_CASES_HEADER_HPP

#include <cstdint>
#include <map>
#include <set>
#include <string>

struct header {
    std::set<std::string> functions;
    std::map<std::string, std::int32_t> statuses;
    std::map<std::string, std::int32_t> peer_types;
    std::map<std::string, std::int32_t> fields;
};

header read_header(const std::string &path);

#endif

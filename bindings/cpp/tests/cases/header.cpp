#include "header.hpp"

#include <cctype>
#include <fstream>
#include <iterator>

static std::string without_comments(const std::string &source) {
    std::string kept;
    std::size_t at = 0;
    while (at < source.size()) {
        const std::size_t begin = source.find("/*", at);
        kept += source.substr(at, begin - at);
        const std::size_t end = begin == std::string::npos ? begin : source.find("*/", begin);
        at = end == std::string::npos ? source.size() : end + 2;
    }
    return kept;
}

static bool in_a_word(char letter) { return std::isalnum(static_cast<unsigned char>(letter)) || letter == '_'; }

static bool begins(const std::string &text, const char *with) { return text.rfind(with, 0) == 0; }

static bool is_status(const std::string &word) {
    return word == "TGS_OK" || word == "TGS_NOT_FOUND" || word == "TGS_EXPIRED" || begins(word, "TGS_ERROR_");
}

header read_header(const std::string &path) {
    std::ifstream file(path);
    const std::string source = without_comments({std::istreambuf_iterator<char>(file), {}});
    header read;
    std::size_t end = 0;
    for (std::size_t at = 0; at < source.size(); at = end + 1) {
        for (end = at; end < source.size() && in_a_word(source[end]); end++) {
        }
        const std::string word = source.substr(at, end - at), rest = source.substr(end, 16);
        if (begins(word, "tgs_") && begins(rest, "(")) {
            read.functions.insert(word);
        } else if (begins(word, "TGS_PEER_TYPE_") && begins(rest, " = ")) {
            read.peer_types[word] = std::stoi(rest.substr(3));
        } else if (begins(word, "TGS_FIELD_") && begins(rest, " = ")) {
            read.fields[word] = std::stoi(rest.substr(3));
        } else if (is_status(word) && begins(rest, " = ")) {
            read.statuses[word] = std::stoi(rest.substr(3));
        }
    }
    return read;
}

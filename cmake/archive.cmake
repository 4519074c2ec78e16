# The targets of a release archive, which is a folder that can lie anywhere.
if(NOT TGSESSION_ARCHIVE_SHA256 AND TGSESSION_ARCHIVE MATCHES "^[a-z]+://")
  message(FATAL_ERROR "tgsession: set TGSESSION_ARCHIVE_SHA256 too: a download is taken only if it is the right one")
endif()

include(FetchContent)
set(_tgsession_hash "")
if(TGSESSION_ARCHIVE_SHA256)
  set(_tgsession_hash URL_HASH SHA256=${TGSESSION_ARCHIVE_SHA256})
endif()
FetchContent_Declare(tgsession_archive URL "${TGSESSION_ARCHIVE}" ${_tgsession_hash})
FetchContent_MakeAvailable(tgsession_archive)

file(GLOB_RECURSE _tgsession_config "${tgsession_archive_SOURCE_DIR}/tgsession-config.cmake")
if(NOT _tgsession_config)
  message(FATAL_ERROR "tgsession: there is no tgsession-config.cmake in ${TGSESSION_ARCHIVE}")
endif()
cmake_path(GET _tgsession_config PARENT_PATH _tgsession_folder)
find_package(tgsession ${PROJECT_VERSION} REQUIRED CONFIG PATHS "${_tgsession_folder}" NO_DEFAULT_PATH)
# Seen by the project that fetched this one.
set_target_properties(tgsession::tgsession tgsession::static tgsession::cpp PROPERTIES IMPORTED_GLOBAL TRUE)

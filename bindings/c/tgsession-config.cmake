# find_package(tgsession): tgsession::tgsession (shared), tgsession::static, and tgsession::cpp (for C++17).
# All is found from where this file lies, so that the folder can be moved.
get_filename_component(_tgsession_lib "${CMAKE_CURRENT_LIST_DIR}/../.." ABSOLUTE)
find_path(tgsession_INCLUDE_DIR tgsession.h
  HINTS "${_tgsession_lib}/../include" "${_tgsession_lib}/../../include" NO_CACHE REQUIRED)

if(NOT TARGET tgsession::tgsession)
  add_library(tgsession::tgsession SHARED IMPORTED)
  set_target_properties(tgsession::tgsession PROPERTIES
    IMPORTED_LOCATION "${_tgsession_lib}/libtgsession.so"
    IMPORTED_SONAME libtgsession.so.0
    INTERFACE_INCLUDE_DIRECTORIES "${tgsession_INCLUDE_DIR}")

  find_package(Threads REQUIRED)
  add_library(tgsession::static STATIC IMPORTED)
  set_target_properties(tgsession::static PROPERTIES
    IMPORTED_LOCATION "${_tgsession_lib}/libtgsession.a"
    INTERFACE_LINK_LIBRARIES "Threads::Threads;${CMAKE_DL_LIBS};m;gcc_s"
    INTERFACE_INCLUDE_DIRECTORIES "${tgsession_INCLUDE_DIR}")

  add_library(tgsession::cpp INTERFACE IMPORTED)
  set_target_properties(tgsession::cpp PROPERTIES
    INTERFACE_COMPILE_FEATURES cxx_std_17
    INTERFACE_LINK_LIBRARIES tgsession::tgsession)
endif()

# The targets as cargo builds them from this checkout. Cargo itself knows what is to be built anew.
find_program(TGSESSION_CARGO cargo HINTS "$ENV{HOME}/.cargo/bin" REQUIRED DOC "cargo, of Rust's toolchain")
if(CMAKE_CROSSCOMPILING AND NOT TGSESSION_RUST_TARGET)
  message(FATAL_ERROR "tgsession: set TGSESSION_RUST_TARGET to Rust's name of the target (rustc --print target-list)")
endif()

set(_tgsession_source "${CMAKE_CURRENT_SOURCE_DIR}")
set(_tgsession_built "${TGSESSION_CARGO_TARGET_DIR}/${TGSESSION_RUST_TARGET}/release")
set(_tgsession_target "")
if(TGSESSION_RUST_TARGET)
  set(_tgsession_target --target ${TGSESSION_RUST_TARGET})
endif()

set(_tgsession_import "")
set(_tgsession_soname "")
set(_tgsession_private "")
if(WIN32)
  set(_tgsession_shared "${_tgsession_built}/tgsession.dll")
  set(_tgsession_private ws2_32 userenv ntdll bcrypt advapi32 iphlpapi secur32)
  if(MSVC)
    set(_tgsession_import "${_tgsession_built}/tgsession.dll.lib")
    set(_tgsession_static "${_tgsession_built}/tgsession.lib")
  else()
    set(_tgsession_import "${_tgsession_built}/libtgsession.dll.a")
    set(_tgsession_static "${_tgsession_built}/libtgsession.a")
  endif()
elseif(APPLE)
  set(_tgsession_shared "${_tgsession_built}/libtgsession.dylib")
  set(_tgsession_static "${_tgsession_built}/libtgsession.a")
  set(_tgsession_private "-framework Security" "-framework SystemConfiguration" "-framework CoreFoundation" iconv m)
else()
  set(_tgsession_shared "${_tgsession_built}/libtgsession.so")
  set(_tgsession_soname libtgsession.so.0)
  set(_tgsession_static "${CMAKE_CURRENT_BINARY_DIR}/libtgsession.a")
  set(_tgsession_private pthread dl m)
  # Only tgs_* stays global in it, so that it stands beside another SQLite.
  set(_tgsession_localise COMMAND sh -c
    "test '${_tgsession_static}' -nt '${_tgsession_built}/libtgsession.a' || packaging/localise '${_tgsession_built}/libtgsession.a' '${_tgsession_static}'")
endif()

add_custom_target(tgsession_build
  COMMAND "${TGSESSION_CARGO}" build --quiet --release --locked --lib --features "wiping-allocator,${TGSESSION_FEATURES}"
    --target-dir "${TGSESSION_CARGO_TARGET_DIR}" ${_tgsession_target}
  ${_tgsession_localise}
  BYPRODUCTS "${_tgsession_shared}" "${_tgsession_static}" ${_tgsession_import}
  WORKING_DIRECTORY "${_tgsession_source}"
  COMMENT "Building tgsession with cargo" VERBATIM)

add_library(tgsession::tgsession SHARED IMPORTED GLOBAL)
set_target_properties(tgsession::tgsession PROPERTIES
  IMPORTED_LOCATION "${_tgsession_shared}" IMPORTED_SONAME "${_tgsession_soname}" IMPORTED_IMPLIB "${_tgsession_import}"
  INTERFACE_INCLUDE_DIRECTORIES "${_tgsession_source}/include")
add_dependencies(tgsession::tgsession tgsession_build)

add_library(tgsession::static STATIC IMPORTED GLOBAL)
set_target_properties(tgsession::static PROPERTIES
  IMPORTED_LOCATION "${_tgsession_static}" INTERFACE_LINK_LIBRARIES "${_tgsession_private}"
  INTERFACE_COMPILE_DEFINITIONS TGS_STATIC
  INTERFACE_INCLUDE_DIRECTORIES "${_tgsession_source}/include")
add_dependencies(tgsession::static tgsession_build)

add_library(tgsession::cpp INTERFACE IMPORTED GLOBAL)
set_target_properties(tgsession::cpp PROPERTIES
  INTERFACE_COMPILE_FEATURES cxx_std_17 INTERFACE_LINK_LIBRARIES tgsession::tgsession
  INTERFACE_INCLUDE_DIRECTORIES "${_tgsession_source}/bindings/cpp")

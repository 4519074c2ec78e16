/** Finds the C library, loads it once, and refuses one whose binary interface is another. */

import { dirname, join } from 'node:path'
import koffi from './koffi'

/** The version of the binary interface that this package was written for: TGS_ABI_VERSION of the header. */
export const ABI_VERSION = 2

const NAMES: Partial<Record<NodeJS.Platform, string>> = { win32: 'tgsession.dll', darwin: 'libtgsession.dylib' }
const name = NAMES[process.platform] ?? 'libtgsession.so'

/** The version of glibc, which musl does not have. */
function glibcVersion(): string | undefined {
  const report = process.report as unknown as { excludeNetwork?: boolean, getReport(): { header: { glibcVersionRuntime?: string } } }
  const before = report.excludeNetwork
  report.excludeNetwork = true // else Node asks for the names of the hosts that are connected
  try {
    return report.getReport().header.glibcVersionRuntime
  } finally {
    if (before !== undefined) report.excludeNetwork = before
  }
}

/** The optional package that holds the library for this platform: packaging/node/pack makes one for each. */
function platformPackage(): string {
  const platform = `tgsession-${process.platform}-${process.arch}`
  if (process.platform !== 'linux') return platform
  return `${platform}-${glibcVersion() ? 'gnu' : 'musl'}`
}

/** The library in the package for this platform; null where npm did not install one. */
function packaged(): string | null {
  try {
    return join(dirname(require.resolve(`${platformPackage()}/package.json`)), name)
  } catch {
    return null
  }
}

// koffi unloads its libraries when a thread of JavaScript ends. The pool's threads still have to run what Rust left them to
// do at their end, so the code must stay where it is: a second reference of our own, never given back, keeps it.
function pin(path: string): void {
  if (process.platform === 'win32') return
  const open = koffi.load(null).func('dlopen', 'void *', ['const char *', 'int'])
  const RTLD_NOW = 2
  open(path, RTLD_NOW)
}

/** TGSESSION_LIBRARY, then the package for this platform, then wherever the system's loader looks. */
function locate(): string {
  return process.env['TGSESSION_LIBRARY'] || (packaged() ?? name)
}

function open(path: string) {
  try {
    return koffi.load(path)
  } catch (cause) {
    const remedy = path === name
      ? `the optional package ${platformPackage()} is not installed: install it, or set TGSESSION_LIBRARY to the library's path`
      : "set TGSESSION_LIBRARY to the library's path"
    throw new Error(`cannot load the tgsession library ${path}: ${remedy}`, { cause })
  }
}

function load() {
  const path = locate()
  const library = open(path)
  const found = library.func('tgs_abi_version', 'uint32_t', [])() as number
  if (found !== ABI_VERSION) {
    throw new Error(`${path} has version ${found} of the binary interface, and this package needs version ${ABI_VERSION}`)
  }
  pin(path)
  return library
}

export const library = load()

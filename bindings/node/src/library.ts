/** Finds the C library, loads it once, and refuses one whose binary interface is another. */

import { existsSync } from 'node:fs'
import { join } from 'node:path'
import koffi from './koffi'

/** The version of the binary interface that this package was written for: TGS_ABI_VERSION of the header. */
export const ABI_VERSION = 2

const NAMES: Partial<Record<NodeJS.Platform, string>> = { win32: 'tgsession.dll', darwin: 'libtgsession.dylib' }

/** TGSESSION_LIBRARY, then the package's own lib folder, then wherever the system's loader looks. */
function locate(): string {
  const told = process.env['TGSESSION_LIBRARY']
  if (told) return told
  const name = NAMES[process.platform] ?? 'libtgsession.so'
  const packaged = join(__dirname, '..', 'lib', `${process.platform}-${process.arch}`, name)
  return existsSync(packaged) ? packaged : name
}

// koffi unloads its libraries when a thread of JavaScript ends. The pool's threads still have to run what Rust left them to
// do at their end, so the code must stay where it is: a second reference of our own, never given back, keeps it.
function pin(path: string): void {
  if (process.platform === 'win32') return
  const open = koffi.load(null).func('dlopen', 'void *', ['const char *', 'int'])
  const RTLD_NOW = 2
  open(path, RTLD_NOW)
}

function open(path: string) {
  try {
    return koffi.load(path)
  } catch (cause) {
    throw new Error(`cannot load the tgsession library ${path}: set TGSESSION_LIBRARY to its path`, { cause })
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

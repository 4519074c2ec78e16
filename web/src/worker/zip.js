// Zip archives, in and out.
import { unzipSync, zipSync } from 'fflate'

const MAGIC = [0x50, 0x4b, 0x03, 0x04]
// Far more than any session has: what claims more is not unpacked.
const LARGEST = 256 * 2 ** 20

/** Whether bytes are a zip archive. */
export const isZip = (bytes) => MAGIC.every((byte, index) => bytes[index] === byte)

/** The files of an archive: paths and bytes. */
export function unpack(bytes) {
  let total = 0
  const filter = ({ name, originalSize }) => {
    if (name.endsWith('/')) return false
    total += originalSize
    if (total > LARGEST) throw new RangeError(`the archive unpacks to more than ${LARGEST} bytes`)
    return true
  }
  return Object.entries(unzipSync(bytes, { filter })).map(([name, inside]) => [inFolder(name), inside])
}

// A path of an archive leads out of no folder.
const inFolder = (name) => name.replaceAll('\\', '/').split('/').filter((part) => !['', '.', '..'].includes(part)).join('/')

/** An archive of files. What is in it is random mostly, so it is not compressed. */
export const pack = (files) => zipSync(Object.fromEntries(files), { level: 0 })

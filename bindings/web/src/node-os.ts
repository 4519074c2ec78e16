/** In place of `node:os`: a WebAssembly module's memory is little-endian everywhere. */

export const endianness = (): string => 'LE'

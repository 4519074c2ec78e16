/**
 * tgsession in a browser: the interface of the package `tgsession` for Node over a WebAssembly module, and files in the
 * module's memory in place of a disk. `await load(…)` comes first.
 */

export * from '../../node/src/index'
export { load } from './library'
export type { ModuleSource } from './module'
export * from './web'

/** In place of `node:util`, of which only the name of a method is used: Node's console calls it, and a browser's does not. */

/** How values are shown. */
export type InspectOptions = object

/** Shows a value. */
export const inspect = Object.assign((value: unknown, _options?: InspectOptions): string => JSON.stringify(value), {
  custom: Symbol.for('nodejs.util.inspect.custom'),
})

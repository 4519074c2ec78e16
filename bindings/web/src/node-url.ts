/** In place of `node:url`: a path of the module's files from a URL. */

/** The path of a `file:` URL. */
export const fileURLToPath = (url: URL): string => decodeURIComponent(url.pathname)

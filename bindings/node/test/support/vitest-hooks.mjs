// mtcute's own tests ask for vitest: they get the few words of it that they use, over node:test. And they import JSON as
// bundlers do, without saying so.
const SHIM = new URL('vitest.mjs', import.meta.url).href
const JSON_MODULE = { importAttributes: { type: 'json' } }

export async function resolve(specifier, context, next) {
  if (specifier === 'vitest') return { url: SHIM, shortCircuit: true }
  const resolved = await next(specifier, context)
  return resolved.url.endsWith('.json') ? { ...resolved, ...JSON_MODULE } : resolved
}

export const load = (url, context, next) => next(url, url.endsWith('.json') ? { ...context, ...JSON_MODULE } : context)

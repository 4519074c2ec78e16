// Writes session strings with the real JavaScript libraries, as JSON, to standard output.
//
//   npm install && node make_strings.mjs [a checkout of MTKruto at tag 0.216.0] > javascript.json
import { readFileSync } from 'node:fs'
import { inventedKey, libraries } from './libraries.mjs'

const cases = JSON.parse(readFileSync(new URL('cases.json', import.meta.url)))
const strings = []
for (const { library, version, format, fields: names, write, isForeign } of await libraries(process.argv[2])) {
  for (const held of cases) {
    const fields = Object.fromEntries(names.map((name) => [name, held[name]]))
    fields.auth_key = inventedKey(held.key).toString('hex')
    // A foreign layout is one that the format's own client does not write so: it is read, and not written.
    strings.push({ library, version, format, fields, string: await write(held), ...(isForeign && { foreign: true }) })
  }
}
process.stdout.write(JSON.stringify(strings, null, 1), () => process.exit(0))

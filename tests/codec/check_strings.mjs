// Reads session strings with the real JavaScript libraries.
//
//   npm install && node check_strings.mjs [a checkout of MTKruto at tag 0.216.0] < strings.json
//
// Standard input: a JSON list of {"format", "string"}. Standard output: a JSON list of {"library", "format", "string",
// "fields"} or {…, "error"}, one for each library that reads the format.
import { readFileSync } from 'node:fs'
import { libraries } from './libraries.mjs'

const known = await libraries(process.argv[2])
const answers = []
for (const { format, string } of JSON.parse(readFileSync(0))) {
  for (const { library, version, read } of known.filter((one) => one.format === format && one.reads?.(string) !== false)) {
    const answer = { library: `${library} ${version}`, format, string }
    try {
      answer.fields = await read(string)
    } catch (error) {
      answer.error = String(error)
    }
    answers.push(answer)
  }
}
process.stdout.write(JSON.stringify(answers, null, 1), () => process.exit(0))

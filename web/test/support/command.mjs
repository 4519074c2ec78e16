// The command line, with which the page's results are compared.
import { execFileSync } from 'node:child_process'

const command = process.env.TGSESSION_COMMAND
if (!command) throw new Error('TGSESSION_COMMAND is not set: it is the path of the command tgsession (make test-web)')

/** What a call of the command prints. */
export const tgsession = (...args) => execFileSync(command, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'], maxBuffer: 2 ** 28 })

// A time that its source does not tell is that of the conversion.
const began = Math.floor(Date.now() / 1000)
const steady = (text) => text.replace(/"last_update_on":(\d+)/g, (whole, time) => (Number(time) >= began ? '"last_update_on":"now"' : whole))

/** All that a session is and holds, without the time when it was written. */
export function contentsOf(path, ...from) {
  const inspection = { ...JSON.parse(tgsession('inspect', '--json', '--show-secrets', ...from, path)), date: undefined }
  return {
    inspection,
    peers: steady(tgsession('peers', '--json', ...from, path)),
    states: tgsession('states', '--json', ...from, path),
  }
}

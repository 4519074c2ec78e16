// The worker's side: each message names a method, and is answered once.
import { load, TgsError, formats, version } from 'tgsession-web'
import * as conversion from './conversion.js'
import * as items from './items.js'
import * as peers from './peers.js'

const methods = {
  load: async (bytes) => {
    await load(bytes)
  },
  about: () => ({ version: version(), formats: formats() }),
  ...items.methods,
  ...peers.methods,
  ...conversion.methods,
}

self.addEventListener('message', async ({ data: { id, method, args } }) => {
  try {
    const answer = await methods[method](...args)
    self.postMessage({ id, answer }, lent(answer))
  } catch (error) {
    self.postMessage({ id, failure: { status: error instanceof TgsError ? error.status : 'FAILED', message: error.message.replace(IN_MEMORY, '') } })
  }
})

// The folder of an item in the module's memory says nothing to people.
const IN_MEMORY = /(?<![^\s'"(])\/\d+\//g

// The bytes of a file are moved to the page, not copied.
const lent = (answer) => (answer?.bytes instanceof Uint8Array ? [answer.bytes.buffer] : [])

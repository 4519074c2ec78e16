// A worker that ends with engines open: by itself, by `process.exit`, or by it within an engine's method.
import { appendFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { workerData } from 'node:worker_threads'
import { MemoryEngine } from './memory-engine.mjs'

// Not by library.mjs, which waits for another module: V8 12 (Node 22) dies when a module that waits is ended while it runs.
const tgsession = createRequire(import.meta.url)('tgsession')
const { end, path } = workerData

class Noting extends MemoryEngine {
  close() {
    appendFileSync(path, 'closed ')
  }

  save() {
    if (end === 'within') process.exit(3)
  }
}

const sessions = [1, 2].map((number) => tgsession.Session.openEngine(new Noting(`engine ${number}`)))
sessions[0].dcId = 4
if (end === 'exit') process.exit()
if (end === 'within') sessions[1].save()

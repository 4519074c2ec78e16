// The worker, in which the library runs: a call blocks there, and the page goes on.
import workerSource from 'worker-source'

/** An error of the library, with its status. */
export class Failure extends Error {
  constructor({ status, message }) {
    super(message)
    this.status = status
  }
}

const waiting = new Map()
let next = 0
let worker
let ready

/** Starts the worker; with one that is there, all that it held goes. */
export function restart() {
  worker?.terminate()
  for (const { reject } of waiting.values()) reject(new Failure({ status: 'ENDED', message: '' }))
  waiting.clear()
  const url = URL.createObjectURL(new Blob([workerSource], { type: 'text/javascript' }))
  worker = new Worker(url)
  worker.addEventListener('message', ({ data }) => settle(data))
  worker.addEventListener('error', ({ message }) => console.error(message))
  ready = module().then((bytes) => ask('load', [bytes], [bytes]))
  ready.finally(() => URL.revokeObjectURL(url)).catch(() => undefined)
  return ready
}

/** Calls a method of the worker. What is in `lent` is moved there, not copied. */
export async function call(method, args = [], lent = []) {
  await ready
  return ask(method, args, lent)
}

function ask(method, args, lent) {
  const id = next++
  return new Promise((resolve, reject) => {
    waiting.set(id, { resolve, reject })
    worker.postMessage({ id, method, args }, lent)
  })
}

function settle({ id, answer, failure }) {
  const { resolve, reject } = waiting.get(id)
  waiting.delete(id)
  if (failure) reject(new Failure(failure))
  else resolve(answer)
}

// The module stands in the page, compressed, as text: nothing is fetched, and it works from a disk.
async function module() {
  const packed = Uint8Array.from(atob(globalThis.tgsessionModule), (letter) => letter.charCodeAt(0))
  const unpacked = new Blob([packed]).stream().pipeThrough(new DecompressionStream('gzip'))
  return new Response(unpacked).arrayBuffer()
}

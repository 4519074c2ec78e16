// The plan of make bench-all in Node: benches/all/README.md has the protocol. A program gives `serve` a storage of its own:
//
// open(file), close(), logIn()      opens what is there, makes what is not
// rows(peers), update(rows)         what the client's own code would pass; committed when it returns
// byId, byUsername, byPhone         each takes an invented peer
// field(), exportString()
//
// Each may return a promise. `hashOf(answer)` is the access hash of a lookup's answer, a bigint. A method that is not there is an
// operation that the client does not have.
import readline from 'node:readline'

const STRIDE = 7919
const HOT = 64
const BATCHES = 5
const NEW_PEERS_FROM = 100_000_000
const BULK = 10_000
export const KEY = Uint8Array.from({ length: 256 }, (_, at) => at)

function invent(number) {
  const id = 777_000_000_000 + number
  const accessHash = -BigInt(id) * 1_000_003n
  return { id, accessHash, username: `tgs_user_${number}`, phoneNumber: `99966${String(number).padStart(7, '0')}` }
}

function inventEach(count, first = 0, stride = 1, modulus = Number.MAX_SAFE_INTEGER) {
  return Array.from({ length: count }, (_, at) => invent((first + at * stride) % modulus))
}

const LOOKUPS = { by_id: 'byId', by_username: 'byUsername', by_phone: 'byPhone', by_id_hot: 'byId' }

class Plan {
  constructor(storage) {
    this.storage = storage
    this.opened = false
  }

  async open(step) {
    await this.storage.open(step.file)
    this.opened = true
  }

  async begin(step) {
    const [kind, size] = step.operation.split('_')
    if (kind === 'known' || kind === 'new') return this.beginBatches(step, kind, Number(size))
    if (step.operation in LOOKUPS) return this.beginLookups(step, this.storage[LOOKUPS[step.operation]].bind(this.storage))
    return this[step.operation](step)
  }

  create(step) {
    this.call = async (number) => {
      await this.storage.open(`${step.file}-${step.from + number}.session`)
      await this.storage.close()
    }
  }

  // `open` is taken by the storage's own.
  open_and_close(step) {
    this.call = async () => {
      await this.storage.open(step.file)
      await this.storage.field()
      await this.storage.close()
    }
  }

  async bulk(step) {
    const size = Math.min(BULK, step.peers)
    const batches = []
    for (let first = 0; first < step.peers; first += size) batches.push(this.storage.rows(inventEach(size, first)))
    await this.open(step)
    await this.storage.logIn()
    this.call = (number) => this.storage.update(batches[number])
  }

  async beginBatches(step, kind, size) {
    const count = kind === 'new' ? step.calls : BATCHES
    const first = kind === 'new' ? NEW_PEERS_FROM + step.from * size : 0
    const peers = inventEach(count * size, first, 1, kind === 'new' ? undefined : step.peers)
    const batches = Array.from({ length: count }, (_, at) => this.storage.rows(peers.slice(at * size, (at + 1) * size)))
    await this.open(step)
    this.call = (number) => this.storage.update(batches[number % count])
    // As in a client that has been running: the session has brought these before.
    for (let number = 0; kind === 'known' && number < count; number++) await this.call(number)
  }

  async beginLookups(step, lookUp) {
    const isHot = step.operation === 'by_id_hot'
    const peers = inventEach(isHot ? HOT : step.calls, step.from * STRIDE, STRIDE, step.peers)
    await this.open(step)
    // What the first lookup of an open file costs belongs to "open".
    await this.check(lookUp, invent(0))
    for (let round = 0; isHot && round < 4; round++) for (const peer of peers) await this.check(lookUp, peer)
    this.call = (number) => lookUp(peers[number % peers.length])
  }

  async check(lookUp, peer) {
    const answer = await lookUp(peer)
    if (this.storage.hashOf(answer) !== peer.accessHash) throw new Error(`peer ${peer.id} has another access hash`)
  }

  async field(step) {
    await this.same(step, () => this.storage.field())
  }

  async export(step) {
    await this.same(step, () => this.storage.exportString())
  }

  async same(step, call) {
    await this.open(step)
    if (!(await call())) throw new Error('there is nothing to read')
    this.call = call
  }

  async run(step) {
    const { call } = this
    const cpu = process.cpuUsage()
    const start = process.hrtime.bigint()
    for (let number = 0; number < step.calls; number++) {
      const answer = call(number)
      if (answer instanceof Promise) await answer
    }
    const seconds = Number(process.hrtime.bigint() - start) / 1e9
    const { user, system } = process.cpuUsage(cpu)
    return { seconds, cpu: (user + system) / 1e6 }
  }

  async end() {
    this.call = undefined
    if (this.opened) await this.storage.close()
    this.opened = false
  }
}

const answer = (object) => process.stdout.write(`${JSON.stringify(object)}\n`)

export async function serve(storage, version) {
  const plan = new Plan(storage)
  answer({ version })
  for await (const line of readline.createInterface({ input: process.stdin })) {
    const step = JSON.parse(line)
    if (step.operation === 'open') step.operation = 'open_and_close'
    try {
      answer((await plan[step.step](step)) ?? {})
    } catch (error) {
      answer({ failed: String(error) })
    }
  }
}

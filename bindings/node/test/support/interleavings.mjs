// Every order in which the steps of one lookup can meet those of the writes behind it. Nothing here sleeps: each side stops before and
// after each call that it makes of the session, and goes on when it is told.
import { tgsession } from './library.mjs'

const { Session } = tgsession
const WRITES = ['mergePeersAsync', 'setDataAsync', 'setUpdateStatesAsync']
const READS = ['getPeerByIdAsync', 'getPeersByIdAsync', 'getPeerByUsernameAsync', 'getPeerByPhoneNumberAsync', 'getPeerByNameAsync', 'peersAsync', 'getSessionDataAsync']

/** Where one side stands. */
class Side {
  #stopped = []
  #arrived = () => {}
  isFree = false

  /** The side is here until it is passed. */
  stop() {
    if (this.isFree) return Promise.resolve()
    return new Promise((go) => {
      this.#stopped.push(go)
      this.#arrived()
    })
  }

  /** Until the side has come to a stop. */
  arrival() {
    return new Promise((resolve) => {
      this.#arrived = () => resolve('stopped')
      if (this.#stopped.length) resolve('stopped')
    })
  }

  pass() {
    this.#stopped.shift()?.()
  }

  free() {
    this.isFree = true
    while (this.#stopped.length) this.pass()
  }
}

/** A session in memory, whose calls stop. `refuse(rows)` may throw what the store says to a write. */
export class StoppingSession {
  writes = new Side()
  reads = new Side()
  refuse = () => {}
  session = Session.open(':memory:', { usernameExpiry: -1 })

  constructor() {
    this.writes.isFree = this.reads.isFree = true
    for (const name of WRITES) this.#stopAround(name, this.writes, (rows) => this.refuse(rows))
    for (const name of READS) this.#stopAround(name, this.reads, () => {})
    this.session.saveAsync = async () => this.session.save()
  }

  // The call itself is made in this thread: between two stops it is one step, and thousands of orders wait for no pool.
  #stopAround(name, side, check) {
    const call = this.session[name.replace('Async', '')]
    this.session[name] = async (...args) => {
      await side.stop()
      check(args[0])
      const answer = call.apply(this.session, args)
      await side.stop()
      return answer
    }
  }
}

/** The stages of what waits: 0 it waits behind another batch, then one for each stop and each failure, the last one when all is written. */
class Stages {
  #writes
  #save
  #saved
  at = 0
  isLast = false

  constructor(writes, save) {
    this.#writes = writes
    this.#save = save
  }

  async goTo(stage) {
    while (this.at < stage && !this.isLast) {
      this.#writes.pass()
      this.#saved ??= this.#save().then(() => 'written', () => 'failed')
      const found = await Promise.race([this.#writes.arrival(), this.#saved])
      if (found !== 'stopped') this.#saved = undefined
      this.at++
      this.isLast = found === 'written'
    }
  }
}

/**
 * Runs a lookup in every order. `prepare` makes `{ stopping, save, first, tell }`: `first` tells something that is written before, `tell`
 * what is looked up. `lookUp` is begun at each stage, and at each of its stops the writes go on to each later stage. `during` tells once
 * more, at the first stop of the lookup. `check(answer)` judges.
 */
export async function everyOrder({ prepare, lookUp, check, during }) {
  const chosen = []
  let runs = 0
  do {
    const { stopping, save, first, tell, ...more } = await prepare()
    const { writes, reads } = stopping
    writes.isFree = reads.isFree = false
    first()
    await writes.arrival()
    tell?.()
    const stages = new Stages(writes, save)
    let asked = 0
    const goOn = async () => {
      if (asked === chosen.length) chosen.push(chosen.at(-1) ?? 0)
      await stages.goTo(chosen[asked++])
    }
    await goOn()
    const answer = lookUp(more).then((value) => ({ value }), (error) => ({ error }))
    for (let stops = 0; (await Promise.race([reads.arrival(), answer])) === 'stopped'; reads.pass()) {
      if (stops === 0) during?.(more)
      // Before the second call it stands where it stood after the first.
      if (stops === 0 || stops % 2) await goOn()
      stops++
    }
    const where = `begun and read at the stages ${chosen.slice(0, asked)}`
    check((await answer).value, where, (await answer).error)
    await stages.goTo(Number.POSITIVE_INFINITY)
    reads.free()
    check((await lookUp(more)), `after ${where}`)
    writes.free()
    await more.close()
    runs++
    while (chosen.length && chosen.at(-1) >= stages.at) chosen.pop()
    if (chosen.length) chosen[chosen.length - 1]++
  } while (chosen.length)
  return runs
}

/** Runs a synchronous lookup at every stage. */
export async function everyStage({ prepare, check }) {
  const { stopping, save, first, tell, ...more } = await prepare()
  stopping.writes.isFree = false
  first()
  await stopping.writes.arrival()
  tell()
  const stages = new Stages(stopping.writes, save)
  for (;;) {
    check(more, `at stage ${stages.at}`)
    if (stages.isLast) break
    await stages.goTo(stages.at + 1)
  }
  stopping.writes.free()
  await more.close()
  return stages.at
}

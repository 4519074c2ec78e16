/**
 * What only mtcute reads, by its key: salts, a media data centre, whole serialised objects. It is kept beside the session, and
 * in memory where the session's engine keeps no values.
 */

import { TgsError } from '../errors'
import type { TgsessionDriver } from './driver'

const PREFIX = 'mtcute.'

export class OwnValues {
  readonly #memory = new Map<string, Uint8Array>()

  constructor(private readonly driver: TgsessionDriver) {}

  async get(key: string): Promise<Uint8Array | null> {
    return this.#memory.get(key) ?? (await (await this.driver.opened()).getValueAsync(PREFIX + key))
  }

  async set(key: string, value: Uint8Array): Promise<void> {
    try {
      await (await this.driver.opened()).setValueAsync(PREFIX + key, value)
    } catch (error) {
      if (!(error instanceof TgsError && error.status === 'TGS_ERROR_UNSUPPORTED')) throw error
      this.#memory.set(key, value)
    }
  }

  async delete(key: string): Promise<void> {
    this.#memory.delete(key)
    await (await this.driver.opened()).deleteValueAsync(PREFIX + key)
  }

  async clear(): Promise<void> {
    this.#memory.clear()
    const session = await this.driver.opened()
    for (const name of await session.getValueNamesAsync()) if (name.startsWith(PREFIX)) await session.deleteValueAsync(name)
  }
}

/** What the session has of data centres, and in memory what is told of those of an engine that keeps no values. */

import type { DataCenter } from '../data-centers'
import { TgsError } from '../errors'
import type { Session } from '../session'

export class DataCenters {
  readonly #memory = new Map<number, DataCenter>()

  /** What is known of one; of the account's own the keys are those of the fields. */
  async get(session: Session, id: number): Promise<DataCenter> {
    const found = this.#memory.get(id) ?? (await session.getDataCenterAsync(id))
    return found ?? { id, authKey: null, tmpAuthKey: null, tmpExpiresAt: null, addresses: [] }
  }

  /** Those of which something is known, but for one. */
  async allBut(session: Session, id: number): Promise<DataCenter[]> {
    const others = (await session.getDataCenterIdsAsync()).filter((one) => one !== id)
    return Promise.all(others.map((one) => this.get(session, one)))
  }

  /** Writes one, or removes it if nothing is known any more. */
  async set(session: Session, dataCenter: DataCenter): Promise<void> {
    const { id, authKey, tmpAuthKey, addresses } = dataCenter
    if (authKey === null && tmpAuthKey === null && addresses.length === 0) return this.delete(session, id)
    try {
      await session.setDataCenterAsync(dataCenter)
    } catch (error) {
      if (!(error instanceof TgsError && error.status === 'TGS_ERROR_UNSUPPORTED')) throw error
      this.#memory.set(id, dataCenter)
    }
  }

  async change(session: Session, id: number, changes: Partial<DataCenter>): Promise<void> {
    await this.set(session, { ...(await this.get(session, id)), ...changes })
  }

  async clear(session: Session): Promise<void> {
    this.#memory.clear()
    for (const id of await session.getDataCenterIdsAsync()) await this.delete(session, id)
  }

  async delete(session: Session, id: number): Promise<void> {
    this.#memory.delete(id)
    await session.deleteDataCenterAsync(id)
  }
}

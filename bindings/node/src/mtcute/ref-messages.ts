/** Where "min" peers were seen. No other client keeps it, so it lives in memory. */

import type { IReferenceMessagesRepository } from '@mtcute/core'

export class TgsessionRefMessages implements IReferenceMessagesRepository {
  readonly #seen = new Map<number, [chatId: number, msgId: number][]>()

  store(peerId: number, chatId: number, msgId: number): void {
    this.#seen.set(peerId, [...(this.#seen.get(peerId) ?? []), [chatId, msgId]])
  }

  getByPeer(peerId: number): [number, number] | null {
    return this.#seen.get(peerId)?.at(-1) ?? null
  }

  delete(chatId: number, msgIds: number[]): void {
    for (const [peerId, messages] of this.#seen) {
      this.#seen.set(peerId, messages.filter(([chat, message]) => chat !== chatId || !msgIds.includes(message)))
    }
  }

  deleteByPeer(peerId: number): void {
    this.#seen.delete(peerId)
  }

  deleteAll(): void {
    this.#seen.clear()
  }
}

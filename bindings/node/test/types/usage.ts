// What users write compiles, and what is wrong does not. Nothing here is run.
import { MemoryStorage, type ITelegramStorageProvider, type IMtStorageProvider } from '@mtcute/core'
import { TelegramClient } from 'telegram'
import { Session, TgsError, UsernameExpiredError, defaultServerAddress, diagnose, type InputPeer, type Peer, type StatusName } from 'tgsession'
import { GramjsSession } from 'tgsession/gramjs'
import { TgsessionStorage } from 'tgsession/mtcute'

export function sync(): void {
  using session = Session.open('account.session', { format: 'telethon@8', readOnly: true })
  const key: Uint8Array | null = session.authKey
  const id: number | null = session.userId
  const takeout: bigint | null = session.takeoutId
  session.authKey = null
  session.updatePeers([{ id: 1, accessHash: -5n, type: 'bot', usernames: ['a'] }, { id: -2 }])
  const found: InputPeer | null = session.getPeerByUsername('a')
  for (const peer of session) void (peer satisfies Peer)
  const hashes: (bigint | null)[] = Array.from(session.peers([1, 2n]), (peer) => peer.accessHash)
  const kept: 'kept' | undefined = session.convertTo(session, { user_id: 5n }).fields[0]?.outcome === 'kept' ? 'kept' : undefined
  void [key, id, takeout, found, hashes, kept, diagnose('x').intact, defaultServerAddress(4)?.port]

  // @ts-expect-error: a hash is no text
  session.updatePeers([{ id: 1, accessHash: '5' }])
  // @ts-expect-error: a peer has an id
  session.updatePeers([{ accessHash: 5n }])
  // @ts-expect-error: there is no such type
  session.updatePeers([{ id: 1, type: 'person' }])
  // @ts-expect-error: there is no such option
  Session.open('x', { nonsense: true })
  // @ts-expect-error: there is no such format
  session.exportSessionString('nonsense')
  // @ts-expect-error: the answer may be null
  session.getPeerById(1).id
  // @ts-expect-error: sessions are opened
  new Session(5)
}

export function failures(error: unknown): StatusName | 'TGS_STATUS_UNKNOWN' | null {
  if (error instanceof UsernameExpiredError) return 'TGS_EXPIRED'
  return error instanceof TgsError ? error.status : null
}

export async function clients(): Promise<void> {
  const session: Session = await Session.openAsync(':memory:')
  const storage: ITelegramStorageProvider & IMtStorageProvider = new TgsessionStorage(session, { testMode: true })
  const real: ITelegramStorageProvider = new MemoryStorage()
  void [storage, real, new TelegramClient(new GramjsSession('account.session'), 1, 'hash', {})]
}

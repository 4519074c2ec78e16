// What users write compiles, and what is wrong does not. Nothing here is run.
import { MemoryStorage, type ITelegramStorageProvider, type IMtStorageProvider } from '@mtcute/core'
import { TelegramClient } from 'telegram'
import type { Session as GramjsBase } from 'telegram/sessions'
import { TelegramClient as TeleprotoClient } from 'teleproto'
import type { Session as TeleprotoBase } from 'teleproto/sessions'
import { InvalidArgumentError, Session, TgsError, UsernameExpiredError, defaultServerAddress, diagnose, listSessions, listSessionsAsync, type AsyncOptions, type Counts, type DataCenter, type Engine, type InputPeer, type Peer, type Report, type SessionData, type StatusName, type UpdateState } from 'tgsession'
import { GramjsSession } from 'tgsession/gramjs'
import { TeleprotoSession } from 'tgsession/teleproto'
import { TgsessionStorage } from 'tgsession/mtcute'

export function sync(): void {
  using session = Session.open('account.session', { format: 'telethon@8', readOnly: true, wal: true })
  const key: Uint8Array | null = session.authKey
  const id: number | null = session.userId
  const takeout: bigint | null = session.takeoutId
  session.authKey = null
  session.updatePeers([{ id: 1, accessHash: -5n, type: 'bot', usernames: ['a'] }, { id: -2 }])
  const found: InputPeer | null = session.getPeerByUsername('a') ?? session.getPeerByName('A')
  const state: UpdateState | null = session.getUpdateState(0)
  for (const peer of session) void (peer satisfies Peer)
  const hashes: (bigint | null)[] = Array.from(session.peers([1, 2n]), (peer) => peer.accessHash)
  const kept: 'kept' | undefined = session.convertTo(session, { user_id: 5n }).fields[0]?.outcome === 'kept' ? 'kept' : undefined
  void [key, id, takeout, found, state, hashes, kept, diagnose('x').intact, defaultServerAddress(4)?.port]

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

/** The least that an engine is. */
class Shelf implements Engine {
  readonly location = 'a shelf'
  #data: Partial<SessionData> = {}
  #peers = new Map<number, Peer>()

  getSessionData() {
    return this.#data
  }
  setSessionData(changes: Partial<SessionData>) {
    Object.assign(this.#data, changes)
  }
  putPeers(peers: Peer[]) {
    for (const peer of peers) this.#peers.set(peer.id, peer)
  }
  getPeers(ids: number[] | null) {
    return [...this.#peers.values()].filter((peer) => ids?.includes(peer.id) ?? true)
  }
  getUpdateStates() {
    return [{ id: 0, pts: 5 }]
  }
  setUpdateStates() {}
  deleteUpdateState() {}
  getSentFiles() {
    return []
  }
  cacheSentFiles() {}
}

export function engines(): void {
  const session: Session = Session.openEngine(new Shelf(), { lease: true })
  Session.open('x', { lease: { owner: 'bot 1', seconds: 5 } })
  session.setData({ dcId: 4, authKey: null, takeoutId: 5n })
  const bytes: Uint8Array = session.toBytes({ format: 'telethon@8', compress: true })
  const names: string[] = listSessions('postgresql://host/database')
  const count: number = Session.openBytes(bytes).changeCount
  const value: Uint8Array | null = session.getValue('salts')
  session.setValue('salts', bytes)
  const fields: SessionData = session.getSessionData()
  const counts: Counts = session.getCounts()
  session.setDataCenter({ id: 4, authKey: bytes, addresses: [{ serverAddress: '::1', port: 443 }] })
  const dataCenter: DataCenter | null = session.getDataCenter(4)
  const report: Report = session.exportFile('gotd', 'session.json', { dc_id: 4 })
  // @ts-expect-error: there is no such format
  session.exportFile('nonsense', 'session.json')
  void report.remarks?.[0]
  const ids: Promise<number[]> = session.getDataCenterIdsAsync()
  const described: string | null | undefined = session.inspect().data_centers?.[0]?.auth_key_id
  void [dataCenter?.addresses[0]?.isMediaOnly, ids, described]
  void [value, fields.dcId, counts.values, session.getValueNames()]
  const sealed: Uint8Array = session.toAge({ recipients: ['age1'] })
  const opened: Promise<Session> = Session.openAgeAsync(sealed, { passphrase: 'x' }, { readOnly: true })
  void [names, count, opened]
  // @ts-expect-error: age knows no file with both
  session.toAge({ recipients: ['age1'], passphrase: 'x' })

  // @ts-expect-error: the rest is missing
  Session.openEngine({ location: 'a shelf', getPeers: () => [] })
  // @ts-expect-error: leases would be called in another thread
  Session.openEngine(Object.assign(new Shelf(), { takeLease: () => undefined }))
  // @ts-expect-error: methods are synchronous
  const _later: Engine['getSentFiles'] = async () => []
  // @ts-expect-error: there is no such field
  session.setData({ auth_key: null })
  // @ts-expect-error: a lease has seconds
  Session.open('x', { lease: { seconds: '5' } })
}

export function failures(error: unknown): StatusName | 'TGS_STATUS_UNKNOWN' | null {
  if (error instanceof UsernameExpiredError) return 'TGS_EXPIRED'
  if (error instanceof InvalidArgumentError) return error.code satisfies StatusName & TypeError['message']
  return error instanceof TgsError ? error.status : null
}

export async function inPool(): Promise<void> {
  const { signal } = new AbortController()
  await using session = await Session.openAsync(new URL('file:///account.session'), { readOnly: true, signal })
  const options: AsyncOptions = { signal }
  const found: InputPeer | null = await session.getPeerByUsernameAsync('a', options)
  const data: SessionData = await session.getSessionDataAsync()
  for await (const peer of session) void (peer satisfies Peer)
  const bytes: Uint8Array = await session.toBytesAsync({ compress: true, signal })
  void [found, data, bytes, Session.open(Buffer.from('x')), await listSessionsAsync(new URL('mongodb://host/'), options)]
  // @ts-expect-error: there is no such option
  session.saveAsync({ timeout: 5 })
}

export async function clients(): Promise<void> {
  const session: Session = await Session.openAsync(':memory:')
  const storage: ITelegramStorageProvider & IMtStorageProvider = new TgsessionStorage(session, { testMode: true })
  const real: ITelegramStorageProvider = new MemoryStorage()
  const sessions: [GramjsBase, TeleprotoBase] = [new GramjsSession('account.session'), new TeleprotoSession('account.session')]
  const clients = [new TelegramClient(new GramjsSession(session), 1, 'hash', {}), new TeleprotoClient(new TeleprotoSession(session), 1, 'hash', {})]
  await new TeleprotoSession(session).save()
  void [storage, real, sessions, clients]
}

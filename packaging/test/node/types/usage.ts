import { Session, TgsError, type InputPeer } from 'tgsession'
import type { TgsessionStorage } from 'tgsession/mtcute'

const session: Session = Session.open(':memory:')
session.updatePeers([{ id: 777000101, accessHash: 1n, type: 'user', usernames: ['anna'] }])
const found: InputPeer | null = session.getPeerByUsername('anna')
// @ts-expect-error: the answer may be null
found.id
export { TgsError, type TgsessionStorage }

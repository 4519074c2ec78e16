// A program in a browser as TypeScript checks it, without the types of Node.
import { convertToFile, examine, load, missingFields, putFile, Session, TgsError, type Report } from '../../dist/index.js'

export async function convert(bytes: Uint8Array): Promise<Report> {
  await load(await fetch('tgsession.wasm'))
  putFile('/a.session', bytes)
  const session = Session.open('/a.session', { readOnly: true })
  const userId: number | null = session.userId
  for (const { id, accessHash, usernames } of session.peers()) console.log(id, accessHash satisfies bigint | null, usernames.length)
  try {
    return convertToFile(session, 'pyrogram@3', '/b.session', { overrides: { user_id: userId ?? 5 } })
  } catch (error) {
    if (error instanceof TgsError) console.log(missingFields(error), examine('/a.session').findings[0]?.message)
    throw error
  }
}

// @ts-expect-error there is no such option
export const wrong = () => Session.open('/a.session', { readonly: true })

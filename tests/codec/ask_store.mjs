// Reads the folders of StoreSession with the real GramJS, which `npm install` puts beside it.
//
// Standard input: a JSON list of {"folder", "ids"}. Standard output: a JSON list of {"dc_id", "server_address", "port", "auth_key",
// "peers"}: the key in hexadecimal digits, and of each id, as GramJS marks it, the row that is stored.
import { readFileSync } from 'node:fs'
import { basename, dirname } from 'node:path'
import sessions from 'telegram/sessions/index.js'

const answers = []
for (const { folder, ids } of JSON.parse(readFileSync(0))) {
  // It takes a name in the working folder.
  process.chdir(dirname(folder))
  const session = new sessions.StoreSession(basename(folder))
  await session.load()
  answers.push({
    dc_id: session.dcId,
    server_address: session.serverAddress,
    port: session.port,
    auth_key: Buffer.from(session.authKey.getKey()).toString('hex'),
    peers: ids.map((id) => session.getEntityRowsById(id)),
  })
}
process.stdout.write(JSON.stringify(answers), () => process.exit(0))

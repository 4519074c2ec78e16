// Reads and writes folders of Telegram Desktop with @mtcute/convert, which `npm install` puts beside it. The questions and answers are
// those of `tests/tdata/ask.py`; it knows no test servers.
import { readFileSync } from 'node:fs'
import { Tdata } from '@mtcute/convert'
import { Long } from '@mtcute/core'

const library = '@mtcute/convert'
const hex = (bytes) => Buffer.from(bytes).toString('hex')

async function read({ folder, passcode }) {
  const tdata = await Tdata.open({ path: folder, passcode })
  const accounts = []
  for (const index of tdata.keyData.order) {
    const { userId, mainDcId, authKeys } = await tdata.readMtpAuthorization(index)
    const keys = Object.fromEntries(authKeys.map(({ dcId, key }) => [dcId, hex(key)]))
    accounts.push({ index, user_id: userId.toNumber(), dc_id: mainDcId, keys })
  }
  return accounts
}

async function write({ folder, passcode, accounts, active }) {
  const order = accounts.map(({ index }) => index)
  const tdata = await Tdata.create({ path: folder, passcode, keyData: { count: order.length, order, active } })
  for (const { index, user_id: userId, dc_id: mainDcId, keys } of accounts) {
    const authKeys = Object.entries(keys).map(([dc, key]) => ({ dcId: Number(dc), key: Buffer.from(key, 'hex') }))
    await tdata.writeMtpAuthorization({ userId: Long.fromNumber(userId), mainDcId, authKeys, authKeysToDestroy: [] }, index)
    await tdata.writeEmptyMapFile(index)
  }
}

const answers = []
for (const asked of JSON.parse(readFileSync(0))) {
  const answer = { library, folder: asked.folder }
  try {
    if (asked.do === 'write') await write(asked)
    else answer.accounts = await read(asked)
  } catch (error) {
    answer.error = String(error)
  }
  answers.push(answer)
}
process.stdout.write(JSON.stringify(answers), () => process.exit(0))

// The package by require: a Telethon 2 file is read, and a new file written and found again.
const assert = require('node:assert/strict')
const { readdirSync, existsSync } = require('node:fs')
const { join } = require('node:path')
const { Session } = require('tgsession')

const [fixtures, file] = process.argv.slice(2)
const session = Session.open(file, { format: 'pyrogram@3' })
session.updatePeers([{ id: 777000101, accessHash: -5555555555555555555n, type: 'user', usernames: ['anna'] }])
assert.equal(session.getPeerByUsername('@Anna').accessHash, -5555555555555555555n)
session.close()
assert.ok(existsSync(file))

const opened = readdirSync(fixtures).flatMap((library) => readdirSync(join(fixtures, library)).filter((name) => name === 'account.session')
  .map((name) => {
    const source = Session.open(join(fixtures, library, name), { readOnly: true })
    assert.equal(source.authKey.length, 256, library)
    source.close()
    return library
  }))
assert.ok(opened.length > 10, `only ${opened}`)

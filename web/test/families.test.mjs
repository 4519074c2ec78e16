// Files of each family, through the page and back: what it shows and what it makes is what the command line shows and makes.
import assert from 'node:assert/strict'
import { readFileSync, mkdtempSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { contentsOf, tgsession } from './support/command.mjs'
import { unzipTo, zipOf } from './support/unzip.mjs'
import { convert, downloaded, dropFiles, fields, file, give, open, paste, start } from './support/page.mjs'

const FIXTURES = fileURLToPath(new URL('../../tests/fixtures/', import.meta.url))
const OVERRIDES = { user_id: 777000123, is_bot: false, api_id: 17349 }
const SET = Object.entries(OVERRIDES).flatMap(([name, value]) => ['--set', `${name}=${value}`])

// A file of each family, and whether it has something beside it that counts.
const FAMILIES = [
  'telethon-1.45.0/account.session', 'telethon-1.0.4/account.session', 'pyrogram-2.0.106/account.session', 'pyrogram-1.4.16/account.session',
  'kurigram-2.2.26/account.session', 'pyrofork-2.3.69/account.session', 'electrogram-0.3.230/account.session', 'cloudgram-1.24.2.post1/account.session',
]
const KILLED = ['hydrogram-0.2.0/killed.session', 'electrogram-0.3.230/killed.session', 'kurigram-2.2.26/killed.session']

let world
before(async () => {
  world = await start()
})
after(() => world.close())

/** Runs with a page that is checked in the end. */
const onPage = (work) => async () => {
  const opened = await open(world)
  await work(opened.page)
  await opened.finish()
}

/** Compares what the page shows of a session with what the command line tells of the file. */
async function compareFields(page, path, ...from) {
  const told = JSON.parse(tgsession('inspect', '--json', ...from, path))
  const shown = await fields(page)
  const text = (value) => (value === null ? 'not there' : typeof value === 'boolean' ? (value ? 'yes' : 'no') : String(value))
  const format = told.version === null ? told.format : `${told.format}@${told.version}`
  const labels = { 'Data centre': 'dc_id', 'Server address': 'server_address', Port: 'port', api_id: 'api_id', 'Test servers': 'test_mode', 'Id of the auth key': 'auth_key_id', 'Account (user_id)': 'user_id', Bot: 'is_bot', Peers: 'peers', Usernames: 'usernames', 'Update states': 'update_states', 'Sent files': 'sent_files' }
  assert.equal(shown.Format, format)
  for (const [label, name] of Object.entries(labels)) assert.equal(shown[label], text(told[name]), `${label} of ${path}`)
}

describe('what the page shows', () => {
  for (const name of [...FAMILIES, ...KILLED]) {
    it(name, onPage(async (page) => {
      const path = FIXTURES + name
      const beside = KILLED.includes(name) ? ['-wal', '-journal'].map((suffix) => path + suffix).filter(exists) : []
      await dropFiles(page, path, ...beside)
      await compareFields(page, path)
    }))
  }

  it('the same compressed, in base64 and as the JSON of a conversion', onPage(async (page) => {
    const path = `${FIXTURES}telethon-1.45.0/account.session`
    for (const packed of [file(world.scratch, 'account.session.gz', gzipSync(readFileSync(path))), file(world.scratch, 'account.txt', readFileSync(path).toString('base64'))]) {
      await give(page, packed)
      await compareFields(page, packed)
      await page.click('.item-head button')
    }
    const json = join(mkdtempSync(join(world.scratch, 'json-')), 'session.json')
    tgsession('convert', path, json, '--to', 'gotd')
    await give(page, json)
    await compareFields(page, json)
  }))
})

describe('what the page makes of a file', () => {
  for (const name of FAMILIES) {
    it(`${name} into Telethon's and Pyrogram's`, onPage(async (page) => {
      await give(page, FIXTURES + name)
      for (const format of ['telethon@7', 'pyrogram@3']) {
        await convert(page, format, OVERRIDES)
        const made = await downloaded(page, '.result button.main', world.scratch)
        // What the session tells itself is not asked for: the command line gets the same.
        const asked = await page.$$eval('.missing input, .missing select', (inputs) => inputs.map((input) => input.name))
        const expected = join(mkdtempSync(join(world.scratch, 'expected-')), 'expected')
        tgsession('convert', FIXTURES + name, expected, '--to', format, ...asked.flatMap((field) => ['--set', `${field}=${OVERRIDES[field]}`]))
        assert.deepEqual(contentsOf(made), contentsOf(expected))
      }
    }))
  }

  it('every format of a file', onPage(async (page) => {
    const source = `${FIXTURES}kurigram-2.2.26/account.session`
    await give(page, source)
    await page.click('#tab-convert')
    const formats = await page.$$eval('#format option', (options) => options.map(({ value }) => value).filter((value) => !value.startsWith('string:')))
    assert.ok(formats.length >= 16, formats.join())
    for (const format of formats) {
      await convert(page, format, OVERRIDES)
      const made = await downloaded(page, '.result button.main', world.scratch)
      const isFolder = ['tdata', 'storesession'].includes(format)
      const expected = join(mkdtempSync(join(world.scratch, 'expected-')), 'account')
      tgsession('convert', source, expected, '--to', format)
      assert.deepEqual(contentsOf(isFolder ? unzipTo(made, format) : made), contentsOf(expected), format)
      if (['gotd', 'grammers'].includes(format)) assert.deepEqual(readFileSync(made), readFileSync(expected), format)
    }
  }))

  it('every format of a string, which is the same to the letter', onPage(async (page) => {
    const source = `${FIXTURES}kurigram-2.2.26/account.session`
    await give(page, source)
    await page.click('#tab-convert')
    const formats = await page.$$eval('#format option', (options) => options.map(({ value }) => value).filter((value) => value.startsWith('string:')))
    assert.equal(formats.length, 7)
    for (const format of formats) {
      await convert(page, format, OVERRIDES)
      await page.click('.result .secret-box button >> nth=1')
      const shown = await page.inputValue('.result textarea')
      assert.equal(shown, tgsession('export', source, '--to', format.slice(7)).trim(), format)
    }
  }))
})

describe('strings', () => {
  const source = `${FIXTURES}telethon-1.45.0/account.session`

  for (const format of ['telethon', 'pyrogram', 'gramjs', 'mtcute', 'mtkruto', 'gogram']) {
    it(`a pasted string of ${format}`, onPage(async (page) => {
      const text = tgsession('export', source, '--to', format, ...SET).trim()
      await paste(page, `my session: ${text}\n`)
      const told = JSON.parse(tgsession('inspect', '--json', text))
      const shown = await fields(page)
      assert.equal(shown.Format.split('@')[0], told.format)
      assert.equal(shown['Id of the auth key'], told.auth_key_id)
      assert.equal(await page.inputValue('#text'), '', 'the text is taken away')
    }))
  }

  it('a damaged string is explained', onPage(async (page) => {
    const text = tgsession('export', source, '--to', 'telethon').trim()
    await paste(page, text.slice(0, -40))
    const message = await page.textContent('.closed')
    const { problem } = JSON.parse(tgsession('diagnose', '--json', text.slice(0, -40)))
    assert.ok(message.toLowerCase().includes(problem.toLowerCase()), `'${problem}' in '${message}'`)
    assert.ok(!message.includes(text.slice(20, 60)), 'the string is not repeated')
  }))
})

describe("Telegram Desktop's folder", () => {
  const source = `${FIXTURES}telethon-1.45.0/account.session`
  let folder
  before(() => {
    folder = join(mkdtempSync(join(world.scratch, 'desktop-')), 'tdata')
    const secret = file(world.scratch, 'passcode', 'пароль')
    tgsession('convert', source, folder, '--to', 'tdata', '--to-passcode-file', secret)
  })

  const unlocked = async (page) => {
    await page.fill('#passcode', 'wrong')
    await page.click('.unlock button')
    await page.waitForSelector('text=That passcode does not open it.')
    await page.fill('#passcode', 'пароль')
    await page.click('.unlock button')
    await page.waitForSelector('#panel-fields tr', { timeout: 60_000 })
    await compareFields(page, folder, '--passcode-file', file(world.scratch, 'passcode', 'пароль'))
  }

  it('opens with its passcode, as a folder', onPage(async (page) => {
    await page.setInputFiles('#folder', folder)
    await page.waitForSelector('#passcode')
    await unlocked(page)
  }))

  it('opens with its passcode, in a zip archive', onPage(async (page) => {
    await give(page, file(world.scratch, 'desktop.zip', zipOf(folder)))
    await unlocked(page)
  }))

  it('is made with a passcode, and opens with that only', onPage(async (page) => {
    await give(page, source)
    await page.click('#tab-convert')
    await page.selectOption('#format', 'tdata')
    await page.fill('#new-passcode', 'a new one')
    await convert(page, 'tdata')
    // Choosing the format anew does not take the passcode away.
    const made = unzipTo(await downloaded(page, '.result button.main', world.scratch), 'tdata')
    assert.throws(() => tgsession('inspect', made), /passcode/)
    const told = JSON.parse(tgsession('inspect', '--json', '--passcode-file', file(world.scratch, 'p', 'a new one'), made))
    assert.equal(told.auth_key_id, JSON.parse(tgsession('inspect', '--json', source)).auth_key_id)
  }))
})

function exists(path) {
  try {
    readFileSync(path)
    return true
  } catch {
    return false
  }
}

// Pictures of the page, for people to look at: TGSESSION_SCREENSHOTS is the folder.
import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, it } from 'node:test'
import { fileURLToPath } from 'node:url'
import { tgsession } from './support/command.mjs'
import { sessionWith } from './support/many.mjs'
import { convert, dropFiles, file, give, open, paste, start } from './support/page.mjs'

const TELETHON = fileURLToPath(new URL('../../tests/fixtures/telethon-1.45.0/account.session', import.meta.url))
const KURIGRAM = fileURLToPath(new URL('../../tests/fixtures/kurigram-2.2.26/account.session', import.meta.url))
const folder = process.env.TGSESSION_SCREENSHOTS
if (!folder) throw new Error('TGSESSION_SCREENSHOTS is not set: it is the folder for the pictures (make test-web)')

const SCREENS = { wide: { width: 1280, height: 900 }, narrow: { width: 390, height: 844 } }

let world
let many
before(async () => {
  mkdirSync(folder, { recursive: true })
  world = await start()
  many = file(world.scratch, 'many.session', await sessionWith(100_000))
})
after(() => world.close())

const SCENES = {
  empty: async () => undefined,
  telethon: (page) => dropFiles(page, TELETHON),
  peers: async (page) => {
    await dropFiles(page, TELETHON)
    await page.click('#tab-peers')
    await page.waitForSelector('.peers .rows .row')
  },
  'many-peers': async (page) => {
    await give(page, many)
    await page.click('#tab-peers')
    await page.waitForSelector('text=100,000 of 100,000 peers', { timeout: 60_000 })
    await page.fill('#peer-search', 'user_77')
    await page.waitForSelector('.counter >> text=1,111 of 100,000 peers')
  },
  states: async (page) => {
    await dropFiles(page, TELETHON)
    await page.click('#tab-states')
    await page.waitForSelector('.plain')
  },
  'asks-for-user-id': async (page) => {
    await paste(page, tgsession('export', TELETHON, '--to', 'telethon').trim())
    await page.click('#tab-convert')
    await page.selectOption('#format', 'pyrogram@3')
    await page.click('.convert button[type=submit]')
    await page.waitForSelector('.missing [name=user_id]')
  },
  converted: async (page) => {
    await paste(page, tgsession('export', TELETHON, '--to', 'telethon').trim())
    await convert(page, 'pyrogram@3', { user_id: 777000123, is_bot: false, api_id: 17349 })
  },
  string: async (page) => {
    await dropFiles(page, TELETHON)
    await convert(page, 'string:telethon')
  },
  'damaged-string': (page) => paste(page, tgsession('export', TELETHON, '--to', 'telethon').trim().slice(0, -40)),
  'damaged-file': (page) => give(page, file(world.scratch, 'account.session', readFileSync(TELETHON).subarray(0, 20_000))),
  several: async (page) => {
    await give(page, TELETHON, KURIGRAM, file(world.scratch, 'cut.session', readFileSync(TELETHON).subarray(0, 20_000)), file(world.scratch, 'notes.txt', 'nothing of a session'))
    await page.waitForFunction(() => document.querySelectorAll('.entry:not(.pending)').length === 4)
  },
  passcode: async (page) => {
    const secret = file(world.scratch, 'passcode', 'secret')
    const tdata = join(mkdtempSync(join(world.scratch, 'desktop-')), 'tdata')
    tgsession('convert', TELETHON, tdata, '--to', 'tdata', '--to-passcode-file', secret)
    await page.setInputFiles('#folder', tdata)
    await page.waitForSelector('#passcode')
  },
}

for (const [name, prepare] of Object.entries(SCENES)) {
  for (const [screen, viewport] of Object.entries(SCREENS)) {
    for (const colorScheme of ['light', 'dark']) {
      it(`${name}, ${screen}, ${colorScheme}`, async () => {
        const { page, finish } = await open(world, { viewport, colorScheme })
        await prepare(page)
        const path = join(folder, `${name}-${screen}-${colorScheme}.png`)
        const picture = await page.screenshot({ path, fullPage: true, animations: 'disabled' })
        assert.ok(picture.length > 5_000)
        await finish()
      })
    }
  }
}

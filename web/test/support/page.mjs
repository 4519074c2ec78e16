// The page in a Chromium without a window. A violation of the policy, an error in the console and a request fail the test.
import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { chromium } from 'playwright-core'
import { serve } from './server.mjs'

const folder = process.env.TGSESSION_PAGE
if (!folder) throw new Error('TGSESSION_PAGE is not set: it is the folder of the page (make web)')
const executablePath = installed(['chromium', 'google-chrome'])

// Debian's Chromium, or Chrome where there is no such package.
function installed(names) {
  const found = (process.env.PATH ?? '').split(':').flatMap((place) => names.map((name) => join(place, name))).find(existsSync)
  if (!found) throw new Error(`there is none of ${names.join(', ')} (make/setup.sh chromium)`)
  return found
}

/** What one test file needs: a browser, the page's URL, and a folder that is gone afterwards. */
export async function start() {
  const host = await serve(folder)
  // In a container there is no second sandbox.
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] })
  const scratch = mkdtempSync(join(tmpdir(), 'tgsession-page-'))
  const close = async () => {
    await browser.close()
    await host.close()
    rmSync(scratch, { recursive: true, force: true })
  }
  return { browser, url: host.url, disk: `file://${folder}/index.html`, scratch, close }
}

/** Opens the page. `finish` has to be called: it fails if the page did what it must not do. */
export async function open({ browser, url }, options = {}) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, acceptDownloads: true, ...options })
  const page = await context.newPage()
  const wrong = []
  page.on('console', (message) => ['error', 'warning'].includes(message.type()) && wrong.push(`console: ${message.text()}`))
  page.on('pageerror', (error) => wrong.push(`error: ${error.stack}`))
  page.on('requestfailed', (request) => wrong.push(`failed: ${request.url()}`))
  await context.addInitScript(() => {
    globalThis.violations = []
    addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI }) => globalThis.violations.push(`${violatedDirective} ${blockedURI}`))
  })
  await page.goto(url)
  await page.waitForSelector('html[data-ready]')
  if (url.startsWith('http')) await page.evaluate(() => navigator.serviceWorker.ready)
  // From here on nothing is asked for; what is a blob is in the page already.
  context.on('request', (request) => request.url().startsWith('blob:') || wrong.push(`request: ${request.url()}`))
  const finish = async () => {
    wrong.push(...(await page.evaluate(() => globalThis.violations)))
    await context.close()
    assert.deepEqual(wrong, [])
  }
  return { page, context, finish }
}

/** Gives files to the page, as a dialog does, and waits until it shows the first. */
export async function give(page, ...paths) {
  await page.setInputFiles('#files', paths)
  await shown(page)
}

/** Drops files on the page, as somebody does with a mouse. */
export async function dropFiles(page, ...paths) {
  const files = paths.map((path) => ({ name: basename(path), bytes: readFileSync(path).toString('base64') }))
  await page.evaluate((dropped) => {
    const transfer = new DataTransfer()
    for (const { name, bytes } of dropped) transfer.items.add(new File([Uint8Array.from(atob(bytes), (letter) => letter.charCodeAt(0))], name))
    dispatchEvent(new DragEvent('dragover', { dataTransfer: transfer, cancelable: true }))
    dispatchEvent(new DragEvent('drop', { dataTransfer: transfer, cancelable: true }))
  }, files)
  await shown(page)
}

const shown = async (page) => {
  await page.waitForSelector('#item h2')
  await page.waitForFunction(() => document.getElementById('progress').hidden)
}

/** Pastes a text and looks at it. */
export async function paste(page, text) {
  await page.fill('#text', text)
  await page.click('#paste button')
  await shown(page)
}

/** The table of fields, by their labels. */
export const fields = (page) =>
  page.$$eval('#panel-fields tr', (rows) => Object.fromEntries(rows.map((row) => [row.querySelector('th').textContent, row.querySelector('td')?.firstChild?.textContent])))

/** Converts into a format, with values for what is missing. */
export async function convert(page, format, overrides = {}) {
  await page.click('#tab-convert')
  await page.selectOption('#format', format)
  await page.click('.convert button[type=submit]')
  const done = () => page.waitForSelector('.result h4, .result .error, .missing:not([hidden])')
  await done()
  if (await page.isHidden('.missing')) return
  for (const id of await page.$$eval('.missing input, .missing select', (inputs) => inputs.map(({ name }) => name))) {
    const value = String(overrides[id])
    if (['is_bot', 'test_mode'].includes(id)) await page.selectOption(`.missing [name=${id}]`, value)
    else await page.fill(`.missing [name=${id}]`, value)
  }
  await page.click('.convert button[type=submit]')
  await page.waitForSelector('.result h4, .result .error')
}

/** What the page gives to download, as a file in a folder. */
export async function downloaded(page, selector, scratch) {
  const [download] = await Promise.all([page.waitForEvent('download'), page.click(selector)])
  const path = join(mkdtempSync(join(scratch, 'download-')), download.suggestedFilename())
  await download.saveAs(path)
  return path
}

/** A file in a folder of this test's. */
export function file(scratch, name, bytes) {
  const path = join(mkdtempSync(join(scratch, 'file-')), name)
  writeFileSync(path, bytes)
  return path
}

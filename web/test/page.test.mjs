// How the page behaves: secrets, keyboard, many peers, several files, damage, without a network, from a disk, and whether a
// screen reader is told all of it.
import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { fileURLToPath } from 'node:url'
import { zipSync } from 'fflate'
import { contentsOf, tgsession } from './support/command.mjs'
import { sessionWith } from './support/many.mjs'
import { convert, downloaded, dropFiles, file, give, open, paste, start } from './support/page.mjs'
import { unzipTo } from './support/unzip.mjs'

const FIXTURES = fileURLToPath(new URL('../../tests/fixtures/', import.meta.url))
const TELETHON = `${FIXTURES}telethon-1.45.0/account.session`
const KURIGRAM = `${FIXTURES}kurigram-2.2.26/account.session`
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

let world
before(async () => {
  world = await start()
})
after(() => world.close())

const onPage = (work, options) => async () => {
  const opened = await open(world, options)
  await work(opened.page, opened.context)
  await opened.finish()
}

/** All that the document has, and all that its inputs hold. */
const everything = (page) =>
  page.evaluate(() => [document.documentElement.outerHTML, ...[...document.querySelectorAll('input, textarea')].map(({ value }) => value)].join('\n'))

describe('secrets', () => {
  const key = () => JSON.parse(tgsession('inspect', '--json', '--show-secrets', TELETHON)).auth_key
  const forms = (hex) => [hex.slice(0, 40), Buffer.from(hex, 'hex').toString('base64').slice(4, 40), Buffer.from(hex, 'hex').toString('base64url').slice(4, 40)]

  it('the key is in the document when somebody asks for it, and not before or after', onPage(async (page) => {
    await give(page, TELETHON)
    const hasKey = async () => {
      const text = await everything(page)
      return forms(key()).some((form) => text.includes(form))
    }
    assert.equal(await hasKey(), false)
    await page.click('#panel-fields .secret-box button >> text=Show the key')
    await page.waitForSelector('#panel-fields textarea')
    assert.equal(await page.inputValue('#panel-fields textarea'), key())
    await page.click('#panel-fields .secret-box button >> text=Hide the key')
    assert.equal(await hasKey(), false)
  }))

  it('a string is in the document when somebody asks for it, and is copied after a click', onPage(async (page, context) => {
    await context.grantPermissions(['clipboard-read', 'clipboard-write'])
    await give(page, TELETHON)
    await convert(page, 'string:telethon')
    const text = tgsession('export', TELETHON, '--to', 'telethon').trim()
    assert.equal((await everything(page)).includes(text.slice(0, 30)), false)
    await page.click('text=Copy the string')
    await page.waitForSelector('text=Copied. Guard it like a password.')
    assert.equal(await page.evaluate(() => navigator.clipboard.readText()), text)
    await page.click('text=Show the string')
    await page.waitForSelector('.result textarea')
    await page.selectOption('#format', 'gotd')
    assert.equal((await everything(page)).includes(text.slice(0, 30)), false, 'another format takes it away')
  }))

  it('the key goes by itself', onPage(async (page) => {
    await page.clock.install()
    await give(page, TELETHON)
    await page.click('text=Show the key')
    await page.waitForSelector('#panel-fields textarea')
    await page.clock.runFor(31_000)
    assert.equal(await page.$('#panel-fields textarea'), null)
  }))

  it('nothing is left in the library when a session is forgotten', onPage(async (page) => {
    await give(page, TELETHON, KURIGRAM)
    await page.click('.item-head button')
    await page.waitForFunction(() => document.getElementById('item-title')?.textContent.includes('account'))
    await page.click('.item-head button')
    await page.waitForFunction(() => document.getElementById('results').hidden)
    assert.equal((await everything(page)).includes('6a098e95a5bcd882'), false)
  }))

  it('the page stores nothing', onPage(async (page) => {
    await give(page, TELETHON)
    const stored = await page.evaluate(async () => [localStorage.length, sessionStorage.length, document.cookie, (await indexedDB.databases()).length, location.hash])
    assert.deepEqual(stored, [0, 0, '', 0, ''])
  }))
})

describe('the policy', () => {
  it('lets nothing be asked for and nothing be run that is not of the page', async () => {
    const { page, context } = await open(world)
    const tried = await page.evaluate(async () => {
      const refused = async (work) => {
        try {
          await work()
          return false
        } catch {
          return true
        }
      }
      // In a turn of its own: what the test itself runs may do more.
      const script = document.createElement('script')
      script.textContent = 'globalThis.ran = true'
      document.body.append(script)
      const image = new Image()
      const isBlocked = new Promise((resolve) => (image.onerror = () => resolve(true)))
      image.src = 'https://example.org/x.png'
      return [await refused(() => fetch('/index.html')), await new Promise((resolve) => setTimeout(async () => resolve(await refused(() => new Function('1')())))), globalThis.ran === undefined, await isBlocked]
    })
    assert.deepEqual(tried, [true, true, true, true])
    await context.close()
  })
})

describe('peers', () => {
  it('are shown, searched and sorted as the session has them', onPage(async (page) => {
    await give(page, TELETHON)
    await page.click('#tab-peers')
    await page.waitForSelector('.peers .rows .row')
    const rows = () => page.$$eval('.peers .rows .row', (all) => all.map((row) => [...row.children].map(({ textContent }) => textContent)))
    const told = tgsession('peers', '--json', TELETHON).trim().split('\n').map((line) => JSON.parse(line))
    assert.deepEqual((await rows()).map(([id]) => id), told.map(({ id }) => String(id)))
    assert.deepEqual((await rows()).map(([, , name]) => name), told.map(({ name }) => name ?? ''))
    await page.click('.sort >> text=Name')
    await page.waitForSelector('[aria-sort=ascending] >> text=Name')
    const names = (await rows()).map(([, , name]) => name).filter(Boolean)
    assert.deepEqual(names, [...names].sort(new Intl.Collator(undefined, { numeric: true, sensitivity: 'base' }).compare))
    await page.fill('#peer-search', 'Zero group')
    await page.waitForFunction(() => document.querySelectorAll('.peers .rows .row').length === 1)
    assert.equal((await rows())[0][2], 'Zero group')
    await page.fill('#peer-search', 'nobody has this')
    await page.waitForSelector('text=No peer matches.')
  }))

  it('with hostile names are text', onPage(async (page) => {
    const name = '<img src=x onerror="globalThis.ran = true"><script>globalThis.ran = true</script>'
    await give(page, file(world.scratch, '<b>hostile.session', await sessionWith(3, { name, usernames: ['"><b>x'] })))
    assert.equal(await page.textContent('#item-title'), '<b>hostile.session')
    await page.click('#tab-peers')
    await page.waitForSelector('.peers .rows .row')
    assert.equal(await page.textContent('.rows .row:first-child .cell.name'), name)
    assert.equal(await page.evaluate(() => globalThis.ran), undefined)
    assert.equal(await page.$('#item b, #item img, #item script'), null)
  }))

  it('100,000 of them scroll, and the page never stops', onPage(async (page) => {
    const path = file(world.scratch, 'many.session', await sessionWith(100_000))
    await page.evaluate(() => {
      globalThis.longest = 0
      let last = performance.now()
      const tick = () => {
        globalThis.longest = Math.max(globalThis.longest, performance.now() - last)
        last = performance.now()
        setTimeout(tick, 0)
      }
      tick()
    })
    await give(page, path)
    await page.click('#tab-peers')
    await page.waitForSelector('text=100,000 of 100,000 peers', { timeout: 60_000 })
    for (const part of [0.25, 0.5, 0.99]) {
      await page.$eval('.peers', (table, at) => (table.scrollTop = table.scrollHeight * at), part)
      await page.waitForFunction((at) => {
        const table = document.querySelector('.peers')
        const top = table.getBoundingClientRect().top + 60
        const under = [...table.querySelectorAll('.rows .row')].filter((row) => row.getBoundingClientRect().top <= top && row.getBoundingClientRect().bottom > top)
        return under.length === 1 && Math.abs(Number(under[0].firstChild.textContent) - 1_000_000 - at * 100_000) < 2_000
      }, part)
      assert.ok((await page.$$('.peers .rows .row')).length < 100, 'only what can be seen is in the document')
    }
    await page.click('.sort >> text=Name')
    await page.waitForSelector('[aria-sort=ascending] >> text=Name')
    await page.fill('#peer-search', '@user_99999')
    await page.waitForSelector('text=1 of 100,000 peers')
    const longest = await page.evaluate(() => globalThis.longest)
    console.log(`the longest time in which the page did not answer, with 100,000 peers: ${Math.round(longest)} ms`)
    assert.ok(longest < 1_000, `${longest} ms`)
  }))
})

describe('several files', () => {
  it('of hundreds, each is read, and what is looked at stays', onPage(async (page) => {
    const whole = readFileSync(TELETHON)
    const folder = mkdtempSync(join(world.scratch, 'hundreds-'))
    for (let number = 0; number < 300; number++) writeFileSync(join(folder, `${number}.session`), whole)
    await page.setInputFiles('#folder', folder)
    await page.waitForSelector('#tab-peers')
    await page.click('#tab-peers')
    await page.waitForFunction(() => document.querySelectorAll('.entry.ok').length === 300, null, { timeout: 300_000 })
    assert.equal(await page.getAttribute('#tab-peers', 'aria-selected'), 'true')
    await page.waitForFunction(() => document.getElementById('progress').hidden)
  }))

  it('are listed with how they are, and converted together', onPage(async (page) => {
    const damaged = file(world.scratch, 'cut.session', readFileSync(TELETHON).subarray(0, 20_000))
    const other = file(world.scratch, 'notes.txt', 'nothing of a session')
    await give(page, TELETHON, KURIGRAM, damaged, other)
    await page.waitForSelector('.entry.closed >> nth=0')
    const states = await page.$$eval('.entry', (entries) => entries.map(({ textContent }) => textContent.slice(1)))
    assert.equal(states.length, 4)
    assert.ok(states.includes('account.sessiontelethon@8, in order') && states.includes('notes.txt, not opened'), states.join())
    await page.selectOption('#all-format', 'telethon@7')
    const made = unzipTo(await downloaded(page, '.all button', world.scratch), 'all')
    const folder = join(made, '..')
    const ids = ['account.session', 'account-2.session'].map((name) => contentsOf(join(folder, name)).inspection.auth_key_id)
    assert.deepEqual(ids, [TELETHON, KURIGRAM].map((path) => contentsOf(path).inspection.auth_key_id))
  }))

  it('of an archive, none leads out of it, and one that cannot be read is told', onPage(async (page) => {
    const archive = zipSync({ '../../account.session': readFileSync(KURIGRAM), '..\\other.session': readFileSync(TELETHON), 'notes.txt': new Uint8Array(9) })
    await give(page, TELETHON, file(world.scratch, 'a.zip', archive), file(world.scratch, 'cut.zip', archive.subarray(0, 1_000)))
    await page.waitForFunction(() => document.querySelectorAll('.entry:not(.pending)').length === 4)
    const entries = await page.$$eval('.entry', (all) => all.map(({ textContent }) => textContent.slice(1)))
    assert.deepEqual(entries.sort(), ['a.zip/account.sessionkurigram@7, in order', 'a.zip/other.sessiontelethon@8, in order', 'account.sessiontelethon@8, in order', 'cut.zip, not opened'])
    await page.click('.entry.closed')
    assert.match(await page.textContent('#item .closed'), /zip archive/)
  }))

  it('of a folder, only sessions are shown', onPage(async (page) => {
    const folder = mkdtempSync(join(world.scratch, 'folder-'))
    mkdirSync(join(folder, 'inner'))
    writeFileSync(join(folder, 'a.session'), readFileSync(TELETHON))
    writeFileSync(join(folder, 'inner', 'b.session'), readFileSync(KURIGRAM))
    writeFileSync(join(folder, 'picture.png'), 'no picture')
    await page.setInputFiles('#folder', folder)
    await page.waitForSelector('.entry >> nth=1')
    assert.equal((await page.$$('.entry')).length, 2)
    assert.match(await page.textContent('#notices'), /1 other file/)
  }))
})

describe('damage', () => {
  it('is explained, and what is left is taken', onPage(async (page) => {
    const bytes = readFileSync(TELETHON).fill(0, 0, 4096)
    await give(page, file(world.scratch, 'zeros.session', bytes))
    await page.waitForSelector('text=This could not be opened')
    await page.click('text=Look for what is left')
    await page.waitForSelector('#panel-fields tr')
    assert.match(await page.textContent('#item .notice'), /12 peers/)
    await convert(page, 'telethon@7')
    const { inspection } = contentsOf(await downloaded(page, '.result button.main', world.scratch))
    assert.equal(inspection.auth_key, contentsOf(TELETHON).inspection.auth_key)
  }))

  it('of any kind breaks nothing', onPage(async (page) => {
    const whole = readFileSync(TELETHON)
    const damaged = [1, 50, 99, 4096, 5000, 12_288].map((length) => whole.subarray(0, length))
    for (let seed = 1; seed <= 10; seed++) {
      const bytes = Buffer.from(whole)
      for (let at = seed * 37; at < bytes.length; at += 211 * seed) bytes[at] = (bytes[at] + seed * 17) % 256
      damaged.push(bytes)
    }
    await give(page, ...damaged.map((bytes, index) => file(world.scratch, `damaged-${index}.session`, bytes)))
    await page.waitForFunction((count) => document.querySelectorAll('.entry:not(.pending)').length === count, damaged.length, { timeout: 60_000 })
    await give(page, KURIGRAM)
    await page.waitForFunction((count) => document.querySelectorAll('.entry:not(.pending)').length === count, damaged.length + 1)
  }))
})

describe('the keyboard', () => {
  it('reaches everything, and moves between the tabs', onPage(async (page) => {
    await give(page, TELETHON)
    await page.focus('#tab-fields')
    await page.keyboard.press('ArrowRight')
    assert.equal(await page.evaluate(() => document.activeElement.id), 'tab-peers')
    await page.keyboard.press('End')
    assert.equal(await page.evaluate(() => document.activeElement.id), 'tab-convert')
    assert.equal(await page.isVisible('#panel-convert'), true)
    await page.focus('.skip')
    const seen = new Set()
    for (let step = 0; step < 40; step++) {
      await page.keyboard.press('Tab')
      seen.add(await page.evaluate(() => document.activeElement.id || document.activeElement.textContent))
    }
    for (const name of ['choose-files', 'choose-folder', 'text', 'tab-convert', 'format', 'Convert']) assert.ok(seen.has(name), `${name} in ${[...seen]}`)
  }))

  it('moves through the peers', onPage(async (page) => {
    await give(page, file(world.scratch, 'many.session', await sessionWith(1_000)))
    await page.click('#tab-peers')
    await page.waitForSelector('.peers .rows .row')
    await page.focus('.peers')
    await page.keyboard.press('End')
    await page.waitForFunction(() => [...document.querySelectorAll('.peers .rows .row')].some((row) => row.getAttribute('aria-rowindex') === '1001'))
  }))
})

describe('a screen reader', () => {
  const check = (name, options, prepare) => it(name, async () => {
    // Axe is no part of the page, and runs in it.
    const { page, context } = await open(world, { ...options, bypassCSP: true })
    await prepare(page)
    await page.evaluate(AXE)
    const { violations } = await page.evaluate(() => globalThis.axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] }))
    assert.deepEqual(violations.map(({ id, nodes }) => [id, ...nodes.map(({ html, failureSummary }) => `${html.slice(0, 200)}: ${failureSummary}`)]), [])
    await context.close()
  })

  for (const colorScheme of ['light', 'dark']) {
    check(`is told all of the empty page, ${colorScheme}`, { colorScheme }, async () => undefined)
    check(`is told all of a session, ${colorScheme}`, { colorScheme }, (page) => give(page, TELETHON))
    check(`is told all of the peers, ${colorScheme}`, { colorScheme }, async (page) => {
      await give(page, TELETHON)
      await page.click('#tab-peers')
      await page.waitForSelector('.peers .rows .row')
    })
    check(`is told what is missing, ${colorScheme}`, { colorScheme }, async (page) => {
      await give(page, TELETHON)
      await page.click('#tab-convert')
      await page.selectOption('#format', 'pyrogram@3')
      await page.click('.convert button[type=submit]')
      await page.waitForSelector('.missing:not([hidden])')
    })
    check(`is told what is damaged, of several, ${colorScheme}`, { colorScheme, viewport: { width: 390, height: 844 } }, async (page) => {
      await give(page, file(world.scratch, 'cut.session', readFileSync(TELETHON).subarray(0, 20_000)), KURIGRAM, TELETHON)
      await page.waitForFunction(() => document.querySelectorAll('.entry:not(.pending)').length === 3)
    })
  }

  it('hears what happens', onPage(async (page) => {
    await give(page, TELETHON)
    await page.waitForFunction(() => /Telethon/.test(document.getElementById('live').textContent))
    await paste(page, '   ')
    await page.waitForFunction(() => /nothing to look at/.test(document.getElementById('live').textContent))
  }))
})

describe('a narrow screen', () => {
  for (const width of [320, 390, 768]) {
    it(`of ${width} pixels needs no scrolling sideways`, onPage(async (page) => {
      await give(page, TELETHON, KURIGRAM)
      await page.waitForFunction(() => document.querySelectorAll('.entry:not(.pending)').length === 2)
      for (const tab of ['fields', 'peers', 'states', 'convert']) {
        await page.click(`#tab-${tab}`)
        const { scrollWidth, innerWidth } = await page.evaluate(() => ({ scrollWidth: document.documentElement.scrollWidth, innerWidth }))
        assert.ok(scrollWidth <= innerWidth, `${tab}: ${scrollWidth} of ${innerWidth}`)
      }
    }, { viewport: { width, height: 800 } }))
  }

  it('has room for longer words', onPage(async (page) => {
    await give(page, TELETHON)
    await page.click('#tab-convert')
    await page.$$eval('button, label, legend, h2, h3, summary, [role=tab]', (all) => {
      for (const element of all) for (const node of element.childNodes) if (node.nodeType === 3 && node.textContent.trim()) node.textContent += ' Sitzungszeichenkettenumwandlung'
    })
    const { scrollWidth, innerWidth } = await page.evaluate(() => ({ scrollWidth: document.documentElement.scrollWidth, innerWidth }))
    assert.ok(scrollWidth <= innerWidth, `${scrollWidth} of ${innerWidth}`)
  }, { viewport: { width: 360, height: 800 } }))
})

describe('without a network', () => {
  it('the page opens again', async () => {
    const { page, context } = await open(world)
    await page.waitForFunction(() => navigator.serviceWorker.controller !== null)
    await context.setOffline(true)
    await page.reload()
    await page.waitForSelector('html[data-ready]')
    await give(page, TELETHON)
    await context.close()
  })

  it('it opens from a disk', async () => {
    const { page, finish } = await open({ ...world, url: world.disk })
    await give(page, TELETHON)
    await convert(page, 'string:telethon')
    await page.waitForSelector('text=The session string has')
    await finish()
  })
})

it('dropping works as choosing does', onPage(async (page) => {
  await dropFiles(page, TELETHON)
  await page.waitForSelector('text=data centre 4')
}))

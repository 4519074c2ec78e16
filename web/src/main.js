// The page: takes files and texts, gives them to the worker, and shows what it answers.
import { call, restart } from './client.js'
import { byId, download, say } from './dom.js'
import { chosen, dropped, LARGEST, MOST, read } from './files.js'
import { count, fillIn, t, whole } from './text.js'
import { label } from './views/convert.js'
import { summary } from './views/fields.js'
import { show } from './views/item.js'
import { showList } from './views/list.js'
import { clearNotices, failed, notice } from './views/notices.js'

let items = []
let selected = null
let formats
let pasted = 0
let drawn = 0
// Milliseconds, in which a list of thousands is not drawn again.
const BETWEEN = 300

async function take(found) {
  clearNotices()
  const { files, tooLarge, isCut } = await read(found)
  for (const name of tooLarge) notice(t('notice.large', { name, n: LARGEST }))
  if (isCut) notice(t('notice.many', { n: whole(MOST) }))
  if (files.length === 0) return
  const { items: added, hidden } = await call('receive', [files], files.map(({ bytes }) => bytes))
  if (added.length === 0) notice(t('notice.nothing'))
  else if (hidden > 0) notice(count('notice.hidden', hidden))
  await open(added)
}

async function takeText(text) {
  clearNotices()
  const bytes = new TextEncoder().encode(text)
  await open([await call('receiveText', [t('paste.name', { n: ++pasted }), bytes], [bytes.buffer])])
}

async function open(added) {
  items.push(...added)
  selected = added[0] ?? selected
  for (const [index, item] of added.entries()) {
    if (added.length > 1) progress('progress.read', index, added.length, item.name)
    item.answer = await call('open', [item.id])
    item.account = null
    if (item === selected) draw()
    else if (Date.now() - drawn > BETWEEN) drawList()
  }
  progress()
  drawList()
  if (added.length === 1) say(t('item.opened', { name: added[0].name, what: added[0].answer.isOpen ? summary(added[0]) : added[0].answer.message }))
  if (added.length > 1) say(t('progress.done', { n: added.length, all: added.length }))
  if (added.length > 0) byId('item').focus({ preventScroll: true })
  // On a narrow screen they are far below.
  if (byId('results').getBoundingClientRect().top > innerHeight / 2) byId('results').scrollIntoView()
}

function progress(name, n = 0, all = 0, of = '') {
  byId('progress').hidden = name === undefined
  if (name === undefined) return
  byId('bar').value = n / all
  byId('progress-text').textContent = t(name, { n: n + 1, all, name: of })
}

function draw() {
  drawList()
  if (selected?.answer) show(selected, formats, acts(selected))
}

// While many files are read, the list follows, and what somebody looks at stays as it is.
function drawList() {
  drawn = Date.now()
  byId('results').hidden = items.length === 0
  showList(items, selected, formats, { choose, convertAll: guarded(convertAll), clear: guarded(clear) })
}

function acts(item) {
  const done = (answer) => {
    item.answer = answer
    draw()
    byId('item').focus({ preventScroll: true })
  }
  const again = async (options) => {
    item.options = { ...item.options, ...options }
    item.account = item.options.account ?? null
    const answer = await call('open', [item.id, item.options])
    item.wasWrong = 'passcode' in options && answer.status === 'TGS_ERROR_WRONG_KEY'
    // Somebody who types another passcode does not want this one kept.
    if (!answer.isOpen) item.options = {}
    done(answer)
    if (answer.isOpen) say(summary(item))
    else say(item.wasWrong ? t('passcode.wrong') : answer.message)
  }
  return { done, again: guarded(again), forget: guarded(() => forget(item)) }
}

function choose(item) {
  selected = item
  draw()
  byId('item').focus({ preventScroll: true })
}

async function forget(item) {
  await call('remove', [item.id])
  items = items.filter((one) => one !== item)
  selected = items[0] ?? null
  byId('item').replaceChildren()
  draw()
  say(t('item.forgotten', { name: item.name }))
  byId('main').focus()
}

// The worker ends, and its memory with it.
async function clear() {
  items = []
  selected = null
  byId('item').replaceChildren()
  draw()
  await restart()
  say(t('list.cleared'))
  byId('main').focus()
}

async function convertAll(format) {
  clearNotices()
  const opened = items.filter(({ answer }) => answer?.isOpen)
  const made = []
  for (const [index, item] of opened.entries()) {
    progress('progress.convert', index, opened.length, item.name)
    try {
      made.push(await convertOne(item, format))
    } catch (error) {
      notice(t('convert.all.failed', { name: item.name, message: error.message }))
    }
  }
  progress()
  if (made.length > 0) {
    const { bytes } = await call('archive', [made], made.map(({ bytes }) => bytes.buffer))
    download(`tgsession-${format.replace(/[^\w-]/g, '-')}.zip`, bytes)
  }
  notice(`${label(format)}: ${t('convert.all.done', { n: made.length, all: opened.length })}`)
}

async function convertOne(item, format) {
  if (!format.startsWith('string:')) {
    const made = await call('convert', [item.id, { format, overrides: {}, passcode: '', keepForeignTables: false }])
    if (made.missing) throw new Error(made.message)
    return made
  }
  const made = await call('toText', [item.id, { format: format.slice(7), overrides: {} }])
  if (made.missing) throw new Error(made.message)
  const bytes = new TextEncoder().encode(await call('text', [item.id]))
  await call('forgetText', [item.id])
  return { name: `${item.name.split('/').at(-1)}.txt`, bytes }
}

/** Tells of what fails; after a defect of the library all that it held is gone. */
function guarded(work) {
  return async (...args) => {
    try {
      return await work(...args)
    } catch (error) {
      progress()
      if (error.status === 'ENDED') return undefined
      if (error.status !== 'TGS_ERROR_INTERNAL') return notice(failed(error))
      await clear()
      return notice(t('notice.broken', { message: error.message }))
    }
  }
}

function listen() {
  const drop = byId('drop')
  const given = guarded(take)
  for (const name of ['dragenter', 'dragover']) {
    addEventListener(name, (event) => {
      event.preventDefault()
      drop.classList.add('over')
    })
  }
  for (const name of ['dragleave', 'dragend', 'drop']) addEventListener(name, () => drop.classList.remove('over'))
  addEventListener('drop', async (event) => {
    event.preventDefault()
    given(await dropped(event.dataTransfer))
  })
  for (const id of ['files', 'folder']) {
    const input = byId(id)
    byId(`choose-${id}`).addEventListener('click', () => input.click())
    input.addEventListener('change', async () => {
      await given(chosen(input.files))
      input.value = ''
    })
  }
  byId('paste').addEventListener('submit', async (event) => {
    event.preventDefault()
    const area = byId('text')
    const text = area.value
    area.value = ''
    if (text.trim() === '') return say(t('paste.empty'))
    return guarded(takeText)(text)
  })
  addEventListener('pagehide', () => {
    byId('text').value = ''
  })
}

async function start() {
  fillIn(document)
  listen()
  draw()
  await restart()
  const about = await call('about')
  formats = about.formats
  byId('version').textContent = t('version', { version: about.version })
  document.documentElement.dataset.ready = 'true'
  // From a disk there is none, and none is needed.
  if (location.protocol.startsWith('http')) await navigator.serviceWorker?.register('service-worker.js')
}

guarded(start)()

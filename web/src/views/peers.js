// The peers of a session: a table of which only the rows that can be seen are in the document, so that 100,000 of them scroll
// as well as ten.
import { call } from '../client.js'
import { el, say } from '../dom.js'
import { known, t, whole } from '../text.js'
import { failed } from './notices.js'

const COLUMNS = ['id', 'type', 'name', 'username', 'phone', 'seen']
// Rows beside those that can be seen, so that none is missing while one scrolls.
const MARGIN = 20
const TYPING = 150

const day = (seconds) => (seconds ? new Date(seconds * 1000).toISOString().slice(0, 10) : '')

function username({ usernames }) {
  if (usernames.length === 0) return ''
  const first = `@${usernames[0]}`
  return usernames.length === 1 ? first : t('peer.more', { name: first, n: usernames.length - 1 })
}

const CELLS = {
  id: (peer) => peer.id,
  type: (peer) => known(`type.${peer.type}`, peer.type),
  name: (peer) => peer.name ?? '',
  username,
  phone: (peer) => (peer.phoneNumber ? `+${peer.phoneNumber}` : ''),
  seen: (peer) => day(peer.lastUpdateOn),
}

/** The view of an item's peers. */
export function peers(item) {
  if (item.answer.description.peers === 0) return el('p', {}, t('peers.none'))
  const query = { search: '', sort: 'id', descending: false }
  let [found, turn, height] = [0, 0, 0]

  const search = el('input', { type: 'search', id: 'peer-search', autocomplete: 'off', spellcheck: 'false', 'aria-describedby': 'peer-hint', oninput: typed })
  const counter = el('p', { class: 'counter', role: 'status' }, t('peers.reading'))
  const headers = COLUMNS.map((name) => el('div', { role: 'columnheader', class: `cell ${name}`, 'aria-sort': 'none' },
    el('button', { type: 'button', class: 'sort', onclick: () => sortBy(name) }, t(`peer.${name}`), el('span', { class: 'arrow', 'aria-hidden': 'true' }))))
  const body = el('div', { role: 'rowgroup', class: 'rows' })
  const table = el('div', { role: 'table', class: 'peers', tabindex: '0', 'aria-label': t('peers.table'), 'aria-colcount': COLUMNS.length, onscroll: () => requestAnimationFrame(draw) },
    el('div', { role: 'rowgroup', class: 'head' }, el('div', { role: 'row', class: 'row', 'aria-rowindex': 1 }, headers)), body)
  const order = el('select', { id: 'peer-sort', onchange: ({ target }) => sortBy(target.value) }, COLUMNS.map((name) => el('option', { value: name }, t(`peer.${name}`))))

  let timer
  function typed() {
    clearTimeout(timer)
    timer = setTimeout(() => {
      query.search = search.value
      refresh(true)
    }, TYPING)
  }

  function sortBy(name) {
    query.descending = query.sort === name && !query.descending
    query.sort = name
    order.value = name
    refresh(true)
  }

  async function refresh(isAsked = false) {
    const mine = ++turn
    let answer
    try {
      answer = await call('findPeers', [item.id, query])
    } catch (error) {
      counter.textContent = failed(error)
      return
    }
    if (mine !== turn) return
    found = answer.found
    counter.textContent = found === 0 ? t('peers.nothing') : t('peers.found', { n: whole(found), all: whole(answer.all) })
    if (isAsked) say(counter.textContent)
    headers.forEach((header, index) => {
      const isSorted = COLUMNS[index] === query.sort
      header.setAttribute('aria-sort', !isSorted ? 'none' : query.descending ? 'descending' : 'ascending')
      header.querySelector('.arrow').textContent = !isSorted ? '' : query.descending ? ' ▼' : ' ▲'
    })
    table.setAttribute('aria-rowcount', found + 1)
    table.scrollTop = 0
    await draw(true)
  }

  // Which rows the document has.
  let drawn = [-1, -1]
  async function draw(anew = false) {
    height = measured()
    body.style.height = `${found * height}px`
    const from = Math.max(0, Math.floor(table.scrollTop / height) - MARGIN)
    const to = Math.min(found, Math.ceil((table.scrollTop + table.clientHeight) / height) + MARGIN)
    if (!anew && from === drawn[0] && to === drawn[1]) return
    const mine = turn
    const rows = await call('peerRows', [item.id, from, to])
    if (mine !== turn) return
    drawn = [from, to]
    body.replaceChildren(...rows.map((peer, index) => row(peer, from + index)))
  }

  // A row is as high as the style says: one line, or two on a narrow screen.
  const measured = () => parseFloat(getComputedStyle(table).getPropertyValue('--row')) || 36

  function row(peer, index) {
    const cells = COLUMNS.map((name) => {
      const text = CELLS[name](peer)
      return el('div', { role: 'cell', class: `cell ${name}`, title: text || null }, text)
    })
    const element = el('div', { role: 'row', class: 'row', 'aria-rowindex': index + 2 }, cells)
    element.style.transform = `translateY(${index * height}px)`
    return element
  }

  refresh()
  addEventListener('resize', () => table.isConnected && draw(true))
  return el('div', { class: 'peers-view' },
    el('div', { class: 'peers-tools' },
      el('div', { class: 'grow' }, el('label', { for: 'peer-search' }, t('peers.search')), search, el('p', { class: 'hint', id: 'peer-hint' }, t('peers.hint'))),
      el('div', { class: 'narrow-only' }, el('label', { for: 'peer-sort' }, t('peers.sort')), order)),
    counter, table)
}

// The list of sessions, where there are several.
import { byId, el } from '../dom.js'
import { count, t } from '../text.js'
import { formatList } from './convert.js'
import { STATE_SIGNS, stateOf } from './findings.js'

/** Shows the list; `acts` chooses an item, converts all, and forgets all. */
export function showList(items, selected, formats, acts) {
  const place = byId('list')
  place.hidden = items.length < 2
  byId('results').classList.toggle('several', items.length > 1)
  if (place.hidden) {
    place.replaceChildren()
    return
  }
  const entry = (item) => {
    const state = stateOf(item)
    return el('li', {}, el('button', { type: 'button', class: `entry ${state}`, 'aria-current': item === selected ? 'true' : null, onclick: () => acts.choose(item) },
      el('span', { class: 'sign', 'aria-hidden': 'true' }, STATE_SIGNS[state]), el('span', { class: 'entry-name' }, item.name, item.answer?.isOpen && el('span', { class: 'hint' }, item.answer.format)), el('span', { class: 'unseen' }, `, ${t(`state.${state}`)}`)))
  }
  const hasSeveral = items.filter(({ answer }) => answer?.isOpen).length > 1
  const format = hasSeveral && formatList(formats, 'all-format')
  const kept = byId('all-format')?.value
  if (format && kept) format.value = kept
  const focused = [...place.querySelectorAll('.entry')].indexOf(document.activeElement)
  place.replaceChildren(...[
    el('h2', { id: 'list-title' }, count('list.count', items.length)),
    el('ul', { class: 'entries' }, items.map(entry)),
    hasSeveral && el('form', { class: 'all', onsubmit: (event) => (event.preventDefault(), acts.convertAll(format.value)) },
      el('label', { for: 'all-format' }, t('list.convert')), format, el('button', { type: 'submit' }, t('list.convert.button'))),
    el('p', { class: 'buttons' }, el('button', { type: 'button', class: 'small', onclick: acts.clear }, t('list.clear'))),
  ].filter(Boolean))
  place.querySelectorAll('.entry')[focused]?.focus()
}

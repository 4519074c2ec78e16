// One session: what it is, what is wrong with it, and its parts.
import { byId, el } from '../dom.js'
import { t } from '../text.js'
import { closed, rescue, rescued } from './closed.js'
import { convert } from './convert.js'
import { fields, summary } from './fields.js'
import { findings } from './findings.js'
import { peers } from './peers.js'
import { states } from './states.js'
import { tabs } from './tabs.js'

/** Shows an item. `acts` opens it again, shows another answer, and forgets it. */
export function show(item, formats, acts) {
  byId('item').replaceChildren(
    el('header', { class: 'item-head' }, el('h2', { id: 'item-title' }, item.name),
      el('button', { type: 'button', class: 'small', onclick: acts.forget }, t('item.forget'))),
    ...(item.answer.isOpen ? opened(item, formats, acts) : [closed(item, acts)]))
}

function opened(item, formats, acts) {
  const { answer } = item
  const entries = [
    { id: 'fields', text: t('tab.fields'), make: () => fields(item) },
    { id: 'peers', text: t('tab.peers'), make: () => peers(item) },
    { id: 'states', text: t('tab.states'), make: () => states(item) },
    { id: 'convert', text: t('tab.convert'), make: () => convert(item, formats) },
  ]
  const isDamaged = !answer.salvage && answer.findings.some(({ severity, remedy }) => severity === 'error' && remedy?.includes('salvage'))
  return [
    el('p', { class: 'summary' }, summary(item)),
    answer.accounts && accounts(item, acts),
    answer.salvage && el('p', { class: 'notice' }, rescued(answer.salvage)),
    findings(answer.findings),
    isDamaged && rescue(item, acts.done),
    tabs(t('item.tabs'), entries),
  ].filter(Boolean)
}

function accounts(item, { again }) {
  const option = (index) => el('option', { value: index, selected: index === item.account }, `${t('account.label')} ${index}`)
  return el('div', { class: 'field accounts' }, el('label', { for: 'account' }, t('account.choose')),
    el('select', { id: 'account', onchange: ({ target }) => again({ account: Number(target.value) }) }, item.answer.accounts.map(option)))
}

// How far updates were read.
import { call } from '../client.js'
import { el } from '../dom.js'
import { t } from '../text.js'
import { failed } from './notices.js'
import { time } from './fields.js'

/** The table of update states. */
export function states(item) {
  const place = el('div', {})
  call('states', [item.id]).then((found) => {
    if (found.length === 0) return place.replaceChildren(el('p', {}, t('states.none')))
    const head = ['of', 'pts', 'qts', 'date', 'seq'].map((name) => el('th', { scope: 'col' }, t(`states.${name}`)))
    const row = ({ id, pts, qts, date, seq }) => el('tr', {},
      el('th', { scope: 'row' }, id === 0 ? t('states.account') : String(id)), [pts, qts, time(date), seq].map((value) => el('td', {}, value === null ? '' : String(value))))
    return place.replaceChildren(el('div', { class: 'scroll', tabindex: '0', role: 'region', 'aria-label': t('tab.states') },
      el('table', { class: 'plain' }, el('thead', {}, el('tr', {}, head)), el('tbody', {}, found.map(row)))))
  }).catch((error) => place.replaceChildren(el('p', { class: 'error', role: 'alert' }, failed(error))))
  return place
}

// What could not be opened: why, and what may help.
import { call } from '../client.js'
import { el, say } from '../dom.js'
import { t, whole } from '../text.js'
import { findings } from './findings.js'
import { failed } from './notices.js'

/** The view of an item that is not open. `again(options)` opens it with a passcode or a key, `done(answer)` shows it. */
export function closed(item, { again, done }) {
  const { status, message, findings: found } = item.answer
  const others = found.filter((one) => one.severity !== 'ok' && one.message !== message)
  // A finding that says the same says what to do, too.
  const isTold = others.some((one) => message.endsWith(one.message))
  const isTdata = /tdata|key_\w*data|passcode/i.test(message)
  const isKeyed = status === 'TGS_ERROR_WRONG_KEY' || (status === 'TGS_ERROR_NOT_A_SESSION' && /encrypted/.test(message))
  return el('div', { class: 'closed' }, ...[
    el('h3', {}, t(isLocked(item.answer) ? 'locked.title' : 'closed.title')),
    (!isTold || item.wasWrong) && el('p', { class: 'error' }, el('span', { class: 'sign', 'aria-hidden': 'true' }, '✖'), ' ', told(item)),
    isKeyed && (isTdata ? passcode(again) : key(again)),
    others.length > 0 && findings(others),
    found.some(({ remedy }) => remedy?.includes('salvage')) && rescue(item, done),
  ].filter(Boolean))
}

// A tdata with a passcode, which is in order.
const isLocked = ({ status, message }) => status === 'TGS_ERROR_WRONG_KEY' && /locked by a passcode/.test(message)

function told({ answer, wasWrong }) {
  if (wasWrong) return t('passcode.wrong')
  return isLocked(answer) ? t('locked.text') : sentence(answer.message)
}

const sentence = (text) => text.charAt(0).toUpperCase() + text.slice(1)

function passcode(again) {
  const field = el('input', { type: 'password', id: 'passcode', autocomplete: 'current-password', 'aria-describedby': 'passcode-hint', required: true })
  const working = el('p', { class: 'hint', role: 'status' })
  const submitted = async (event) => {
    event.preventDefault()
    working.textContent = t('passcode.working')
    const given = field.value
    field.value = ''
    await again({ passcode: given })
  }
  return el('form', { class: 'unlock', autocomplete: 'off', onsubmit: submitted },
    el('label', { for: 'passcode' }, t('passcode.label')), field, el('p', { class: 'hint', id: 'passcode-hint' }, t('passcode.hint')),
    el('p', { class: 'buttons' }, el('button', { type: 'submit', class: 'main' }, t('passcode.button'))), working)
}

function key(again) {
  const field = el('input', { type: 'password', id: 'database-key', autocomplete: 'off', 'aria-describedby': 'database-key-hint', required: true })
  const submitted = async (event) => {
    event.preventDefault()
    const given = field.value
    field.value = ''
    await again({ databaseKey: given })
  }
  return el('form', { class: 'unlock', autocomplete: 'off', onsubmit: submitted },
    el('label', { for: 'database-key' }, t('key.label')), field, el('p', { class: 'hint', id: 'database-key-hint' }, t('key.hint')),
    el('p', { class: 'buttons' }, el('button', { type: 'submit' }, t('key.button'))))
}

/** What is left of a damaged file. A choice between keys is the owner's. */
export function rescue(item, done) {
  const place = el('div', {})
  const choose = el('select', { id: 'candidate' })
  const chooser = el('div', { class: 'field', hidden: true }, el('label', { for: 'candidate' }, t('rescue.choose')), choose)
  const work = async () => {
    try {
      done(await call('rescue', [item.id, chooser.hidden ? null : choose.value]))
    } catch (error) {
      const ids = [...new Set(error.message.match(/\b[0-9a-f]{16}\b/g) ?? [])]
      if (ids.length > 0 && chooser.hidden) {
        choose.replaceChildren(...ids.map((id) => el('option', { value: id }, id)))
        chooser.hidden = false
        choose.focus()
      }
      place.replaceChildren(el('p', { class: 'error', role: 'alert' }, failed(error)))
      say(failed(error))
    }
  }
  return el('section', { class: 'rescue' }, el('h3', {}, t('rescue.title')), el('p', {}, t('rescue.text')), chooser,
    el('p', { class: 'buttons' }, el('button', { type: 'button', onclick: work }, t('rescue.button'))), place)
}

/** What was found page by page. */
export const rescued = ({ peers, login }) => t('rescue.done', { peers: whole(peers), login: t(`rescue.${login}`) })

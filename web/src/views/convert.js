// Conversion: into what, with which values; then the report, and the file or the string.
import { call } from '../client.js'
import { byId, download, el, say } from '../dom.js'
import { known, t, whole } from '../text.js'
import { failed } from './notices.js'
import { secret } from './secret.js'

const STRING_WORDS = { show: 'convert.string.show', hide: 'convert.string.hide', copy: 'convert.string.copy', copied: 'convert.string.copied' }
// In the order in which people know them. The keys are never asked for: whoever has only a key has no session.
const ASKED = ['user_id', 'is_bot', 'api_id', 'test_mode', 'dc_id', 'server_address', 'port']
const TRUTHS = new Set(['is_bot', 'test_mode'])

/** A list of the formats: names of strings begin with "string:". */
export function formatList(formats, id) {
  const option = (kind) => (name) => el('option', { value: kind === 'string' ? `string:${name}` : name }, label(kind === 'string' ? `string:${name}` : name))
  return el('select', { id },
    el('optgroup', { label: t('convert.layouts') }, formats.layouts.map(option('format'))),
    el('optgroup', { label: t('convert.files') }, formats.files.map(option('format'))),
    el('optgroup', { label: t('convert.strings') }, formats.strings.map(option('string'))))
}

/** What a format is called. */
export function label(format) {
  if (format.startsWith('string:')) return `${t('convert.string.label')}: ${known(`string.${format.slice(7)}`, format.slice(7))}`
  const client = known(`format.${format}`, format)
  return format.includes('@') ? `${client} — ${format}` : client
}

/** An input for a field that is to be given. */
function input(name, prefix) {
  const id = `${prefix}-${name}`
  const hint = el('p', { class: 'hint', id: `${id}-hint` }, known(`ask.${name}`, ''))
  const shared = { id, name, 'aria-describedby': hint.id }
  const control = TRUTHS.has(name)
    ? el('select', shared, ['', 'true', 'false'].map((value) => el('option', { value }, value === '' ? t('convert.unknown') : t(value === 'true' ? 'yes' : 'no'))))
    : el('input', { ...shared, type: 'text', inputmode: name === 'server_address' ? 'text' : 'numeric', autocomplete: 'off', spellcheck: 'false' })
  return el('div', { class: 'field' }, el('label', { for: id }, t(`field.${name}`)), control, hint)
}

const given = (form, names) => Object.fromEntries(names.map((name) => [name, form.elements[name]?.value.trim() ?? '']).filter(([, value]) => value !== ''))

/** The view of an item's conversion. */
export function convert(item, formats) {
  const select = formatList(formats, 'format')
  const missing = el('fieldset', { class: 'missing', hidden: true })
  const passcode = el('div', { class: 'field', hidden: true },
    el('label', { for: 'new-passcode' }, t('convert.passcode')),
    el('input', { type: 'password', id: 'new-passcode', autocomplete: 'new-password', 'aria-describedby': 'new-passcode-hint' }),
    el('p', { class: 'hint', id: 'new-passcode-hint' }, t('convert.passcode.hint')))
  const hasForeign = (item.answer.description.foreign_tables ?? []).length > 0
  const foreign = el('p', { class: 'check', hidden: true }, el('input', { type: 'checkbox', id: 'foreign' }), ' ', el('label', { for: 'foreign' }, t('convert.foreign')))
  const others = el('fieldset', { class: 'others' })
  const result = el('div', { class: 'result', 'aria-live': 'polite' })
  let asked = []

  // Which fields are asked for because they are missing; the others can be given too.
  function ask(names, title = '', text = '') {
    const values = given(form, ASKED)
    asked = names
    missing.hidden = names.length === 0
    missing.classList.toggle('given', text === '')
    missing.replaceChildren(...[el('legend', {}, title), text && el('p', {}, text), ...names.map((name) => input(name, 'ask'))].filter(Boolean))
    others.replaceChildren(el('legend', { class: 'unseen' }, t('convert.more')), el('p', { class: 'hint' }, t('convert.more.hint')), ...ASKED.filter((name) => !names.includes(name)).map((name) => input(name, 'set')))
    for (const [name, value] of Object.entries(values)) form.elements[name].value = value
  }

  function chosen() {
    const format = select.value
    passcode.hidden = format !== 'tdata'
    foreign.hidden = !(hasForeign && format.includes('@'))
    clear()
    ask([])
  }

  function clear() {
    for (const box of result.querySelectorAll('.secret-box')) box.hide()
    result.replaceChildren()
  }

  async function submitted(event) {
    event.preventDefault()
    const format = select.value
    const overrides = given(form, ASKED)
    clear()
    try {
      const isString = format.startsWith('string:')
      const options = { overrides, format: isString ? format.slice(7) : format }
      if (!isString) Object.assign(options, { passcode: byId('new-passcode').value, keepForeignTables: byId('foreign').checked && !foreign.hidden })
      const made = await call(isString ? 'toText' : 'convert', [item.id, options])
      if (made.missing) {
        const names = ASKED.filter((name) => made.missing.includes(name))
        ask(names, t('convert.missing.title'), names.length > 0 ? t('convert.missing.text', { format: label(format).split(' — ')[0] }) : made.message)
        const first = names.length > 0 ? form.elements[names[0]] : null
        first?.focus()
        say(`${t('convert.missing.title')}: ${names.map((name) => t(`field.${name}`)).join(', ')}`)
        return
      }
      ask(asked.filter((name) => name in overrides), t('convert.given.title'))
      result.append(el('h4', { tabindex: '-1' }, t('convert.done', { format: label(format) })), isString ? string(item, made) : file(made), report(made.report))
      say(t('convert.done', { format: label(format) }))
    } catch (error) {
      result.append(el('p', { class: 'error', role: 'alert' }, failed(error)))
    }
  }

  const form = el('form', { class: 'convert', autocomplete: 'off', onsubmit: submitted },
    el('div', { class: 'field' }, el('label', { for: 'format' }, t('convert.format')), select),
    missing, passcode, foreign,
    el('details', {}, el('summary', {}, t('convert.more')), others),
    el('p', { class: 'buttons' }, el('button', { type: 'submit', class: 'main' }, t('convert.button'))))
  select.addEventListener('change', chosen)
  chosen()
  return el('div', {}, form, result)
}

function file({ name, bytes }) {
  return el('p', { class: 'buttons' }, el('button', { type: 'button', class: 'main', onclick: () => download(name, bytes) }, t('convert.download', { name })))
}

function string(item, { length }) {
  return el('div', {}, el('p', {}, t('convert.string.text', { n: whole(length) })),
    secret({ ask: () => call('text', [item.id]), words: STRING_WORDS, label: t('convert.string.label') }))
}

// The library names fields.
const inWords = (text) => text.replace(/[a-z_]+/g, (word) => known(`field.${word}`, word))

/** What became of each part. */
export function report({ fields, tables, foreign_tables: foreign = [], other_logins: logins = [], other_keys: keys = [], remarks = [] }) {
  const field = ({ name, outcome, from }) => [known(`field.${name}`, name), t(`outcome.${outcome}`, { from: inWords(from ?? '') }), outcome]
  const rows = (table) => ['kept', 'kept_aside', 'left_out'].filter((outcome) => table[outcome] > 0).map((outcome) => t(`outcome.rows.${outcome}`, { n: whole(table[outcome]) })).join(', ')
  const beside = (name) => ({ outcome, ...one }) => [name, `${one.name ?? one.auth_key_id ?? ''} ${t(`outcome.${outcome}`)}`.trim(), outcome]
  const all = [
    ...fields.filter(({ outcome }) => outcome !== 'missing').map(field),
    ...tables.filter((table) => rows(table) !== '').map((table) => [known(`table.${table.name}`, table.name), rows(table), table.left_out > 0 ? 'left_out' : 'kept']),
    ...foreign.map(beside(t('field.foreign_table'))),
    ...logins.map(beside(t('field.other_login'))),
    ...keys.map(beside(t('field.other_key'))),
    ...remarks.map((remark) => [t('field.remark'), remark, 'kept']),
  ]
  return el('section', { class: 'report' }, el('h4', {}, t('convert.report')),
    el('table', { class: 'pairs' },
      el('thead', { class: 'unseen' }, el('tr', {}, el('th', { scope: 'col' }, t('convert.part')), el('th', { scope: 'col' }, t('convert.outcome')))),
      el('tbody', {}, all.map(([name, text, outcome]) => el('tr', { class: outcome }, el('th', { scope: 'row' }, name), el('td', {}, text))))))
}

// The fields of a session. The key is hidden.
import { call } from '../client.js'
import { el } from '../dom.js'
import { count, known, t, whole } from '../text.js'
import { secret } from './secret.js'

const NAMES = ['dc_id', 'server_address', 'port', 'api_id', 'test_mode', 'auth_key', 'auth_key_id', 'user_id', 'is_bot', 'date', 'takeout_id', 'peers', 'usernames', 'update_states', 'sent_files', 'values']
const KEY_WORDS = { show: 'secret.show', hide: 'secret.hide', copy: 'secret.copy', copied: 'secret.copied' }
const COUNTS = new Set(['peers', 'usernames', 'update_states', 'sent_files', 'values'])

/** A time of Unix as people read it. */
export const time = (seconds) => (seconds ? `${new Date(seconds * 1000).toISOString().slice(0, 19).replace('T', ' ')} UTC` : null)

/** The table of fields. */
export function fields(item) {
  const { description, format } = item.answer
  const rows = [[t('field.format'), el('code', {}, format)], ...NAMES.map((name) => [t(`field.${name}`), value(item, name, description)]), ...more(description)]
  return el('table', { class: 'pairs' },
    el('thead', { class: 'unseen' }, el('tr', {}, el('th', { scope: 'col' }, t('field.name')), el('th', { scope: 'col' }, t('field.value')))),
    el('tbody', {}, rows.map(([name, content]) => el('tr', {}, el('th', { scope: 'row' }, name), el('td', {}, content ?? absent())))))
}

const absent = () => el('span', { class: 'absent' }, t('field.absent'))

function value(item, name, description) {
  if (name === 'auth_key') return description.auth_key_id ? key(item) : null
  const found = description[name]
  if (found === null || found === undefined) return null
  if (typeof found === 'boolean') return t(found ? 'yes' : 'no')
  if (name === 'date') return time(found)
  if (COUNTS.has(name)) return whole(found)
  return el('code', {}, String(found))
}

const key = (item) => [
  el('span', { class: 'absent' }, t('secret.hidden')),
  secret({ ask: () => call('key', [item.id]), words: KEY_WORDS, label: t('field.auth_key') }),
]

function more({ data_centers: dcs = [], foreign_tables: tables = [], other_logins: logins = [], other_keys: keys = [], remarks = [] }) {
  const login = ({ dc_id, auth_key_id }) => [dc_id !== null && t('summary.dc', { id: dc_id }), auth_key_id && t('data_center.key', { id: auth_key_id })].filter(Boolean).join(', ')
  return [
    ...dcs.map((dc) => [t('field.data_center', { id: dc.dc_id }), [dc.auth_key_id && t('data_center.key', { id: dc.auth_key_id }), dc.has_tmp_auth_key && t('data_center.tmp'), ...dc.addresses].filter(Boolean).join(', ')]),
    ...keys.map((one) => [t('field.other_key'), login(one)]),
    ...logins.map((one) => [t('field.other_login'), login(one)]),
    ...tables.map(({ name, rows }) => [t('field.foreign_table'), rows === null ? name : `${name} (${count('field.rows', rows)})`]),
    ...remarks.map((remark) => [t('field.remark'), remark]),
  ]
}

/** A line about a session: whose it is. */
export function summary({ answer }) {
  const { description, format } = answer
  const [client, version] = format.split('@')
  const parts = [
    `${known(`format.${client}`, known(`string.${client}`, client))}${version ? ` (${format})` : ''}`,
    description.auth_key_id === null ? t('summary.none') : description.dc_id !== null && t('summary.dc', { id: description.dc_id }),
    description.test_mode && t('summary.test'),
    description.user_id !== null && t('summary.id', { id: description.user_id }),
    description.is_bot !== null && t(description.is_bot ? 'summary.bot' : 'summary.user'),
    description.peers > 0 && count('summary.peers', description.peers),
  ]
  return parts.filter(Boolean).join(' · ')
}

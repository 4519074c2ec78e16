// What is wrong with a session, the worst first; what is in order is folded up.
import { el } from '../dom.js'
import { t } from '../text.js'

// The library names commands; here it is a part of the page that does the same.
const COMMANDS = [
  [/take what is left with `tgsession doctor [^`]*`/, 'remedy.salvage'],
  [/look for the key with `tgsession doctor [^`]*`/, 'remedy.salvage'],
  [/unless `tgsession convert --keep-foreign-tables` takes it along/, 'remedy.foreign'],
  [/give the right one: `tgsession convert LOCATION TARGET --set (\w+)=…`/, 'remedy.set'],
  [/`tgsession convert`/, 'remedy.convert'],
  [/see with `tgsession diagnose` what the file is/, 'remedy.other'],
  [/see all of them with `tgsession inspect`/, 'remedy.fields'],
]

const remedyText = (remedy) => COMMANDS.reduce((text, [command, name]) => text.replace(command, (_, field) => t(name, { field })), remedy)

const SIGNS = { error: '✖', warning: '▲', ok: '✔' }

function finding({ severity, message, remedy }) {
  return el('li', { class: `finding ${severity}` },
    el('span', { class: 'sign', 'aria-hidden': 'true' }, SIGNS[severity]),
    el('div', {},
      el('p', {}, el('span', { class: 'unseen' }, `${t(`finding.${severity}`)}: `), sentence(message)),
      remedy && el('p', { class: 'hint' }, el('strong', {}, t('finding.remedy')), ' ', sentence(remedyText(remedy)))))
}

const sentence = (text) => text.charAt(0).toUpperCase() + text.slice(1)

/** The list of findings. */
export function findings(all) {
  const [bad, good] = [all.filter(({ severity }) => severity !== 'ok'), all.filter(({ severity }) => severity === 'ok')]
  return el('section', { class: 'findings', 'aria-labelledby': 'findings-title' },
    el('h3', { id: 'findings-title' }, t('findings.title')),
    bad.length === 0 ? el('p', { class: 'fine' }, el('span', { class: 'sign', 'aria-hidden': 'true' }, SIGNS.ok), t('findings.none')) : el('ul', {}, bad.map(finding)),
    good.length > 0 && el('details', {}, el('summary', {}, t('findings.ok', { n: good.length })), el('ul', {}, good.map(finding))))
}

/** How an item stands: the worst of its findings. */
export const stateOf = (item) => {
  if (!item.answer) return 'pending'
  if (!item.answer.isOpen) return 'closed'
  const has = (severity) => item.answer.findings.some((one) => one.severity === severity)
  return has('error') ? 'error' : has('warning') ? 'warning' : 'ok'
}

export const STATE_SIGNS = { ok: '✔', warning: '▲', error: '✖', closed: '✖', pending: '…' }

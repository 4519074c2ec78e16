// A secret that is hidden: it comes into the document when somebody asks for it, and goes by itself.
import { el, say } from '../dom.js'
import { t } from '../text.js'

const SHOWN_FOR = 30_000

/** Buttons for a secret: `ask` gives it, `words` names the texts of the buttons. */
export function secret({ ask, words, label }) {
  const place = el('div', { class: 'secret-place' })
  let timer
  const hide = () => {
    clearTimeout(timer)
    for (const area of place.querySelectorAll('textarea')) area.value = ''
    place.replaceChildren()
    toggle.textContent = t(words.show)
    toggle.setAttribute('aria-expanded', 'false')
  }
  const show = async () => {
    const value = await ask()
    place.replaceChildren(
      el('p', { class: 'hint' }, t('secret.warning')),
      el('textarea', { class: 'secret', readonly: true, rows: 4, spellcheck: 'false', autocomplete: 'off', 'aria-label': label, value }))
    toggle.textContent = t(words.hide)
    toggle.setAttribute('aria-expanded', 'true')
    timer = setTimeout(hide, SHOWN_FOR)
  }
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(await ask())
      say(t(words.copied))
      status.textContent = t(words.copied)
    } catch {
      status.textContent = t('copy.failed')
      say(t('copy.failed'))
    }
  }
  const toggle = el('button', { type: 'button', class: 'small', 'aria-expanded': 'false', onclick: () => (place.firstChild ? hide() : show()) }, t(words.show))
  const status = el('span', { class: 'hint' })
  const element = el('div', { class: 'secret-box' },
    el('p', { class: 'buttons' }, el('button', { type: 'button', class: 'small', onclick: copy }, t(words.copy)), toggle, status), place)
  element.hide = hide
  return element
}

// Messages above the sessions.
import { byId, el, say } from '../dom.js'
import { t } from '../text.js'

/** Shows a message until somebody closes it. */
export function notice(text) {
  const message = el('div', { class: 'notice' }, el('p', {}, text))
  message.append(el('button', { type: 'button', class: 'small', 'aria-label': t('notice.close'), onclick: () => message.remove() }, '✕'))
  byId('notices').append(message)
  say(text)
}

export const clearNotices = () => byId('notices').replaceChildren()

/** What is told of an error: the library's message, which holds no secret. */
export const failed = (error) => t('notice.failed', { message: error.message })

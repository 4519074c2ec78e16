// Elements, made without markup: nothing of a session is ever read as HTML.

/** Makes an element; `on…` is a listener, a boolean is an attribute that is there or not. */
export function el(tag, attributes = {}, ...children) {
  const element = document.createElement(tag)
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === null || value === false) continue
    if (name.startsWith('on')) element.addEventListener(name.slice(2), value)
    else if (name === 'value' || name === 'checked') element[name] = value
    else element.setAttribute(name, value === true ? '' : value)
  }
  element.append(...children.flat().filter((child) => child !== undefined && child !== null && child !== false))
  return element
}

export const byId = (id) => document.getElementById(id)

/** Tells whoever listens to the page, and does not look at it. */
export function say(text) {
  byId('live').textContent = ''
  // A text that is there already is not told again.
  setTimeout(() => {
    byId('live').textContent = text
  }, 50)
}

/** Gives a file to its owner. */
export function download(name, bytes) {
  const url = URL.createObjectURL(new Blob([bytes], { type: 'application/octet-stream' }))
  const link = el('a', { href: url, download: name })
  document.body.append(link)
  link.click()
  link.remove()
  setTimeout(() => URL.revokeObjectURL(url), 60_000)
}

// The page's words: all of them are in texts/, one file a language.
import en from '../texts/en.js'

const texts = en

/** The text of a name; `{word}` in it is filled in. */
export function t(name, values = {}) {
  const text = texts[name]
  if (text === undefined) throw new Error(`there is no text ${name}`)
  return text.replace(/\{(\w+)\}/g, (_, key) => String(values[key]))
}

/** The text of a name if there is one: names of formats and fields that a newer library has are shown as they are. */
export const known = (name, otherwise) => texts[name] ?? otherwise

/** A text with a number, in the singular or the plural. */
export const count = (name, number) => t(new Intl.PluralRules(texts.language).select(number) === 'one' ? `${name}.one` : name, { n: whole(number) })

/** A number as people write it. */
export const whole = (number) => new Intl.NumberFormat(texts.language).format(number)

/** Fills in the words of the document. */
export function fillIn(root) {
  document.documentElement.lang = texts.language
  for (const element of root.querySelectorAll('[data-text]')) element.textContent = t(element.dataset.text)
}

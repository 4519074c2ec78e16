// Tabs, as the ARIA Authoring Practices have them: the arrow keys move between them, and one of them is in the order of tabs.
import { el } from '../dom.js'

/** Tabs with their panels. A panel is made when it is first shown. */
export function tabs(label, entries, selected = 0) {
  const panels = entries.map(({ id }, index) => el('div', { role: 'tabpanel', id: `panel-${id}`, 'aria-labelledby': `tab-${id}`, tabindex: '0', hidden: index !== selected }))
  const buttons = entries.map(({ id, text }, index) => el('button', {
    type: 'button', role: 'tab', id: `tab-${id}`, 'aria-controls': `panel-${id}`, 'aria-selected': String(index === selected), tabindex: index === selected ? '0' : '-1',
    onclick: () => select(index), onkeydown: pressed,
  }, text))
  function select(index) {
    buttons.forEach((button, at) => {
      button.setAttribute('aria-selected', String(at === index))
      button.tabIndex = at === index ? 0 : -1
      panels[at].hidden = at !== index
    })
    show(index)
  }
  function show(index) {
    if (!panels[index].firstChild) panels[index].append(entries[index].make())
  }
  function pressed(event) {
    const at = buttons.indexOf(event.currentTarget)
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: buttons.length - 1 }[event.key]
    if (to === undefined) return
    event.preventDefault()
    const next = (to + buttons.length) % buttons.length
    buttons[next].focus()
    select(next)
  }
  show(selected)
  return el('div', { class: 'tabs' }, el('div', { role: 'tablist', 'aria-label': label, class: 'tablist' }, buttons), panels)
}

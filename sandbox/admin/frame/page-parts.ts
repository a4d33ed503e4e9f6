/** Finds a part that the server has rendered; its absence is a mistake in the page. */
export function part<Element extends HTMLElement>(id: string, type: new () => Element): Element {
  const element = document.getElementById(id)
  if (!(element instanceof type)) throw new Error(`The frame's page has no ${type.name} "${id}"`)
  return element
}

export function button(label: string, className: string, onClick: () => void): HTMLButtonElement {
  const element = document.createElement('button')
  Object.assign(element, { type: 'button', textContent: label, className })
  element.addEventListener('click', onClick)
  return element
}

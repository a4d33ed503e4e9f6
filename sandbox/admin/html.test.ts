import { expect, it } from 'vitest'
import { escapeHtml, html } from './html.ts'

const hostile = `"><script>alert('x')</script>&`

it('escapes whatever is interpolated, in text and in attributes', () => {
  const page = html`<p title="${hostile}">${hostile}</p>`.toString()
  expect(page).toBe(`<p title="${escapeHtml(hostile)}">${escapeHtml(hostile)}</p>`)
  expect(page).not.toContain('<script')
  expect(page.match(/"/g)).toHaveLength(2)
})

it('nests markup without escaping it twice, and lists element by element', () => {
  const items = ['a', '<i>'].map((item) => html`<b>${item}</b>`)
  expect(html`<i>${items}</i>`.toString()).toBe('<i><b>a</b><b>&lt;i&gt;</b></i>')
})

it('prints zero, and nothing for null, undefined and false', () => {
  expect(html`${0}|${null}|${undefined}|${false}|`.toString()).toBe('0||||')
})

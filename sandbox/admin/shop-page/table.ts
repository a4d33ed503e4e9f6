import { html } from '../html.ts'
import type { Html, HtmlValue } from '../html.ts'

/** A table that becomes a list of cards on a narrow screen, where each cell shows its column's name. */
export function table(columns: string[], rows: HtmlValue[][]): Html {
  return html`<table>
    <thead>
      <tr>
        ${columns.map((column) => html`<th scope="col">${column}</th>`)}
      </tr>
    </thead>
    <tbody>
      ${rows.map(
        (row) =>
          html`<tr>
            ${row.map((cell, index) => html`<td data-column="${columns[index]}">${cell}</td>`)}
          </tr>`,
      )}
    </tbody>
  </table>`
}

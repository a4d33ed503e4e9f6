import { part } from './page-parts.ts'

/** Asks in a dialog; false when the person cancels or presses Escape. */
export function createQuestion(): (question: string, agree: string) => Promise<boolean> {
  const dialog = part('question', HTMLDialogElement)
  const text = part('question-text', HTMLParagraphElement)
  const agreeButton = part('question-agree', HTMLButtonElement)
  return (question, agree) => {
    text.textContent = question
    agreeButton.textContent = agree
    dialog.returnValue = ''
    dialog.showModal()
    return new Promise((resolve) => {
      dialog.addEventListener('close', () => resolve(dialog.returnValue === 'agree'), { once: true })
    })
  }
}

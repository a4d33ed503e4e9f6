import type { ReactNode } from 'react'
import styles from '~/styles/plain-page.css?url'

/** A page without Polaris, for what is seen outside of the Shopify admin. It brings its own style sheet. */
export function PlainPage({ title, children }: { title: string; children: ReactNode }) {
  return (
    <main className="plain-page">
      <link rel="stylesheet" href={styles} />
      <div className="plain-page__card">
        <img src="/favicon.svg" alt="" width="40" height="40" />
        <h1>{title}</h1>
        {children}
      </div>
    </main>
  )
}

/** How to come in: Shopify forbids asking anybody for a shop's address. */
export function HowToOpen() {
  return (
    <ol>
      <li>Sign in to your Shopify admin.</li>
      <li>
        Choose <strong>Apps</strong>, then <strong>Lockstep</strong>.
      </li>
    </ol>
  )
}

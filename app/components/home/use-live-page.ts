import { useRevalidator } from '@remix-run/react'
import { useEffect, useRef, useState } from 'react'
import { nextPollMs } from './next-poll'

/**
 * Reads the page's data again and again while somebody can see it: never twice at once, and at once on coming back.
 * `restMs` as nextPollMs has it.
 */
export function useLivePage(wasAnswered: boolean, restMs?: number): void {
  const { state, revalidate } = useRevalidator()
  const isVisible = useVisibility()
  const askedAtMs = useRef<number | null>(null)
  const tookMs = useRef(0)

  useEffect(() => {
    if (state !== 'idle') return
    if (askedAtMs.current !== null) tookMs.current = performance.now() - askedAtMs.current
    askedAtMs.current = null
  }, [state])

  const wasHidden = useRef(false)
  useEffect(() => {
    if (!isVisible) wasHidden.current = true
    if (!isVisible || state !== 'idle') return
    const waitMs = wasHidden.current ? 0 : nextPollMs(tookMs.current, wasAnswered, restMs)
    const timer = setTimeout(() => {
      wasHidden.current = false
      askedAtMs.current = performance.now()
      revalidate()
    }, waitMs)
    return () => clearTimeout(timer)
  }, [isVisible, state, revalidate, wasAnswered, restMs])
}

function useVisibility(): boolean {
  const [isVisible, setIsVisible] = useState(true)
  useEffect(() => {
    const update = () => setIsVisible(document.visibilityState === 'visible')
    update()
    document.addEventListener('visibilitychange', update)
    return () => document.removeEventListener('visibilitychange', update)
  }, [])
  return isVisible
}

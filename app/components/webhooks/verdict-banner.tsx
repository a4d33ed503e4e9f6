import { Banner, BlockStack, List, Text } from '@shopify/polaris'
import type { Verdict } from '~/presenters/webhooks/webhook-health'

/** Red only where somebody has to act, yellow where somebody should look. */
const tones = {
  healthy: 'success',
  'waiting-for-first': 'info',
  delayed: 'warning',
  silent: 'warning',
  losing: 'warning',
  incomplete: 'warning',
  paused: 'warning',
  failing: 'critical',
} as const

/** Whether changes arrive, in one sentence with its reasons. */
export function VerdictBanner({ verdict: { state, title, reasons, toDo } }: { verdict: Verdict }) {
  return (
    <Banner tone={tones[state]} title={title}>
      <BlockStack gap="200">
        {reasons.length === 1 ? (
          <Text as="p">{reasons[0]}</Text>
        ) : (
          <List>
            {reasons.map((reason) => (
              <List.Item key={reason}>{reason}</List.Item>
            ))}
          </List>
        )}
        {toDo && <Text as="p">{toDo}</Text>}
      </BlockStack>
    </Banner>
  )
}

import { Badge, BlockStack, Box, Card, InlineStack, ProgressBar, Text } from '@shopify/polaris'
import { useId } from 'react'
import { Time } from '~/components/time'
import type { ResourceFigures, ResourceState } from '~/presenters/home/home-page'

const tones: Readonly<Record<ResourceState, 'success' | 'info' | 'critical' | 'warning' | undefined>> = {
  waiting: undefined,
  copying: 'info',
  syncing: 'info',
  failed: 'critical',
  late: 'warning',
  current: 'success',
  live: 'info',
}

/** One resource: how much of it the copy holds, how fresh that is, and what is going on. */
export function ResourceCard({ figures }: { figures: ResourceFigures }) {
  const { label, state, stateLabel, records, children, completeness, dataAsOf, failure, setAside, proof } = figures
  const headingId = useId()
  return (
    <section aria-labelledby={headingId}>
      <Card>
        <BlockStack gap="400">
          <InlineStack align="space-between" blockAlign="center" gap="200">
            <Text as="h2" variant="headingMd" id={headingId}>
              {label}
            </Text>
            <Badge tone={tones[state]}>{stateLabel}</Badge>
          </InlineStack>
          <BlockStack gap="050">
            <Text as="p" variant="heading2xl">
              <span className="tabular-figures">{records}</span>
              <Text as="span" visuallyHidden>
                {' '}
                {label.toLowerCase()} in the copy
              </Text>
            </Text>
            <Text as="p" tone="subdued">
              {children ?? 'in the copy'}
            </Text>
          </BlockStack>
          <BlockStack gap="150">
            <Text as="p">
              {state === 'live' ? (
                'As Shopify announces it'
              ) : dataAsOf === null ? (
                'No complete copy yet'
              ) : (
                <>
                  Data as of <Time moment={dataAsOf} />
                </>
              )}
            </Text>
            {state !== 'live' && <Work figures={figures} headingId={headingId} />}
            {proof && <Text as="p">{proof}</Text>}
            <Text as="p" tone="subdued">
              {completeness.label}: {completeness.meaning}
            </Text>
          </BlockStack>
          {failure && (
            <Box background="bg-surface-critical" borderRadius="200" padding="300">
              <BlockStack gap="100">
                <Text as="p" tone="critical" fontWeight="medium" breakWord>
                  {failure.text}
                </Text>
                <Text as="p" tone="critical">
                  {failure.toDo}
                </Text>
              </BlockStack>
            </Box>
          )}
          {setAside && (
            <Box background="bg-surface-warning" borderRadius="200" padding="300">
              <Text as="p" breakWord>
                {setAside}
              </Text>
            </Box>
          )}
        </BlockStack>
      </Card>
    </section>
  )
}

/** What goes on, or what went on last: two lines high, so that nothing below moves when a run begins or ends. */
function Work({ figures, headingId }: { figures: ResourceFigures; headingId: string }) {
  const { progress, lastRun } = figures
  return (
    <Box minHeight="2.75rem">
      <BlockStack gap="150">
        <Text as="p" tone="subdued">
          <span className="tabular-figures">{progress ? progress.text : describeLast(lastRun)}</span>
        </Text>
        {progress && (
          <ProgressBar progress={progress.percent ?? 0} size="small" tone="primary" ariaLabelledBy={headingId} />
        )}
      </BlockStack>
    </Box>
  )
}

function describeLast(run: ResourceFigures['lastRun']): string {
  if (run === null) return 'No run yet'
  const what = run.outcome === 'failed' ? 'failed' : run.records.toLowerCase()
  const took = run.duration === null ? '' : ` in ${run.duration}`
  return `Last run at ${run.startedAt.text}: ${what}${took}`
}

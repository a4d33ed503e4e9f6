import { Badge, Box, Card, IndexTable, Text } from '@shopify/polaris'
import { Time } from '~/components/time'
import type { RunLine } from '~/presenters/home/home-page'

const resourceName = { singular: 'run', plural: 'runs' }
const tones = { running: 'info', succeeded: 'success', failed: 'critical', interrupted: 'attention' } as const

export function RecentRuns({ runs }: { runs: readonly RunLine[] }) {
  return (
    <Card padding="0">
      <Box padding="400">
        <Text as="h2" variant="headingMd">
          Recent runs
        </Text>
      </Box>
      {runs.length === 0 ? (
        <Box padding="400" paddingBlockStart="0">
          <Text as="p">No run has begun yet.</Text>
        </Box>
      ) : (
        <IndexTable
          resourceName={resourceName}
          itemCount={runs.length}
          selectable={false}
          headings={[
            { title: 'Resource' },
            { title: 'Outcome' },
            { title: 'Records' },
            { title: 'Began' },
            { title: 'Duration', alignment: 'end' },
            { title: 'Run', alignment: 'end' },
          ]}
        >
          {runs.map((run, position) => (
            <IndexTable.Row id={run.id} key={run.id} position={position}>
              <IndexTable.Cell>
                <Text as="span" fontWeight="medium">
                  {run.resource}
                </Text>{' '}
                <Text as="span" tone="subdued">
                  {run.mode}, {run.trigger.toLowerCase()}
                </Text>
              </IndexTable.Cell>
              <IndexTable.Cell>
                <Badge tone={tones[run.outcome]}>{run.outcomeLabel}</Badge>
              </IndexTable.Cell>
              <IndexTable.Cell className="wrapping-cell">
                <span className="tabular-figures">{run.records}</span>
                {run.error && (
                  <Box minWidth="12rem">
                    <Text as="p" tone="critical" breakWord>
                      {run.error}
                    </Text>
                  </Box>
                )}
              </IndexTable.Cell>
              <IndexTable.Cell>
                <Time moment={run.startedAt} />
              </IndexTable.Cell>
              <IndexTable.Cell>
                <Text as="p" alignment="end" numeric>
                  {run.duration ?? '–'}
                </Text>
              </IndexTable.Cell>
              <IndexTable.Cell>
                <Text as="p" alignment="end" tone="subdued" numeric>
                  {run.id}
                </Text>
              </IndexTable.Cell>
            </IndexTable.Row>
          ))}
        </IndexTable>
      )}
    </Card>
  )
}

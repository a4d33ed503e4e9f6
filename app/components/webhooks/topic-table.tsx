import { Badge, BlockStack, Box, Card, IndexTable, InlineStack, Text } from '@shopify/polaris'
import { Time } from '~/components/time'
import type { TopicLine, WebhooksPage } from '~/presenters/webhooks/webhooks-page'

const resourceName = { singular: 'kind of change', plural: 'kinds of change' }

export interface TopicTableProps {
  topics: readonly TopicLine[]
  columns: WebhooksPage['columns']
}

/** What Shopify announces, kind by kind. */
export function TopicTable({ topics, columns }: TopicTableProps) {
  return (
    <Card padding="0">
      <Box padding="400">
        <BlockStack gap="100">
          <Text as="h2" variant="headingMd">
            What Shopify announces
          </Text>
          <Text as="p" tone="subdued">
            How often each kind of change was announced, and how soon half of them were here.
          </Text>
        </BlockStack>
      </Box>
      <IndexTable
        resourceName={resourceName}
        itemCount={topics.length}
        selectable={false}
        headings={[
          { title: 'Change' },
          { title: 'Last announced' },
          { title: columns.hour, alignment: 'end' },
          { title: columns.day, alignment: 'end' },
          { title: columns.week, alignment: 'end' },
          { title: 'Not applied', alignment: 'end' },
          { title: 'Half within', alignment: 'end' },
        ]}
      >
        {topics.map((line, position) => (
          <IndexTable.Row id={line.topic} key={line.topic} position={position}>
            <IndexTable.Cell className="wrapping-cell">
              <Box minWidth="11rem">
                <TopicCell {...line} />
              </Box>
            </IndexTable.Cell>
            <IndexTable.Cell>
              {line.lastReceived === null ? (
                <Text as="span" tone="subdued">
                  Never yet
                </Text>
              ) : (
                <Time moment={line.lastReceived} />
              )}
            </IndexTable.Cell>
            <NumberCell text={line.hour} />
            <NumberCell text={line.day} />
            <NumberCell text={line.week} />
            <NumberCell text={line.failed ?? '0'} isBad={line.failed !== null} />
            <NumberCell text={line.arrival} />
          </IndexTable.Row>
        ))}
      </IndexTable>
    </Card>
  )
}

function TopicCell({ topic, label, badges, notes }: TopicLine) {
  return (
    <BlockStack gap="050">
      <InlineStack gap="150" blockAlign="center">
        <Text as="span" fontWeight="medium">
          {label}
        </Text>
        {badges.map(({ text, tone }) => (
          <Badge key={text} tone={tone} size="small">
            {text}
          </Badge>
        ))}
      </InlineStack>
      <Text as="span" tone="subdued" variant="bodySm" breakWord>
        {[...(label === topic ? [] : [topic]), ...notes].join(' · ')}
      </Text>
    </BlockStack>
  )
}

function NumberCell({ text, isBad = false }: { text: string; isBad?: boolean }) {
  return (
    <IndexTable.Cell>
      <Text as="p" alignment="end" numeric {...(isBad ? { tone: 'critical' as const } : {})}>
        {text}
      </Text>
    </IndexTable.Cell>
  )
}

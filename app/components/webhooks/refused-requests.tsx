import { BlockStack, Box, Card, IndexTable, Text } from '@shopify/polaris'
import type { RefusedLine, WebhooksPage } from '~/presenters/webhooks/webhooks-page'

const resourceName = { singular: 'reason', plural: 'reasons' }

export interface RefusedRequestsProps {
  refused: readonly RefusedLine[]
  columns: WebhooksPage['columns']
}

/** What claimed to come from this shop and was turned away. The claim is unproved, and the text says so. */
export function RefusedRequests({ refused, columns }: RefusedRequestsProps) {
  return (
    <Card padding="0">
      <Box padding="400">
        <BlockStack gap="100">
          <Text as="h2" variant="headingMd">
            Refused
          </Text>
          <Text as="p" tone="subdued">
            Requests in this shop’s name that were refused. Anybody can send them; nothing of them is in the copy.
          </Text>
          {refused.length === 0 && <Text as="p">None in the last 7 days.</Text>}
        </BlockStack>
      </Box>
      {refused.length > 0 && (
        <IndexTable
          resourceName={resourceName}
          itemCount={refused.length}
          selectable={false}
          headings={[
            { title: 'Why' },
            { title: columns.hour, alignment: 'end' },
            { title: columns.day, alignment: 'end' },
            { title: columns.week, alignment: 'end' },
          ]}
        >
          {refused.map(({ reason, text, ...counts }, position) => (
            <IndexTable.Row id={reason} key={reason} position={position}>
              <IndexTable.Cell className="wrapping-cell">{text}</IndexTable.Cell>
              {[counts.hour, counts.day, counts.week].map((count, column) => (
                <IndexTable.Cell key={column}>
                  <Text as="p" alignment="end" numeric>
                    {count}
                  </Text>
                </IndexTable.Cell>
              ))}
            </IndexTable.Row>
          ))}
        </IndexTable>
      )}
    </Card>
  )
}

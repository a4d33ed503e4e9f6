import { BlockStack, Box, Card, IndexTable, Text } from '@shopify/polaris'
import { Time } from '~/components/time'
import type { ChangeLine } from '~/presenters/home/home-page'

const resourceName = { singular: 'change', plural: 'changes' }

/** Eight rows and their header: a list that fills up moves nothing below it. */
const fullHeight = '18.75rem'

/** The records that were written last. */
export function LatestChanges({ changes }: { changes: readonly ChangeLine[] }) {
  return (
    <Card padding="0">
      <Box padding="400">
        <BlockStack gap="100">
          <Text as="h2" variant="headingMd">
            Latest changes
          </Text>
          <Text as="p" tone="subdued">
            What was written to the copy last. Change something in the shop and see it arrive.
          </Text>
        </BlockStack>
      </Box>
      <Box minHeight={fullHeight}>
        {changes.length === 0 ? (
          <Box padding="400" paddingBlockStart="0">
            <Text as="p">Nothing has been written yet.</Text>
          </Box>
        ) : (
          <IndexTable
            resourceName={resourceName}
            itemCount={changes.length}
            selectable={false}
            headings={[{ title: 'Record' }, { title: 'Resource' }, { title: 'In the copy since' }, { title: 'Source' }]}
          >
            {changes.map(({ key, name, resource, isDeleted, syncedAt, source }, position) => (
              <IndexTable.Row id={key} key={key} position={position}>
                <IndexTable.Cell className="wrapping-cell">
                  <Text as="span" fontWeight="medium" breakWord>
                    {name}
                  </Text>
                  {isDeleted && ' (deleted)'}
                </IndexTable.Cell>
                <IndexTable.Cell>{resource}</IndexTable.Cell>
                <IndexTable.Cell>
                  <Time moment={syncedAt} />
                </IndexTable.Cell>
                <IndexTable.Cell>{source}</IndexTable.Cell>
              </IndexTable.Row>
            ))}
          </IndexTable>
        )}
      </Box>
    </Card>
  )
}

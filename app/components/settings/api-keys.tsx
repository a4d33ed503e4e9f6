import { BlockStack, Box, Button, Card, IndexTable, Text } from '@shopify/polaris'
import { useState } from 'react'
import { Time } from '~/components/time'
import type { KeyLine } from '~/presenters/settings/settings-page'
import { AskFirst } from './ask-first'
import { MakeKey } from './make-key'
import { NewKeyBanner } from './new-key-banner'
import type { NewKey } from './settings-request'

const resourceName = { singular: 'API key', plural: 'API keys' }

export interface ApiKeysProps {
  keys: readonly KeyLine[]
  mostKeys: number
  /** The one that was just made. */
  made: NewKey | null
  /** What was wrong with the name that was sent last. */
  nameError: string | null
  isMaking: boolean
  isRevoking: boolean
  onMake: (name: string) => void
  onRevoke: (id: string) => void
}

/** Keys with which programs of the merchant's own use the management API. */
export function ApiKeys({ keys, mostKeys, made, nameError, isMaking, isRevoking, onMake, onRevoke }: ApiKeysProps) {
  const [toRevoke, setToRevoke] = useState<KeyLine | null>(null)
  const isThere = (wanted: string) => keys.some(({ id }) => id === wanted)
  // A key that is gone has nothing more to be copied.
  const shown = made !== null && isThere(made.id) ? made : null
  return (
    <Card padding="0">
      <Box padding="400">
        <BlockStack gap="400">
          <BlockStack gap="100">
            <Text as="h2" variant="headingMd">
              API keys
            </Text>
            <Text as="p" tone="subdued">
              A key lets a program of yours manage Lockstep for this shop, without anybody being signed in. Treat it
              like a password.
            </Text>
          </BlockStack>
          {shown && <NewKeyBanner key={shown.id} made={shown} />}
          <MakeKey key={made?.id ?? 'first'} error={nameError} isMaking={isMaking} onMake={onMake} />
        </BlockStack>
      </Box>
      {keys.length === 0 ? (
        <Box padding="400" paddingBlockStart="0">
          <Text as="p">There is no API key yet.</Text>
        </Box>
      ) : (
        <IndexTable
          resourceName={resourceName}
          itemCount={keys.length}
          selectable={false}
          headings={[
            { title: 'Name' },
            { title: 'Key' },
            { title: 'Made' },
            { title: 'Last used' },
            { title: 'Revoke', hidden: true },
          ]}
        >
          {keys.map((line, position) => (
            <IndexTable.Row id={line.id} key={line.id} position={position}>
              <IndexTable.Cell className="wrapping-cell">
                <Text as="span" fontWeight="medium" breakWord>
                  {line.name}
                </Text>
              </IndexTable.Cell>
              <IndexTable.Cell>
                <code>{line.beginning}</code>
              </IndexTable.Cell>
              <IndexTable.Cell>
                <Time moment={line.createdAt} />
              </IndexTable.Cell>
              <IndexTable.Cell>{line.lastUsedAt ? <Time moment={line.lastUsedAt} /> : 'Never'}</IndexTable.Cell>
              <IndexTable.Cell>
                <Button
                  variant="plain"
                  tone="critical"
                  onClick={() => setToRevoke(line)}
                  accessibilityLabel={`Revoke ${line.name}`}
                >
                  Revoke
                </Button>
              </IndexTable.Cell>
            </IndexTable.Row>
          ))}
        </IndexTable>
      )}
      {keys.length >= mostKeys && (
        <Box padding="400">
          <Text as="p" tone="subdued">
            {`There are ${mostKeys} keys, which is the most. Revoke one that is not used before you create another.`}
          </Text>
        </Box>
      )}
      {toRevoke !== null && isThere(toRevoke.id) && (
        <AskFirst
          title={`Revoke “${toRevoke.name}”?`}
          text={`Programs that use the key ${toRevoke.beginning} are refused from then on. This can’t be undone; you can create another key.`}
          confirm="Revoke API key"
          isBusy={isRevoking}
          onClose={() => setToRevoke(null)}
          onConfirm={() => onRevoke(toRevoke.id)}
        />
      )}
    </Card>
  )
}

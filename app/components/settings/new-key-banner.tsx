import { Banner, BlockStack, Box, Button, InlineStack, Text, TextField } from '@shopify/polaris'
import { ClipboardIcon } from '@shopify/polaris-icons'
import { useState } from 'react'
import type { NewKey } from './settings-request'

type Copied = 'no' | 'yes' | 'refused'

const SAID: Readonly<Record<Copied, string>> = {
  no: '',
  yes: 'Copied.',
  refused: 'The browser does not allow copying here. Select the key and copy it by hand.',
}

/** The whole key, this once. */
export function NewKeyBanner({ made }: { made: NewKey }) {
  const [copied, setCopied] = useState<Copied>('no')
  const copy = () => {
    navigator.clipboard.writeText(made.key).then(
      () => setCopied('yes'),
      () => setCopied('refused'),
    )
  }
  return (
    <Banner tone="success" title={`The API key “${made.name}” has been created`}>
      <BlockStack gap="300">
        <Text as="p">Copy it now and keep it in a safe place. It can’t be shown again.</Text>
        <Box minWidth="min(32rem, 65vw)">
          <TextField
            label="API key"
            value={made.key}
            readOnly
            selectTextOnFocus
            monospaced
            autoComplete="off"
            connectedRight={
              <Button icon={ClipboardIcon} onClick={copy}>
                Copy
              </Button>
            }
          />
        </Box>
        <InlineStack>
          <div role="status">
            <Text as="span" tone={copied === 'refused' ? 'critical' : undefined}>
              {SAID[copied]}
            </Text>
          </div>
        </InlineStack>
      </BlockStack>
    </Banner>
  )
}

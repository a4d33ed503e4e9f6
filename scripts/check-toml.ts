import { checkAppToml } from './app-toml.ts'

const result = checkAppToml()
switch (result.outcome) {
  case 'accepted':
    console.log('The Shopify CLI accepts shopify.app.toml.')
    break
  case 'not checked':
    console.log(`Skipped: ${result.why}`)
    break
  case 'refused':
    console.error(`The Shopify CLI refuses the app's TOML files:\n${result.said}`)
    process.exitCode = 1
}

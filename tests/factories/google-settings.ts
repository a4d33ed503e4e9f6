/** Settings of an app that takes what Pub/Sub pushes. To be imported before anything of the app, which reads them when it is loaded. */
import { AUDIENCE, makeKey, SERVICE_ACCOUNT, startKeyServer } from './google.ts'

export const googleKey = await makeKey()
export const keyServer = await startKeyServer([googleKey])

process.env['PORT'] = '0'
process.env['PUBSUB_AUDIENCE'] = AUDIENCE
process.env['PUBSUB_SERVICE_ACCOUNT'] = SERVICE_ACCOUNT
process.env['PUBSUB_KEYS_URL'] = keyServer.url

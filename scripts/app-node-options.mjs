// @ts-check
/**
 * What Node.js is told when it runs the app.
 *
 * The bodies of a flood lie outside of JavaScript's heap until the young generation is collected. V8 counts them as growth, and
 * of a heap that hardly grows otherwise it goes through all after every 8 MB: with Node's own 32 MB that is several times a
 * second, with as many threads as the machine has processors, while real deliveries wait. 16 MB are collected often enough.
 */
export const appNodeOptions = ['--max-semi-space-size=16']

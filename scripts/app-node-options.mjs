// @ts-check
/**
 * What Node.js is told when it runs the app.
 *
 * The bodies of a flood lie outside of JavaScript's heap until the young generation is collected. With Node's own limit of its
 * size `--trace-gc` showed all of a heap of 50 MB gone through every second or so beside 2,000 forged deliveries a second, with
 * nothing to free, by four threads while real deliveries waited; with 16 MB, a few times a minute.
 *
 * V8's memory reducer collects when little happens, and leaves a low limit behind: in a run with `--trace-gc` all of the heap was
 * then gone through three times in twenty seconds of load. What it would give back is some tens of megabytes.
 *
 * By itself V8 goes through all of a small heap as soon as it has grown by a quarter: beside that flood about once in seven
 * seconds, for 30 to 50 ms on both of two cores, which was most of what the flood cost real deliveries. At three times its size it
 * does so about once a minute. Where that would come near the most that the heap may be, V8 allows less: half of what is left
 * (`GrowingFactor` and `BoundAllocationLimit` in its heap-controller.cc).
 */
export const appNodeOptions = ['--max-semi-space-size=16', '--no-memory-reducer', '--heap-growing-percent=200']

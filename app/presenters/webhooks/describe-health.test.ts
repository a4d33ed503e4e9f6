import { describe, expect, it } from 'vitest'
import { describeHealth } from './describe-health'
import { describePage } from './describe-page'
import { allWithin, healthShop, minutesBefore, noon, topicFacts, unheardFacts, webhookFacts } from './example-facts'

const circumstances = { now: noon, locale: 'en-GB' }
const health = (facts = webhookFacts(), shop = healthShop()) => describeHealth(shop, facts, circumstances)
const verdict = (facts = webhookFacts(), shop = healthShop()) => health(facts, shop).verdict
const topics = (...given: Parameters<typeof topicFacts>) => webhookFacts([topicFacts(...given)])

describe('the verdict', () => {
  it('is healthy where changes arrive, and says how fast', () => {
    const { state, reasons, toDo } = verdict()
    expect([state, toDo]).toEqual(['healthy', null])
    expect(reasons).toHaveLength(1)
    expect(reasons[0]).toMatch(/^100 announced since 21 Nov, 12:00\. Half of them reach Lockstep within 1\.2 secs/)
    expect(reasons[0]).toContain('they are in the copy 14 ms later')
  })

  it('waits for the first change where nothing has come yet, and says how to see one', () => {
    const first = verdict(webhookFacts([]), healthShop({ installedAt: minutesBefore(90) }))
    expect(first).toMatchObject({ state: 'waiting-for-first' })
    expect(first.reasons[0]).toContain('since it was installed, 10:30')
    expect(first.toDo).toContain('change something')
  })

  it('is failing where a change was given up on, and names what it announced', () => {
    const failing = verdict(topics({ unapplied: { dead: 3, deadOpen: 2 } }))
    expect(failing).toMatchObject({ state: 'failing', title: '2 changes that Shopify announced could not be applied' })
    expect(failing.reasons[0]).toContain('2 × Orders: changed (orders/updated)')
    expect(failing.toDo).toContain('Replay')
  })

  it('is incomplete, and asks for nothing, where what was given up on has no body any more', () => {
    const erased = topicFacts({ topic: 'carts/update', unapplied: { dead: 2, deadOpen: 2, deadErased: 2 } })
    const incomplete = verdict(webhookFacts([erased]))
    expect(incomplete).toMatchObject({
      state: 'incomplete',
      title: '2 changes that Shopify announced can no longer be applied',
    })
    expect(incomplete.reasons[0]).toContain('2 × Carts: changed (carts/update)')
    expect(incomplete.toDo).not.toContain('Replay what')
    const [line] = describePage(healthShop(), health(webhookFacts([erased])), circumstances).topics
    expect(line?.badges).toEqual([{ text: '2 never applied', tone: 'warning' }])
  })

  it('never says of the whole copy that it lacks nothing, which holds only of what was found', () => {
    const erased = topicFacts({ topic: 'carts/update', unapplied: { dead: 1, deadOpen: 1, deadErased: 1 } })
    const { state, reasons, toDo } = verdict(webhookFacts([topicFacts({ day: { received: 97, lost: 3 } }), erased]))
    expect([state, reasons[1]]).toEqual(['losing', expect.stringContaining('The copy may be behind')])
    expect(toDo).toContain('None of these is missing')
  })

  it('asks for a replay of what can be replayed alone, and tells the rest besides', () => {
    const { state, title, reasons } = verdict(topics({ unapplied: { dead: 5, deadOpen: 4, deadErased: 1 } }))
    expect([state, title]).toEqual(['failing', '3 changes that Shopify announced could not be applied'])
    expect(reasons).toEqual([
      expect.stringContaining('3 × Orders: changed'),
      expect.stringContaining('1 × Orders: changed (orders/updated), and what that message said'),
    ])
  })

  it('is healthy where a pull has read since what could not be applied', () => {
    const { state, reasons } = verdict(topics({ unapplied: { dead: 3, deadOpen: 0 } }))
    expect(state).toBe('healthy')
    expect(reasons[1]).toContain('3 could not be applied as announced')
  })

  it('is losing where more than one in a hundred was not announced', () => {
    const losing = verdict(topics({ day: { received: 97, lost: 3 } }))
    // Nobody counts again what came later than that.
    expect(losing).toMatchObject({
      state: 'losing',
      title: 'Shopify had not announced 3 changes by the time that Lockstep found them',
    })
    expect(losing.reasons[0]).toContain('3 × Orders: changed. Shopify may have announced them since.')
    const { state, reasons } = verdict(topics({ day: { received: 997, lost: 3 } }))
    expect(state).toBe('healthy')
    expect(reasons[1]).toContain('3 changes had not been announced when Lockstep found them')
  })

  it('is losing, not waiting, where nothing came though there were changes', () => {
    expect(verdict(webhookFacts([unheardFacts({ day: { received: 0, lost: 1 } })])).state).toBe('losing')
  })

  it('is silent where a topic has gone quiet against its ordinary week', () => {
    const quiet = { lastReceivedAt: minutesBefore(120), expectedPerHour: new Array<number>(168).fill(5) }
    const silent = verdict(topics(quiet))
    expect(silent).toMatchObject({ state: 'silent', title: 'Unusually quiet: Orders: changed' })
    expect(silent.reasons[0]).toBe('Orders: changed: none since 10:00, where about 10 are usual.')
    expect(verdict(topics({ ...quiet, lastReceivedAt: minutesBefore(61) })).state).toBe('healthy')
  })

  it.each(['bulk_operations/finish', 'app/scopes_update', 'customers/data_request'])(
    'is not silent where %s has stopped, which is none of the shop’s doings',
    (topic) => {
      const quiet = { topic, lastReceivedAt: minutesBefore(120), expectedPerHour: new Array<number>(168).fill(5) }
      const { verdict, topics } = health(webhookFacts([topicFacts(quiet)]))
      expect([verdict.state, topics[0]?.silence]).toEqual(['healthy', { isSilent: false, expectedSinceLast: null }])
    },
  )

  it('is not silent for the time in which the app was not installed', () => {
    const quiet = { lastReceivedAt: minutesBefore(60 * 24 * 30), expectedPerHour: new Array<number>(168).fill(5) }
    expect(verdict(topics(quiet), healthShop({ installedAt: minutesBefore(30) })).state).toBe('healthy')
  })

  it('is delayed where one in twenty takes longer than a minute, on either way', () => {
    const slow = [...allWithin(80, 900), ...new Array<number>(60).fill(0)].with(35, 20)
    expect(verdict(topics({ transit: slow })).reasons[0]).toMatch(/one in twenty takes 2 mins .* or longer to arrive/)
    expect(verdict(topics({ apply: slow }))).toMatchObject({ state: 'delayed', title: 'Changes come late' })
    expect(verdict(topics({ transit: allWithin(5, 200_000) })).state).toBe('healthy')
  })

  it('is delayed where changes wait for longer than an ordinary retry', () => {
    const waiting = { unapplied: { pending: 12, oldestPendingAt: minutesBefore(30) } }
    expect(verdict(topics(waiting)).reasons[0]).toContain('12 wait to be applied, the oldest since 11:30')
    expect(verdict(topics({ unapplied: { pending: 12, oldestPendingAt: minutesBefore(1) } })).state).toBe('healthy')
  })

  it('never passes old figures for new ones', () => {
    const old = verdict(webhookFacts([topicFacts()], { countedAt: minutesBefore(11) }))
    expect(old).toMatchObject({ state: 'delayed' })
    expect(old.title).toContain('nothing has been counted since 11:49')
    expect(verdict(webhookFacts([], { countedAt: null })).state).toBe('delayed')
    expect(verdict(webhookFacts([], { countedAt: null }), healthShop({ installedAt: minutesBefore(1) })).state).toBe(
      'waiting-for-first',
    )
  })

  it('takes no figures for old that are to be counted anew only later', () => {
    const at = (countedMinutes: number, countSchedule: string) =>
      describeHealth(healthShop(), webhookFacts([topicFacts()], { countedAt: minutesBefore(countedMinutes) }), {
        ...circumstances,
        countSchedule,
      }).verdict.state
    expect([at(14, '*/15 * * * *'), at(15, '*/15 * * * *'), at(31, '*/15 * * * *')]).toEqual([
      ...['healthy', 'healthy', 'delayed'],
    ])
    expect([at(43, '0 3 * * *'), at(55, '0 3 * * *')]).toEqual(['healthy', 'delayed'])
  })

  it('does not take a count that has stopped for a Shopify that is silent', () => {
    const busy = { lastReceivedAt: minutesBefore(181), expectedPerHour: new Array<number>(168).fill(50) }
    const stopped = verdict(webhookFacts([topicFacts(busy)], { countedAt: minutesBefore(180) }))
    expect(stopped).toMatchObject({ state: 'delayed', reasons: [expect.stringContaining('since 9:00')] })
    expect(verdict(webhookFacts([unheardFacts(busy)], { countedAt: null })).reasons).toHaveLength(1)
  })

  it('says until when it knows of a silence, where the count has stopped since', () => {
    const quiet = { lastReceivedAt: minutesBefore(300), expectedPerHour: new Array<number>(168).fill(5) }
    const { state, title, reasons } = verdict(webhookFacts([topicFacts(quiet)], { countedAt: minutesBefore(180) }))
    expect([state, title]).toEqual(['delayed', expect.stringContaining('nothing has been counted since 9:00')])
    expect(reasons[1]).toBe('Orders: changed: none since 7:00 until 9:00, where about 10 are usual.')
  })

  it.each([
    ['uninstalled', { uninstalledAt: minutesBefore(5) }, 'was uninstalled'],
    ['frozen', { pausedSince: minutesBefore(5), pauseReason: 'frozen' }, 'Shopify has frozen this shop'],
    ['without access', { pausedSince: minutesBefore(5), pauseReason: 'needs-reauthorisation' }, 'no longer accepts'],
  ] as const)('is paused for a shop that is %s', (_, shop, title) => {
    const paused = verdict(webhookFacts(), healthShop(shop))
    expect(paused.state).toBe('paused')
    expect(paused.title).toContain(title)
    expect(paused.reasons[0]).toContain('11:55')
  })

  it('tells everything that is wrong, and by the weightiest what to do', () => {
    const all = topicFacts({
      unapplied: { dead: 1, deadOpen: 1, pending: 1, oldestPendingAt: minutesBefore(9) },
      day: { received: 50, lost: 5 },
      expectedPerHour: new Array<number>(168).fill(50),
      lastReceivedAt: minutesBefore(90),
    })
    const facts = webhookFacts([all])
    expect(verdict(facts)).toMatchObject({ state: 'failing', toDo: verdict(topics({ unapplied: all.unapplied })).toDo })
    expect(verdict(facts).reasons).toHaveLength(4)
    expect(verdict(facts, healthShop({ uninstalledAt: noon })).state).toBe('paused')
  })
})

describe('figures', () => {
  it('are JSON that says its units', () => {
    const answer = health()
    expect(JSON.parse(JSON.stringify(answer))).toEqual(answer)
    expect(answer).toMatchObject({
      figuresAsOf: '2026-11-22T10:59:00.000Z',
      lastReceivedAt: '2026-11-22T10:58:00.000Z',
    })
    expect(answer.windows.day).toEqual({ since: '2026-11-21T11:00:00.000Z', received: 100, failed: 0 })
    expect(answer.topics[0]?.latency.transit.p50Ms).toBeCloseTo(1_218, 0)
  })

  it('of refused requests add up over the reasons, and are no part of the verdict', () => {
    const refused = [
      { reason: 'signature-wrong', hour: 1, day: 20, week: 300 },
      { reason: 'too-slow', hour: 0, day: 2, week: 30 },
    ]
    const answer = health(webhookFacts([topicFacts()], { refused }))
    expect(answer.refused).toEqual({ hour: 1, day: 22, week: 330, reasons: refused })
    expect(answer.verdict).toEqual(verdict())
  })

  it('have no loss rate where a loss could not be found', () => {
    const carts = topicFacts({ topic: 'carts/update', day: { received: 900 } })
    const { lossDay, topics } = health(webhookFacts([carts, topicFacts({ day: { received: 90, lost: 10 } })]))
    expect(topics.map(({ lossDay }) => lossDay.rate).slice(0, 2)).toEqual([null, 0.1])
    expect(lossDay).toEqual({ lost: 10, rate: 0.1 })
  })
})

describe('the page', () => {
  it('says of no topic that it was not asked for: a setting or the API may have done so', () => {
    const { topics } = describePage(
      healthShop(),
      health(webhookFacts([topicFacts({ topic: 'themes/update' }), topicFacts({ topic: 'shop/redact' })])),
      circumstances,
    )
    expect([topics[0]?.notes, topics[1]?.notes]).toEqual([['not one that the copy needs'], []])
  })

  it('speaks of topics as a merchant does, declared or not, in the shop’s time', () => {
    const strange = topicFacts({ topic: 'themes/publish' })
    const { topics, columns } = describePage(healthShop(), health(webhookFacts([topicFacts(), strange])), circumstances)
    expect(topics[0]).toMatchObject({
      label: 'Orders: changed',
      day: '100',
      week: '700',
      lastReceived: { text: '11:58' },
    })
    expect(topics[1]).toMatchObject({ label: 'themes/publish', notes: ['not one that the copy needs'] })
    expect(topics.find(({ topic }) => topic === 'refunds/create')).toMatchObject({ lastReceived: null, arrival: '–' })
    expect(columns).toEqual({ hour: 'Since 11:00', day: 'Since 21 Nov, 12:00', week: 'Since 15 Nov, 12:00' })
  })

  it('marks what somebody may have to look at', () => {
    const facts = topicFacts({
      unapplied: { dead: 3, deadOpen: 1, pending: 4 },
      day: { lost: 2, repeats: 6, stale: 7 },
    })
    const [line] = describePage(healthShop(), health(webhookFacts([facts])), circumstances).topics
    expect(line?.badges.map(({ text }) => text)).toEqual([
      '1 not applied',
      '2 made up for',
      '2 not announced in time',
      '4 waiting',
    ])
    expect(line?.notes).toEqual(['6 sent again', '7 older than the copy'])
  })
})

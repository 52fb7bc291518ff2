// The timeline's picture: what it says, and that it can be read: boxes in time, arrows from cause to effect, nothing over the edge, never too much of it.
import { strict as assert } from 'node:assert'
import fc from 'fast-check'
import { describe, test } from 'vitest'
import type { WriteJson } from '../../../src/view/report/probe'
import { timelineView } from '../../../src/view/report/stored-view'
import { actsOf } from '../../../src/view/report/timeline-acts'
import { tallLayout, wideLayout } from '../../../src/view/report/timeline-layout'
import { timelinePicture } from '../../../src/view/report/timeline-picture'
import { golden } from '../../golden'
import { articleTimeline } from '../sample-run'

const three = articleTimeline(3)
const acts = actsOf(three.events, three.more)
const write = (id: number, rest: Partial<WriteJson>): WriteJson => ({
  id,
  atMs: id,
  by: 'kubectl',
  node: null,
  did: 'created',
  object: `Pod default/p${id}`,
  what: '',
  cause: null,
  after: null,
  ...rest,
})

describe('three replicas', () => {
  test('the picture, wide and tall', () => golden('view/timeline.html', timelinePicture(three).html))

  test('the components stand in the order in which they first act', () =>
    assert.deepEqual([...acts.lanes].slice(0, 4), ['kubectl', 'deployment-controller', 'replicaset-controller', 'default-scheduler']))

  test('each act names what it saw, and its arrow comes from who wrote that', () => {
    const told = acts.acts.map(a => `${a.lane} ${a.why}${a.cause === null ? '' : ` of ${acts.acts[a.cause]!.lane}`}`)
    for (const line of [
      'deployment-controller saw Deployment mytest',
      'replicaset-controller saw ReplicaSet mytest-6b6c9cc6dc of deployment-controller',
    ])
      assert.ok(
        told.some(text => text.replace(/mytest-\w+/, 'mytest-6b6c9cc6dc').startsWith(line)),
        `${line}: ${told.join('\n')}`,
      )
    assert.ok(told.some(text => /^default-scheduler saw Pod \S+ of replicaset-controller$/.test(text)))
    assert.ok(told.some(text => /^kubelet node01 saw Pod \S+ of default-scheduler$/.test(text)))
  })

  test('the table says every write', () => {
    const html = timelineView(three).html
    assert.equal(html.split('<tr>').length - 2, three.events.length)
    assert.ok(html.includes(`<td>#${three.events.at(-1)!.id}</td>`))
  })
})

test('what many do alike is drawn twice and then said once', () => {
  const many = articleTimeline(40)
  const { acts: folded } = actsOf(many.events, many.more)
  const bound = folded.filter(act => act.lane === 'default-scheduler')
  assert.deepEqual(
    bound.map(act => /^saw Pod|^\d+ more alike/.exec(act.why)?.[0]),
    ['saw Pod', 'saw Pod', '38 more alike'],
  )
})

test('a picture has at most 40 acts and says how many writes it leaves out', () => {
  const events = Array.from({ length: 90 }, (_, i) => write(i + 1, { object: `Kind${i} default/x` }))
  const { acts: shown, more } = actsOf(events, 7)
  assert.deepEqual([shown.length, more], [40, 57])
  assert.ok(timelinePicture({ events, more: 7 }).html.includes('57 later writes are not drawn'))
})

test('many nodes share a lane, and each act says whose it is', () => {
  const events = Array.from({ length: 12 }, (_, i) => write(i + 1, { by: 'kubelet', node: `n${i % 6}`, object: `Kind${i} default/x` }))
  const { lanes, acts: shown } = actsOf(events, 0)
  assert.deepEqual(lanes, ['kubelets'])
  assert.equal(shown[1]!.why, 'kubelet n1 its time had come')
})

test('nothing of a cluster is markup', () => {
  const html = timelineView({ events: [write(1, { by: '<b>', object: 'Pod default/<i>', what: '</svg><script>' })], more: 0 }).html
  assert.doesNotMatch(html, /<(b|i|script)>/)
})

test('an empty timeline is no picture that breaks', () => assert.ok(timelineView({ events: [], more: 0 }).html.includes('<svg')))

const written = fc
  .array(
    fc.record({
      by: fc.constantFrom('kubectl', 'deployment-controller', 'kubelet', 'a', 'b', 'c', 'd', 'e', 'f'),
      node: fc.constantFrom(null, 'n1', 'n2'),
      did: fc.constantFrom('created', 'changed', 'deleted', 'said'),
      wait: fc.constantFrom(0, 0, 3, 5000),
      what: fc.string({ maxLength: 80 }),
      cause: fc.nat(30),
    }),
    { maxLength: 60 },
  )
  .map(list => {
    let atMs = 0
    return list.map(({ wait, cause, ...rest }, i) => {
      atMs += wait
      return write(i + 1, {
        ...rest,
        atMs,
        object: `Kind${i % 5} default/${'x'.repeat(i)}`,
        cause: cause > 0 && cause <= i ? cause : null,
      } as Partial<WriteJson>)
    })
  })

for (const [name, layout] of [
  ['wide', wideLayout],
  ['tall', tallLayout],
] as const)
  test(`whatever is written, the ${name} picture can be read`, () => {
    fc.assert(
      fc.property(written, events => {
        const { boxes, arrows, width, height } = layout(actsOf(events, 0))
        boxes.forEach((box, i) => {
          const above = boxes[i - 1]
          if (above) assert.ok(box.y >= above.y + above.height, 'boxes stand one below the other')
          if (above) assert.ok(box.act.atMs >= above.act.atMs, 'in time')
          assert.ok(box.x >= 0 && box.x + box.width <= width && box.y + box.height <= height, 'inside the picture')
        })
        for (const { from, to } of arrows) assert.ok(boxes[from]!.y + boxes[from]!.height <= boxes[to]!.y, 'arrows run down')
      }),
      { seed: 6, numRuns: 200 },
    )
  })

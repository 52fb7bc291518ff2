// What a When sees on the kernel alone where several requests belong together: to a name in turn, and over one connection.
import { strict as assert } from 'node:assert'
import { afterAll, describe, test } from 'vitest'
import type { State } from '../../src/cluster/state'
import { seenConnection } from '../../src/lab/kernel-connection'
import { seenNamedSeries } from '../../src/lab/seen-names'
import { unavailable } from '../../src/real/rights'
import { KernelSession } from '../../src/real/session'
import { cluster, clusterOf, service } from '../dns/cluster'

const why = unavailable()
const session = new KernelSession()
afterAll(() => session.close())

const pod = (name: string, labels: object = {}) => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, labels },
  spec: {
    nodeName: 'node-1',
    containers: [{ name: 'c', image: 'web', ports: [{ containerPort: 80 }, { containerPort: 53, protocol: 'UDP' }] }],
  },
})
const faithful = service('web', { clusterIP: '10.96.0.40', sessionAffinity: 'ClientIP', selector: { app: 'web' }, ports: [{ port: 80 }] })
const plain = service('echo', { clusterIP: '10.96.0.50', selector: { app: 'web' }, ports: [{ port: 53, protocol: 'UDP' }] })
const stateOf = (addons: readonly string[], ...webs: readonly string[]): State =>
  clusterOf(cluster({ addons }), pod('client'), ...webs.map(name => pod(name, { app: 'web' })), faithful, plain)

describe.skipIf(why !== undefined)(`on the kernel alone${why ? ` (skipped: ${why})` : ''}`, () => {
  test('requests to a name one after another look it up each time, and rules remember the client', { timeout: 60_000 }, () => {
    const sent = { from: 'pod/default/client', to: 'web:80', protocol: 'tcp', times: 4, seed: 1, title: 'curl http://web' } as const
    const { trace, dataplane, possible } = seenNamedSeries(stateOf(['coredns'], 'a', 'b'), sent, session)
    assert.equal(dataplane, 'real')
    assert.deepEqual(possible, [['delivered'], ['delivered'], ['delivered'], ['delivered']])
    assert.equal(new Set(trace.outcomes.map(o => o.answeredBy)).size, 1, 'the same pod answers')
    assert.equal(new Set(trace.outcomes.map(o => o.client.result)).size, 1)
    assert.deepEqual(
      trace.dns?.map(d => d.lookup.result),
      Array.from({ length: 4 }, () => ['10.96.0.40']),
    )
    assert.deepEqual(
      trace.outcomes.map(o => o.dnsWay),
      [0, 1, 2, 3],
    )
  })

  test('a datagram of an open connection goes where the first went', { timeout: 60_000 }, () => {
    const sent = { from: 'pod/default/client', to: '10.96.0.50:53', protocol: 'udp', title: 'open udp' } as const
    const [first, later] = [stateOf([], 'a'), stateOf([], 'a', 'b')]
    const answers = (states: readonly State[]) => seenConnection(states, sent, session).trace.outcomes.map(o => o.answeredBy)
    assert.deepEqual(answers([first]), ['pod/default/a'])
    assert.deepEqual(answers([first, later]), ['pod/default/a'])
  })
})

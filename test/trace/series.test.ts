// Requests one after another: with session affinity each way of the first decides all others; without it none does.
import { strict as assert } from 'node:assert'
import { describe, test } from 'vitest'
import { fraction, fractionText, plus, ZERO } from '../../src/addr/fraction'
import { readStore } from '../../src/apply/store-input'
import { begin } from '../../src/cluster/begin'
import { settle } from '../../src/control/settle'
import { prepare } from '../../src/trace/prepare'
import { traceSeries } from '../../src/trace/series'
import { traceAll } from '../../src/trace/trace'
import { samePod, sharesOf } from '../../src/verify/shares'

const pod = (name: string, node: string) => `
apiVersion: v1
kind: Pod
metadata: {name: ${name}, labels: {app: web}}
spec: {nodeName: ${node}, containers: [{name: web, image: web, ports: [{containerPort: 8080}]}]}
---`
const service = (name: string, ip: string, affinity: string) => `
apiVersion: v1
kind: Service
metadata: {name: ${name}}
spec: {clusterIP: ${ip}, sessionAffinity: ${affinity}, selector: {app: web}, ports: [{port: 80, targetPort: 8080}]}
---`

const clusterOf = (version: string) => {
  const cluster = `
apiVersion: hopspec/v1
kind: Cluster
kubernetesVersion: ${version}
nodes: [{name: a, role: control-plane, addresses: [192.168.1.200]}, {name: b, addresses: [192.168.1.201]}]
---`
  const text = `${cluster}${pod('web-a', 'a')}${pod('web-b', 'b')}${service('faithful', '10.96.0.40', 'ClientIP')}${service('fickle', '10.96.0.41', 'None')}`
  const state = settle(begin(readStore([{ name: 'a.yaml', text }]), { seed: 1 }))
  return (to: string) => {
    const { scene, flows } = prepare({ state }, [{ from: 'node/a', to, protocol: 'tcp' }])
    return { scene, flow: flows[0]! }
  }
}

for (const version of ['v1.13.12', 'v1.35.4'])
  describe(version, () => {
    const flowTo = clusterOf(version)
    const series = (to: string, requests: number) => {
      const { scene, flow } = flowTo(to)
      return traceSeries(scene, flow, requests)
    }

    test('with affinity every request goes where the first went', () => {
      const { trace, chains } = series('10.96.0.40:80', 5)
      assert.deepEqual(
        chains.map(chain => chain.length),
        [5, 5],
      )
      assert.deepEqual(
        chains.map(chain => new Set(chain.map(o => o.answeredBy)).size),
        [1, 1],
      )
      assert.notEqual(chains[0]![0]!.answeredBy, chains[1]![0]!.answeredBy)
      assert.ok(samePod(trace, chains).every(f => f.met))
    })

    test('without affinity the second may go elsewhere, and that is told', () => {
      const { trace, chains } = series('10.96.0.41:80', 2)
      const findings = samePod(trace, chains)
      assert.deepEqual(
        findings.map(f => f.met),
        [false, false],
      )
      assert.match(findings[0]!.happened, /after web-[ab], one of the next requests may end at: web-[ab], web-[ab]/)
    })

    test('each request has a connection of its own', () => {
      const [chain] = series('10.96.0.40:80', 3).chains
      assert.deepEqual(
        chain!.map(o => /:(\d+) ->/.exec(o.conntrack['node/a']!.at(-1)!.original)![1]),
        ['51412', '51413', '51414'],
      )
    })

    test('the shares of all requests are 1 together', () => {
      for (const to of ['10.96.0.40:80', '10.96.0.41:80'])
        assert.equal(fractionText([...sharesOf(series(to, 3).trace).values()].reduce(plus, ZERO)), fractionText(fraction(1)))
    })

    test('independent clients of a faithful Service do not share a pod, and the advice names the step for one client', () => {
      const { scene, flow } = flowTo('10.96.0.40:80')
      const [finding] = samePod(traceAll(scene, flow), null)
      assert.equal(finding!.met, false)
      assert.match(finding!.change ?? '', /one after another/)
    })

    for (const requests of [1, 0, 101])
      test(`${requests} requests are refused`, () => assert.throws(() => series('10.96.0.40:80', requests), /Write 2 to 100/))
  })

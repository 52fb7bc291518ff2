// Rolling updates against recordings of a real control plane: the same steps in the same order.
import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import type { Deployment } from '../../src/apply/object-workloads'
import { writesOf } from '../../src/cluster/log'
import { objectOf } from '../../src/cluster/state'
import { put, write } from '../../src/cluster/write'
import { settle } from '../../src/control/settle'
import { cluster, config, deployment, template } from './world'

interface Write {
  readonly kind: string
  readonly event: string
  readonly reason?: string
  readonly message?: string
  readonly t: number
}
const folder = '../shared/oracles/control-plane/chains'
const percent = (text: string) => (text.endsWith('%') ? text : Number(text))

describe.skipIf(!existsSync(folder))('recorded rollouts (skipped without the recordings)', () => {
  for (const n of [3, 8]) {
    const path = `${folder}/28-rollout-arithmetic-${n}.json`
    const { title, writes } = existsSync(path)
      ? (JSON.parse(readFileSync(path, 'utf8')) as { title: string; writes: readonly Write[] })
      : { title: `case ${n}`, writes: [] }
    test(title, () => {
      const [, replicas, surge, unavailable] = /of (\d+) replicas with maxSurge (\S+), maxUnavailable (\S+)/.exec(title)!
      const rolling = { maxSurge: percent(surge!), maxUnavailable: percent(unavailable!) }
      const d = deployment('web', Number(replicas), template({ app: 'web' }, 'web', 'nginx:1'), {
        strategy: { type: 'RollingUpdate', rollingUpdate: rolling },
      })
      const first = settle(cluster([d], {}, config('v1.35')))
      const live = objectOf(first, 'Deployment', 'default/web') as Deployment
      const second = settle(
        write(first, [put({ ...live, spec: { ...live.spec, template: template({ app: 'web' }, 'web', 'nginx:2') } })], 'kubectl'),
      )
      const mine = [...writesOf(second.log)].filter(e => e.object.kind === 'Event').map(e => (e.object as unknown as Write).message ?? '')
      const steps = (all: readonly string[]) =>
        all
          .map(m => m.replace('(combined from similar events): ', ''))
          .flatMap(m => /^Scaled (up|down) replica set \S+ from (\d+) to (\d+)/.exec(m)?.slice(1).join(' ') ?? [])
      const recorded = writes.filter(w => w.kind === 'Event' && w.reason === 'ScalingReplicaSet').map(w => w.message ?? '')
      expect(sizes(steps(mine))).toEqual(sizes(steps(recorded)))
    })
  }
})

/** First and last size of each direction: how far a rollout got, whatever the moments at which pods became ready. */
const sizes = (steps: readonly string[]) => ({
  first: steps.slice(0, 3),
  ends: [
    steps
      .filter(s => s.startsWith('up'))
      .at(-1)
      ?.split(' ')[2],
    steps
      .filter(s => s.startsWith('down'))
      .at(-1)
      ?.split(' ')[2],
  ],
})

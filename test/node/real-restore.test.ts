// The real iptables-restore takes whole nodes' rules, and the real iptables-save prints them back as we do. In a network namespace of its own.
import { strict as assert } from 'node:assert'
import { spawnSync } from 'node:child_process'
import { describe, test } from 'vitest'
import type { ClusterConfig } from '../../src/apply/cluster-config'
import { objectsOf } from '../../src/cluster/state'
import { printIptablesSave, readIptablesSave } from '../../src/linux/iptables-save'
import { programOf } from '../../src/node/network'
import { articleConfig, articleState, stateOf } from './article'

/** Runs a shell command in a network namespace that ends with it. */
const alone = (command: string, input: string) => spawnSync('unshare', ['-n', 'sh', '-c', command], { input, encoding: 'utf8' })

const objects = [...objectsOf(articleState, 'Pod'), ...objectsOf(articleState, 'Service'), ...objectsOf(articleState, 'Endpoints')]
const newer: ClusterConfig = {
  ...articleConfig,
  kubernetesVersion: 'v1.35.4',
  profile: 'v1.35',
  nodes: articleConfig.nodes.map(n => ({ ...n, containerRuntime: 'containerd', bip: null, kernel: { nfacct: false } })),
}
const clusters = [
  { name: 'v1.13.0 with docker and flannel v0.10.0', state: articleState },
  { name: 'v1.35.4 with containerd and flannel v0.28.4', state: stateOf(newer, objects) },
]

const able = alone('iptables-restore --test', '*filter\nCOMMIT\n').status === 0
const why = 'no iptables-restore here, or no right to a network namespace'
describe.skipIf(!able)(`the real iptables${able ? '' : ` (skipped: ${why})`}`, () => {
  for (const { name, state } of clusters)
    for (const node of ['master', 'node01']) {
      const text = printIptablesSave(programOf(state, node).iptables!)
      test(`takes the rules of ${node}, ${name}`, () => {
        const run = alone('iptables-restore --test', text)
        assert.equal(`${run.status} ${run.stderr}`, '0 ')
      })
      test(`prints the rules of ${node} back as they were, ${name}`, () => {
        const tables = [...text.matchAll(/^\*(\w+)/gm)].map(m => m[1])
        const save = tables.map(t => `iptables-save -t ${t}`).join(' && ')
        const run = alone(`iptables-restore && { ${save}; } | grep -v '^#' | sed 's/\\[[0-9:]*\\]/[0:0]/'`, text)
        assert.equal(run.stdout, text, run.stderr)
      })
    }
})

describe('reading what was printed gives the same rules', () => {
  for (const { name, state } of clusters)
    test(name, () => {
      const text = printIptablesSave(programOf(state, 'node01').iptables!)
      assert.equal(printIptablesSave(readIptablesSave(text, 'dump', 'ipv4')), text)
    })
})

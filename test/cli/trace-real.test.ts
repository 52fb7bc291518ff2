// `hopspec trace --dataplane real|both` of a name: its look-up, then the request, on this machine's kernel.
import { strict as assert } from 'node:assert'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, test } from 'vitest'
import { unavailable } from '../../src/real/rights'

const why = unavailable()
const folder = mkdtempSync(join(tmpdir(), 'hopspec-trace-'))
afterAll(() => rmSync(folder, { recursive: true }))

const DOCUMENTS = [
  {
    apiVersion: 'hopspec/v1',
    kind: 'Cluster',
    kubernetesVersion: 'v1.35.4',
    nodes: [{ name: 'node-1', addresses: ['192.168.1.201'] }],
    addons: ['coredns'],
  },
  { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'client' }, spec: { containers: [{ name: 'c', image: 'busybox' }] } },
  {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'web', labels: { app: 'web' } },
    spec: { containers: [{ name: 'c', image: 'web', ports: [{ containerPort: 80 }] }] },
  },
  { apiVersion: 'v1', kind: 'Service', metadata: { name: 'web' }, spec: { selector: { app: 'web' }, ports: [{ port: 80 }] } },
]
const file = join(folder, 'cluster.yaml')
writeFileSync(file, DOCUMENTS.map(d => JSON.stringify(d)).join('\n---\n'))

function traced(...args: readonly string[]): { readonly exit: number | null; readonly text: string } {
  const { status, stdout, stderr } = spawnSync('./bin/hopspec', ['trace', '-f', file, ...args], { encoding: 'utf8' })
  return { exit: status, text: stdout + stderr }
}

describe.skipIf(why !== undefined)(`a name traced on the kernel${why ? ` (skipped: ${why})` : ''}`, () => {
  const from = ['--from', 'pod/default/client', '-o', 'json']

  for (const dataplane of ['real', 'both'])
    test(`--dataplane ${dataplane}: its questions, who took them, and the request`, { timeout: 60_000 }, () => {
      const { exit, text } = traced(...from, '--to', 'web:80', '--dataplane', dataplane)
      assert.equal(exit, 0, text)
      const { asked, real, comparison } = JSON.parse(text)
      assert.deepEqual(
        asked.map((a: { question: string }) => a.question),
        ['web.default.svc.cluster.local. A', 'web.default.svc.cluster.local. AAAA'],
      )
      for (const a of asked) assert.match(`${a.received}`, /^pod\/kube-system\/coredns-/)
      assert.match(asked[0].answer, /^NOERROR .* A 10\./)
      assert.deepEqual([real.client, real.answeredBy], [{ result: 'answered' }, 'pod/default/web'])
      if (dataplane === 'both') assert.deepEqual(comparison.differences, [])
    })

  test('a name that nobody has: nothing is sent after the look-up', { timeout: 60_000 }, () => {
    const { exit, text } = traced(...from, '--to', 'nothing:80', '--dataplane', 'both')
    assert.equal(exit, 0, text)
    const { asked, real, comparison } = JSON.parse(text)
    assert.match(asked.at(-1).answer, /^NXDOMAIN/)
    assert.deepEqual([real, comparison.differences], [null, []])
  })

  test('among flows that kernels remember a name is refused, with what to write instead', { timeout: 60_000 }, () => {
    const flows = join(folder, 'flows.yaml')
    writeFileSync(flows, 'stateful: true\nflows: [{from: pod/default/client, to: "web:80"}]\n')
    const { exit, text } = traced('--flows', flows, '--dataplane', 'real')
    assert.notEqual(exit, 0)
    assert.match(text, /web:80 is a name, which flows that kernels remember do not look up on the real dataplane.*leave out `stateful`/s)
  })
})

// docs/cluster.md lists exactly the fields of the code, and its examples are taken as they stand.
import { strict as assert } from 'node:assert'
import { readFileSync } from 'node:fs'
import { describe, test } from 'vitest'
import { CNI_SETTINGS } from '../src/apply/cluster-cni'
import { OWN_FIELDS } from '../src/apply/fields/own'
import { readStore } from '../src/apply/store-input'
import { main } from '../src/cli'
import { WORDS } from '../src/trace/flow-spec'

const text = readFileSync('docs/cluster.md', 'utf8')

/** The text below a heading, to the next heading of any depth. */
function part(heading: string): string {
  const from = text.indexOf(`\n${heading}\n`)
  assert.ok(from >= 0, `there is no heading ${heading}`)
  return text.slice(from + heading.length + 2).split(/^##/m)[0]!
}
const rows = (markdown: string): readonly string[] => [...markdown.matchAll(/^\| `([\w.[\]]+)` \|/gm)].map(m => m[1]!)

/** Every path of a definition in the field tables, `nodes[].name`; what an object of Kubernetes has anyway is left out. */
function paths(definition: string, before = ''): readonly string[] {
  const body = OWN_FIELDS.split(`\n${definition}\n`)[1]!.split(/^\S/m)[0]!
  return [...body.matchAll(/^ {2}(\w+)!? (.*)$/gm)].flatMap(([, name, type]) => {
    if (before === '' && ['apiVersion', 'kind', 'metadata'].includes(name!)) return []
    const inner = type!.replace('[]', '')
    const path = `${before}${name}${type!.startsWith('[]') && /^[A-Z]/.test(inner) ? '[]' : ''}`
    return /^[A-Z]/.test(inner) ? paths(inner, `${path}.`) : [path]
  })
}

/** The words of a literal list in a source file. */
const literals = (file: string, name: string): readonly string[] => {
  const source = readFileSync(file, 'utf8')
  const body = new RegExp(`const ${name}\\b[^=]*= ([\\[{][\\s\\S]*?\\n?[\\]}])(?: as const)?\\n`).exec(source)
  return [...body![1]!.matchAll(/'(\w+)'/g)].map(m => m[1]!)
}

test('kind: Cluster has the fields of the field table', () => {
  assert.ok(paths('Cluster').length > 20)
  assert.deepEqual(rows(part('## kind: Cluster')), paths('Cluster'))
})

for (const cni of ['docker0', 'bridge', 'flannel'] as const)
  test(`the settings of ${cni} are those of the code`, () => {
    assert.deepEqual(rows(part(`### Settings of ${cni}`)), CNI_SETTINGS[cni])
  })

test('the fields of KubeProxyConfiguration that count are those that the code reads, and the others are told', () => {
  const [counted, rest] = part('## KubeProxyConfiguration').split('\nOf `') as [string, string]
  const unused = [...`\`${rest.split(' hopspec takes no notice')[0]}`.matchAll(/`([\w.]+)`/g)].map(m => m[1]!)
  const raw = /interface RawProxy \{\n([\s\S]*?)\n\}/.exec(readFileSync('src/apply/raw-cluster.ts', 'utf8'))![1]!
  const read = [...raw.matchAll(/^ {2}readonly (\w+)\?: (.*)$/gm)].flatMap(([, name, type]) => {
    const inner = [...type!.matchAll(/readonly (\w+)\?:/g)].map(m => `${name}.${m[1]}`)
    return inner.length > 0 ? inner : [name!]
  })
  assert.deepEqual([...rows(counted), ...unused].sort(), [...read].sort())
  const known = paths('KubeProxyConfiguration')
  for (const path of read) assert.ok(known.includes(path), path)
})

test('kind: Network has the fields of the code', () => {
  const [spaces, device] = part('## kind: Network').split('\nA device:\n') as [string, string]
  assert.deepEqual(rows(spaces), literals('src/apply/network-document.ts', 'SPACE_FIELDS'))
  const fields = [...literals('src/apply/network-device.ts', 'COMMON_FIELDS'), ...literals('src/apply/network-device.ts', 'OWN_FIELDS')]
  assert.deepEqual(rows(device), [...new Set(fields)])
})

test('a list of flows has the words of the code', () => assert.deepEqual(rows(part('## Lists of flows')), [...WORDS]))

describe('the examples are taken as they stand', () => {
  const [cluster, proxy, network, flows] = [...text.matchAll(/^```yaml\n([\s\S]*?)^```$/gm)].map(m => m[1]!)

  test('the Cluster and the KubeProxyConfiguration', () => {
    const { config, warnings } = readStore([
      { name: 'cluster.yaml', text: cluster! },
      { name: 'proxy.yaml', text: proxy! },
    ])
    assert.deepEqual(warnings, [])
    assert.equal(config.proxy.masqueradeAll, true)
    assert.equal(config.nodes.length, 2)
  })

  test('the Network and the flows, of which both are answered', async () => {
    const files: Readonly<Record<string, string>> = { 'network.yaml': network!, 'flows.yaml': flows! }
    const said = { out: '', err: '' }
    const exit = await main(['trace', '-f', 'network.yaml', '--flows', 'flows.yaml', '-o', 'jsonl'], {
      files: { read: path => (files[path] === undefined ? undefined : Buffer.from(files[path])), list: () => undefined, write: () => {} },
      stdin: () => new Uint8Array(),
      stdinLines: async function* () {},
      stdout: line => void (said.out += line),
      stderr: line => void (said.err += line),
      terminal: false,
      env: {},
    })
    assert.equal(exit, 0, said.err)
    const traces = said.out
      .trim()
      .split('\n')
      .map(line => JSON.parse(line) as { outcomes: { client: { result: string }; conntrack: { server: unknown[] } }[] })
    assert.deepEqual(
      traces.map(t => [t.outcomes[0]!.client.result, t.outcomes[0]!.conntrack.server.length]),
      [
        ['answered', 1],
        ['answered', 2],
      ],
    )
  })
})

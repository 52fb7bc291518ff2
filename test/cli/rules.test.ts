// `hopspec rules` from its words to its output, over files that exist only here.
import { strict as assert } from 'node:assert'
import { describe, test } from 'vitest'
import { main } from '../../src/cli'
import type { Io } from '../../src/cli/io'

const CLUSTER = `
apiVersion: hopspec/v1
kind: Cluster
kubernetesVersion: v1.13.0
builtins: none
networking: {serviceSubnet: 10.96.0.0/12}
nodes:
- {name: master, role: control-plane, addresses: [192.168.1.200]}
- {name: node01, addresses: [192.168.1.201]}
`
const SERVICE = `
apiVersion: v1
kind: Service
metadata: {name: web, namespace: default}
spec:
  clusterIP: 10.96.0.20
  ports: [{port: 80, targetPort: 8080}]
---
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: {name: web-1, namespace: default, labels: {kubernetes.io/service-name: web}}
addressType: IPv4
ports: [{name: "", port: 8080}]
endpoints: [{addresses: [10.244.1.2], nodeName: node01}]
`
const FILES: Readonly<Record<string, string>> = {
  'in/cluster.yaml': CLUSTER,
  'in/web.yaml': SERVICE,
  'in/notes.txt': 'not read',
  'in/deep/more.yaml': 'apiVersion: v1\nkind: Service\nmetadata: {name: deep}\nspec: {clusterIP: 10.96.0.21, ports: [{port: 81}]}\n',
  'steps.json': JSON.stringify([
    {
      apply: [
        {
          apiVersion: 'v1',
          kind: 'Service',
          metadata: { name: 'late', namespace: 'default' },
          spec: { clusterIP: '10.96.0.30', ports: [{ port: 90 }] },
        },
      ],
    },
    { delete: [{ kind: 'Service', namespace: 'default', name: 'late' }], after: '2s' },
  ]),
}

interface Ran {
  readonly exit: number
  readonly out: string
  readonly err: string
  readonly written: Readonly<Record<string, string>>
}

/** One command line over FILES. */
async function hopspec(line: string, stdin = ''): Promise<Ran> {
  const [out, err]: [string[], string[]] = [[], []]
  const written: Record<string, string> = {}
  const io: Io = {
    files: {
      read: path => (FILES[path] === undefined ? undefined : new TextEncoder().encode(FILES[path])),
      list: path => {
        const names = Object.keys(FILES).flatMap(f => (f.startsWith(`${path}/`) ? [f.slice(path.length + 1).split('/')[0]!] : []))
        return names.length > 0 ? [...new Set(names)].sort() : undefined
      },
      write: (path, text) => void (written[path] = String(text)),
    },
    stdin: () => new TextEncoder().encode(stdin),
    stdinLines: async function* () {
      yield* stdin.split('\n')
    },
    stdout: text => void out.push(text),
    stderr: text => void err.push(text),
    terminal: false,
    env: {},
  }
  const exit = await main(line.split(' '), io)
  return { exit, out: out.join(''), err: err.join(''), written }
}

describe('hopspec rules', () => {
  test('prints what iptables-save prints', async () => {
    const { exit, out, err } = await hopspec('rules -f in --node master')
    assert.equal(`${exit} ${err}`, '0 ')
    assert.match(
      out,
      /^-A KUBE-SERVICES -d 10\.96\.0\.20\/32 -p tcp -m comment --comment "default\/web: cluster IP" -m tcp --dport 80 -j KUBE-SVC-/m,
    )
    assert.match(out, /^:FORWARD DROP/m)
    assert.ok(!out.includes('10.96.0.21'), 'a folder in a folder is not read without -R')
  })
  test('reads folders in folders with -R', async () => assert.match((await hopspec('rules -R -f in --node master')).out, /10\.96\.0\.21/))
  test('reads standard input', async () =>
    assert.match((await hopspec('rules -f - --node master', `${CLUSTER}---${SERVICE}`)).out, /10\.96\.0\.20/))
  test('prints one family unless all are asked for', async () => {
    const dual = CLUSTER.replace('{serviceSubnet: 10.96.0.0/12}', '{ipFamily: dual, cni: none}').replace(
      '[192.168.1.200]',
      '[192.168.1.200, "fd00:1::200"]',
    )
    assert.equal((await hopspec('rules -f - --node master', dual)).out.match(/^\*nat$/gm)?.length, 1)
    assert.match(
      (await hopspec('rules -f - --node master --family ipv6 -o routes', dual)).out,
      /^default via \S+ dev eth0 metric 1024 pref medium$/m,
    )
    assert.ok('ip6tables.save' in JSON.parse((await hopspec('rules -f - --node master -o texts', dual)).out))
  })
  test('prints routes', async () => {
    assert.match((await hopspec('rules -f in --node master -o routes')).out, /^10\.244\.1\.0\/24 via 10\.244\.1\.0 dev flannel\.1 onlink$/m)
  })
  test('prints the input of iptables-restore', async () => {
    const { out } = await hopspec('rules -f in --node master -o iptables-restore')
    assert.match(out, /-m tcp -p tcp -d 10\.96\.0\.20\/32 --dport 80 ! -s 10\.244\.0\.0\/16 -j KUBE-MARK-MASQ/)
  })
  test('says of every rule why it is there and where that stands', async () => {
    const rules = JSON.parse((await hopspec('rules -f in --node master -o json')).out) as {
      because: string
      place: { file: string } | null
    }[]
    assert.deepEqual(rules.find(r => r.because === 'service default/web')?.place?.file, 'in/web.yaml')
    for (const because of ['kubelet', 'kube-proxy', 'docker', 'cni flannel'])
      assert.ok(
        rules.some(r => r.because === because),
        because,
      )
    assert.ok(rules.every(r => r.because !== null))
  })
  const writers = [
    { only: 'kube-proxy', has: /KUBE-SERVICES/, hasNot: /DOCKER|224\.0\.0\.0|-A KUBE-FIREWALL/ },
    { only: 'kubelet', has: /KUBE-MARK-DROP/, hasNot: /KUBE-SERVICES|DOCKER|224\.0\.0\.0/ },
    { only: 'cni', has: /224\.0\.0\.0/, hasNot: /KUBE|DOCKER/ },
  ]
  for (const { only, has, hasNot } of writers)
    test(`--only ${only} selects that writer`, async () => {
      const { out } = await hopspec(`rules -f in --node master --only ${only}`)
      assert.match(out, has)
      assert.doesNotMatch(out, hasNot)
    })
  test('writes every text as a file', async () => {
    const { written } = await hopspec('rules -f in --node master --out dir')
    const names = ['calls', 'restore', 'save'].map(n => `dir/iptables.${n}`)
    assert.deepEqual(Object.keys(written).sort(), ['dir/fdb.txt', 'dir/ip-route.txt', ...names, 'dir/neigh.txt', 'dir/subnet.env'])
  })
  test('syncs after each step, and deletes what went stale', async () => {
    const texts = JSON.parse((await hopspec('rules -f in --node master --only kube-proxy --steps steps.json -o texts')).out) as Record<
      string,
      string
    >
    assert.deepEqual(Object.keys(texts).sort(), [
      'iptables.save',
      ...[0, 1].flatMap(n => ['calls', 'restore'].map(w => `step-${n}.iptables.${w}`)),
    ])
    assert.match(texts['step-0.iptables.restore']!, /10\.96\.0\.30/)
    assert.doesNotMatch(texts['step-1.iptables.restore']!, /10\.96\.0\.30/)
  })
})

describe('what rules refuses, with exit code 2', () => {
  const rows = [
    { line: 'rules -f in', says: /needs --node/ },
    { line: 'rules -f in --node nowhere', says: /no node 'nowhere'.*node01/ },
    { line: 'rules -f missing.yaml --node master', says: /missing\.yaml: there is no such file/ },
    { line: 'rules -f in --node master -o nft', says: /does not write nft yet/ },
    { line: 'rules -f in --node master -o yaml', says: /Write one of iptables-save/ },
    { line: 'rules -f in --node master --only docker', says: /Write one of kubelet/ },
    { line: 'rules -f in --node master --family ipv6', says: /only ipv4/ },
    { line: 'rules -f in --node master --verbose', says: /usage: hopspec rules/ },
    { line: 'rules -f in --node master --steps none.json', says: /none\.json: there is no such file/ },
    { line: 'rules -f in --node master --steps in/cluster.yaml', says: /no list of steps/ },
  ]
  for (const { line, says } of rows)
    test(line, async () => {
      const { exit, out, err } = await hopspec(line)
      assert.equal(`${exit} ${out}`, '2 ')
      assert.match(err, says)
    })
})

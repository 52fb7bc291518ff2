// The documents tell the truth: what README shows is what the commands print, links lead somewhere, stations and commands are those of the code.
import { strict as assert } from 'node:assert'
import { spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { afterAll, describe, test } from 'vitest'
import { MODELLED } from '../src/apply/kind'
import { main } from '../src/cli'
import { COMMANDS } from '../src/cli/commands'
import type { Io } from '../src/cli/io'

const DOCS = ['README.md', 'bench/README.md', ...readdirSync('docs').flatMap(name => (name.endsWith('.md') ? [`docs/${name}`] : []))]
const text = Object.fromEntries(DOCS.map(file => [file, readFileSync(file, 'utf8')]))
const README = text['README.md']!

interface Fence {
  readonly language: string
  readonly body: string
}

const fences = (markdown: string): readonly Fence[] =>
  [...markdown.matchAll(/^```(\w*)\n([\s\S]*?)^```$/gm)].map(m => ({ language: m[1]!, body: m[2]! }))
const prose = (markdown: string): string => markdown.replace(/^\s*```[\s\S]*?^\s*```$/gm, '')

/** The heading's anchor as GitHub makes it. */
const anchor = (heading: string): string =>
  heading
    .toLowerCase()
    .replace(/[^\w\- ]/g, '')
    .trim()
    .replaceAll(' ', '-')

describe('links lead somewhere', () => {
  for (const file of DOCS)
    test(file, () => {
      for (const [, target] of prose(text[file]!).matchAll(/\]\(([^)\s]+)\)/g)) {
        if (/^https?:/.test(target!)) continue
        const [path = '', fragment] = target!.split('#')
        const found = path === '' ? file : join(dirname(file), path)
        assert.ok(existsSync(found), `${file} links to ${target}, which is not there`)
        if (fragment === undefined) continue
        const headings = [...readFileSync(found, 'utf8').matchAll(/^#+ (.*)$/gm)].map(m => anchor(m[1]!))
        assert.ok(headings.includes(fragment), `${file} links to ${target}; ${found} has no such heading`)
      }
    })
})

describe('files that are named exist', () => {
  for (const file of DOCS)
    test(file, () => {
      for (const [, path] of prose(text[file]!).matchAll(
        /`((?:src|test|steps|docs|scripts|bench|features)\/[\w./-]+\.(?:ts|md|json|feature))`/g,
      ))
        assert.ok(existsSync(path!) || isExample(file), `${file} names ${path}, which is not there`)
    })
})

/** The guide names files of the reader's project. */
const isExample = (file: string): boolean => file === 'docs/writing-features.md'

test('no document names a folder of somebody’s machine', () => {
  for (const file of DOCS) assert.doesNotMatch(text[file]!, /\/(?:home|work|tmp|root)\/|\.\.\/shared/, file)
})

test('every hopspec command that a document shows exists', () => {
  const known = new Set([...Object.keys(COMMANDS), 'batch'])
  for (const file of DOCS) {
    const code = [
      ...fences(text[file]!).flatMap(f => (/^(?:sh|console|bash)$/.test(f.language) ? f.body.split('\n') : [])),
      ...[...prose(text[file]!).matchAll(/`([^`\n]+)`/g)].map(m => m[1]!),
    ]
    for (const line of code) {
      const word = /^(?:\$ )?(?:npx |\.\/bin\/)?hopspec ([a-z]+)\b(?!:)/.exec(line)?.[1]
      if (word !== undefined) assert.ok(known.has(word), `${file}: \`${line}\`, but there is no subcommand '${word}'`)
    }
  }
})

describe("README's table of commands", () => {
  const rows = [...README.matchAll(/^\| (`hopspec .*?) \| (.*) \|$/gm)].map(m => ({ names: m[1]!, what: m[2]! }))
  const commandsOf = (names: string) => [...names.matchAll(/`hopspec (\w+)/g)].map(m => m[1]!)

  test('has every subcommand, and no other', () =>
    assert.deepEqual(rows.flatMap(r => commandsOf(r.names)).sort(), [...Object.keys(COMMANDS), 'batch'].sort()))

  for (const { names, what } of rows)
    for (const [, option] of `${names} ${what}`.matchAll(/(--[a-z-]+)/g))
      test(`${commandsOf(names)[0]} takes ${option}`, async () => {
        const [said, io] = deafIo()
        await main([commandsOf(names)[0]!, option!, '--no-such-option'], io)
        assert.match(said.join(''), /option|argument/i)
        assert.doesNotMatch(said.join(''), new RegExp(`Unknown option '${option}'`))
      })
})

/** A world without files but one, and what is said to it. */
function deafIo(input?: string): readonly [string[], Io] {
  const said: string[] = []
  const say = (line: string) => void said.push(line)
  const files = {
    read: (path: string) => (path === 'a.yaml' && input !== undefined ? Buffer.from(input) : undefined),
    list: () => undefined,
    write: () => undefined,
  }
  return [
    said,
    { files, stdin: () => new Uint8Array(), stdinLines: async function* () {}, stdout: say, stderr: say, terminal: false, env: {} },
  ]
}

describe("README's commands print what it shows", () => {
  const project = mkdtempSync(join(tmpdir(), 'hopspec-docs-'))
  afterAll(() => rmSync(project, { recursive: true, force: true }))
  cpSync('features/articles/001', join(project, 'features/articles/001'), { recursive: true })
  const write = (path: string, body: string) => {
    mkdirSync(dirname(join(project, path)), { recursive: true })
    writeFileSync(join(project, path), body)
  }
  const run = (args: readonly string[]) =>
    spawnSync(process.execPath, [resolve('bin/hopspec'), ...args], { cwd: project, encoding: 'utf8', env: { PATH: process.env.PATH } })

  test('the scenario passes', () => {
    write('features/one.feature', fences(README).find(f => f.language === 'gherkin')!.body)
    const { stdout, stderr, status } = run(['run', 'features/one.feature'])
    assert.equal(status, 0, stdout + stderr)
    assert.match(stdout, /^1 scenario \(7 steps\): 1 passed$/m)
  })

  test('gives the same bytes in another time zone and locale', () => {
    const reports = (['UTC C', 'Asia/Kolkata tr_TR.UTF-8'] as const).map(place => {
      const [TZ, LC_ALL] = place.split(' ')
      const args = [resolve('bin/hopspec'), 'run', 'features/one.feature']
      spawnSync(process.execPath, args, { cwd: project, env: { PATH: process.env.PATH, TZ, LC_ALL } })
      return Object.fromEntries(
        readdirSync(join(project, 'reports')).map(name => [name, readFileSync(join(project, 'reports', name), 'utf8')]),
      )
    })
    assert.ok(reports[0]!['index.html']!.includes('mytest behind a nodePort'))
    assert.deepEqual(reports[0], reports[1])
    rmSync(join(project, 'features/one.feature'))
  })

  test("the reader's own project is made of the files that it shows", () => {
    const files = fences(README).flatMap(f => {
      const path = /^(?:#|\/\/) ((?:features|steps)\/[\w.-]+)$/m.exec(f.body.split('\n')[0]!)?.[1]
      return path === undefined ? [] : [{ path, body: f.body }]
    })
    assert.deepEqual(
      files.map(f => f.path),
      ['features/shop.feature', 'steps/shop.ts'],
    ) // prettier-ignore
    for (const { path, body } of files) write(path, body)
  })

  const shown = fences(README).flatMap(f => (f.language === 'console' ? [f.body] : []))
  test('there are three of them', () => assert.equal(shown.length, 3))
  for (const body of shown) {
    const [command, ...lines] = body.trimEnd().split('\n')
    test(command!.slice(0, 60), () => {
      const { stdout, stderr } = run(command!.replace(/^\$ (?:npx |\.\/bin\/)hopspec /, '').split(' '))
      assert.equal(stderr, '')
      showsOf(stdout.trimEnd().split('\n'), lines)
    })
  }
})

/** `…` on a line of its own stands for lines that are left out; everything else stands as it was printed. */
function showsOf(printed: readonly string[], shown: readonly string[]): void {
  let at = 0
  let skipping = false
  for (const line of shown) {
    if (line === '…') {
      skipping = true
      continue
    }
    const found = skipping ? printed.indexOf(line, at) : at
    assert.ok(found >= 0 && printed[found] === line, `shown: ${line}\nprinted: ${printed[at] ?? '(nothing more)'}`)
    at = found + 1
    skipping = false
  }
  assert.ok(skipping || at === printed.length, `left out without a word: ${printed.slice(at).join('\n')}`)
}

test('what README shows is found again only as it was printed', () => {
  const printed = ['a', 'b', 'c', 'd']
  for (const shown of [
    ['a', '…', 'd'],
    ['…', 'c', '…'],
    ['a', 'b', 'c', 'd'],
  ])
    showsOf(printed, shown) // prettier-ignore
  for (const shown of [
    ['a', 'c', '…'],
    ['b', '…'],
    ['a', '…', 'c'],
    ['…', 'd', 'c'],
    ['x', '…'],
  ]) // prettier-ignore
    assert.throws(() => showsOf(printed, shown), shown.join(' '))
})

test('two commands set everything up, and package.json has both', () => {
  const setUp = README.slice(README.indexOf('## Set up'), README.indexOf('## One scenario'))
  assert.deepEqual(
    fences(setUp).flatMap(f =>
      f.body
        .trim()
        .split('\n')
        .map(line => line.split('#')[0]!.trim()),
    ),
    ['npm start', 'npm test'],
  ) // prettier-ignore
  const { scripts, engines } = JSON.parse(readFileSync('package.json', 'utf8')) as {
    scripts: Record<string, string>
    engines: { node: string }
  }
  assert.ok(scripts.start && scripts.test)
  assert.ok(setUp.includes(`Node ${engines.node.replace('>=', '>= ')}`), `README must ask for Node ${engines.node}`)
})

describe("README's list of what iptables can do in the model", () => {
  const line = README.split('\n').find(l => l.startsWith('* **iptables modules**'))!
  const [modules, targets] = line.split('**targets**') as [string, string]
  const told = (part: string) => [...part.split('Others, ')[0]!.matchAll(/`([\w-]+)`/g)].map(m => m[1]!).sort()
  const rules = ['rule', 'sender', 'meter', 'connbytes', 'u32', 'set-target']
    .map(name => readFileSync(`src/linux/${name}.ts`, 'utf8'))
    .join('\n')
  const coded = (key: string) =>
    [...new Set([...rules.matchAll(new RegExp(`readonly ${key}: ((?:'\\w+'(?: \\| )?)+)`, 'g'))].flatMap(m => m[1]!.match(/\w+/g)!))]
      .filter(word => word !== 'unmodelled')
      .sort()

  test('has the modules of the code', () => assert.deepEqual(told(modules), coded('match')))
  test('has the targets of the code', () =>
    assert.deepEqual(
      told(targets),
      coded('do').filter(word => word !== 'jump' && word !== 'goto'),
    ))
})

describe('what README calls not modelled is refused by name', () => {
  const cluster = (networking: string) => `apiVersion: hopspec/v1\nkind: Cluster\nnetworking: {${networking}}\n`
  const network = (space: string) => `apiVersion: hopspec/v1\nkind: Network\nnamespaces: {a: {${space}}}\n`
  const object = (apiVersion: string, kind: string) => `apiVersion: ${apiVersion}\nkind: ${kind}\nmetadata: {name: x}\n`
  const trace = ['trace', '-f', 'a.yaml', '--from', 'node/worker', '--to', '192.168.1.200:80']
  /** `told`: a word that README must have for it. */
  const rows: readonly { told: string; argv?: readonly string[]; input?: string }[] = [
    ...['nftables', 'ipvs', 'userspace'].map(mode => ({ told: mode, input: cluster(`kubeProxyMode: ${mode}`) })),
    ...['calico', 'canal'].map(cni => ({ told: cni, input: cluster(`cni: ${cni}`) })),
    { told: 'ipip', input: cluster('cni: {name: flannel, backend: ipip}') },
    { told: 'VLANs', input: cluster('cni: {name: bridge, vlan: 5}') },
    { told: 'promiscMode', input: cluster('cni: {name: bridge, promiscMode: true}') },
    ...['AdminNetworkPolicy', 'BaselineAdminNetworkPolicy', 'ClusterNetworkPolicy'].map(kind => ({
      told: kind,
      input: object('policy.networking.k8s.io/v1alpha1', kind),
    })),
    { told: 'Lease', input: object('coordination.k8s.io/v1', 'Lease') },
    { told: 'CustomResourceDefinition', input: object('apiextensions.k8s.io/v1', 'CustomResourceDefinition') },
    { told: 'Gateway', input: object('gateway.networking.k8s.io/v1', 'Gateway') },
    { told: 'bridge and netdev', input: network('nftables: "table bridge x"') },
    { told: '`define`', input: network('nftables: "define x = 1"') },
    { told: 'ipsets of types and options', input: network('ipset: "create x hash:mac"') },
    { told: 'Devices', input: network('devices: {d: {kind: dummy}}') },
    { told: "kubectl's other verbs", argv: ['kubectl', '--', 'logs', 'deployment/x'] },
  ]
  const part = README.slice(README.indexOf('## What is NOT modelled'), README.indexOf('## Promises'))
  for (const { told, argv = trace, input } of rows)
    test(`${told}: ${argv === trace ? input!.split('\n').slice(1).join(' ') : argv.join(' ')}`, async () => {
      assert.ok(part.includes(told), `README does not say ${told}`)
      const [said, io] = deafIo(input)
      assert.notEqual(await main(argv, io), 0)
      assert.match(said.join(''), /does not model|not modelled|that hopspec models|does not resolve|do not run|Kubernetes has no kind/)
    })
})

test("README's kinds are those of the code", () => {
  const told = /^\* \*\*Objects\.\*\* ([\w, ]+);/m.exec(README)![1]!.split(', ')
  assert.deepEqual(told, Object.keys(MODELLED))
})

describe('docs/architecture.md', () => {
  const architecture = text['docs/architecture.md']!
  const stations = [...architecture.matchAll(/^\| `(\w+)\/` \|/gm)].map(m => m[1]!)

  test('has the stations of test/layers.test.ts, in their order', () => {
    const way = /const WAY = \[([^\]]+)\]/.exec(readFileSync('test/layers.test.ts', 'utf8'))![1]!
    assert.deepEqual(
      stations,
      [...way.matchAll(/'(\w+)'/g)].map(m => m[1]!),
    )
  })
  test('has the folders of src/', () =>
    assert.deepEqual(
      [...stations].sort(),
      readdirSync('src', { withFileTypes: true })
        .flatMap(e => (e.isDirectory() ? [e.name] : []))
        .sort(),
    ))
  test('draws each of them', () => {
    const drawn = [...readFileSync('docs/way.svg', 'utf8').matchAll(/class="name"[^>]*>(\w+)</g)].map(m => m[1]!)
    assert.deepEqual(drawn.sort(), [...stations].sort())
  })
})

test('the picture of the report is a PNG of less than 200 KB', () => {
  assert.ok(statSync('docs/report.png').size < 200_000)
  assert.equal(readFileSync('docs/report.png').subarray(1, 4).toString(), 'PNG')
})

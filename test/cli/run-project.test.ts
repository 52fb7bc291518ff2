// Which files a run takes, and how its arguments are read.
import { strict as assert } from 'node:assert'
import { describe, test } from 'vitest'
import type { Files } from '../../src/cli/io'
import { wordsOf } from '../../src/lab/shell/line'
import { readRunOptions } from '../../src/cli/run-options'
import { findProject } from '../../src/cli/run-project'
import { HopspecError } from '../../src/error'

const TREE = [
  '/p/features/a.feature',
  '/p/features/shop/b.feature',
  '/p/features/shop/deploy.yaml',
  '/p/features/node_modules/x.feature',
  '/p/features/.hidden/y.feature',
  '/p/steps/own.js',
  '/p/steps/more/own.ts',
  '/p/steps/types.d.ts',
  '/p/steps/readme.md',
  '/q/c.feature',
]
const files: Files = {
  read: () => undefined,
  write: () => {},
  list: path => {
    const inside = TREE.filter(f => f.startsWith(`${path}/`)).map(f => f.slice(path.length + 1).split('/')[0]!)
    return inside.length === 0 ? undefined : [...new Set(inside)].sort()
  },
}

const rows = [
  {
    name: 'nothing asked: the features folder',
    cwd: '/p',
    paths: [],
    root: '/p',
    features: ['/p/features/a.feature', '/p/features/shop/b.feature'],
    missing: [],
  },
  { name: 'a folder', cwd: '/p', paths: ['features/shop'], root: '/p', features: ['/p/features/shop/b.feature'], missing: [] },
  {
    name: 'a file and a line',
    cwd: '/p',
    paths: ['features/a.feature:3:9'],
    root: '/p',
    features: ['/p/features/a.feature:3:9'],
    missing: [],
  },
  {
    name: 'a glob',
    cwd: '/p',
    paths: ['features/**/*.feature'],
    root: '/p',
    features: ['/p/features/a.feature', '/p/features/shop/b.feature'],
    missing: [],
  },
  { name: 'a glob for one folder', cwd: '/p', paths: ['features/*.feature'], root: '/p', features: ['/p/features/a.feature'], missing: [] },
  {
    name: 'from another folder',
    cwd: '/',
    paths: ['p/features/shop/b.feature'],
    root: '/p',
    features: ['/p/features/shop/b.feature'],
    missing: [],
  },
  { name: 'a feature outside any features folder', cwd: '/', paths: ['q/c.feature'], root: '/q', features: ['/q/c.feature'], missing: [] },
  {
    name: 'one file twice',
    cwd: '/p',
    paths: ['features/a.feature', 'features/a.feature'],
    root: '/p',
    features: ['/p/features/a.feature'],
    missing: [],
  },
  { name: 'a path that is not there', cwd: '/p', paths: ['features/z.feature'], root: '/p', features: [], missing: ['features/z.feature'] },
  {
    name: 'a file that is no feature',
    cwd: '/p',
    paths: ['features/shop/deploy.yaml'],
    root: '/p',
    features: [],
    missing: ['features/shop/deploy.yaml'],
  },
]

describe('the features of a run', () => {
  for (const row of rows)
    test(row.name, () => {
      const { root, features, missing } = findProject(files, row.cwd, row.paths)
      assert.deepEqual({ root, features, missing }, { root: row.root, features: row.features, missing: row.missing })
    })

  test("the user's steps stand beside features, declarations are none", () => {
    assert.deepEqual(findProject(files, '/', ['p/features']).steps, ['/p/steps/more/own.ts', '/p/steps/own.js'])
  })
})

describe('the arguments of run', () => {
  const read = (...args: string[]) => readRunOptions(args, () => new Date('2019-01-05T00:00:00Z'))

  test('have defaults', () => {
    assert.deepEqual(read(), {
      paths: [],
      tags: '',
      names: [],
      mode: null,
      dataplane: 'simulated',
      seed: 1,
      out: 'reports',
      stamp: null,
      dryRun: false,
    })
  })

  test('are all read', () => {
    assert.deepEqual(
      read(
        'a',
        '--tags',
        '@x',
        '--name',
        'n',
        '--name',
        'm',
        '--mode',
        'iptables',
        '--dataplane',
        'both',
        '--seed',
        '7',
        '--out',
        'o',
        '--stamp',
      ),
      {
        ...{
          paths: ['a'],
          tags: '@x',
          names: ['n', 'm'],
          mode: 'iptables',
          dataplane: 'both',
          seed: 7,
          out: 'o',
          stamp: '2019-01-05T00:00:00.000Z',
          dryRun: false,
        },
      },
    )
  })

  const refused = [
    ['--seed', '-1'],
    ['--seed', '1.5'],
    ['--mode', 'all'],
    ['--mode', 'iptables,nftables'],
    ['--dataplane', 'fpga'],
    ['--nosuch'],
  ]
  for (const args of refused) test(`${args.join(' ')} is refused`, () => assert.throws(() => read(...args), HopspecError))
})

describe('a command line is split as a shell does', () => {
  const lines = [
    { line: 'kubectl get svc', words: ['kubectl', 'get', 'svc'] },
    { line: "kubectl get pod -l 'a in (b, c)'", words: ['kubectl', 'get', 'pod', '-l', 'a in (b, c)'] },
    { line: 'x --a="b c"d', words: ['x', '--a=b cd'] },
  ]
  for (const { line, words: expected } of lines) test(line, () => assert.deepEqual(wordsOf(line), expected))
})

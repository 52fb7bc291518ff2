// The three rules of src/. Order: a folder imports only itself and folders earlier in the way. No circles: no file needs itself to be loaded.
// Purity: no clock, no dice, no files.
import { strict as assert } from 'node:assert'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'vitest'

/** The way of the data: the folders of src/ in their order. docs/architecture.md and src/index.ts tell the same story. */
const WAY = ['addr', 'linux', 'apply', 'cluster', 'control', 'dns', 'node', 'path', 'real', 'trace', 'verify', 'view', 'lab', 'cli']
const IMPURE = new Set(['cli', 'real'])

const files = readdirSync('src', { recursive: true, encoding: 'utf8' })
  .filter(f => f.endsWith('.ts'))
  .map(f => f.replaceAll('\\', '/'))
  .sort()
const folderOf = (file: string) => (file.includes('/') ? file.slice(0, file.indexOf('/')) : '')

test('every folder of src/ has its place on the way', () => {
  const folders = [...new Set(files.map(folderOf))].filter(Boolean).sort()
  assert.deepEqual(folders, [...WAY].sort())
})

describe('imports go back along the way', () => {
  for (const file of files.filter(f => f !== 'index.ts' && f !== 'cli.ts')) {
    test(file, () => {
      const at = WAY.indexOf(folderOf(file))
      for (const [, path] of readFileSync(join('src', file), 'utf8').matchAll(/(?:from|import|require)\s*\(?\s*'(\.[^']+)'/g)) {
        const target = join(file, '..', path!).replaceAll('\\', '/')
        if (target === 'error.js' || target === 'error') continue
        const to = WAY.indexOf(folderOf(target))
        assert.ok(to >= 0 && to <= at, `src/${file} imports src/${target}, which comes after it`)
      }
    })
  }
})

/** The files that a file needs when it is loaded: imports of values, not those of types alone. */
function needs(file: string): readonly string[] {
  const imports = readFileSync(join('src', file), 'utf8').matchAll(/^(?:import|export) (?!type )([^;]*?) from '(\.[^']+)'/gm)
  return [...imports].flatMap(([, names, path]) => {
    const list = /^\{([^}]*)\}$/.exec(names!)?.[1]?.split(',') ?? [names!]
    const isOfTypes = list.every(name => name.trim() === '' || name.trim().startsWith('type '))
    return isOfTypes ? [] : [`${join(file, '..', path!).replaceAll('\\', '/')}.ts`]
  })
}

test('no file of src/ needs itself', () => {
  const done = new Set<string>()
  const follow = (file: string, from: readonly string[]): void => {
    assert.ok(!from.includes(file), `a circle of imports: ${[...from.slice(from.indexOf(file)), file].join(' → ')}`)
    if (done.has(file)) return
    for (const next of needs(file)) follow(next, [...from, file])
    done.add(file)
  }
  for (const file of files) follow(file, [])
  assert.ok(done.size >= files.length)
})

describe('nothing on the way has a clock, dice or files', () => {
  for (const file of files.filter(f => f !== 'cli.ts' && !IMPURE.has(folderOf(f)))) {
    test(file, () => {
      const text = readFileSync(join('src', file), 'utf8').replace(/\/\/.*|\/\*[\s\S]*?\*\//g, '')
      assert.doesNotMatch(
        text,
        /from 'node:(?!crypto')|require\(|Date\.now|new Date\(\)|Math\.random|process\.|console\.|randomBytes|randomUUID/,
      )
    })
  }
})

// The page's script is TypeScript in src/view/report/page/, bundled into src/view/report/script.ts. UPDATE=1 bundles it anew.
import { strict as assert } from 'node:assert'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { buildSync } from 'esbuild'
import { test } from 'vitest'

const FILE = 'src/view/report/script.ts'
const HEAD = `// The page's script, bundled from page/main.ts: not written by hand. \`UPDATE=1 npx vitest run test/view/report/script.test.ts\` makes it.
// biome-ignore-all format: one line, made by a program
// biome-ignore-all lint: made by a program

`

test('the bundled script is that of the sources', () => {
  const bundle = buildSync({
    entryPoints: ['src/view/report/page/main.ts'],
    bundle: true,
    minify: true,
    write: false,
    format: 'iife',
    target: 'es2022',
    charset: 'ascii',
    legalComments: 'none',
    tsconfigRaw: '{}',
  }).outputFiles[0]!.text.trim()
  const text = `${HEAD}export const SCRIPT: string =\n  ${JSON.stringify(bundle)}\n`
  if (process.env.UPDATE) writeFileSync(FILE, text)
  assert.ok(!bundle.includes('</script'), 'the script would end its own element')
  assert.ok(existsSync(FILE) && readFileSync(FILE, 'utf8') === text, `${FILE} is older than page/: make it with UPDATE=1`)
})

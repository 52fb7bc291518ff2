// The helper process is one program of several texts: a name that two of them give a subroutine would silently be the later one's.
import { strict as assert } from 'node:assert'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'vitest'

const FOLDER = 'src/real/agent-perl'

test('every subroutine of the helper is defined once', () => {
  const texts = readdirSync(FOLDER).map(file => readFileSync(join(FOLDER, file), 'utf8'))
  const names = texts.flatMap(text => [...text.matchAll(/^sub (\w+)/gm)].map(m => m[1]!))
  assert.ok(names.length > 40, `only ${names.length} were found`)
  assert.deepEqual(
    names.filter((name, i) => names.indexOf(name) !== i),
    [],
  )
})

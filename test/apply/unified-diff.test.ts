// Hunks of a unified diff: each row is two texts of one letter a line, and what is printed.
import { expect, test } from 'vitest'
import { unifiedDiff } from '../../src/apply/unified-diff'

const rows = [
  { name: 'equal texts have no hunk', before: 'abc', after: 'abc', hunks: '' },
  { name: 'three lines of context', before: 'abcdefghi', after: 'abcdXfghi', hunks: '@@ -2,7 +2,7 @@\n b\n c\n d\n-e\n+X\n f\n g\n h\n' },
  { name: 'near changes share a hunk', before: 'abcdef', after: 'XbcdeY', hunks: '@@ -1,6 +1,6 @@\n-a\n+X\n b\n c\n d\n e\n-f\n+Y\n' },
  { name: 'an insertion stands behind what is common before it', before: 'aab', after: 'aaab', hunks: '@@ -1,3 +1,4 @@\n a\n a\n+a\n b\n' },
  { name: 'a text that comes out of nothing', before: '', after: 'a', hunks: '@@ -0,0 +1 @@\n+a\n' },
]
for (const { name, before, after, hunks } of rows) test(name, () => expect(unifiedDiff([...before], [...after])).toBe(hunks))

// The hashes of recorded templates (1.35) and of public listings (1.13, article 001), bit for bit.
import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { podTemplateHash } from '../../src/control/pod-template-hash'
import { template } from './world'

describe('the hash of a template with one container', () => {
  const rows = [
    {
      name: 'article 001 under v1.13',
      profile: 'v1.13',
      of: template({ run: 'mytest' }, 'mytest', 'wangzan18/mytest:v1'),
      is: '88d46bf99',
    },
    {
      name: 'article 001 under v1.35',
      profile: 'v1.35',
      of: template({ run: 'mytest' }, 'mytest', 'wangzan18/mytest:v1'),
      is: '547cb544ff',
    },
    { name: 'nginx:1.7.9 under v1.13', profile: 'v1.13', of: template({ app: 'nginx' }, 'nginx', 'nginx:1.7.9'), is: '76bf4969df' },
    { name: 'nginx:1.14.2 under v1.13', profile: 'v1.13', of: template({ app: 'nginx' }, 'nginx', 'nginx:1.14.2'), is: '57d9684bf8' },
    { name: 'article 003 under v1.13', profile: 'v1.13', of: template({ run: 'httpd' }, 'httpd', 'httpd:latest'), is: '7667fd7899' },
  ] as const
  for (const { name, profile, of, is } of rows) test(`${name} is ${is}`, () => expect(podTemplateHash(of, profile)).toBe(is))
})

const file = '../shared/oracles/control-plane/pod-template-hashes.json'
describe.skipIf(!existsSync(file))('recorded templates of v1.35 (skipped without the recordings)', () => {
  const cases = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : []
  if (cases.length === 0) test.skip(`the recorded hashes (skipped: ${file} is absent)`)
  for (const c of cases) test(`${c.case} is ${c.hash}`, () => expect(podTemplateHash(c.storedTemplate, 'v1.35')).toBe(c.hash))
})

test('each collision of a recorded Deployment gives its next name', () => {
  const of = template({ app: 'web' }, 'web', 'nginx:1.14.2')
  const hashes = [undefined, 1, 2, 3].map(count => podTemplateHash(of, 'v1.35', count))
  expect(hashes).toEqual(['79585d5976', '7d76685c69', '5547f7bdb6', '6bc49ff6f9'])
})

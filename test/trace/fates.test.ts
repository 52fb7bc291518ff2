// Every fate has its section in docs/fates.md, and the other way round; curl's words there are those that traces print.
import { strict as assert } from 'node:assert'
import { readFileSync } from 'node:fs'
import { describe, test } from 'vitest'
import { curlSees } from '../../src/trace/curl'
import { FATES, type Fate, isFate } from '../../src/trace/fate'
import type { ClientJson } from '../../src/trace/json'

const sections = new Map(
  readFileSync('docs/fates.md', 'utf8')
    .split(/^## /m)
    .slice(1)
    .map(text => [text.slice(0, text.indexOf('\n')), text.slice(text.indexOf('\n')).replace(/\s+/g, ' ')] as const),
)

test('docs/fates.md has exactly the fates of the code, in its order', () => assert.deepEqual([...sections.keys()], Object.keys(FATES)))
test('only delivered is good', () =>
  assert.deepEqual(
    Object.entries(FATES).flatMap(([name, f]) => (f.good ? [name] : [])),
    ['delivered'],
  ))
test('a fate is known by its name', () => assert.deepEqual(['dropped', 'lost', 'toString'].map(isFate), [true, false, false]))

describe('each section tells', () => {
  for (const [name, { means }] of Object.entries(FATES)) {
    const text = sections.get(name) ?? ''
    test(`${name}: what it means, in the words of the code`, () =>
      assert.ok(text.toLowerCase().includes(`*${means.toLowerCase()}.*`), means))
    for (const part of ['**The client sees**', '**Usual causes in Kubernetes.**', '**Look at**'])
      test(`${name}: ${part}`, () => assert.ok(text.includes(part)))
  }
})

describe('what curl says', () => {
  const [host, port] = ['10.100.77.149', 80]
  const at = { type: 3, code: 1, from: '10.244.1.1' }
  const rows: readonly { says: string; fate: Fate; client: ClientJson; exit: number; text: string; host?: string }[] = [
    { says: 'an answer', fate: 'delivered', client: { result: 'answered' }, exit: 0, text: '' },
    {
      says: 'RST',
      fate: 'refused',
      client: { result: 'refused' },
      exit: 7,
      text: "curl: (7) Failed to connect to 10.100.77.149 port 80 after 0 ms: Couldn't connect to server",
    },
    {
      says: 'REJECT',
      fate: 'rejected',
      client: { result: 'refused', icmp: { ...at, code: 3 } },
      exit: 7,
      text: "curl: (7) Failed to connect to 10.100.77.149 port 80 after 0 ms: Couldn't connect to server",
    },
    {
      says: 'silence',
      fate: 'dropped',
      client: { result: 'timeout' },
      exit: 28,
      text: "curl: (28) Failed to connect to 10.100.77.149 port 80 after 127000 ms: Couldn't connect to server",
    },
    {
      says: 'a lost answer',
      fate: 'delivered',
      client: { result: 'timeout' },
      exit: 28,
      text: "curl: (28) Failed to connect to 10.100.77.149 port 80 after 127000 ms: Couldn't connect to server",
    },
    {
      says: 'silence out in the world',
      fate: 'left-the-cluster',
      client: { result: 'timeout' },
      exit: 28,
      text: "curl: (28) Failed to connect to 10.100.77.149 port 80 after 127000 ms: Couldn't connect to server",
    },
    {
      says: 'no neighbour of its own',
      fate: 'host-unreachable',
      client: { result: 'error', errno: 'EHOSTUNREACH' },
      exit: 7,
      text: "curl: (7) Failed to connect to 10.100.77.149 port 80 after 3068 ms: Couldn't connect to server",
    },
    {
      says: "no neighbour of a router's",
      fate: 'host-unreachable',
      client: { result: 'icmp', icmp: at },
      exit: 7,
      text: "curl: (7) Failed to connect to 10.100.77.149 port 80 after 3068 ms: Couldn't connect to server",
    },
    {
      says: 'no route',
      fate: 'no-route',
      client: { result: 'error', errno: 'ENETUNREACH' },
      exit: 7,
      text: "curl: (7) Failed to connect to 10.100.77.149 port 80 after 0 ms: Couldn't connect to server",
    },
    {
      says: 'TTL exceeded',
      fate: 'ttl-exceeded',
      client: { result: 'icmp', icmp: { type: 11, code: 0, from: '10.244.1.1' } },
      exit: 7,
      text: "curl: (7) Failed to connect to 10.100.77.149 port 80 after 0 ms: Couldn't connect to server",
    },
    {
      says: 'no such name',
      fate: 'name-not-found',
      client: { result: 'error' },
      exit: 6,
      text: 'curl: (6) Could not resolve host: nosuch.default',
      host: 'nosuch.default',
    },
  ] // prettier-ignore
  for (const { says, fate, client, exit, text, host: name } of rows)
    test(`${says}: exit ${exit}`, () => {
      assert.deepEqual(curlSees(client, fate, name ?? host, port), { exit, text })
      assert.ok(sections.get(fate)!.includes(text), `docs/fates.md, ${fate}: ${text}`)
    })
})

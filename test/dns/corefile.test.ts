// Corefiles: what is read, and what is refused with its place.
import { strict as assert } from 'node:assert'
import fc from 'fast-check'
import { describe, test } from 'vitest'
import { PROFILES, type ProfileName } from '../../src/apply/profile'
import { KUBEADM_COREFILES } from '../../src/cluster/kubeadm-corefile'
import { readGoRegexp } from '../../src/dns/go-regexp'
import { readCorefile } from '../../src/dns/corefile'
import { HopspecError } from '../../src/error'
import { SEED } from '../plan'

describe('kubeadm writes', () => {
  for (const profile of Object.keys(KUBEADM_COREFILES) as ProfileName[])
    test(profile, () => {
      const [block, ...others] = readCorefile(KUBEADM_COREFILES[profile])
      assert.deepEqual(others, [])
      assert.deepEqual(block!.zones, ['.'])
      assert.deepEqual(
        block!.plugins.map(p => p.plugin),
        ['loadbalance', 'cache', 'kubernetes', 'forward'],
      )
    })
  test('for every version', () => assert.equal(Object.keys(PROFILES).length, Object.keys(KUBEADM_COREFILES).length))
})

const said = (text: string): string => {
  try {
    readCorefile(text)
  } catch (error) {
    if (error instanceof HopspecError) return error.message
    throw error
  }
  return ''
}

const WRONG: readonly (readonly [string, string])[] = [
  ['.:53 {\n  etcd\n}', "Corefile:2:3: CoreDNS' plugin 'etcd' is not modelled."],
  ['.:53 {\n  kubernets cluster.local\n}', "Corefile:2:3: CoreDNS has no plugin 'kubernets'. Did you mean 'kubernetes'?"],
  ['.:53 {\n  kubernetes cluster.local {\n    pods maybe\n  }\n}', "Corefile:3:5: 'pods' takes disabled, insecure, verified."],
  ['.:53 {\n  kubernetes cluster.local {\n    colour red\n  }\n}', "Corefile:3:5: kubernetes has no property 'colour'."],
  ['.:53 {\n  kubernetes cluster.local {\n    ttl 4000\n  }\n}', "Corefile:3:9: 'ttl' takes a number from 0 to 3600."],
  ['.:53 {\n  kubernetes in-addr.arpa\n}', 'Corefile:2:3: kubernetes needs a zone that is not reverse.'],
  ['.:53 {\n  rewrite cname exact a b\n}', 'Corefile:2:11: rewrite cname is not modelled.'],
  ['.:53 {\n  rewrite edns0 local put 0xffee abcd\n}', "Corefile:2:3: 'rewrite edns0' takes local, nsid or subnet"],
  ['.:53 {\n  rewrite class IN CH\n}', 'Corefile:2:3: Questions of the class CH are not modelled.'],
  ['.:53 {\n  rewrite rcode x.example NXDOMAIN\n}', "Corefile:2:3: 'rewrite rcode' takes a name and two of NOERROR,"],
  ['.:53 {\n  template IN A x {\n    answer x 60 IN A 10.0.0.1\n  }\n}', "Corefile:3:5: 'answer' is no record that hopspec reads."],
  ['.:53 {\n  cache {\n    servfail 10m\n  }\n}', "Corefile:3:14: 'servfail' takes a time of at most 300 s."],
  ['.:53 {\n  forward 10.0.0.0/12 10.0.0.1\n}', 'Corefile:2:11: forward takes one zone, and this network has several.'],
  ['.:53 {\n  rewrite name regex (a+)+ b\n}', 'Corefile:2:22: The pattern (a+)+ repeats what repeats'],
  ['.:53 {\n  rewrite name regex ((a+))+$ b\n}', 'Corefile:2:22: The pattern ((a+))+$ repeats what repeats'],
  ['.:53 {\n  rewrite name regex (a|a)*b b\n}', 'Corefile:2:22: The pattern (a|a)*b repeats alternatives'],
  ['.:53 {\n  rewrite name regex (a|aa)+$ b\n}', 'Corefile:2:22: The pattern (a|aa)+$ repeats alternatives'],
  ['.:53 {\n  rewrite name regex a*a*a*a*b b\n}', 'Corefile:2:22: The pattern a*a*a*a*b repeats more than 3 things'],
  [`.:53 {\n  rewrite name regex ${'a?'.repeat(11)} b\n}`, `Corefile:2:22: The pattern ${'a?'.repeat(11)} has more than 10 ? and |`],
  ['.:53 {\n  template IN A x {\n    answer "10.0.0.1"\n  }\n}', "Corefile:3:5: 'answer' is no record that hopspec reads."],
  ['.:53 {\n  hosts /etc/other\n}', 'Corefile:2:9: hosts: hopspec cannot read /etc/other'],
  ['.:53 {\n  import other\n}', "Corefile:2:3: The Corefile imports 'other'"],
  ['.:53 {\n  errors\n', 'Corefile:2:3: A brace is not closed.'],
  ['.:53\n', 'Corefile:1:1: A server block needs braces.'],
]

test('patterns whose groups and classes only look like repeated repeats are read', () => {
  for (const pattern of [
    '^ip-(?P<a>[0-9]*)-(?P<b>[0-9]*)-(?P<c>[0-9]*)-(?P<d>[0-9]*)[.]x[.]$',
    '[()+|]+x',
    '\\(a+\\)+',
    '(www|api)\\.(.*)\\.x',
  ])
    assert.equal(typeof readGoRegexp(pattern), 'object', pattern)
})

describe('is refused', () => {
  for (const [text, problem] of WRONG) test(problem, () => assert.ok(said(text).startsWith(problem), said(text)))
  test('all at once', () => assert.equal(said('.:53 {\n  etcd\n  file x\n}').split('\n').length, 2))
})

test('a snippet is its lines', () => {
  const [block] = readCorefile(
    '(common) {\n  cache 20\n  loadbalance\n}\n.:53 {\n  import common\n  kubernetes cluster.local # the zone\n}\n',
  )
  assert.deepEqual(
    block!.plugins.map(p => p.plugin),
    ['loadbalance', 'cache', 'kubernetes'],
  )
})

test('any text is read or refused', () => {
  const word = fc.constantFrom(
    '.:53',
    '{',
    '}',
    '\n',
    ' ',
    'kubernetes',
    'cluster.local',
    'cache',
    '30',
    '"',
    '#',
    'rewrite',
    'name',
    'hosts',
    '10.0.0.1',
    'template',
    'IN',
    'A',
    'import',
    '(x)',
    'x',
  )
  fc.assert(
    fc.property(fc.array(word, { maxLength: 40 }), words => {
      said(words.join(' '))
    }),
    { seed: SEED, numRuns: 500 },
  )
})

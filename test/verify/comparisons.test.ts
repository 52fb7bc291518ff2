// Answers, rules, lists and printed texts: what holds, and what a failure says.
import { strict as assert } from 'node:assert'
import { describe, test } from 'vitest'
import {
  answeredBy,
  clientExits,
  clientPrints,
  destinationIs,
  everyRequestAnswered,
  explanationSays,
  fateIs,
  icmpIs,
  replySource,
  sourceSeen,
} from '../../src/verify/answers'
import { type Finding, findingText } from '../../src/verify/finding'
import { samePod } from '../../src/verify/shares'
import { rowsAmong, sameMembers } from '../../src/verify/lists'
import { didYouMean, nearest } from '../../src/cluster/nearest'
import { exitsWith, printsExactly, printsLines, printsWords } from '../../src/verify/printed'
import { chainIs, rulesContain, rulesLeft } from '../../src/verify/rules'
import { answered, lost, trace } from './traces'

const good = trace(answered('a', '1/2'), answered('b', '1/2', '10.244.1.1:51412'))
const bad = trace(answered('a', '1/2'), lost('refused', '1/2', 'pod b listens on tcp 8080, not on 80.'))

const SAVE = `*nat
:KUBE-SVC-A - [0:0]
-A KUBE-SVC-A -m statistic --mode random --probability 0.50000000000 -j KUBE-SEP-A
-A KUBE-SVC-A -j KUBE-SEP-B
-A KUBE-SEP-A -p tcp -m tcp -j DNAT --to-destination 10.244.1.2:8080
COMMIT`
const OUTPUT = 'NAME   READY   AGE\nweb    1/1     70s\n'

const holding: readonly { name: string; of: Finding | readonly Finding[] }[] = [
  { name: 'all answered', of: everyRequestAnswered(good) },
  { name: 'all delivered', of: fateIs(good, 'delivered') },
  { name: 'one pod answers', of: answeredBy(trace(answered('a', '1')), 'pod/default/a') },
  { name: 'a source with its port', of: sourceSeen(good, '10.244.1.9:51412', 'pod/default/a') },
  { name: 'a source without its port', of: sourceSeen(good, '10.244.1.1', 'pod/default/b') },
  { name: 'a request that is refused there has arrived', of: destinationIs(trace(lost('refused')), '10.244.1.2:8080') },
  { name: 'an error of curl', of: clientPrints(trace(lost('refused')), 'curl: (7) Failed to connect') },
  { name: 'an exit code of curl', of: clientExits(trace(lost('refused')), 7) },
  { name: 'an explanation', of: explanationSays(trace(lost('refused', '1', 'pod b listens on tcp 8080')), 'listens on tcp 8080') },
  {
    name: 'the explanation of some of the requests',
    of: explanationSays(
      trace(answered('a', '1/3'), lost('dropped', '1/3', 'node w1 failed'), lost('dropped', '1/3', 'node w2 failed')),
      'w2',
    ),
  },
  { name: 'rules of a chain in their order', of: rulesContain(SAVE, SAVE.split('\n').slice(2, 4)) },
  { name: 'a rule that is not there', of: rulesLeft(SAVE, '*nat', ['KUBE-SEP-A']) },
  { name: 'a chain in full', of: chainIs(SAVE, 'KUBE-SVC-A', SAVE.split('\n').slice(2, 4)) },
  { name: 'members in any order', of: sameMembers('endpoints', ['b', 'a'], ['a', 'b']) },
  {
    name: 'a row with an empty cell',
    of: rowsAmong('pod', { head: ['name', 'node'], rows: [['a', '']] }, [{ name: 'a', node: 'n' }], false),
  },
  { name: 'a text, blanks at line ends aside', of: printsExactly('kubectl', 'NAME   READY   AGE  \nweb    1/1     70s', OUTPUT) },
  { name: 'a text with a word that may be any', of: printsExactly('kubectl', 'NAME   READY   AGE\nweb    1/1     <any>', OUTPUT) },
  { name: 'a line among others', of: printsLines('kubectl', 'web    1/1     70s', OUTPUT) },
  { name: 'a word that must not be printed, and is not', of: printsWords('kubectl', 'Pending', OUTPUT, false) },
  {
    name: 'two rows that name two objects',
    of: rowsAmong('pod', { head: ['name'], rows: [['a'], ['b']] }, [{ name: 'b' }, { name: 'a' }], false),
  },
]

const failing: readonly { name: string; of: Finding | readonly Finding[]; says: RegExp }[] = [
  { name: 'a word that must not be printed', of: printsWords('kubectl', 'READY', OUTPUT, false), says: /READY/ },
  {
    name: 'one object for two rows',
    of: rowsAmong('pod', { head: ['name'], rows: [['a'], ['a']] }, [{ name: 'a' }, { name: 'b' }], false),
    says: /or only for a row before/,
  },
  {
    name: 'requests lost in several ways: the sum and each way',
    of: everyRequestAnswered(
      trace(answered('a', '1/4'), lost('host-unreachable', '1/4'), lost('refused', '1/4'), lost('host-unreachable', '1/4')),
    ),
    says: /3\/4 of the requests fail, in 2 ways:\n {10}1\/2 host-unreachable at 10\.244\.1\.2:8080\n {10}1\/4 refused at 10\.244\.1\.2:8080/,
  },
  {
    name: 'requests lost in one way',
    of: everyRequestAnswered(trace(answered('a', '1/4'), lost('refused', '1/4'), lost('refused', '1/2'))),
    says: /3\/4 of the requests: refused at 10\.244\.1\.2:8080/,
  },
  {
    name: 'affinity where nobody answers the first request',
    of: samePod(trace(lost('host-unreachable')), null),
    says: /the first request is not answered: host-unreachable at 10\.244\.1\.2:8080/,
  },
  {
    name: 'affinity where a later request is lost',
    of: samePod(trace(answered('a', '1/2'), lost('refused', '1/2')), null),
    says: /after a, one of the next requests is not answered: refused at 10\.244\.1\.2:8080/,
  },
  {
    name: 'one of two is refused',
    of: everyRequestAnswered(bad),
    says: /refused at 10\.244\.1\.2:8080[\s\S]*because {3}pod b listens on tcp 8080, not on 80\./,
  },
  { name: 'another fate', of: fateIs(bad, 'dropped'), says: /it is delivered to a/ },
  { name: 'another pod', of: answeredBy(good, 'pod/default/a'), says: /a 1\/2 \(50 %\)\n {10}b 1\/2/ },
  { name: 'another source', of: sourceSeen(good, '10.244.1.9'), says: /b sees 10\.244\.1\.1:51412/ },
  { name: 'a source at a pod that nothing reaches', of: sourceSeen(good, '10.244.1.9', 'pod/default/c'), says: /no request reaches c/ },
  {
    name: 'a request that is dropped on its way arrives nowhere',
    of: destinationIs(trace(lost('dropped')), '10.244.1.2'),
    says: /it is dropped/,
  },
  {
    name: 'an answer that is lost comes from nobody',
    of: replySource(trace({ ...answered('a', '1'), reply: { fate: 'dropped', decidedBy: null, hops: [] } }), '10.96.0.20:80'),
    says: /it is dropped/,
  },
  { name: 'another exit code', of: clientExits(trace(lost('refused')), 28), says: /it exits with 7/ },
  {
    name: 'a share that is nearly two thirds',
    of: everyRequestAnswered(trace(answered('a', '715827883/2147483648'), lost('dropped', '1431655765/2147483648'))),
    says: /1431655765\/2147483648 \(≈ 2\/3\) of the requests/,
  },
  {
    name: 'an ICMP error where the own device refuses',
    of: icmpIs(trace({ ...lost('mtu-exceeded'), client: { result: 'error', errno: 'EMSGSIZE' } }), 3, 4),
    says: /it gets none: EMSGSIZE of the sender's own device/,
  },
  { name: 'another explanation', of: explanationSays(bad, 'listens on tcp 81'), says: /it says: / },
  {
    name: 'the explanations of the lost requests alone',
    of: explanationSays(trace(answered('a', '1/3'), lost('dropped', '2/3', 'node w2 failed')), 'w3'),
    says: /it says: node w2 failed/,
  },
  {
    name: 'a rule with another address',
    of: rulesContain(SAVE, ['-A KUBE-SEP-A -p tcp -m tcp -j DNAT --to-destination 10.244.1.3:8080']),
    says: /nearest is\n.*10\.244\.1\.2:8080/,
  },
  {
    name: 'rules of a chain in another order',
    of: rulesContain(SAVE, [SAVE.split('\n')[3]!, SAVE.split('\n')[2]!]),
    says: /it stands before that line/,
  },
  {
    name: 'a rule that should not be there',
    of: rulesLeft(SAVE, SAVE, ['KUBE-SEP-B']),
    says: /there is still\n.*KUBE-SVC-A -j KUBE-SEP-B/,
  },
  { name: 'a chain with a rule more', of: chainIs(SAVE, 'KUBE-SVC-A', [SAVE.split('\n')[2]!]), says: /line 2 differs/ },
  { name: 'a chain that is not there', of: chainIs(SAVE, 'KUBE-SVC-B', []), says: /no such chain; the nearest is KUBE-SVC-A/ },
  {
    name: 'a column that is not there',
    of: rowsAmong('pod', { head: ['nmae'], rows: [['']] }, [{ name: 'a' }], false),
    says: /no column 'nmae'; the columns are name/,
  },
  { name: 'a member too few', of: sameMembers('endpoints', ['a'], ['a', 'b']), says: /a, b/ },
  {
    name: 'rows in another order',
    of: rowsAmong('event', { head: ['r'], rows: [['b'], ['a']] }, [{ r: 'a' }, { r: 'b' }], true),
    says: /after the row before/,
  },
  {
    name: 'another line',
    of: printsExactly('kubectl', 'NAME   READY   AGE\nweb    0/1     70s', OUTPUT),
    says: /line 2 is 'web {4}1\/1 {5}70s'/,
  },
  { name: 'a line too many', of: printsExactly('kubectl', `${OUTPUT}db`, OUTPUT), says: /line 3 is missing/ },
  { name: 'another space', of: printsExactly('kubectl', 'NAME   READY  AGE\nweb    1/1     70s', OUTPUT), says: /line 1/ },
  { name: 'another exit', of: exitsWith('kubectl', 0, 1), says: /exits with 1/ },
]

const list = (of: Finding | readonly Finding[]) => [of].flat() as readonly Finding[]

describe('holds', () => {
  for (const { name, of } of holding)
    test(name, () => {
      assert.ok(list(of).length > 0, 'nothing was compared')
      for (const f of list(of)) assert.ok(f.met, findingText(f))
    })
})

describe('does not hold', () => {
  for (const { name, of, says } of failing)
    test(name, () => {
      const found = list(of).find(f => !f.met)
      assert.ok(found, 'all of it holds')
      assert.match(findingText(found), says)
    })
})

test('nothing to compare gives no finding, so that nobody takes it for a pass', () => {
  assert.deepEqual(everyRequestAnswered(trace()), [])
  assert.deepEqual(rulesContain(SAVE, []), [])
})

describe('the nearest name', () => {
  test('is the one with the fewest changes', () => assert.equal(nearest('mytst', ['web', 'mytest', 'mysql']), 'mytest'))
  test('is none when nothing is alike', () => assert.equal(nearest('zzzzzz', ['ab', 'cd']), undefined))
  test('is several when they are equally near', () =>
    assert.equal(didYouMean('web-z', ['web-a', 'web-b']), "Did you mean 'web-a' or 'web-b'?"))
  test('is told as a question, or as a list', () => {
    assert.equal(didYouMean('nod1', ['node1']), "Did you mean 'node1'?")
    assert.equal(didYouMean('x', []), 'There is none.')
  })
})

// Messages as bytes: what is written is read again, a message has the length that is told of it, and no bytes make the reader fall.
import { strict as assert } from 'node:assert'
import fc from 'fast-check'
import { describe, test } from 'vitest'
import { truncated, UDP_BYTES } from '../../src/dns/message'
import { readAnswer, readQuery } from '../../src/dns/read-wire'
import { type Answer, bareAnswer, type DnsRecord } from '../../src/dns/record'
import { answerBytes, messageBytes, questionBytes } from '../../src/dns/wire'

const SEED = 53
const label = fc.stringMatching(/^[a-z0-9_-]{1,20}$/)
const name = fc.array(label, { minLength: 1, maxLength: 4 }).map(labels => `${labels.join('.')}.`)
const number = fc.integer({ min: 0, max: 65_535 })
const data: Readonly<Record<string, fc.Arbitrary<string>>> = {
  A: fc.ipV4(),
  AAAA: fc.constantFrom('fd00::1', '2001:db8::', '::1'),
  CNAME: name,
  PTR: name,
  NS: name,
  SRV: fc.tuple(number, number, number, name).map(words => words.join(' ')),
  MX: fc.tuple(number, name).map(words => words.join(' ')),
  SOA: fc.tuple(name, name, number, number, number, number, number).map(words => words.join(' ')),
  TXT: fc.array(fc.stringMatching(/^[ !#-[\]-~]{0,40}$/), { minLength: 1, maxLength: 3 }).map(all => all.map(s => `"${s}"`).join(' ')),
}
const record: fc.Arbitrary<DnsRecord> = fc
  .constantFrom(...Object.keys(data))
  .chain(type =>
    fc.record(
      { name, type: fc.constant(type as DnsRecord['type']), ttl: fc.integer({ min: 0, max: 0x7fffffff }), data: data[type]! },
      { noNullPrototype: true },
    ),
  )
const records = fc.array(record, { maxLength: 12 })
const answer: fc.Arbitrary<Answer> = fc.record(
  {
    rcode: fc.constantFrom('NOERROR' as const, 'NXDOMAIN' as const, 'SERVFAIL' as const, 'REFUSED' as const),
    flags: fc.subarray(['qr', 'aa', 'tc', 'rd', 'ra'] as const).map(flags => ['qr' as const, ...flags.filter(f => f !== 'qr')]),
    answers: records,
    authority: records,
    additional: records,
    because: fc.constant(''),
  },
  { noNullPrototype: true },
)
const question = fc.record(
  { name, type: fc.constantFrom('A' as const, 'AAAA' as const, 'SRV' as const, 'ANY' as const) },
  { noNullPrototype: true },
)

describe('messages as bytes', () => {
  test('an answer that was written is read again, and is as long as was told', () => {
    fc.assert(
      fc.property(number, question, answer, (id, asked, said) => {
        const bytes = answerBytes(id, asked, said)!
        const { because: _, ...wire } = said
        assert.deepEqual(readAnswer(bytes), { id, question: asked, answer: wire })
        assert.equal(messageBytes(asked, said), bytes.length)
      }),
      { seed: SEED, numRuns: 300 },
    )
  })
  test('a question that was written is read again', () => {
    fc.assert(
      fc.property(number, question, (id, asked) => assert.deepEqual(readQuery(questionBytes(id, asked)!), { id, question: asked })),
      { seed: SEED },
    )
  })
  test('what UDP carries fits into it', () => {
    fc.assert(
      fc.property(question, answer, (asked, said) => {
        const cut = truncated(asked, said)
        const bytes = answerBytes(1, asked, cut)!.length
        assert.ok(bytes <= UDP_BYTES, `${bytes} bytes`)
        assert.equal(cut.flags.includes('tc') || cut === said, true)
      }),
      { seed: SEED, numRuns: 300 },
    )
  })
  test('broken bytes are no message, and nothing falls', () => {
    const whole = answerBytes(7, { name: 'web.', type: 'A' }, { ...bareAnswer('NOERROR', ''), answers: [rr('A', '10.0.0.1')] })!
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255))), fc.nat(whole.length), (changes, length) => {
        const bytes = whole.slice(0, length)
        for (const [at, value] of changes) if (at < length) bytes[at] = value
        const [asked, answered] = [readQuery(bytes), readAnswer(bytes)]
        assert.ok(asked === undefined || answered === undefined)
      }),
      { seed: SEED, numRuns: 2000 },
    )
    for (let length = 0; length < whole.length; length++) assert.equal(readAnswer(whole.slice(0, length)), undefined)
  })
  test('a name that points at itself is none', () => {
    const loop = Uint8Array.from([0, 1, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0xc0, 12, 0, 1, 0, 1])
    assert.equal(readQuery(loop), undefined)
  })

  const unwritten = [
    { name: 'letters beyond ASCII', asked: 'bücher.', records: [] },
    { name: 'a record that is known as words alone', asked: 'web.', records: [rr('CAA', '0 issue "ca.example"')] },
    { name: 'an address that is none', asked: 'web.', records: [rr('A', 'fd00::1')] },
  ] as const
  for (const { name, asked, records: answers } of unwritten)
    test(`not written: ${name}`, () =>
      assert.equal(answerBytes(1, { name: asked, type: 'A' }, { ...bareAnswer('NOERROR', ''), answers }), undefined))
})

function rr(type: DnsRecord['type'], data: string): DnsRecord {
  return { name: 'web.', type, ttl: 30, data }
}

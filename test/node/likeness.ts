// Whether two values are the same but for words that a machine draws at random: MACs and names of cables. Each of theirs stands for one of ours, the same one everywhere.
import { strict as assert } from 'node:assert'

/** Theirs: `veth3f2a1b0c`, `mac-3`, a link-local address of a MAC that nobody has. Ours: VETH…, MAC…. */
const THEIRS = /veth[0-9a-f]{8}|mac-\d+|(?<=fe80::)(?!ff:fe00:1\b)[0-9a-f]*:[0-9a-f:]+|(?<=fe80::)RANDOM/g
const OURS = /VETH\d+|MAC[\d-]+/g
const ANY = 'RANDOM'

export interface Likeness {
  /** Throws where the two differ; `where` begins the message. */
  same(ours: unknown, theirs: unknown, where: string): void
  /** Theirs in our words, as far as they were met. */
  inOurWords(text: string): string
}

export function likeness(): Likeness {
  const ours = new Map<string, string>()
  const theirs = new Map<string, string>()
  const bind = (own: string, other: string): boolean => {
    if (other === ANY) return true
    if (!ours.has(other) && !theirs.has(own)) {
      ours.set(other, own)
      theirs.set(own, other)
    }
    return ours.get(other) === own && theirs.get(own) === other
  }
  const sameText = (own: string, other: string): boolean => {
    if (own === other) return true
    const [a, b] = [own.match(OURS) ?? [], other.match(THEIRS) ?? []]
    return own.replace(OURS, '*') === other.replace(THEIRS, '*') && a.length === b.length && a.every((word, i) => bind(word, b[i]!))
  }
  const differ = (own: unknown, other: unknown, where: string): never => {
    assert.deepEqual(own, typeof other === 'string' ? inOurWords(other) : other, where)
    throw new Error(`${where}: a word stands for two: ${JSON.stringify(own)} and ${JSON.stringify(other)}`)
  }
  const inOurWords = (text: string): string => text.replace(THEIRS, word => ours.get(word) ?? word)
  const same = (own: unknown, other: unknown, where: string): void => {
    if (typeof own === 'string' && typeof other === 'string') {
      if (!sameText(own, other)) differ(own, other, where)
    } else if (Array.isArray(own) && Array.isArray(other)) {
      if (own.length !== other.length) differ(own, other, where)
      for (const [i, o] of own.entries()) same(o, other[i], `${where}[${i}]`)
    } else if (isMap(own) && isMap(other)) {
      const keys = (m: object) => Object.keys(m).sort().join()
      if (keys(own) !== keys(other)) differ(own, other, where)
      for (const key of Object.keys(own)) same(own[key], other[key], `${where}.${key}`)
    } else if (own !== other) differ(own, other, where)
  }
  return { same, inOurWords }
}

const isMap = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

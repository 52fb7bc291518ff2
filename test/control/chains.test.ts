// Recorded command sequences of a real control plane, replayed: what equals them, by sequence, and by name what does not.
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { appended, EMPTY_LOG, writesOf } from '../../src/cluster/log'
import { watchOutput } from '../../src/view/kubectl/watch'
import { golden } from '../golden'
import { CHAINS, historyOf, ourHistory, readRecording, recordings, replay, sliceNames } from './chain'
import { normal } from './chain-normal'

const files = recordings()

/** Commands whose answer differs, and objects whose writes come in another order. */
function compared(file: string): string {
  const recording = readRecording(file)
  const done = replay(recording)
  const names = sliceNames(recording, done.state)
  const wrong = done.answers.filter(a => {
    const err = a.stderr.replace(/^hopspec: .*\n/gm, '')
    return (
      normal(a.stdout, names) !== normal(a.step.stdout ?? '') ||
      normal(err, names) !== normal(a.step.stderr ?? '') ||
      a.exit !== a.step.exit
    )
  })
  const ours = ourHistory(recording, done)
  const theirs = [...historyOf(recording)]
  const other = theirs.filter(([object, lines]) => !sameHistory(object, lines, ours.get(object) ?? []))
  const equal = done.answers.length - wrong.length
  return [
    `${recording.scenario}: ${equal} of ${done.answers.length} answers, ${theirs.length - other.length} of ${theirs.length} objects, ${done.left} commands left out`,
    ...wrong.map(a => reasoned(recording.scenario, `  answer  ${a.step.argv!.join(' ').slice(0, 150)}`)),
    ...other.map(([object]) => reasoned(recording.scenario, `  writes  ${object.trim()}`)),
  ].join('\n')
}

/** Why a line cannot be equal, by scenario and by what the line holds. */
const REASONS: readonly (readonly [scenario: RegExp, line: RegExp, why: string])[] = [
  [/^(03|28)-/, /rollout status/, 'chance: which statuses were written on the way, milliseconds apart'],
  [/^04-/, /describe deploy/, 'chance: which of nine similar messages a Go map gave up when the tenth came'],
  [/^12-/, /describe node/, 'the Event was counted once more for another scenario of the same cluster'],
  [/^12-/, /get pod,svc|slow-/, 'the imitated kubelet did not say again that its pods are ready'],
  [/^41-/, /rnd03/, 'the imitated kubelet did not start a container anew for its new image'],
]

function reasoned(scenario: string, line: string): string {
  const why = REASONS.find(([s, l]) => s.test(scenario) && l.test(line))?.[2]
  return why === undefined ? line : `${line}\n    (${why})`
}

/** Of Events the first writings, in any order: recorders write beside one another. */
function sameHistory(object: string, theirs: readonly string[], ours: readonly string[]): boolean {
  if (!object.startsWith('Event')) return JSON.stringify(theirs) === JSON.stringify(ours)
  const first = (lines: readonly string[]) => JSON.stringify(lines.filter(l => l.startsWith('ADDED')).sort())
  return first(theirs) === first(ours)
}

/** Rows of a watch by their first word; a row that says the same as the one before stands once. */
function rowsByName(text: string): Readonly<Record<string, readonly string[]>> {
  const rows: Record<string, string[]> = {}
  for (const line of text.split('\n')) {
    const known = (rows[line.split(' ')[0]!] ??= [])
    if (known.at(-1) !== line) known.push(line)
  }
  return rows
}

/** Differences of a sequence that its known ones do not hold. */
function added(text: string, known: string): readonly string[] {
  const left = known.trimEnd().split('\n')
  return text.split('\n').filter(line => {
    if (!/^ {2}\S/.test(line)) return false
    const at = left.indexOf(line)
    if (at >= 0) left.splice(at, 1)
    return at < 0
  })
}

describe.skipIf(files.length === 0)(`recorded sequences (skipped without ${CHAINS})`, () => {
  test('every sequence is replayed, and nothing differs that did not differ before', { timeout: 120_000 }, () => {
    const now = files.map(compared)
    if (process.env.UPDATE) golden('chains.txt', `${now.join('\n')}\n`)
    const known = readFileSync('test/golden/chains.txt', 'utf8').split(/\n(?=\S)/)
    const worse = now.flatMap((text, i) => added(text, known[i] ?? ''))
    expect(worse).toEqual([])
    const lines = now.join('\n').split('\n')
    const unexplained = lines.filter((line, i) => /^ {2}\S/.test(line) && !/^ {4}\(/.test(lines[i + 1] ?? ''))
    expect(unexplained, 'differences without a reason').toEqual([])
  })

  const podWatches = files.flatMap(file =>
    readRecording(file)
      .steps.filter(s => s.background && / get pods --watch/.test(s.argv!.join(' ')))
      .map(step => ({ file, step })),
  )
  for (const { file, step } of podWatches)
    test(`${file}: the rows of ${step.argv!.join(' ')}, pod by pod`, () => {
      const recording = readRecording(file)
      const { state, begunRv, endMs } = replay(recording)
      const log = [...writesOf(state.log)].filter(e => e.resourceVersion > begunRv && e.atMs <= endMs).reduce(appended, EMPTY_LOG)
      const ours = watchOutput({ ...state, log: EMPTY_LOG, objects: new Map() }, { ...state, log }, step.argv!.slice(1))
      expect(rowsByName(normal(ours))).toEqual(rowsByName(normal(step.stdout!)))
    })

  test('the same sequence gives the same bytes twice', () => {
    expect(compared(files[0]!)).toBe(compared(files[0]!))
  })
})

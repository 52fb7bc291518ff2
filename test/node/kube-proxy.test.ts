// The rules of kube-proxy, text for text against what the real one wrote.
import { strict as assert } from 'node:assert'
import { describe, test } from 'vitest'
import type { Family } from '../../src/addr/ip'
import { printIptablesSave } from '../../src/linux/iptables-save'
import { addRule, emptyTables, newChain, ruleSetOf, tableOf } from '../../src/node/kernel-tables'
import { type ProxyMemory, syncIptables } from '../../src/node/kube-proxy/sync'
import { setMark } from '../../src/node/words'
import { FOLDERS, type RecordedVersion, RECORDINGS, cases, recordedText, recording, viewOf } from './recordings'

const names = cases()

/** Trailing blanks and blank lines at the end do not count. */
const canonical = (text: string) =>
  text
    .replace(/\[\d+:\d+\]/g, '[0:0]')
    .replace(/[ \t]+$/gm, '')
    .replace(/\n+$/, '\n')

/** All texts that kube-proxy of a version writes for a case, in one family. */
function textsOf(name: string, version: RecordedVersion, family: Family): ReadonlyMap<string, string> {
  const r = recording(name)
  const tool = family === 'ipv4' ? 'iptables' : 'ip6tables'
  let kernel = emptyTables(family)
  for (const table of ['mangle', 'filter', 'nat'] as const) tableOf(kernel, table)
  if (version.startsWith('v1.13')) {
    newChain(kernel, 'nat', 'KUBE-MARK-DROP')
    const mark = setMark(0x8000, 'set-xmark').target
    addRule(kernel, 'nat', 'KUBE-MARK-DROP', { header: {}, matches: [], target: mark }, 'last')
  }
  let memory: ProxyMemory | null = null
  const texts = new Map<string, string>()
  const steps = r.steps?.length ?? 0
  for (let n = r.steps ? 1 : 0; n <= steps; n++) {
    const full = n > 0 && (r.steps?.[n - 1]?.forceFullSync === true || r.steps?.[n - 1]?.nodeLabels !== undefined)
    const sync = syncIptables(viewOf(r, version, family, n), { kernel, memory, full, nowMs: n * 1200 })
    const at = r.steps ? `step-${n - 1}.` : ''
    texts.set(`${at}${tool}.restore`, sync.restore()).set(`${at}${tool}.calls`, sync.calls)
    ;({ kernel, memory } = sync)
  }
  return texts.set(`${tool}.save`, printIptablesSave(ruleSetOf(kernel)))
}

for (const version of Object.keys(FOLDERS) as RecordedVersion[])
  describe(`kube-proxy ${version}`, () => {
    if (names.length === 0) test.skip(`writes the recorded texts (skipped: ${RECORDINGS} is absent)`)
    for (const name of names)
      for (const family of ['ipv4', 'ipv6'] as const) {
        const tool = family === 'ipv4' ? 'iptables' : 'ip6tables'
        if (recordedText(name, version, `${tool}.save`) === undefined) continue
        test(`${name} ${family}`, () => {
          for (const [file, text] of textsOf(name, version, family)) {
            const recorded = recordedText(name, version, file)
            if (recorded !== undefined) assert.equal(canonical(text), canonical(recorded), file)
          }
        })
      }
  })

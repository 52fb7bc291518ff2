// How many objects a second are decoded, defaulted and validated as the API server does it; reading text is left out. Seconds of the processor, since other
// programs may run.
import { decode, NEWEST } from '../src/apply/decode'
import { setDefaults } from '../src/apply/defaults'
import { validateCreate } from '../src/apply/validate'
import { MANIFESTS } from '../test/apply/fuzz/manifests'

/** Many at a time, since the processor's clock may be coarse. */
const TEXTS = Array.from({ length: 50 }, () => MANIFESTS.map(m => JSON.stringify(m))).flat()
/** Milliseconds of the processor's work that are measured, after as many of warming up. */
const MEASURED_MS = 1_000

function round(): number {
  let count = 0
  let tookMs = 0
  while (tookMs < MEASURED_MS) {
    const objects = TEXTS.map(text => JSON.parse(text) as { apiVersion: string; kind: string })
    const before = process.cpuUsage()
    for (const object of objects) {
      decode(NEWEST, NEWEST.kinds.get(`${object.apiVersion} ${object.kind}`)!, object)
      setDefaults(object.kind, object.apiVersion, object, 'v1.35')
      validateCreate(object.kind, object)
    }
    const { user, system } = process.cpuUsage(before)
    tookMs += (user + system) / 1000
    count += objects.length
  }
  return (count / tookMs) * 1000
}

/** Objects a second, warm: one of every modelled kind in turn. */
export function validationRate(): number {
  round()
  return round()
}

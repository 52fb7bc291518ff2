// What several plugins read of their configuration: DNS, and the result that a call to CHECK is given.
import type { Call } from './call'
import { CniError, type CniResult, type Dns, readResult, type Written } from './result'

const isSet = (dns: Dns): boolean => Object.keys(dns).length > 0

/** The DNS of a result: the configuration's own, or else what the IPAM plugin said. */
export function dnsOf(call: Call, given: Dns): Dns {
  const own = (call.conf.dns ?? {}) as Dns
  return isSet(own) ? own : given
}

/** The result that the runtime kept of the ADD. */
export function readCheckedResult(call: Call, missing: string): CniResult {
  const written = call.conf.prevResult as Written | undefined
  if (written === undefined) throw new CniError(missing)
  return readResult(written)
}

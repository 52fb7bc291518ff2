// The plugin loopback: lo comes up with its addresses, and goes down again.
import type { Call } from './call'
import { noPath, spaceAt } from './container'
import { type CniHost, deviceIn, setDown, setUp } from './machine'
import type { CniDevice, CniSpace } from './space'
import { CniError, type CniResult } from './result'

const NO_MAC = '00:00:00:00:00:00'

function lo(host: CniHost, call: Call): { readonly space: CniSpace; readonly device: CniDevice } {
  const space = spaceAt(host, call.netns)
  if (space === undefined) throw new CniError(noPath(call.netns))
  return { space, device: deviceIn(space, 'lo')! }
}

export function addLoopback(host: CniHost, call: Call): CniResult {
  const { space, device } = lo(host, call)
  setUp(host, space, device)
  return {
    interfaces: [{ name: 'lo', mac: NO_MAC, sandbox: call.netns }],
    ips: device.addresses.map(({ ip, length }) => ({ ip, length, gateway: null, interface: 0 })),
    routes: [],
    dns: {},
  }
}

export function deleteLoopback(host: CniHost, call: Call): void {
  if (call.netns === '') return
  if (spaceAt(host, call.netns) === undefined && host.facts.del === 'device-first') return
  const { space, device } = lo(host, call)
  setDown(space, device)
}

export function checkLoopback(host: CniHost, call: Call): void {
  if (!lo(host, call).device.up) throw new CniError('loopback interface is down')
}

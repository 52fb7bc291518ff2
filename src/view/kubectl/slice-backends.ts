// The ready endpoints behind one port of a Service, as `describe` prints them from EndpointSlices.
import type { EndpointSlice } from '../../apply/object-service'

/** Three, then how many more are ready: nought, when a fourth is there and not ready. */
const SHOWN = 3

/** `10.244.1.2:80,10.244.1.3:80`; `<none>` where there is no slice. */
export function sliceBackends(slices: readonly EndpointSlice[], portName: string): string {
  if (slices.length === 0) return '<none>'
  const shown: string[] = []
  let more = false
  let count = 0
  for (const slice of slices) {
    const ports = slice.ports ?? []
    const wanted = ports.length === 0 ? [undefined] : ports.filter(p => (p.name ?? '') === portName).map(p => p.port)
    for (const port of wanted)
      for (const endpoint of slice.endpoints ?? []) {
        if (shown.length === SHOWN) more = true
        if (endpoint.conditions?.ready === false) continue
        if (!more) shown.push(hostPort(endpoint.addresses[0] ?? '', port))
        count++
      }
  }
  return more ? `${shown.join(',')} + ${count - SHOWN} more...` : shown.join(',')
}

function hostPort(ip: string, port: number | undefined): string {
  if (port === undefined) return ip
  return ip.includes(':') ? `[${ip}]:${port}` : `${ip}:${port}`
}

// DNS names as text: absolute, with a dot at the end, in the letters they were asked with. Two names are the same in any case of letters.

/** The name with its final dot: `web` → `web.`. */
export const absolute = (name: string): string => (name.endsWith('.') ? name : `${name}.`)

/** How servers compare and log it: absolute, in lower case. */
export const normal = (name: string): string => absolute(name).toLowerCase()

/** How often the text has a dot, which is what resolvers compare with `ndots`. */
export const dotsIn = (name: string): number => name.split('.').length - 1

/** Whether a normal name is the zone or lies in it. */
export const isWithin = (zone: string, name: string): boolean => zone === '.' || name === zone || name.endsWith(`.${zone}`)

/** The longest of the zones that the normal name lies in. */
export function zoneOf(zones: readonly string[], name: string): string | undefined {
  let best: string | undefined
  for (const zone of zones) if (isWithin(zone, name) && (best === undefined || zone.length > best.length)) best = zone
  return best
}

/** What stands before the zone, as labels: `web.default.svc.cluster.local.` in `cluster.local.` → web, default, svc. */
export function labelsBefore(zone: string, name: string): readonly string[] {
  const length = zone === '.' ? name.length - 1 : name.length - zone.length - 1
  return length <= 0 ? [] : name.slice(0, length).split('.')
}

/** Joins labels and a zone: `ns.dns` in `.` is `ns.dns.`. */
export const inZone = (labels: string, zone: string): string => (zone === '.' ? `${labels}.` : `${labels}.${zone}`)

/** Longest name and label of RFC 1035, without the final dot. */
const MOST_BYTES = 253
const MOST_LABEL = 63

/** Whether a query can carry the name. */
export function canBeAsked(name: string): boolean {
  if (name === '.') return true
  const end = name.endsWith('.') ? name.length - 1 : name.length
  if (end > MOST_BYTES) return false
  for (let from = 0; from <= end; ) {
    const dot = name.indexOf('.', from)
    const to = dot < 0 || dot > end ? end : dot
    if (to === from || to - from > MOST_LABEL) return false
    from = to + 1
  }
  return true
}

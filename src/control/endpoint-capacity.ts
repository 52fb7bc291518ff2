// Endpoints hold a thousand addresses; of more, each subset keeps its part, ready ones first. Stands for truncateEndpoints of the endpoints controller.
import type { Endpoints } from '../apply/object-service'

type Subset = NonNullable<Endpoints['subsets']>[number]

export const OVER_CAPACITY = 'endpoints.kubernetes.io/over-capacity'

const sizeOf = (subsets: readonly Subset[], list: 'addresses' | 'notReadyAddresses'): number =>
  subsets.reduce((n, s) => n + (s[list]?.length ?? 0), 0)

/** The subsets with no more addresses than `most`; the same ones where that is all of them. */
export function withinCapacity(subsets: readonly Subset[], most: number): readonly Subset[] {
  const ready = sizeOf(subsets, 'addresses')
  const waiting = sizeOf(subsets, 'notReadyAddresses')
  if (ready + waiting <= most) return subsets
  const list = ready > most ? 'addresses' : 'notReadyAddresses'
  const room = ready > most ? most : most - ready
  const total = ready > most ? ready : waiting
  let left = room
  return subsets.map(subset => {
    const share = Math.min(left, Math.ceil(((subset[list]?.length ?? 0) / total) * room))
    left -= share
    const { addresses, notReadyAddresses, ...rest } = subset
    const kept = { addresses, notReadyAddresses: ready > most ? [] : notReadyAddresses, [list]: (subset[list] ?? []).slice(0, share) }
    return {
      ...(kept.addresses?.length ? { addresses: kept.addresses } : {}),
      ...(kept.notReadyAddresses?.length ? { notReadyAddresses: kept.notReadyAddresses } : {}),
      ...rest,
    }
  })
}

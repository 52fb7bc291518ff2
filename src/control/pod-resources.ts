// What a pod asks for: the sum of its containers, or its greediest init container where that is more. Stands for component-helpers/resource PodRequests.
// Not simulated: resources of the pod as a whole.
import type { Container, Pod } from '../apply/object'
import { type Amount, amountOf, NOTHING, plus } from './quantity'

type PerResource = Map<string, Amount>

const listed = (container: Container, part: 'requests' | 'limits'): readonly (readonly [string, Amount])[] =>
  Object.entries(container.resources?.[part] ?? {}).map(([name, quantity]) => [name, amountOf(quantity)])

function add(sums: PerResource, container: Container, part: 'requests' | 'limits'): void {
  for (const [name, amount] of listed(container, part)) sums.set(name, plus(sums.get(name) ?? NOTHING, amount))
}

const isSidecar = (container: Container): boolean => container.restartPolicy === 'Always'

/** Requests or limits of all its containers, by resource. */
export function podResources(pod: Pod, part: 'requests' | 'limits'): PerResource {
  const sums: PerResource = new Map()
  for (const container of pod.spec.containers) add(sums, container, part)
  const beside: PerResource = new Map()
  const greediest: PerResource = new Map()
  for (const container of pod.spec.initContainers ?? []) {
    const during = new Map(beside)
    add(during, container, part)
    if (isSidecar(container)) {
      add(sums, container, part)
      add(beside, container, part)
    }
    for (const [name, amount] of during) if (amount.nano > (greediest.get(name)?.nano ?? -1n)) greediest.set(name, amount)
  }
  for (const [name, amount] of greediest) if (amount.nano > (sums.get(name)?.nano ?? -1n)) sums.set(name, amount)
  const { overhead = {} } = pod.spec as { readonly overhead?: Readonly<Record<string, string>> }
  for (const [name, quantity] of Object.entries(overhead))
    if (part === 'requests' || sums.has(name)) sums.set(name, plus(sums.get(name) ?? NOTHING, amountOf(quantity)))
  return sums
}

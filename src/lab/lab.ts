// The cluster of one scenario: what the Givens collect, settled when a When or Then first needs it, and changed by kubectl and time after that.
// Everything is a value; a change gives the next Lab.
import { readIp } from '../addr/ip'
import type { ImageFacts } from '../apply/cluster-config'
import { readStore } from '../apply/store-input'
import { begin } from '../cluster/begin'
import { nodeNamed } from './named'
import { pinServices, type ServicePin } from './pins'
import type { PinnedPod, State } from '../cluster/state'
import { problem, warningText } from '../error'
import { keptEndpoints } from '../control/kept-endpoints'
import { passTime, settle } from '../control/settle'

interface LabInput {
  readonly files: readonly { readonly name: string; readonly text: string | Uint8Array }[]
  readonly pins: readonly PinnedPod[]
  readonly clients: readonly { readonly name: string; readonly address: string }[]
  readonly images: readonly ImageFacts[]
  readonly servicePins: readonly ServicePin[]
  readonly seed: number
  readonly mode: 'iptables' | null
}

export interface Lab {
  readonly input: LabInput
  /** null until something needs the cluster. */
  readonly state: State | null
  /** What was taken although an API server would refuse or change it, or although the input contradicts it: `warning: …`, one line each. */
  readonly warnings: readonly string[]
}

/** The address of `an external client` where the Cluster document names none. */
export const OUTSIDE = { name: 'client', address: '192.168.1.50' }

export const emptyLab = (seed: number, mode: 'iptables' | null): Lab => ({
  input: { files: [], pins: [], clients: [], images: [], servicePins: [], seed, mode },
  state: null,
  warnings: [],
})

/** One more thing that is given; refused once the cluster runs. */
export function given(lab: Lab, more: Partial<Pick<LabInput, 'files' | 'pins' | 'clients' | 'images' | 'servicePins'>>): Lab {
  if (lab.state !== null)
    throw problem('STEP_VALUE', 'the cluster is running already, so nothing more can be given to it.', {
      fix: 'Move this step above the first When and Then, or change the cluster with `When I apply …`.',
    })
  const { input } = lab
  return {
    ...lab,
    input: {
      ...input,
      files: [...input.files, ...(more.files ?? [])],
      pins: [...input.pins, ...(more.pins ?? [])],
      clients: [...input.clients, ...(more.clients ?? [])],
      images: [...input.images, ...(more.images ?? [])],
      servicePins: [...input.servicePins, ...(more.servicePins ?? [])],
    },
  }
}

/** Clusters that this run has settled already: scenarios of one Background begin with the same one. */
const begun = new Map<string, Pick<Running, 'state' | 'warnings'>>()
const MOST_BEGUN = 64

export type Running = Lab & { readonly state: State }

/** The running cluster: given objects in the store, controllers done. */
export function running(lab: Lab): Running {
  if (lab.state !== null) return { ...lab, state: lab.state }
  const key = JSON.stringify(lab.input, (_name, value) => (value instanceof Uint8Array ? Buffer.from(value).toString('base64') : value))
  const known = begun.get(key)
  if (known !== undefined) return { ...lab, ...known }
  const settled = settledInput(lab.input)
  if (begun.size >= MOST_BEGUN) begun.delete(begun.keys().next().value!)
  begun.set(key, settled)
  return { ...lab, ...settled }
}

/** A client of which nobody said that it serves. */
const SILENT = { listens: [], answers: null } as const

function settledInput(input: LabInput): Pick<Running, 'state' | 'warnings'> {
  const read = readStore(input.files)
  const clients = input.clients.map(c => ({ name: c.name, address: readIp(c.address)!, ...SILENT, place: { file: 'the scenario' } }))
  const known = [...read.config.externalClients, ...clients]
  const outside =
    known.length > 0 ? known : [{ name: OUTSIDE.name, address: readIp(OUTSIDE.address)!, ...SILENT, place: { file: 'hopspec' } }]
  const config = {
    ...read.config,
    externalClients: outside,
    images: [...input.images, ...read.config.images],
    proxy: input.mode === null ? read.config.proxy : { ...read.config.proxy, mode: input.mode },
  }
  const begun = begin({ config, accepted: read.accepted }, { seed: input.seed, pins: input.pins })
  for (const { node } of input.pins) if (node !== null) nodeNamed(begun, node)
  const settled = settle(begun)
  const warnings = [...read.warnings, ...keptEndpoints(begun, settled)]
  return { state: pinServices(settled, input.servicePins), warnings: warnings.map(warningText) }
}

/** The cluster later on its virtual clock. */
export const later = (lab: Lab, ms: number): Lab => {
  const now = running(lab)
  return { ...now, state: passTime(now.state, ms) }
}

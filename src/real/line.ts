// One line of a batch for ip or bridge, whose it is, and which devices it is about.

export interface Line {
  readonly text: string
  /** The object it came from: `node/master eth0`. */
  readonly of: string
  /** Devices without which it is not there either. A line that makes a device, or says how it is, names that device first. */
  readonly on: readonly string[]
  /** An entry in a table (a route, a neighbour, a station): made and taken away by itself. */
  readonly entry?: true
}

export const line = (text: string, of: string, on: readonly string[]): Line => ({ text, of, on })
export const entry = (text: string, of: string, on: readonly string[]): Line => ({ text, of, on, entry: true })

/** A cable, laid from namespace 0. */
export interface Cable extends Line {
  /** Namespace and device of either end. */
  readonly ends: readonly (readonly [space: number, device: string])[]
}

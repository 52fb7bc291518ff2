// Which number a namespace and a device have for as long as one network becomes another: what stays keeps its own, and none is given twice.

/** Numbers that one namespace has: half for its devices, half for the ends of its cables in namespace 0. */
const NUMBERS = 20_000
/** The kernel's numbers end at 2³¹ − 1. */
export const MOST_DEVICES = NUMBERS / 2 - 1

/**
 * The number of a device, the same nowhere else in the run: the kernel takes its time (up to a second) to bring up a cable
 * whose two ends happen to have the same number (linkwatch_urgent_event).
 */
export const indexOf = (space: number, at: number): number => space * NUMBERS + at + 1

/** The number of the other end of its cable, in namespace 0. */
export const farIndexOf = (space: number, at: number): number => indexOf(space, NUMBERS / 2 + at)

export class Numbers {
  private readonly spaces = new Map<string, number>()
  private readonly devices = new Map<string, number>()
  private readonly counts = new Map<number, number>()
  private last = 0

  /** Number 0 is nobody's: the cables of LANs meet there. */
  space(name: string): number {
    const known = this.spaces.get(name)
    if (known !== undefined) return known
    this.spaces.set(name, ++this.last)
    return this.last
  }

  /** From now on this name is another namespace. */
  renew(name: string): void {
    this.spaces.delete(name)
  }

  /** Which of its namespace's devices this is. */
  at(space: number, device: string): number {
    const key = `${space} ${device}`
    const known = this.devices.get(key)
    if (known !== undefined) return known
    const at = this.counts.get(space) ?? 0
    this.counts.set(space, at + 1)
    this.devices.set(key, at)
    return at
  }

  /** The kernel's number of a device. */
  index(space: number, device: string): number {
    return indexOf(space, this.at(space, device))
  }
}

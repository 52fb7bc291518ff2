// Which rules matched, by their counters before and after. In: what `iptables-save -c` prints. A rule counts every packet: request, answer and errors.
// nftables counts only where a rule says `counter`; such rule sets tell nothing here, and that is said.

/** A rule, or a built-in chain's policy, with its counter. */
export interface Counted {
  readonly table: string
  /** The line as `iptables-save` prints it, or `policy CHAIN POLICY`. */
  readonly text: string
  readonly packets: number
}

/** All counters, in the order of the text. */
export function readCounters(saved: string): readonly Counted[] {
  const counted: Counted[] = []
  let table = ''
  for (const line of saved.split('\n')) {
    if (line.startsWith('*')) table = line.slice(1).trim()
    const rule = /^\[(\d+):\d+\] (-A .*)$/.exec(line)
    const policy = /^:(\S+) (ACCEPT|DROP) \[(\d+):\d+\]/.exec(line)
    if (rule) counted.push({ table, text: rule[2]!.trimEnd(), packets: Number(rule[1]) })
    else if (policy) counted.push({ table, text: `policy ${policy[1]} ${policy[2]}`, packets: Number(policy[3]) })
  }
  return counted
}

/** What grew, and by how much. Throws where the two are not of the same rules; none before is the first count. */
export function grown(before: readonly Counted[], after: readonly Counted[]): readonly Counted[] {
  const moved = after.findIndex((now, i) => before[i] === undefined || whose(now) !== whose(before[i]))
  if (before.length > 0 && (moved >= 0 || before.length !== after.length))
    throw new Error(
      `counters are of other rules than before: ${moved >= 0 ? whose(after[moved]!) : `${before.length} were ${after.length}`}`,
    )
  return after.flatMap((now, i) => {
    const packets = now.packets - (before[i]?.packets ?? 0)
    return packets > 0 ? [{ ...now, packets }] : []
  })
}

/** The table and chain of a rule: what rules remember of the past (quotas) changes its text. */
const whose = ({ table, text }: Counted): string => `${table} ${text.split(' ', 2).join(' ')}`

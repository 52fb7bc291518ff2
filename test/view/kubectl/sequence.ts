// A cluster at which several commands are typed one after the other; each finds what followed from those before.
import { readStore } from '../../../src/apply/store-input'
import { begin } from '../../../src/cluster/begin'
import type { State } from '../../../src/cluster/state'
import { passTime, settle } from '../../../src/control/settle'
import { atOnce } from '../../../src/view/kubectl/passing'
import { runKubectl } from '../../../src/view/kubectl/run'

const CLUSTER = `
apiVersion: hopspec/v1
kind: Cluster
kubernetesVersion: v1.35.4
nodes:
  - {name: master, role: control-plane, addresses: [192.168.1.200]}
  - {name: node-1, addresses: [192.168.1.201]}
  - {name: node-2, addresses: [192.168.1.202]}
`

export interface Typed {
  readonly state: () => State
  /** Standard output followed by standard error, without what hopspec adds. */
  readonly kubectl: (line: string, stdin?: string) => string
  /** The same, and nothing more happens yet. */
  readonly type: (line: string) => string
  readonly wait: (seconds: number) => void
}

/** The words of a line, with quotes as in a shell. */
const wordsOf = (line: string): string[] => [...line.matchAll(/'([^']*)'|(\S+)/g)].map(m => m[1] ?? m[2]!)

/** `world`: YAML documents beside the cluster's own. */
export function typing(world = ''): Typed {
  let state = settle(begin(readStore([{ name: 'world.yaml', text: world === '' ? CLUSTER : `${CLUSTER}---\n${world}` }]), { seed: 1 }))
  const type = (line: string, stdin = ''): string => {
    const reply = runKubectl(state, wordsOf(line), { read: () => undefined, list: () => undefined, stdin: () => stdin }, atOnce)
    state = reply.state
    return reply.stdout + reply.stderr.replace(/^hopspec: .*\n/gm, '')
  }
  return {
    state: () => state,
    type,
    kubectl: (line, stdin) => {
      const out = type(line, stdin)
      state = settle(state)
      return out
    },
    wait: seconds => {
      state = passTime(state, seconds * 1000)
    },
  }
}

/** Rows of a table: the first words of each line below the heading. */
export const rows = (text: string, columns: number): readonly string[] =>
  text
    .trimEnd()
    .split('\n')
    .slice(1)
    .map(line => line.split(/ {2,}/).slice(0, columns).join(' '))

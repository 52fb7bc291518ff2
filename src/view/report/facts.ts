// What a report says about its run beside the scenarios. In: the runner's configuration. Out: header of the report, JUnit, summaries.

export interface RunFacts {
  readonly seed: number
  /** Kubernetes version of the profile, `v1.13.0`. */
  readonly version: string
  readonly proxyMode: string
  readonly cni: string
  readonly hopspecVersion: string
  readonly dataplane: 'simulated' | 'real' | 'both'
  /** The run's own date, only where `--stamp` asked for it: it is the one thing that differs from run to run. */
  readonly stamp?: string
  /** Ids of the conformance catalogue that somebody should promise; absent: only ids found on scenarios are listed. */
  readonly catalogue?: readonly string[]
}

/** `Kubernetes v1.13.0 · iptables · flannel · simulated · seed 7`. */
export const factsText = (facts: RunFacts): string =>
  [
    `Kubernetes ${facts.version}`,
    facts.proxyMode,
    facts.cni,
    facts.dataplane === 'both' ? 'simulator and kernel' : `${facts.dataplane} dataplane`,
    `seed ${facts.seed}`,
    ...(facts.stamp ? [facts.stamp] : []),
  ].join(' · ')

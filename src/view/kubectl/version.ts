// `kubectl version`.
import type { State } from '../../cluster/state'
import { KUBECTL_PROFILES } from './profile'
import type { Arguments } from './arguments'
import { flag, isSet } from './arguments'
import { failed, printed, type Reply } from './reply'

/** Client and server are of the cluster's version. */
export function version(state: State, args: Arguments): Reply {
  const { kubernetesVersion, profile } = state.config
  const format = flag(args, 'output')
  if (format !== undefined) return failed(state, `hopspec: kubectl version -o ${format} is not modelled.`)
  const { kustomizeVersion } = KUBECTL_PROFILES[profile]
  const client = `Client Version: ${kubernetesVersion}\n${kustomizeVersion === null ? '' : `Kustomize Version: ${kustomizeVersion}\n`}`
  return printed(state, isSet(args, 'client') ? client : `${client}Server Version: ${kubernetesVersion}\n`)
}

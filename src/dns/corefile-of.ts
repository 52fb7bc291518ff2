// The Corefile of a cluster: what its ConfigMap says, or the Cluster document, or kubeadm.
import { KUBEADM_COREFILES } from '../cluster/kubeadm-corefile'
import { objectOf, type State } from '../cluster/state'

/** The text, and what to call it in messages. */
export function corefileOf(state: State): { readonly text: string; readonly file: string } {
  const map = objectOf(state, 'ConfigMap', 'kube-system/coredns')?.data?.Corefile
  if (map !== undefined) return { text: map, file: 'Corefile' }
  return { text: state.config.dns.corefile ?? KUBEADM_COREFILES[state.config.profile], file: 'Corefile' }
}

// Defaulting of NetworkPolicies, Ingresses and their classes. Sources: SetDefaults_* of networking/v1; conversion of Ingress from its older versions.
import type { Loose as Obj } from './loose'
import type { ProfileName } from './profile'

export const NETWORK_DEFAULTERS: Readonly<Record<string, (object: Obj, apiVersion: string, profile: ProfileName) => void>> = {
  NetworkPolicy: policyDefaults,
  Ingress: object => {
    object.spec ??= {}
  },
  IngressClass: object => {
    if (object.spec?.parameters) object.spec.parameters.scope ??= 'Cluster'
  },
}

/** Without policyTypes a policy is about ingress, and about egress if it has a rule for that. */
function policyDefaults(object: Obj): void {
  const spec = (object.spec ??= {})
  for (const rule of [...(spec.ingress ?? []), ...(spec.egress ?? [])]) for (const port of rule.ports ?? []) port.protocol ??= 'TCP'
  if ((spec.policyTypes ?? []).length === 0) spec.policyTypes = ['Ingress', ...((spec.egress ?? []).length > 0 ? ['Egress'] : [])]
}

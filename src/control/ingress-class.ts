// The class of an Ingress that names none: the cluster's default one. Stands for the admission plugin DefaultIngressClass.
import type { Ingress, IngressClass } from '../apply/object-network'
import { compareText, objectsOf, type State } from '../cluster/state'

const IS_DEFAULT = 'ingressclass.kubernetes.io/is-default-class'
/** How an Ingress named its class before there were classes. */
const OLD_CLASS = 'kubernetes.io/ingress.class'

/** A new Ingress as admission leaves it: of several default classes the one made last counts, of those made together the first by name. */
export function admittedIngress(state: State, ingress: Ingress): Ingress {
  if (ingress.spec.ingressClassName !== undefined || ingress.metadata.annotations?.[OLD_CLASS] !== undefined) return ingress
  const [chosen] = objectsOf(state, 'IngressClass')
    .filter(c => c.metadata.annotations?.[IS_DEFAULT] === 'true')
    .sort((a, b) => compareText(madeAt(b), madeAt(a)) || compareText(a.metadata.name, b.metadata.name))
  return chosen === undefined ? ingress : { ...ingress, spec: { ...ingress.spec, ingressClassName: chosen.metadata.name } }
}

/** In whole seconds, as an object's creationTimestamp. */
const madeAt = (c: IngressClass): string => c.metadata.creationTimestamp ?? ''

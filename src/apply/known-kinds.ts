// Every kind that Kubernetes has had since v1.13, with the versions it was served in, so that a kind we do not model is refused by its name
// and a misspelt one gets a suggestion. Sources: the API references of v1.13 to v1.36.

/** Group → kinds of that group with all their versions, the newest first. */
const GROUPS: Readonly<Record<string, string>> = {
  '': 'v1: Binding ComponentStatus ConfigMap Endpoints Event LimitRange Namespace Node PersistentVolume PersistentVolumeClaim Pod PodTemplate ReplicationController ResourceQuota Secret Service ServiceAccount',
  'admissionregistration.k8s.io':
    'v1,v1beta1,v1alpha1: MutatingWebhookConfiguration ValidatingWebhookConfiguration ValidatingAdmissionPolicy ValidatingAdmissionPolicyBinding MutatingAdmissionPolicy MutatingAdmissionPolicyBinding',
  'apiextensions.k8s.io': 'v1,v1beta1: CustomResourceDefinition',
  'apiregistration.k8s.io': 'v1,v1beta1: APIService',
  apps: 'v1,v1beta2,v1beta1: ControllerRevision DaemonSet Deployment ReplicaSet StatefulSet',
  'auditregistration.k8s.io': 'v1alpha1: AuditSink',
  'authentication.k8s.io': 'v1,v1beta1,v1alpha1: SelfSubjectReview TokenRequest TokenReview',
  'authorization.k8s.io': 'v1,v1beta1: LocalSubjectAccessReview SelfSubjectAccessReview SelfSubjectRulesReview SubjectAccessReview',
  autoscaling: 'v2,v1,v2beta2,v2beta1: HorizontalPodAutoscaler Scale',
  batch: 'v1,v1beta1,v2alpha1: CronJob Job',
  'certificates.k8s.io': 'v1,v1beta1,v1alpha1: CertificateSigningRequest ClusterTrustBundle PodCertificateRequest',
  'coordination.k8s.io': 'v1,v1beta1,v1alpha2: Lease LeaseCandidate',
  'discovery.k8s.io': 'v1,v1beta1: EndpointSlice',
  'events.k8s.io': 'v1,v1beta1: Event',
  extensions: 'v1beta1: DaemonSet Deployment Ingress NetworkPolicy PodSecurityPolicy ReplicaSet Scale',
  'flowcontrol.apiserver.k8s.io': 'v1,v1beta3,v1beta2,v1beta1: FlowSchema PriorityLevelConfiguration',
  'internal.apiserver.k8s.io': 'v1alpha1: StorageVersion',
  'networking.k8s.io': 'v1,v1beta1: IPAddress Ingress IngressClass NetworkPolicy ServiceCIDR',
  'node.k8s.io': 'v1,v1beta1: RuntimeClass',
  policy: 'v1,v1beta1: Eviction PodDisruptionBudget PodSecurityPolicy',
  'policy.networking.k8s.io': 'v1alpha2,v1alpha1: AdminNetworkPolicy BaselineAdminNetworkPolicy ClusterNetworkPolicy',
  'rbac.authorization.k8s.io': 'v1,v1beta1,v1alpha1: ClusterRole ClusterRoleBinding Role RoleBinding',
  'resource.k8s.io': 'v1,v1beta2,v1beta1: DeviceClass DeviceTaintRule ResourceClaim ResourceClaimTemplate ResourceSlice',
  'scheduling.k8s.io': 'v1,v1beta1,v1alpha1: PriorityClass Workload PodGroup',
  'settings.k8s.io': 'v1alpha1: PodPreset',
  'storage.k8s.io': 'v1,v1beta1,v1alpha1: CSIDriver CSINode CSIStorageCapacity StorageClass VolumeAttachment VolumeAttributesClass',
  'storagemigration.k8s.io': 'v1beta1,v1alpha1: StorageVersionMigration',
  'kubeadm.k8s.io': 'v1beta4,v1beta3,v1beta2,v1beta1,v1alpha3: ClusterConfiguration InitConfiguration JoinConfiguration',
  'kubelet.config.k8s.io': 'v1,v1beta1: KubeletConfiguration',
}

/** Kind → the apiVersions it was ever served in. */
export const KNOWN_KINDS: ReadonlyMap<string, readonly string[]> = readGroups()

function readGroups(): Map<string, string[]> {
  const kinds = new Map<string, string[]>()
  for (const [group, text] of Object.entries(GROUPS)) {
    const [versions, names] = text.split(': ')
    for (const name of names!.split(' '))
      for (const version of versions!.split(',')) {
        const known = kinds.get(name) ?? []
        kinds.set(name, [...known, group === '' ? version : `${group}/${version}`])
      }
  }
  return kinds
}

// What server-side apply takes as one piece (Kubernetes v1.35): definitions, and fields that are maps; lists are so unless the field tables say how they merge.
export const ATOMIC = `autoscaling.v1.CrossVersionObjectReference
core.v1.ConfigMapKeySelector
core.v1.EndpointAddress
core.v1.EndpointPort
core.v1.FileKeySelector
core.v1.LocalObjectReference
core.v1.NodeSelector
core.v1.NodeSelectorTerm
core.v1.ObjectFieldSelector
core.v1.ObjectReference
core.v1.ResourceFieldSelector
core.v1.ScopeSelector
core.v1.SecretKeySelector
core.v1.SecretReference
core.v1.TopologySelectorTerm
core.v1.TypedLocalObjectReference
discovery.v1.EndpointPort
meta.v1.LabelSelector
meta.v1.OwnerReference
networking.v1.ServiceBackendPort
rbac.v1.RoleRef
rbac.v1.Subject
`

/** One definition a line, with its fields. */
export const ATOMIC_FIELDS = `core.v1.PodSpec nodeSelector
core.v1.ReplicationControllerSpec selector
core.v1.ServiceSpec selector
`

/** Fields that every object has although nobody wrote them: in Go they are no pointers, or written even when empty. */
export const EMBEDDED = `apps.v1.DaemonSet spec status
apps.v1.DaemonSetSpec template updateStrategy
apps.v1.Deployment spec status
apps.v1.DeploymentSpec strategy template
apps.v1.ReplicaSet spec status
apps.v1.ReplicaSetSpec template
apps.v1.StatefulSet spec status
apps.v1.StatefulSetSpec template updateStrategy
autoscaling.v1.HorizontalPodAutoscaler spec status
autoscaling.v1.HorizontalPodAutoscalerSpec scaleTargetRef
autoscaling.v2.ContainerResourceMetricSource target
autoscaling.v2.ContainerResourceMetricStatus current
autoscaling.v2.ExternalMetricSource metric target
autoscaling.v2.ExternalMetricStatus current metric
autoscaling.v2.HorizontalPodAutoscaler spec status
autoscaling.v2.HorizontalPodAutoscalerSpec scaleTargetRef
autoscaling.v2.HorizontalPodAutoscalerStatus currentMetrics
autoscaling.v2.ObjectMetricSource describedObject metric target
autoscaling.v2.ObjectMetricStatus current describedObject metric
autoscaling.v2.PodsMetricSource metric target
autoscaling.v2.PodsMetricStatus current metric
autoscaling.v2.ResourceMetricSource target
autoscaling.v2.ResourceMetricStatus current
batch.v1.CronJob spec status
batch.v1.CronJobSpec jobTemplate
batch.v1.Job spec status
batch.v1.JobSpec template
batch.v1.JobTemplateSpec spec
batch.v1.PodFailurePolicy rules
batch.v1.PodFailurePolicyOnExitCodesRequirement values
batch.v1.SuccessPolicy rules
core.v1.CephFSPersistentVolumeSource monitors
core.v1.CephFSVolumeSource monitors
core.v1.Container resources
core.v1.ContainerImage names
core.v1.ContainerStatus lastState state
core.v1.Event involvedObject source
core.v1.LimitRange spec
core.v1.LimitRangeSpec limits
core.v1.Namespace spec status
core.v1.Node spec status
core.v1.NodeDaemonEndpoints kubeletEndpoint
core.v1.NodeSelector nodeSelectorTerms
core.v1.NodeStatus daemonEndpoints nodeInfo
core.v1.PersistentVolume spec status
core.v1.PersistentVolumeClaim spec status
core.v1.PersistentVolumeClaimSpec resources
core.v1.PersistentVolumeClaimTemplate spec
core.v1.Pod spec status
core.v1.PodExtendedResourceClaimStatus requestMappings
core.v1.PodSpec containers
core.v1.PodTemplate template
core.v1.PodTemplateSpec spec
core.v1.PreferredSchedulingTerm preference
core.v1.ProjectedVolumeSource sources
core.v1.RBDPersistentVolumeSource monitors
core.v1.RBDVolumeSource monitors
core.v1.ReplicationController spec status
core.v1.ResourceQuota spec status
core.v1.Service spec status
core.v1.ServiceStatus loadBalancer
core.v1.TopologySelectorLabelRequirement values
core.v1.WeightedPodAffinityTerm podAffinityTerm
discovery.v1.Endpoint addresses conditions
discovery.v1.EndpointSlice endpoints ports
events.v1.Event deprecatedSource regarding
networking.v1.HTTPIngressPath backend
networking.v1.HTTPIngressRuleValue paths
networking.v1.IPAddress spec
networking.v1.Ingress spec status
networking.v1.IngressClass spec
networking.v1.IngressServiceBackend port
networking.v1.IngressStatus loadBalancer
networking.v1.NetworkPolicy spec
networking.v1.NetworkPolicySpec podSelector
networking.v1.ServiceCIDR spec status
policy.v1.PodDisruptionBudget spec status
rbac.v1.ClusterRole rules
rbac.v1.ClusterRoleBinding roleRef
rbac.v1.PolicyRule verbs
rbac.v1.Role rules
rbac.v1.RoleBinding roleRef
`

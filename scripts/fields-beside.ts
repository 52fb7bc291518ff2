// Kinds that the published selection of API descriptions leaves out: their tables in the form of src/apply/fields/*.ts, kinds first, then definitions.
// v1.35: what a v1.35.4 API server publishes at /openapi/v2. v1.13: the same without what came later, in the versions of that time.
export const BESIDE: Readonly<Record<string, { readonly kinds: string; readonly definitions: string }>> = {
  'v1.13': {
    kinds: `apps/v1 ControllerRevision apps.v1.ControllerRevision
v1 ResourceQuota core.v1.ResourceQuota
v1 Secret core.v1.Secret
v1 LimitRange core.v1.LimitRange
policy/v1beta1 PodDisruptionBudget policy.v1beta1.PodDisruptionBudget
scheduling.k8s.io/v1beta1 PriorityClass scheduling.v1beta1.PriorityClass
v1 PersistentVolumeClaim core.v1.PersistentVolumeClaim
v1 PersistentVolume core.v1.PersistentVolume
storage.k8s.io/v1 StorageClass storage.v1.StorageClass
rbac.authorization.k8s.io/v1 Role rbac.v1.Role
rbac.authorization.k8s.io/v1 RoleBinding rbac.v1.RoleBinding
rbac.authorization.k8s.io/v1 ClusterRole rbac.v1.ClusterRole
rbac.authorization.k8s.io/v1 ClusterRoleBinding rbac.v1.ClusterRoleBinding
autoscaling/v2beta2 HorizontalPodAutoscaler autoscaling.v2beta2.HorizontalPodAutoscaler
autoscaling/v1 HorizontalPodAutoscaler autoscaling.v1.HorizontalPodAutoscaler
storage.k8s.io/v1beta1 StorageClass storage.v1.StorageClass
rbac.authorization.k8s.io/v1beta1 Role rbac.v1.Role
rbac.authorization.k8s.io/v1beta1 RoleBinding rbac.v1.RoleBinding
rbac.authorization.k8s.io/v1beta1 ClusterRole rbac.v1.ClusterRole
rbac.authorization.k8s.io/v1beta1 ClusterRoleBinding rbac.v1.ClusterRoleBinding`,
    definitions: `apps.v1.ControllerRevision
  apiVersion string
  data any
  kind string
  metadata meta.v1.ObjectMeta
  revision! int64
core.v1.ResourceQuota
  apiVersion string
  kind string
  metadata meta.v1.ObjectMeta
  spec core.v1.ResourceQuotaSpec
  status core.v1.ResourceQuotaStatus
core.v1.ResourceQuotaSpec
  hard map api.resource.Quantity
  scopeSelector core.v1.ScopeSelector
  scopes []string
core.v1.ScopeSelector
  matchExpressions []core.v1.ScopedResourceSelectorRequirement
core.v1.ScopedResourceSelectorRequirement
  operator! string
  scopeName! string
  values []string
core.v1.ResourceQuotaStatus
  hard map api.resource.Quantity
  used map api.resource.Quantity
autoscaling.v1.CrossVersionObjectReference
  apiVersion string
  kind! string
  name! string
autoscaling.v1.HorizontalPodAutoscaler
  apiVersion string
  kind string
  metadata meta.v1.ObjectMeta
  spec autoscaling.v1.HorizontalPodAutoscalerSpec
  status autoscaling.v1.HorizontalPodAutoscalerStatus
autoscaling.v1.HorizontalPodAutoscalerSpec
  maxReplicas! int32
  minReplicas int32
  scaleTargetRef! autoscaling.v1.CrossVersionObjectReference
  targetCPUUtilizationPercentage int32
autoscaling.v1.HorizontalPodAutoscalerStatus
  currentCPUUtilizationPercentage int32
  currentReplicas! int32
  desiredReplicas! int32
  lastScaleTime meta.v1.Time
  observedGeneration int64
autoscaling.v2beta2.CrossVersionObjectReference
  apiVersion string
  kind! string
  name! string
autoscaling.v2beta2.ExternalMetricSource
  metric! autoscaling.v2beta2.MetricIdentifier
  target! autoscaling.v2beta2.MetricTarget
autoscaling.v2beta2.ExternalMetricStatus
  current! autoscaling.v2beta2.MetricValueStatus
  metric! autoscaling.v2beta2.MetricIdentifier
autoscaling.v2beta2.HorizontalPodAutoscaler
  apiVersion string
  kind string
  metadata meta.v1.ObjectMeta
  spec autoscaling.v2beta2.HorizontalPodAutoscalerSpec
  status autoscaling.v2beta2.HorizontalPodAutoscalerStatus
autoscaling.v2beta2.HorizontalPodAutoscalerCondition
  lastTransitionTime meta.v1.Time
  message string
  reason string
  status! string
  type! string
autoscaling.v2beta2.HorizontalPodAutoscalerSpec
  maxReplicas! int32
  metrics []autoscaling.v2beta2.MetricSpec
  minReplicas int32
  scaleTargetRef! autoscaling.v2beta2.CrossVersionObjectReference
autoscaling.v2beta2.HorizontalPodAutoscalerStatus
  conditions []autoscaling.v2beta2.HorizontalPodAutoscalerCondition patch=merge:type
  currentMetrics []autoscaling.v2beta2.MetricStatus
  currentReplicas int32
  desiredReplicas! int32
  lastScaleTime meta.v1.Time
  observedGeneration int64
autoscaling.v2beta2.MetricIdentifier
  name! string
  selector meta.v1.LabelSelector
autoscaling.v2beta2.MetricSpec
  external autoscaling.v2beta2.ExternalMetricSource
  object autoscaling.v2beta2.ObjectMetricSource
  pods autoscaling.v2beta2.PodsMetricSource
  resource autoscaling.v2beta2.ResourceMetricSource
  type! string
autoscaling.v2beta2.MetricStatus
  external autoscaling.v2beta2.ExternalMetricStatus
  object autoscaling.v2beta2.ObjectMetricStatus
  pods autoscaling.v2beta2.PodsMetricStatus
  resource autoscaling.v2beta2.ResourceMetricStatus
  type! string
autoscaling.v2beta2.MetricTarget
  averageUtilization int32
  averageValue api.resource.Quantity
  type! string
  value api.resource.Quantity
autoscaling.v2beta2.MetricValueStatus
  averageUtilization int32
  averageValue api.resource.Quantity
  value api.resource.Quantity
autoscaling.v2beta2.ObjectMetricSource
  describedObject! autoscaling.v2beta2.CrossVersionObjectReference
  metric! autoscaling.v2beta2.MetricIdentifier
  target! autoscaling.v2beta2.MetricTarget
autoscaling.v2beta2.ObjectMetricStatus
  current! autoscaling.v2beta2.MetricValueStatus
  describedObject! autoscaling.v2beta2.CrossVersionObjectReference
  metric! autoscaling.v2beta2.MetricIdentifier
autoscaling.v2beta2.PodsMetricSource
  metric! autoscaling.v2beta2.MetricIdentifier
  target! autoscaling.v2beta2.MetricTarget
autoscaling.v2beta2.PodsMetricStatus
  current! autoscaling.v2beta2.MetricValueStatus
  metric! autoscaling.v2beta2.MetricIdentifier
autoscaling.v2beta2.ResourceMetricSource
  name! string
  target! autoscaling.v2beta2.MetricTarget
autoscaling.v2beta2.ResourceMetricStatus
  current! autoscaling.v2beta2.MetricValueStatus
  name! string
core.v1.AzureFilePersistentVolumeSource
  readOnly boolean
  secretName! string
  secretNamespace string
  shareName! string
core.v1.CSIPersistentVolumeSource
  controllerPublishSecretRef core.v1.SecretReference
  driver! string
  fsType string
  nodePublishSecretRef core.v1.SecretReference
  nodeStageSecretRef core.v1.SecretReference
  readOnly boolean
  volumeAttributes map string
  volumeHandle! string
core.v1.CephFSPersistentVolumeSource
  monitors! []string
  path string
  readOnly boolean
  secretFile string
  secretRef core.v1.SecretReference
  user string
core.v1.CinderPersistentVolumeSource
  fsType string
  readOnly boolean
  secretRef core.v1.SecretReference
  volumeID! string
core.v1.FlexPersistentVolumeSource
  driver! string
  fsType string
  options map string
  readOnly boolean
  secretRef core.v1.SecretReference
core.v1.GlusterfsPersistentVolumeSource
  endpoints! string
  endpointsNamespace string
  path! string
  readOnly boolean
core.v1.ISCSIPersistentVolumeSource
  chapAuthDiscovery boolean
  chapAuthSession boolean
  fsType string
  initiatorName string
  iqn! string
  iscsiInterface string
  lun! int32
  portals []string
  readOnly boolean
  secretRef core.v1.SecretReference
  targetPortal! string
core.v1.LimitRange
  apiVersion string
  kind string
  metadata meta.v1.ObjectMeta
  spec core.v1.LimitRangeSpec
core.v1.LimitRangeItem
  default map api.resource.Quantity
  defaultRequest map api.resource.Quantity
  max map api.resource.Quantity
  maxLimitRequestRatio map api.resource.Quantity
  min map api.resource.Quantity
  type! string
core.v1.LimitRangeSpec
  limits! []core.v1.LimitRangeItem
core.v1.LocalVolumeSource
  fsType string
  path! string
core.v1.PersistentVolume
  apiVersion string
  kind string
  metadata meta.v1.ObjectMeta
  spec core.v1.PersistentVolumeSpec
  status core.v1.PersistentVolumeStatus
core.v1.PersistentVolumeSpec
  accessModes []string
  awsElasticBlockStore core.v1.AWSElasticBlockStoreVolumeSource
  azureDisk core.v1.AzureDiskVolumeSource
  azureFile core.v1.AzureFilePersistentVolumeSource
  capacity map api.resource.Quantity
  cephfs core.v1.CephFSPersistentVolumeSource
  cinder core.v1.CinderPersistentVolumeSource
  claimRef core.v1.ObjectReference
  csi core.v1.CSIPersistentVolumeSource
  fc core.v1.FCVolumeSource
  flexVolume core.v1.FlexPersistentVolumeSource
  flocker core.v1.FlockerVolumeSource
  gcePersistentDisk core.v1.GCEPersistentDiskVolumeSource
  glusterfs core.v1.GlusterfsPersistentVolumeSource
  hostPath core.v1.HostPathVolumeSource
  iscsi core.v1.ISCSIPersistentVolumeSource
  local core.v1.LocalVolumeSource
  mountOptions []string
  nfs core.v1.NFSVolumeSource
  nodeAffinity core.v1.VolumeNodeAffinity
  persistentVolumeReclaimPolicy string
  photonPersistentDisk core.v1.PhotonPersistentDiskVolumeSource
  portworxVolume core.v1.PortworxVolumeSource
  quobyte core.v1.QuobyteVolumeSource
  rbd core.v1.RBDPersistentVolumeSource
  scaleIO core.v1.ScaleIOPersistentVolumeSource
  storageClassName string
  storageos core.v1.StorageOSPersistentVolumeSource
  volumeMode string
  vsphereVolume core.v1.VsphereVirtualDiskVolumeSource
core.v1.PersistentVolumeStatus
  message string
  phase string
  reason string
core.v1.RBDPersistentVolumeSource
  fsType string
  image! string
  keyring string
  monitors! []string
  pool string
  readOnly boolean
  secretRef core.v1.SecretReference
  user string
core.v1.ScaleIOPersistentVolumeSource
  fsType string
  gateway! string
  protectionDomain string
  readOnly boolean
  secretRef! core.v1.SecretReference
  sslEnabled boolean
  storageMode string
  storagePool string
  system! string
  volumeName string
core.v1.Secret
  apiVersion string
  data map byte
  kind string
  metadata meta.v1.ObjectMeta
  stringData map string
  type string
core.v1.SecretReference
  name string
  namespace string
core.v1.StorageOSPersistentVolumeSource
  fsType string
  readOnly boolean
  secretRef core.v1.ObjectReference
  volumeName string
  volumeNamespace string
core.v1.TopologySelectorLabelRequirement
  key! string
  values! []string
core.v1.TopologySelectorTerm
  matchLabelExpressions []core.v1.TopologySelectorLabelRequirement
core.v1.VolumeNodeAffinity
  required core.v1.NodeSelector
policy.v1beta1.PodDisruptionBudget
  apiVersion string
  kind string
  metadata meta.v1.ObjectMeta
  spec policy.v1beta1.PodDisruptionBudgetSpec
  status policy.v1beta1.PodDisruptionBudgetStatus
policy.v1beta1.PodDisruptionBudgetSpec
  maxUnavailable util.intstr.IntOrString
  minAvailable util.intstr.IntOrString
  selector meta.v1.LabelSelector patch=replace
policy.v1beta1.PodDisruptionBudgetStatus
  currentHealthy! int32
  desiredHealthy! int32
  disruptedPods map meta.v1.Time
  disruptionsAllowed! int32
  expectedPods! int32
  observedGeneration int64
rbac.v1.AggregationRule
  clusterRoleSelectors []meta.v1.LabelSelector
rbac.v1.ClusterRole
  aggregationRule rbac.v1.AggregationRule
  apiVersion string
  kind string
  metadata meta.v1.ObjectMeta
  rules []rbac.v1.PolicyRule
rbac.v1.ClusterRoleBinding
  apiVersion string
  kind string
  metadata meta.v1.ObjectMeta
  roleRef! rbac.v1.RoleRef
  subjects []rbac.v1.Subject
rbac.v1.PolicyRule
  apiGroups []string
  nonResourceURLs []string
  resourceNames []string
  resources []string
  verbs! []string
rbac.v1.Role
  apiVersion string
  kind string
  metadata meta.v1.ObjectMeta
  rules []rbac.v1.PolicyRule
rbac.v1.RoleBinding
  apiVersion string
  kind string
  metadata meta.v1.ObjectMeta
  roleRef! rbac.v1.RoleRef
  subjects []rbac.v1.Subject
rbac.v1.RoleRef
  apiGroup! string
  kind! string
  name! string
rbac.v1.Subject
  apiGroup string
  kind! string
  name! string
  namespace string
scheduling.v1beta1.PriorityClass
  apiVersion string
  description string
  globalDefault boolean
  kind string
  metadata meta.v1.ObjectMeta
  value! int32
storage.v1.StorageClass
  allowVolumeExpansion boolean
  allowedTopologies []core.v1.TopologySelectorTerm
  apiVersion string
  kind string
  metadata meta.v1.ObjectMeta
  mountOptions []string
  parameters map string
  provisioner! string
  reclaimPolicy string
  volumeBindingMode string`,
  },
  'v1.35': {
    kinds: `apps/v1 ControllerRevision apps.v1.ControllerRevision
v1 ResourceQuota core.v1.ResourceQuota
v1 Secret core.v1.Secret
v1 LimitRange core.v1.LimitRange
policy/v1 PodDisruptionBudget policy.v1.PodDisruptionBudget
scheduling.k8s.io/v1 PriorityClass scheduling.v1.PriorityClass
v1 PersistentVolumeClaim core.v1.PersistentVolumeClaim
v1 PersistentVolume core.v1.PersistentVolume
storage.k8s.io/v1 StorageClass storage.v1.StorageClass
rbac.authorization.k8s.io/v1 Role rbac.v1.Role
rbac.authorization.k8s.io/v1 RoleBinding rbac.v1.RoleBinding
rbac.authorization.k8s.io/v1 ClusterRole rbac.v1.ClusterRole
rbac.authorization.k8s.io/v1 ClusterRoleBinding rbac.v1.ClusterRoleBinding
autoscaling/v2 HorizontalPodAutoscaler autoscaling.v2.HorizontalPodAutoscaler
autoscaling/v1 HorizontalPodAutoscaler autoscaling.v1.HorizontalPodAutoscaler`,
    definitions: `apps.v1.ControllerRevision
  apiVersion string
  data any
  kind string
  metadata meta.v1.ObjectMeta
  revision! int64
core.v1.ResourceQuota
  apiVersion string
  kind string
  metadata meta.v1.ObjectMeta
  spec core.v1.ResourceQuotaSpec
  status core.v1.ResourceQuotaStatus
core.v1.ResourceQuotaSpec
  hard map api.resource.Quantity
  scopeSelector core.v1.ScopeSelector
  scopes []string
core.v1.ScopeSelector
  matchExpressions []core.v1.ScopedResourceSelectorRequirement
core.v1.ScopedResourceSelectorRequirement
  operator! string
  scopeName! string
  values []string
core.v1.ResourceQuotaStatus
  hard map api.resource.Quantity
  used map api.resource.Quantity
autoscaling.v1.CrossVersionObjectReference
  apiVersion string
  kind! string
  name! string
autoscaling.v1.HorizontalPodAutoscaler
  apiVersion string
  kind string
  metadata meta.v1.ObjectMeta
  spec autoscaling.v1.HorizontalPodAutoscalerSpec
  status autoscaling.v1.HorizontalPodAutoscalerStatus
autoscaling.v1.HorizontalPodAutoscalerSpec
  maxReplicas! int32
  minReplicas int32
  scaleTargetRef! autoscaling.v1.CrossVersionObjectReference
  targetCPUUtilizationPercentage int32
autoscaling.v1.HorizontalPodAutoscalerStatus
  currentCPUUtilizationPercentage int32
  currentReplicas! int32
  desiredReplicas! int32
  lastScaleTime meta.v1.Time
  observedGeneration int64
autoscaling.v2.ContainerResourceMetricSource
  container! string
  name! string
  target! autoscaling.v2.MetricTarget
autoscaling.v2.ContainerResourceMetricStatus
  container! string
  current! autoscaling.v2.MetricValueStatus
  name! string
autoscaling.v2.CrossVersionObjectReference
  apiVersion string
  kind! string
  name! string
autoscaling.v2.ExternalMetricSource
  metric! autoscaling.v2.MetricIdentifier
  target! autoscaling.v2.MetricTarget
autoscaling.v2.ExternalMetricStatus
  current! autoscaling.v2.MetricValueStatus
  metric! autoscaling.v2.MetricIdentifier
autoscaling.v2.HPAScalingPolicy
  periodSeconds! int32
  type! string
  value! int32
autoscaling.v2.HPAScalingRules
  policies []autoscaling.v2.HPAScalingPolicy
  selectPolicy string
  stabilizationWindowSeconds int32
  tolerance api.resource.Quantity
autoscaling.v2.HorizontalPodAutoscaler
  apiVersion string
  kind string
  metadata meta.v1.ObjectMeta
  spec autoscaling.v2.HorizontalPodAutoscalerSpec
  status autoscaling.v2.HorizontalPodAutoscalerStatus
autoscaling.v2.HorizontalPodAutoscalerBehavior
  scaleDown autoscaling.v2.HPAScalingRules
  scaleUp autoscaling.v2.HPAScalingRules
autoscaling.v2.HorizontalPodAutoscalerCondition
  lastTransitionTime meta.v1.Time
  message string
  reason string
  status! string
  type! string
autoscaling.v2.HorizontalPodAutoscalerSpec
  behavior autoscaling.v2.HorizontalPodAutoscalerBehavior
  maxReplicas! int32
  metrics []autoscaling.v2.MetricSpec
  minReplicas int32
  scaleTargetRef! autoscaling.v2.CrossVersionObjectReference
autoscaling.v2.HorizontalPodAutoscalerStatus
  conditions []autoscaling.v2.HorizontalPodAutoscalerCondition patch=merge:type list=map:type
  currentMetrics []autoscaling.v2.MetricStatus
  currentReplicas int32
  desiredReplicas! int32
  lastScaleTime meta.v1.Time
  observedGeneration int64
autoscaling.v2.MetricIdentifier
  name! string
  selector meta.v1.LabelSelector
autoscaling.v2.MetricSpec
  containerResource autoscaling.v2.ContainerResourceMetricSource
  external autoscaling.v2.ExternalMetricSource
  object autoscaling.v2.ObjectMetricSource
  pods autoscaling.v2.PodsMetricSource
  resource autoscaling.v2.ResourceMetricSource
  type! string
autoscaling.v2.MetricStatus
  containerResource autoscaling.v2.ContainerResourceMetricStatus
  external autoscaling.v2.ExternalMetricStatus
  object autoscaling.v2.ObjectMetricStatus
  pods autoscaling.v2.PodsMetricStatus
  resource autoscaling.v2.ResourceMetricStatus
  type! string
autoscaling.v2.MetricTarget
  averageUtilization int32
  averageValue api.resource.Quantity
  type! string
  value api.resource.Quantity
autoscaling.v2.MetricValueStatus
  averageUtilization int32
  averageValue api.resource.Quantity
  value api.resource.Quantity
autoscaling.v2.ObjectMetricSource
  describedObject! autoscaling.v2.CrossVersionObjectReference
  metric! autoscaling.v2.MetricIdentifier
  target! autoscaling.v2.MetricTarget
autoscaling.v2.ObjectMetricStatus
  current! autoscaling.v2.MetricValueStatus
  describedObject! autoscaling.v2.CrossVersionObjectReference
  metric! autoscaling.v2.MetricIdentifier
autoscaling.v2.PodsMetricSource
  metric! autoscaling.v2.MetricIdentifier
  target! autoscaling.v2.MetricTarget
autoscaling.v2.PodsMetricStatus
  current! autoscaling.v2.MetricValueStatus
  metric! autoscaling.v2.MetricIdentifier
autoscaling.v2.ResourceMetricSource
  name! string
  target! autoscaling.v2.MetricTarget
autoscaling.v2.ResourceMetricStatus
  current! autoscaling.v2.MetricValueStatus
  name! string
core.v1.AzureFilePersistentVolumeSource
  readOnly boolean
  secretName! string
  secretNamespace string
  shareName! string
core.v1.CSIPersistentVolumeSource
  controllerExpandSecretRef core.v1.SecretReference
  controllerPublishSecretRef core.v1.SecretReference
  driver! string
  fsType string
  nodeExpandSecretRef core.v1.SecretReference
  nodePublishSecretRef core.v1.SecretReference
  nodeStageSecretRef core.v1.SecretReference
  readOnly boolean
  volumeAttributes map string
  volumeHandle! string
core.v1.CephFSPersistentVolumeSource
  monitors! []string
  path string
  readOnly boolean
  secretFile string
  secretRef core.v1.SecretReference
  user string
core.v1.CinderPersistentVolumeSource
  fsType string
  readOnly boolean
  secretRef core.v1.SecretReference
  volumeID! string
core.v1.FlexPersistentVolumeSource
  driver! string
  fsType string
  options map string
  readOnly boolean
  secretRef core.v1.SecretReference
core.v1.GlusterfsPersistentVolumeSource
  endpoints! string
  endpointsNamespace string
  path! string
  readOnly boolean
core.v1.ISCSIPersistentVolumeSource
  chapAuthDiscovery boolean
  chapAuthSession boolean
  fsType string
  initiatorName string
  iqn! string
  iscsiInterface string
  lun! int32
  portals []string
  readOnly boolean
  secretRef core.v1.SecretReference
  targetPortal! string
core.v1.LimitRange
  apiVersion string
  kind string
  metadata meta.v1.ObjectMeta
  spec core.v1.LimitRangeSpec
core.v1.LimitRangeItem
  default map api.resource.Quantity
  defaultRequest map api.resource.Quantity
  max map api.resource.Quantity
  maxLimitRequestRatio map api.resource.Quantity
  min map api.resource.Quantity
  type! string
core.v1.LimitRangeSpec
  limits! []core.v1.LimitRangeItem
core.v1.LocalVolumeSource
  fsType string
  path! string
core.v1.PersistentVolume
  apiVersion string
  kind string
  metadata meta.v1.ObjectMeta
  spec core.v1.PersistentVolumeSpec
  status core.v1.PersistentVolumeStatus
core.v1.PersistentVolumeSpec
  accessModes []string
  awsElasticBlockStore core.v1.AWSElasticBlockStoreVolumeSource
  azureDisk core.v1.AzureDiskVolumeSource
  azureFile core.v1.AzureFilePersistentVolumeSource
  capacity map api.resource.Quantity
  cephfs core.v1.CephFSPersistentVolumeSource
  cinder core.v1.CinderPersistentVolumeSource
  claimRef core.v1.ObjectReference
  csi core.v1.CSIPersistentVolumeSource
  fc core.v1.FCVolumeSource
  flexVolume core.v1.FlexPersistentVolumeSource
  flocker core.v1.FlockerVolumeSource
  gcePersistentDisk core.v1.GCEPersistentDiskVolumeSource
  glusterfs core.v1.GlusterfsPersistentVolumeSource
  hostPath core.v1.HostPathVolumeSource
  iscsi core.v1.ISCSIPersistentVolumeSource
  local core.v1.LocalVolumeSource
  mountOptions []string
  nfs core.v1.NFSVolumeSource
  nodeAffinity core.v1.VolumeNodeAffinity
  persistentVolumeReclaimPolicy string
  photonPersistentDisk core.v1.PhotonPersistentDiskVolumeSource
  portworxVolume core.v1.PortworxVolumeSource
  quobyte core.v1.QuobyteVolumeSource
  rbd core.v1.RBDPersistentVolumeSource
  scaleIO core.v1.ScaleIOPersistentVolumeSource
  storageClassName string
  storageos core.v1.StorageOSPersistentVolumeSource
  volumeAttributesClassName string
  volumeMode string
  vsphereVolume core.v1.VsphereVirtualDiskVolumeSource
core.v1.PersistentVolumeStatus
  lastPhaseTransitionTime meta.v1.Time
  message string
  phase string
  reason string
core.v1.RBDPersistentVolumeSource
  fsType string
  image! string
  keyring string
  monitors! []string
  pool string
  readOnly boolean
  secretRef core.v1.SecretReference
  user string
core.v1.ScaleIOPersistentVolumeSource
  fsType string
  gateway! string
  protectionDomain string
  readOnly boolean
  secretRef! core.v1.SecretReference
  sslEnabled boolean
  storageMode string
  storagePool string
  system! string
  volumeName string
core.v1.Secret
  apiVersion string
  data map byte
  immutable boolean
  kind string
  metadata meta.v1.ObjectMeta
  stringData map string
  type string
core.v1.SecretReference
  name string
  namespace string
core.v1.StorageOSPersistentVolumeSource
  fsType string
  readOnly boolean
  secretRef core.v1.ObjectReference
  volumeName string
  volumeNamespace string
core.v1.TopologySelectorLabelRequirement
  key! string
  values! []string
core.v1.TopologySelectorTerm
  matchLabelExpressions []core.v1.TopologySelectorLabelRequirement
core.v1.VolumeNodeAffinity
  required core.v1.NodeSelector
policy.v1.PodDisruptionBudget
  apiVersion string
  kind string
  metadata meta.v1.ObjectMeta
  spec policy.v1.PodDisruptionBudgetSpec
  status policy.v1.PodDisruptionBudgetStatus
policy.v1.PodDisruptionBudgetSpec
  maxUnavailable util.intstr.IntOrString
  minAvailable util.intstr.IntOrString
  selector meta.v1.LabelSelector patch=replace
  unhealthyPodEvictionPolicy string
policy.v1.PodDisruptionBudgetStatus
  conditions []meta.v1.Condition patch=merge:type list=map:type
  currentHealthy! int32
  desiredHealthy! int32
  disruptedPods map meta.v1.Time
  disruptionsAllowed! int32
  expectedPods! int32
  observedGeneration int64
rbac.v1.AggregationRule
  clusterRoleSelectors []meta.v1.LabelSelector
rbac.v1.ClusterRole
  aggregationRule rbac.v1.AggregationRule
  apiVersion string
  kind string
  metadata meta.v1.ObjectMeta
  rules []rbac.v1.PolicyRule
rbac.v1.ClusterRoleBinding
  apiVersion string
  kind string
  metadata meta.v1.ObjectMeta
  roleRef! rbac.v1.RoleRef
  subjects []rbac.v1.Subject
rbac.v1.PolicyRule
  apiGroups []string
  nonResourceURLs []string
  resourceNames []string
  resources []string
  verbs! []string
rbac.v1.Role
  apiVersion string
  kind string
  metadata meta.v1.ObjectMeta
  rules []rbac.v1.PolicyRule
rbac.v1.RoleBinding
  apiVersion string
  kind string
  metadata meta.v1.ObjectMeta
  roleRef! rbac.v1.RoleRef
  subjects []rbac.v1.Subject
rbac.v1.RoleRef
  apiGroup! string
  kind! string
  name! string
rbac.v1.Subject
  apiGroup string
  kind! string
  name! string
  namespace string
scheduling.v1.PriorityClass
  apiVersion string
  description string
  globalDefault boolean
  kind string
  metadata meta.v1.ObjectMeta
  preemptionPolicy string
  value! int32
storage.v1.StorageClass
  allowVolumeExpansion boolean
  allowedTopologies []core.v1.TopologySelectorTerm
  apiVersion string
  kind string
  metadata meta.v1.ObjectMeta
  mountOptions []string
  parameters map string
  provisioner! string
  reclaimPolicy string
  volumeBindingMode string`,
  },
}

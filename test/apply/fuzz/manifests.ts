// The manifests that are mutated: one sound object of every kind, with many of its fields.

const POD_SPEC = {
  containers: [
    {
      name: 'web',
      image: 'nginx:1',
      ports: [{ name: 'http', containerPort: 80, protocol: 'TCP' }],
      env: [
        { name: 'A', value: 'b' },
        { name: 'B', valueFrom: { fieldRef: { fieldPath: 'status.podIP' } } },
      ],
      resources: { requests: { cpu: '100m' }, limits: { cpu: '1', memory: '64Mi' } },
      readinessProbe: { httpGet: { path: '/', port: 'http' }, periodSeconds: 5 },
      volumeMounts: [{ name: 'data', mountPath: '/data' }],
    },
  ],
  volumes: [{ name: 'data', emptyDir: {} }],
  tolerations: [{ key: 'a', operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 20 }],
  affinity: {
    nodeAffinity: {
      requiredDuringSchedulingIgnoredDuringExecution: {
        nodeSelectorTerms: [{ matchExpressions: [{ key: 'zone', operator: 'In', values: ['a'] }] }],
      },
    },
  },
  hostAliases: [{ ip: '10.1.2.3', hostnames: ['db'] }],
  dnsConfig: { nameservers: ['10.96.0.10'], searches: ['svc.cluster.local'], options: [{ name: 'ndots', value: '5' }] },
  securityContext: { runAsUser: 1000, sysctls: [{ name: 'net.ipv4.ip_forward', value: '1' }] },
}
const LABELS = { app: 'web' }
const TEMPLATE = { metadata: { labels: LABELS }, spec: POD_SPEC }
const SELECTOR = { matchLabels: LABELS, matchExpressions: [{ key: 'app', operator: 'Exists' }] }
const meta = (name: string): object => ({ name, labels: LABELS, annotations: { note: 'x' } })
const JOB_SPEC = { backoffLimit: 2, template: { metadata: { labels: LABELS }, spec: { ...POD_SPEC, restartPolicy: 'Never' } } }

export const MANIFESTS: readonly object[] = [
  { apiVersion: 'v1', kind: 'Pod', metadata: meta('web'), spec: POD_SPEC },
  { apiVersion: 'v1', kind: 'ReplicationController', metadata: meta('web'), spec: { replicas: 2, selector: LABELS, template: TEMPLATE } },
  { apiVersion: 'apps/v1', kind: 'ReplicaSet', metadata: meta('web'), spec: { replicas: 2, selector: SELECTOR, template: TEMPLATE } },
  {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: meta('web'),
    spec: {
      replicas: 2,
      selector: SELECTOR,
      template: TEMPLATE,
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: '25%', maxUnavailable: 1 } },
      progressDeadlineSeconds: 60,
    },
  },
  {
    apiVersion: 'apps/v1',
    kind: 'StatefulSet',
    metadata: meta('web'),
    spec: {
      serviceName: 'web',
      selector: SELECTOR,
      template: TEMPLATE,
      updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: 1 } },
    },
  },
  {
    apiVersion: 'apps/v1',
    kind: 'DaemonSet',
    metadata: meta('web'),
    spec: { selector: SELECTOR, template: TEMPLATE, updateStrategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 1 } } },
  },
  { apiVersion: 'batch/v1', kind: 'Job', metadata: meta('job'), spec: JOB_SPEC },
  {
    apiVersion: 'batch/v1',
    kind: 'CronJob',
    metadata: meta('cron'),
    spec: { schedule: '*/5 0-6 1,15 jan mon', jobTemplate: { spec: JOB_SPEC } },
  },
  {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: meta('web'),
    spec: {
      type: 'LoadBalancer',
      selector: LABELS,
      ports: [
        { name: 'a', port: 80, targetPort: 'http', nodePort: 30080 },
        { name: 'b', port: 443, protocol: 'UDP', targetPort: 8443 },
      ],
      externalIPs: ['192.0.2.7'],
      sessionAffinity: 'ClientIP',
      loadBalancerSourceRanges: ['10.0.0.0/8'],
      externalTrafficPolicy: 'Local',
    },
  },
  { apiVersion: 'v1', kind: 'Service', metadata: meta('db'), spec: { type: 'ExternalName', externalName: 'db.example.com' } },
  {
    apiVersion: 'v1',
    kind: 'Endpoints',
    metadata: meta('web'),
    subsets: [{ addresses: [{ ip: '10.244.1.2', nodeName: 'worker' }], ports: [{ name: 'a', port: 80 }] }],
  },
  {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: meta('web-1'),
    addressType: 'IPv4',
    endpoints: [{ addresses: ['10.244.1.2'], conditions: { ready: true }, hints: { forZones: [{ name: 'a' }] } }],
    ports: [{ name: 'a', port: 80, protocol: 'TCP' }],
  },
  {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: meta('np'),
    spec: {
      podSelector: SELECTOR,
      policyTypes: ['Ingress', 'Egress'],
      ingress: [
        { from: [{ podSelector: {} }, { ipBlock: { cidr: '10.0.0.0/8', except: ['10.1.0.0/16'] } }], ports: [{ port: 80, endPort: 90 }] },
      ],
      egress: [{ to: [{ namespaceSelector: { matchLabels: LABELS } }], ports: [{ port: 'http', protocol: 'UDP' }] }],
    },
  },
  {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: meta('ing'),
    spec: {
      ingressClassName: 'nginx',
      tls: [{ hosts: ['a.example.com'], secretName: 'tls' }],
      rules: [
        {
          host: '*.example.com',
          http: { paths: [{ path: '/', pathType: 'Prefix', backend: { service: { name: 'web', port: { number: 80 } } } }] },
        },
      ],
    },
  },
  { apiVersion: 'networking.k8s.io/v1', kind: 'IngressClass', metadata: meta('nginx'), spec: { controller: 'k8s.io/nginx' } },
  {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'IPAddress',
    metadata: meta('10.96.0.9'),
    spec: { parentRef: { resource: 'services', namespace: 'default', name: 'web' } },
  },
  { apiVersion: 'networking.k8s.io/v1', kind: 'ServiceCIDR', metadata: meta('more'), spec: { cidrs: ['10.97.0.0/16'] } },
  {
    apiVersion: 'v1',
    kind: 'PersistentVolume',
    metadata: meta('pv'),
    spec: {
      capacity: { storage: '5Gi' },
      accessModes: ['ReadWriteOnce'],
      local: { path: '/mnt' },
      storageClassName: 'manual',
      nodeAffinity: { required: { nodeSelectorTerms: [{ matchExpressions: [{ key: 'zone', operator: 'In', values: ['a'] }] }] } },
    },
  },
  {
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: meta('data'),
    spec: {
      accessModes: ['ReadWriteOnce'],
      resources: { requests: { storage: '1Gi' } },
      storageClassName: 'manual',
      selector: SELECTOR,
      dataSource: { kind: 'VolumeSnapshot', name: 's', apiGroup: 'snapshot.storage.k8s.io' },
    },
  },
  {
    apiVersion: 'storage.k8s.io/v1',
    kind: 'StorageClass',
    metadata: meta('fast'),
    provisioner: 'kubernetes.io/no-provisioner',
    parameters: { type: 'x' },
    allowedTopologies: [{ matchLabelExpressions: [{ key: 'zone', values: ['a'] }] }],
  },
  {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'ClusterRole',
    metadata: meta('reader'),
    rules: [
      { apiGroups: [''], resources: ['pods'], verbs: ['get'] },
      { nonResourceURLs: ['/healthz'], verbs: ['get'] },
    ],
    aggregationRule: { clusterRoleSelectors: [SELECTOR] },
  },
  {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'RoleBinding',
    metadata: meta('read'),
    roleRef: { kind: 'Role', name: 'reader', apiGroup: 'rbac.authorization.k8s.io' },
    subjects: [
      { kind: 'User', name: 'jane' },
      { kind: 'ServiceAccount', name: 'app', namespace: 'default' },
    ],
  },
  {
    apiVersion: 'autoscaling/v2',
    kind: 'HorizontalPodAutoscaler',
    metadata: meta('web'),
    spec: {
      scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' },
      minReplicas: 2,
      maxReplicas: 9,
      metrics: [{ type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 70 } } }],
      behavior: { scaleUp: { policies: [{ type: 'Pods', value: 1, periodSeconds: 60 }] } },
    },
  },
  {
    apiVersion: 'policy/v1',
    kind: 'PodDisruptionBudget',
    metadata: meta('web'),
    spec: { minAvailable: '50%', selector: SELECTOR, unhealthyPodEvictionPolicy: 'AlwaysAllow' },
  },
  {
    apiVersion: 'scheduling.k8s.io/v1',
    kind: 'PriorityClass',
    metadata: meta('high'),
    value: 1000,
    globalDefault: true,
    description: 'x',
    preemptionPolicy: 'Never',
  },
  {
    apiVersion: 'v1',
    kind: 'LimitRange',
    metadata: meta('bounds'),
    spec: {
      limits: [
        {
          type: 'Container',
          min: { cpu: '50m' },
          max: { cpu: '2', memory: '1Gi' },
          default: { cpu: '1' },
          defaultRequest: { cpu: '100m' },
          maxLimitRequestRatio: { cpu: '20' },
        },
        { type: 'PersistentVolumeClaim', min: { storage: '1Gi' } },
      ],
    },
  },
  {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: meta('db'),
    type: 'kubernetes.io/basic-auth',
    immutable: false,
    data: { username: 'cm9vdA==' },
    stringData: { password: 'x' },
  },
  { apiVersion: 'v1', kind: 'ServiceAccount', metadata: meta('web'), imagePullSecrets: [{ name: 'x' }] },
  { apiVersion: 'v1', kind: 'ConfigMap', metadata: meta('cm'), data: { 'a.conf': 'x' }, binaryData: { b: 'aGVsbG8=' } },
  {
    apiVersion: 'v1',
    kind: 'ResourceQuota',
    metadata: meta('quota'),
    spec: { hard: { pods: '10', 'requests.cpu': '2', 'limits.memory': '4Gi' }, scopes: ['NotBestEffort'] },
  },
  { apiVersion: 'v1', kind: 'Namespace', metadata: meta('prod') },
  {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: meta('node-9'),
    spec: { podCIDR: '10.244.9.0/24', taints: [{ key: 'a', value: 'b', effect: 'NoSchedule' }] },
  },
  { apiVersion: 'v1', kind: 'PodTemplate', metadata: meta('t'), template: TEMPLATE },
]

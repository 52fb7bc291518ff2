// The DNS add-on as kubeadm of each version makes it: Service kube-dns, Deployment coredns, its ConfigMap and service account. Not made: roles.
import { familyOf, ipText } from '../addr/ip'
import type { ClusterConfig } from '../apply/cluster-config'
import type { KubeObject } from '../apply/object'
import { serviceAddress } from './builtins'
import { KUBEADM_COREFILES } from './kubeadm-corefile'
import { CLUSTER_PROFILES } from './profile'

const NAMESPACE = 'kube-system'

/** The objects of `addons: [coredns]`, defaulted. */
export function corednsObjects(config: ClusterConfig): readonly KubeObject[] {
  return [serviceAccount, service(config), configMap(config), deployment(config)]
}

/** Without it no pod of the Deployment would be admitted. */
const serviceAccount = { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'coredns', namespace: NAMESPACE } } as KubeObject

function service(config: ClusterConfig): KubeObject {
  const clusterIP = serviceAddress(config, 10)
  const ip = clusterIP === undefined ? undefined : ipText(clusterIP)
  const { ipFamilies, coredns } = CLUSTER_PROFILES[config.profile]
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: {
      name: 'kube-dns',
      namespace: NAMESPACE,
      labels: { 'k8s-app': 'kube-dns', 'kubernetes.io/cluster-service': 'true', 'kubernetes.io/name': coredns.nameLabel },
      annotations: { 'prometheus.io/port': '9153', 'prometheus.io/scrape': 'true' },
    },
    spec: {
      type: 'ClusterIP',
      ...(ip === undefined ? {} : { clusterIP: ip }),
      ...(ip === undefined || !ipFamilies
        ? {}
        : {
            clusterIPs: [ip],
            ipFamilies: [familyOf(clusterIP!) === 'ipv4' ? 'IPv4' : 'IPv6'],
            ipFamilyPolicy: 'SingleStack',
            internalTrafficPolicy: 'Cluster',
          }),
      selector: { 'k8s-app': 'kube-dns' },
      ports: [
        { name: 'dns', protocol: 'UDP', port: 53, targetPort: 53 },
        { name: 'dns-tcp', protocol: 'TCP', port: 53, targetPort: 53 },
        ...(coredns.metricsPort ? [{ name: 'metrics', protocol: 'TCP', port: 9153, targetPort: 9153 }] : []),
      ],
      sessionAffinity: 'None',
    },
    status: { loadBalancer: {} },
  } as KubeObject
}

function configMap(config: ClusterConfig): KubeObject {
  const data = { Corefile: config.dns.corefile ?? KUBEADM_COREFILES[config.profile] }
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'coredns', namespace: NAMESPACE }, data } as KubeObject
}

function deployment(config: ClusterConfig): KubeObject {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'coredns', namespace: NAMESPACE, labels: { 'k8s-app': 'kube-dns' } },
    spec: {
      replicas: 2,
      selector: { matchLabels: { 'k8s-app': 'kube-dns' } },
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 1, maxSurge: '25%' } },
      revisionHistoryLimit: 10,
      progressDeadlineSeconds: 600,
      template: { metadata: { labels: { 'k8s-app': 'kube-dns' } }, spec: podSpec(config) },
    },
  } as KubeObject
}

const ANTI_AFFINITY = {
  podAntiAffinity: {
    preferredDuringSchedulingIgnoredDuringExecution: [
      {
        weight: 100,
        podAffinityTerm: {
          labelSelector: { matchExpressions: [{ key: 'k8s-app', operator: 'In', values: ['kube-dns'] }] },
          topologyKey: 'kubernetes.io/hostname',
        },
      },
    ],
  },
}

function podSpec(config: ClusterConfig): object {
  const profile = CLUSTER_PROFILES[config.profile].coredns
  return {
    volumes: [{ name: 'config-volume', configMap: { name: 'coredns', items: [{ key: 'Corefile', path: 'Corefile' }], defaultMode: 420 } }],
    containers: [container(config)],
    restartPolicy: 'Always',
    terminationGracePeriodSeconds: 30,
    dnsPolicy: 'Default',
    ...(profile.placement ? { nodeSelector: { 'kubernetes.io/os': 'linux' } } : {}),
    serviceAccountName: 'coredns',
    serviceAccount: 'coredns',
    securityContext: {},
    ...(profile.placement ? { affinity: ANTI_AFFINITY } : {}),
    schedulerName: 'default-scheduler',
    tolerations: [
      { key: 'CriticalAddonsOnly', operator: 'Exists' },
      { key: profile.masterToleration, effect: 'NoSchedule' },
    ],
    ...(profile.placement ? { priorityClassName: 'system-cluster-critical' } : {}),
  }
}

function container(config: ClusterConfig): object {
  const profile = CLUSTER_PROFILES[config.profile].coredns
  const probe = (path: string, port: number) => ({ httpGet: { path, port, scheme: 'HTTP' } })
  return {
    name: 'coredns',
    image: profile.image,
    args: ['-conf', '/etc/coredns/Corefile'],
    ports: [
      { name: 'dns', containerPort: 53, protocol: 'UDP' },
      { name: 'dns-tcp', containerPort: 53, protocol: 'TCP' },
      { name: 'metrics', containerPort: 9153, protocol: 'TCP' },
    ],
    resources: { limits: { memory: '170Mi' }, requests: { cpu: '100m', memory: '70Mi' } },
    volumeMounts: [{ name: 'config-volume', readOnly: true, mountPath: '/etc/coredns' }],
    livenessProbe: {
      ...probe('/health', 8080),
      initialDelaySeconds: 60,
      timeoutSeconds: 5,
      periodSeconds: 10,
      successThreshold: 1,
      failureThreshold: 5,
    },
    ...(profile.readinessProbe
      ? { readinessProbe: { ...probe('/ready', 8181), timeoutSeconds: 1, periodSeconds: 10, successThreshold: 1, failureThreshold: 3 } }
      : {}),
    terminationMessagePath: '/dev/termination-log',
    terminationMessagePolicy: 'File',
    imagePullPolicy: 'IfNotPresent',
    securityContext: {
      capabilities: { add: ['NET_BIND_SERVICE'], drop: [profile.drop] },
      readOnlyRootFilesystem: true,
      allowPrivilegeEscalation: false,
      ...(profile.procMount ? { procMount: 'Default' } : {}),
    },
  }
}

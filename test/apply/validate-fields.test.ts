// Fields that are rarely written, and what the API server says when they are wrong. Each row was held against the validation of Kubernetes v1.35.4.
import { strict as assert } from 'node:assert'
import { describe, test } from 'vitest'
import { createWarnings } from '../../src/apply/validate'
import { errors, object } from './decoded'

interface Row {
  readonly name: string
  readonly kind: string
  readonly body: string
  readonly says: readonly string[]
  readonly metadata?: string
}

const rows: readonly Row[] = [
  {
    name: 'a variable from a file of no volume',
    kind: 'Pod',
    body: 'spec: {containers: [{name: c, image: i, env: [{name: A, valueFrom: {fileKeyRef: {volumeName: v, path: a/../b, key: "x=y"}}}]}]}',
    says: [
      `spec.containers[0].env[0].valueFrom.fileKeyRef.key: Invalid value: "x=y": a valid environment variable name must consist only of printable ASCII characters other than '='`,
      `spec.containers[0].env[0].valueFrom.fileKeyRef.path: Invalid value: "a/../b": must not contain '..'`,
      'spec.containers[0].env[0].valueFrom.fileKeyRef.volumeName: Not found: "v"',
    ],
  },
  {
    name: 'a variable from a file on the wrong kind of volume',
    kind: 'Pod',
    body: 'spec: {containers: [{name: c, image: i, env: [{name: A, valueFrom: {fileKeyRef: {volumeName: v, path: a, key: k}}}]}], volumes: [{name: v, hostPath: {path: /x}}]}',
    says: ['spec.containers[0].env[0].valueFrom.fileKeyRef.volumeName: Invalid value: "v": referenced volume must be of type emptyDir'],
  },
  {
    name: 'an amount of memory in parts that there are not',
    kind: 'Pod',
    body: 'spec: {containers: [{name: c, image: i, env: [{name: A, valueFrom: {resourceFieldRef: {resource: limits.memory, divisor: 2}}}]}]}',
    says: [
      `spec.containers[0].env[0].valueFrom.resourceFieldRef.divisor: Invalid value: "limits.memory": only divisor's values 1, 1k, 1M, 1G, 1T, 1P, 1E, 1Ki, 1Mi, 1Gi, 1Ti, 1Pi, 1Ei are supported with the memory resource`,
    ],
  },
  {
    name: 'a field of another version of pods',
    kind: 'Pod',
    body: 'spec: {containers: [{name: c, image: i, env: [{name: A, valueFrom: {fieldRef: {apiVersion: v2, fieldPath: metadata.name}}}]}]}',
    says: [
      'spec.containers[0].env[0].valueFrom.fieldRef.fieldPath: Invalid value: "metadata.name": error converting fieldPath: unsupported pod version: v2',
    ],
  },
  {
    name: 'a hostname instead of the FQDN that is asked for',
    kind: 'Pod',
    body: 'spec: {containers: [{name: c, image: i}], hostnameOverride: A_b, setHostnameAsFQDN: true, hostNetwork: true}',
    says: [
      'spec.hostnameOverride: Forbidden: may not be specified when setHostnameAsFQDN is true',
      'spec.hostnameOverride: Forbidden: may not be specified when hostNetwork is true',
      `spec.hostnameOverride: Invalid value: "A_b": a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')`,
    ],
  },
  {
    name: 'rules of restarts without a policy',
    kind: 'Pod',
    body: 'spec: {containers: [{name: c, image: i, restartPolicyRules: [{action: Stop}]}]}',
    says: [
      'spec.containers[0].restartPolicy: Required value: must specify restartPolicy when restart rules are used',
      'spec.containers[0].restartPolicyRules[0].action: Unsupported value: "Stop": supported values: "Restart"',
      'spec.containers[0].restartPolicyRules[0].exitCodes: Required value: must be specified',
    ],
  },
  {
    name: 'rules of restarts for a sidecar',
    kind: 'Pod',
    body: 'spec: {containers: [{name: c, image: i}], initContainers: [{name: d, image: i, restartPolicy: Always, restartPolicyRules: [{action: Restart, exitCodes: {operator: In, values: [1]}}]}]}',
    says: [
      'spec.initContainers[0].restartPolicyRules: Forbidden: restartPolicyRules are not allowed for init containers with restart policy Always',
    ],
  },
  {
    name: 'a restart by exit codes of an unknown operator',
    kind: 'Pod',
    body: 'spec: {containers: [{name: c, image: i, restartPolicy: Never, restartPolicyRules: [{action: Restart, exitCodes: {operator: Is, values: [1]}}]}]}',
    says: ['spec.containers[0].restartPolicyRules[0].exitCodes.operator: Unsupported value: "Is": supported values: "In", "NotIn"'],
  },
  {
    name: 'a change of memory that restarts what never restarts',
    kind: 'Pod',
    body: 'spec: {restartPolicy: Never, containers: [{name: c, image: i, resizePolicy: [{resourceName: memory, restartPolicy: RestartContainer}, {resourceName: gpu, restartPolicy: NotRequired}]}]}',
    says: [
      "spec.containers[0].resizePolicy: Invalid value: \"RestartContainer\": must be 'NotRequired' when `restartPolicy` is 'Never'",
      'spec.containers[0].resizePolicy: Unsupported value: "gpu": supported values: "cpu", "memory"',
    ],
  },
  {
    name: 'keys to match without a selector to add them to',
    kind: 'Pod',
    body: 'spec: {containers: [{name: c, image: i}], topologySpreadConstraints: [{maxSkew: 1, topologyKey: z, whenUnsatisfiable: DoNotSchedule, matchLabelKeys: [a]}]}',
    says: ['spec.topologySpreadConstraints[0].matchLabelKeys: Forbidden: must not be specified when labelSelector is not set'],
  },
  {
    name: 'one key to match and not to match',
    kind: 'Pod',
    body: 'spec: {containers: [{name: c, image: i}], affinity: {podAffinity: {requiredDuringSchedulingIgnoredDuringExecution: [{topologyKey: z, labelSelector: {}, matchLabelKeys: [a], mismatchLabelKeys: [a]}]}}}',
    says: [
      'spec.affinity.podAffinity.requiredDuringSchedulingIgnoredDuringExecution[0].matchLabelKeys[0]: Invalid value: "a": exists in both matchLabelKeys and mismatchLabelKeys',
    ],
  },
  {
    name: 'overhead of something that containers have not',
    kind: 'Pod',
    body: 'spec: {containers: [{name: c, image: i}], overhead: {pods: 1, cpu: -1}}',
    says: [
      'spec.overhead.limits[cpu]: Invalid value: "-1": must be greater than or equal to 0',
      'spec.overhead.limits[pods]: Invalid value: "pods": must be a standard resource for containers',
    ],
  },
  {
    name: 'a request of a claim that is no label',
    kind: 'Pod',
    body: 'spec: {resourceClaims: [{name: g, resourceClaimName: x}], containers: [{name: c, image: i, resources: {claims: [{name: g, request: A_b}, {name: g}, {name: h}]}}]}',
    says: [
      `spec.containers[0].resources.claims[0].request: Invalid value: "A_b": a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')`,
      'spec.containers[0].resources.claims[1]: Duplicate value: "g"',
      'spec.containers[0].resources.claims[2]: Not found: "h": must be one of the names in pod.spec.resourceClaims: g',
    ],
  },
  {
    name: 'a claim from nowhere',
    kind: 'Pod',
    body: 'spec: {containers: [{name: c, image: i}], resourceClaims: [{name: g}]}',
    says: [
      'spec.resourceClaims[0]: Invalid value: {"Name":"g","ResourceClaimName":null,"ResourceClaimTemplateName":null}: must specify one of: `resourceClaimName`, `resourceClaimTemplateName`',
    ],
  },
  {
    name: 'a pod that is smaller than its containers',
    kind: 'Pod',
    body: 'spec: {resources: {requests: {cpu: 100m}, limits: {cpu: 1}}, containers: [{name: c, image: i, resources: {requests: {cpu: 200m}, limits: {cpu: 2}}}]}',
    says: [
      'spec.resources.requests[cpu]: Invalid value: "100m": must be greater than or equal to aggregate container requests of 200m',
      'spec.resources.containers[0][cpu].limits: Invalid value: "2": must be less than or equal to pod limits of 1',
    ],
  },
  {
    name: 'pages without memory, and half of one',
    kind: 'Pod',
    body: 'spec: {containers: [{name: c, image: i, resources: {limits: {hugepages-2Mi: 1Mi}}}]}',
    says: [
      'spec.containers[0].resources.limits[hugepages-2Mi]: Invalid value: "1Mi": 1Mi is not positive integer multiple of hugepages-2Mi',
      'spec.containers[0].resources.requests[hugepages-2Mi]: Invalid value: "1Mi": 1Mi is not positive integer multiple of hugepages-2Mi',
      'spec.containers[0].resources: Forbidden: HugePages require cpu or memory',
    ],
  },
  {
    name: 'half a card',
    kind: 'Pod',
    body: 'spec: {containers: [{name: c, image: i, resources: {limits: {example.com/gpu: 1.5}}}]}',
    says: [
      'spec.containers[0].resources.limits[example.com/gpu]: Invalid value: "1500m": must be an integer',
      'spec.containers[0].resources.requests[example.com/gpu]: Invalid value: "1500m": must be an integer',
    ],
  },
  {
    name: 'an unknown way to relabel volumes',
    kind: 'Pod',
    body: 'spec: {containers: [{name: c, image: i}], securityContext: {seLinuxChangePolicy: Always}}',
    says: ['spec.securityContext.seLinuxChangePolicy: Unsupported value: "Always": supported values: "Recursive"'],
  },
  {
    name: 'an unknown way to add groups',
    kind: 'Pod',
    body: 'spec: {containers: [{name: c, image: i}], securityContext: {supplementalGroupsPolicy: ""}}',
    says: ['spec.securityContext.supplementalGroupsPolicy: Unsupported value: "": supported values: "Merge", "Strict"'],
  },
  {
    name: 'an AppArmor profile without its name',
    kind: 'Pod',
    body: 'spec: {containers: [{name: c, image: i}], securityContext: {appArmorProfile: {type: Localhost}}}',
    says: ['spec.securityContext.appArmorProfile.localhostProfile: Required value: must be set when AppArmor type is Localhost'],
  },
  {
    name: 'a name for an AppArmor profile that has none',
    kind: 'Pod',
    body: 'spec: {containers: [{name: c, image: i, securityContext: {appArmorProfile: {type: Unconfined, localhostProfile: x}}}]}',
    says: [
      'spec.containers[0].securityContext.appArmorProfile.localhostProfile: Invalid value: "x": can only be set when AppArmor type is Localhost',
    ],
  },
  {
    name: 'a seccomp profile outside its directory',
    kind: 'Pod',
    body: 'spec: {containers: [{name: c, image: i}], securityContext: {seccompProfile: {type: Localhost, localhostProfile: /a/../b}}}',
    says: [
      'spec.securityContext.seccompProfile.localhostProfile: Invalid value: "/a/../b": must be a relative path',
      `spec.securityContext.seccompProfile.localhostProfile: Invalid value: "/a/../b": must not contain '..'`,
    ],
  },
  {
    name: 'a file for a seccomp profile that needs none',
    kind: 'Pod',
    body: 'spec: {containers: [{name: c, image: i}], securityContext: {seccompProfile: {type: RuntimeDefault, localhostProfile: x}}}',
    says: [
      'spec.securityContext.seccompProfile.localhostProfile: Invalid value: {"Type":"RuntimeDefault","LocalhostProfile":"x"}: can only be set when seccomp type is Localhost',
    ],
  },
  {
    name: 'annotation and field that contradict each other',
    kind: 'Pod',
    metadata: 'name: x, annotations: {seccomp.security.alpha.kubernetes.io/pod: unconfined}',
    body: 'spec: {containers: [{name: c, image: i}], securityContext: {seccompProfile: {type: RuntimeDefault}}}',
    says: ['spec.securityContext.seccompProfile.type: Forbidden: seccomp type in annotation and field must match'],
  },
  {
    name: 'a user of Windows with a letter too many',
    kind: 'Pod',
    body: 'spec: {containers: [{name: c, image: i}], securityContext: {windowsOptions: {runAsUserName: "a\\\\b:c"}}}',
    says: [
      `spec.securityContext.windowsOptions.runAsUserName: Invalid value: "a\\\\b:c": runAsUserName's User cannot contain the following characters: "/\\:;|=,+*?<>@[]`,
    ],
  },
  {
    name: 'Linux things on Windows',
    kind: 'Pod',
    body: 'spec: {containers: [{name: c, image: i}], os: {name: windows}, hostPID: true, securityContext: {runAsUser: 1}}',
    says: [
      'spec.hostPID: Forbidden: cannot be set for a windows pod',
      'spec.securityContext.runAsUser: Forbidden: cannot be set for a windows pod',
    ],
  },
  {
    name: 'Windows things on Linux',
    kind: 'Pod',
    body: 'spec: {containers: [{name: c, image: i}], os: {name: linux}, securityContext: {windowsOptions: {}}}',
    says: ['spec.securityContext.windowsOptions: Forbidden: windows options cannot be set for a linux pod'],
  },
  {
    name: 'a sysctl of the network on the network of the node',
    kind: 'Pod',
    body: 'spec: {containers: [{name: c, image: i}], hostNetwork: true, securityContext: {sysctls: [{name: net.ipv4.ip_forward, value: "1"}]}}',
    says: [`spec.securityContext.sysctls[0].name: Invalid value: "net.ipv4.ip_forward": may not be specified when 'hostNetwork' is true`],
  },
  {
    name: 'users of its own on the network of the node',
    kind: 'Pod',
    body: 'spec: {containers: [{name: c, image: i}], hostUsers: false, hostNetwork: true, hostPID: true}',
    says: ['spec.hostNetwork: Forbidden: when `hostUsers` is false', 'spec.HostPID: Forbidden: when `hostUsers` is false'],
  },
  {
    name: 'an old kind of volume without what it needs',
    kind: 'Pod',
    body: 'spec: {containers: [{name: c, image: i}], volumes: [{name: v, cephfs: {}}]}',
    says: ['spec.volumes[0].cephfs.monitors: Required value'],
  },
  {
    name: 'two volumes in one',
    kind: 'Pod',
    body: 'spec: {containers: [{name: c, image: i}], volumes: [{name: v, emptyDir: {}, downwardAPI: {items: []}}]}',
    says: ['spec.volumes[0].downwarAPI: Forbidden: may not specify more than 1 volume type'],
  },
  {
    name: 'two files of one name',
    kind: 'Pod',
    body: 'spec: {containers: [{name: c, image: i}], volumes: [{name: v, projected: {sources: [{configMap: {name: a, items: [{key: k, path: f}]}}, {secret: {name: b, items: [{key: k, path: f}]}}]}}]}',
    says: ['spec.volumes[0].projected: Invalid value: "b": conflicting duplicate paths'],
  },
  {
    name: 'a token for too short a time',
    kind: 'Pod',
    body: 'spec: {serviceAccountName: a, containers: [{name: c, image: i}], volumes: [{name: v, projected: {sources: [{serviceAccountToken: {path: t, expirationSeconds: 60}}]}}]}',
    says: [
      'spec.volumes[0].projected.sources[0].serviceAccountToken.expirationSeconds: Invalid value: 60: may not specify a duration less than 10 minutes',
    ],
  },
  {
    name: 'a file with nothing in it',
    kind: 'Pod',
    body: 'spec: {containers: [{name: c, image: i}], volumes: [{name: v, downwardAPI: {items: [{path: ..data}]}}]}',
    says: [
      `spec.volumes[0].downwardAPI.path: Invalid value: "..data": must not start with '..'`,
      'spec.volumes[0].downwardAPI: Required value: one of fieldRef and resourceFieldRef is required',
    ],
  },
  {
    name: 'a claim of an ephemeral volume without size',
    kind: 'Pod',
    body: 'spec: {containers: [{name: c, image: i}], volumes: [{name: v, ephemeral: {volumeClaimTemplate: {spec: {accessModes: [ReadAlways]}}}}]}',
    says: [
      'spec.volumes[0].ephemeral.volumeClaimTemplate.spec.accessModes: Unsupported value: "ReadAlways": supported values: "ReadOnlyMany", "ReadWriteMany", "ReadWriteOnce", "ReadWriteOncePod"',
      'spec.volumes[0].ephemeral.volumeClaimTemplate.spec.resources[storage]: Required value',
    ],
  },
  {
    name: 'a mount that spreads without privilege',
    kind: 'Pod',
    body: 'spec: {containers: [{name: c, image: i, volumeMounts: [{name: v, mountPath: /v, mountPropagation: Bidirectional, recursiveReadOnly: Enabled}]}], volumes: [{name: v, emptyDir: {}}]}',
    says: [
      'spec.containers[0].volumeMounts.mountPropagation: Forbidden: Bidirectional mount propagation is available only to privileged containers',
      'spec.containers[0].volumeMounts.recursiveReadOnly: Forbidden: may only be specified when readOnly is true',
      'spec.containers[0].volumeMounts.recursiveReadOnly: Forbidden: may only be specified when mountPropagation is None or not specified',
    ],
  },
  {
    name: 'a debug container from the start',
    kind: 'Pod',
    body: 'spec: {containers: [{name: c, image: i}], ephemeralContainers: [{name: d, image: i}]}',
    says: ['spec.ephemeralContainers: Forbidden: cannot be set on create'],
  },
  {
    name: 'a node before the gates are open',
    kind: 'Pod',
    body: 'spec: {containers: [{name: c, image: i}], nodeName: node, schedulingGates: [{name: a/b}]}',
    says: ['spec.nodeName: Forbidden: cannot be set until all schedulingGates have been cleared'],
  },
  {
    name: 'a generation before the first',
    kind: 'ConfigMap',
    metadata: 'name: x, generation: -1',
    body: 'data: {}',
    says: ['metadata.generation: Invalid value: -1: must be greater than or equal to 0'],
  },
  {
    name: 'an owner of no version',
    kind: 'ConfigMap',
    metadata: 'name: x, ownerReferences: [{apiVersion: a/b/c, kind: Event, name: e, uid: u}]',
    body: 'data: {}',
    says: ['metadata.ownerReferences.apiVersion: Invalid value: "a/b/c": version must not be empty'],
  },
  {
    name: 'a StatefulSet with claims of no size and a service of no name',
    kind: 'StatefulSet',
    body: 'spec: {serviceName: A_b, selector: {matchLabels: {a: b}}, volumeClaimTemplates: [{metadata: {name: d}, spec: {accessModes: [ReadWriteOnce]}}], template: {metadata: {labels: {a: b}}, spec: {containers: [{name: c, image: i}]}}}',
    says: [
      'spec.volumeClaimTemplates[0].spec.resources[storage]: Required value',
      `spec.serviceName: Invalid value: "A_b": a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')`,
    ],
  },
  {
    name: 'an indexed Job without a number',
    kind: 'Job',
    body: 'spec: {completionMode: Indexed, maxFailedIndexes: 1, managedBy: me, template: {spec: {restartPolicy: Never, containers: [{name: c, image: i}]}}}',
    says: [
      'spec.backoffLimitPerIndex: Required value: when maxFailedIndexes is specified',
      'spec.managedBy: Invalid value: "me": must be a domain-prefixed path (such as "acme.io/foo")',
    ],
  },
  {
    name: 'a Job that fails by rules that say nothing',
    kind: 'Job',
    body: 'spec: {podFailurePolicy: {rules: [{action: FailIndex, onExitCodes: {operator: In, values: [3, 0]}}, {}]}, template: {spec: {restartPolicy: OnFailure, containers: [{name: c, image: i}]}}}',
    says: [
      'spec.podFailurePolicy.rules[0].action: Invalid value: "FailIndex": requires the backoffLimitPerIndex to be set',
      'spec.podFailurePolicy.rules[0].onExitCodes.values[1]: Invalid value: 0: must not be 0 for the In operator',
      'spec.podFailurePolicy.rules[0].onExitCodes.values: Invalid value: [3,0]: must be ordered',
      'spec.podFailurePolicy.rules[1].action: Required value: valid values: ["Count" "FailIndex" "FailJob" "Ignore"]',
      'spec.podFailurePolicy.rules[1]: Invalid value: specifying one of OnExitCodes and OnPodConditions is required',
      'spec.template.spec.restartPolicy: Invalid value: "OnFailure": only "Never" is supported when podFailurePolicy is specified',
    ],
  },
  {
    name: 'a CronJob in no zone, with one in its schedule',
    kind: 'CronJob',
    body: 'spec: {schedule: "TZ=UTC * * * * *", timeZone: Mars/Base, jobTemplate: {spec: {template: {spec: {restartPolicy: Never, containers: [{name: c, image: i}]}}}}}',
    says: [
      'spec.schedule: Invalid value: "TZ=UTC * * * * *": cannot use TZ or CRON_TZ in schedule, use timeZone field instead',
      'spec.timeZone: Invalid value: "Mars/Base": unknown time zone Mars/Base',
    ],
  },
  {
    name: 'a slice with addresses of the other family',
    kind: 'EndpointSlice',
    body: 'addressType: IPv6\nendpoints: [{addresses: [10.0.0.1, "fd00:0::1", "::ffff:1.2.3.4"], nodeName: ""}]\nports: [{protocol: "", appProtocol: a/b/c}]',
    says: [
      'ports[0].protocol: Unsupported value: "": supported values: "SCTP", "TCP", "UDP"',
      `ports[0].appProtocol: Invalid value: "a/b/c": a valid label key must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]') with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')`,
      'endpoints[0].addresses: Invalid value: "10.0.0.1": must be an IPv6 address',
      'endpoints[0].addresses[1]: Invalid value: "fd00:0::1": must be in canonical form ("fd00::1")',
      'endpoints[0].addresses[2]: Invalid value: "::ffff:1.2.3.4": must not be an IPv4-mapped IPv6 address',
      `endpoints[0].nodeName: Invalid value: "": a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')`,
    ],
  },
  {
    name: 'a slice of a type that is not known',
    kind: 'EndpointSlice',
    body: 'addressType: IPX\nendpoints: [{addresses: [x], hints: {forZones: [{name: a}, {name: a}]}}]',
    says: [
      'addressType: Unsupported value: "IPX": supported values: "FQDN", "IPv4", "IPv6"',
      'endpoints[0].hints.forZones[1].name: Duplicate value: "a"',
    ],
  },
  {
    name: 'a port of Endpoints with an odd protocol on top',
    kind: 'Endpoints',
    body: 'subsets: [{addresses: [{ip: 10.0.0.1}], ports: [{port: 80, appProtocol: ""}]}]',
    says: [
      'subsets[0].ports[0].appProtocol: Invalid value: "": name part must be non-empty',
      `subsets[0].ports[0].appProtocol: Invalid value: "": name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')`,
    ],
  },
  {
    name: 'parameters of an IngressClass in a bad place',
    kind: 'IngressClass',
    body: 'spec: {controller: "a.b/c d", parameters: {apiGroup: "", kind: a/b, name: "..", scope: Namespace, namespace: A}}',
    says: [
      `spec.controller: Invalid value: "c d": Invalid path (regex used for validation is '[A-Za-z0-9/\\-._~%!$&'()*+,;=:]+')`,
      `spec.parameters.apiGroup: Invalid value: "": a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')`,
      `spec.parameters.kind: Invalid value: "a/b": may not contain '/'`,
      `spec.parameters.name: Invalid value: "..": may not be '..'`,
      `spec.parameters.namespace: Invalid value: "A": a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')`,
    ],
  },
  {
    name: 'a ServiceCIDR with bits behind its length',
    kind: 'ServiceCIDR',
    body: 'spec: {cidrs: [10.97.0.1/16, 10.98.0.0/016]}',
    says: [
      'spec.cidrs[0]: Invalid value: "10.97.0.1/16": must not have bits set beyond the prefix length',
      'spec.cidrs[1]: Invalid value: "10.98.0.0/016": must not have leading 0s in IP or prefix length',
      'spec.cidrs: Invalid value: ["10.97.0.1/16","10.98.0.0/016"]: may specify no more than one IP for each IP family, i.e 192.168.0.0/24 and 2001:db8::/64',
    ],
  },
]

describe('the API server refuses', () => {
  for (const { name, kind, body, metadata, says } of rows)
    test(name, () => assert.deepEqual([...new Set(errors(kind, body, metadata))], says))
})

describe('the store keeps of a pod', () => {
  const spec = (body: string): unknown => (object('Pod', body).spec as { readonly containers: readonly object[] }).containers[0]

  test('no empty text, no false and no zero that says nothing', () =>
    assert.deepEqual(
      spec('spec: {containers: [{name: c, image: "i:1", tty: false, workingDir: "", ports: [{containerPort: 80, hostPort: 0}]}]}'),
      {
        image: 'i:1',
        imagePullPolicy: 'IfNotPresent',
        name: 'c',
        ports: [{ containerPort: 80, protocol: 'TCP' }],
        resources: {},
        terminationMessagePath: '/dev/termination-log',
        terminationMessagePolicy: 'File',
      },
    ))

  test('amounts in their shortest form', () =>
    assert.deepEqual(
      (spec('spec: {containers: [{name: c, image: i, resources: {limits: {cpu: 0.5, memory: 1024Mi}}}]}') as { resources: unknown })
        .resources,
      {
        limits: { cpu: '500m', memory: '1Gi' },
        requests: { cpu: '500m', memory: '1Gi' },
      },
    ))
})

describe('the API server warns', () => {
  const warnings: readonly (readonly [string, string, readonly string[]])[] = [
    [
      'two ports of one name',
      'spec: {containers: [{name: c, image: i, ports: [{name: a, containerPort: 1}]}, {name: d, image: i, ports: [{name: a, containerPort: 2}]}]}',
      [
        'spec.containers[1].ports[0]: duplicate port name "a" with spec.containers[0].ports[0], services and probes that select ports by name will use spec.containers[0].ports[0]',
      ],
    ],
    [
      'affinity to no pod, an odd name server',
      'spec: {containers: [{name: c, image: i}], dnsConfig: {nameservers: ["::ffff:10.0.0.1"]}, affinity: {podAffinity: {requiredDuringSchedulingIgnoredDuringExecution: [{topologyKey: z}]}}}',
      [
        'spec.affinity.podAffinity.requiredDuringSchedulingIgnoredDuringExecution[0].labelSelector: a null labelSelector results in matching no pod',
        'spec.dnsConfig.nameservers[0]: non-standard IP address "::ffff:10.0.0.1" will be considered invalid in a future Kubernetes release: use "10.0.0.1"',
      ],
    ],
  ]
  for (const [name, body, says] of warnings) test(name, () => assert.deepEqual(createWarnings('Pod', object('Pod', body), 'v1.35'), says))
})

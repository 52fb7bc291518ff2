// Volumes and claims: which volume a claim gets, what is said of one that gets none, and what becomes of the pods that name it.
import { describe, expect, test } from 'vitest'
import type { PersistentVolumeClaim } from '../../src/apply/object-storage'
import { readStore } from '../../src/apply/store-input'
import { begin } from '../../src/cluster/begin'
import { objectOf, objectsOf, type State } from '../../src/cluster/state'
import { settle } from '../../src/control/settle'
import { runKubectl } from '../../src/view/kubectl/run'
import { errors } from '../apply/decoded'

const volume = (name: string, size: string, more = ''): string =>
  `---\napiVersion: v1\nkind: PersistentVolume\nmetadata: {name: ${name}, labels: {disk: ${name}}}\nspec: {capacity: {storage: ${size}}, accessModes: [ReadWriteOnce, ReadOnlyMany], hostPath: {path: /d}${more}}\n`
const claim = (more = ''): string =>
  `---\napiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {name: data}\nspec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 2Gi}}${more}}\n`
const POD =
  '---\napiVersion: v1\nkind: Pod\nmetadata: {name: db}\nspec: {containers: [{name: c, image: i}], volumes: [{name: v, persistentVolumeClaim: {claimName: data}}]}\n'
const world = (text: string): State => settle(begin(readStore([{ name: 'e.yaml', text }]), { seed: 1 }))
const claimOf = (state: State): PersistentVolumeClaim => objectOf(state, 'PersistentVolumeClaim', 'default/data')!
const run = (state: State, line: string, stdin = '') => runKubectl(state, line.split(' '), { read: () => undefined, stdin: () => stdin })
const whyPending = (state: State): string | undefined =>
  objectOf(state, 'Pod', 'default/db')?.status?.conditions?.find(c => c.type === 'PodScheduled')?.message

describe('a claim gets', () => {
  for (const [what, text, name] of [
    ['the smallest volume that is large enough', volume('a', '9Gi') + volume('b', '3Gi') + volume('c', '1Gi') + claim(), 'b'],
    ['the first of equal ones', volume('v2', '3Gi') + volume('v1', '3Gi') + claim(), 'v1'],
    ['no volume of another class', volume('a', '3Gi', ', storageClassName: manual') + claim(), undefined],
    ['one of its class', volume('a', '3Gi', ', storageClassName: manual') + claim(', storageClassName: manual'), 'a'],
    ['one that its selector takes', volume('a', '3Gi') + volume('b', '3Gi') + claim(', selector: {matchLabels: {disk: b}}'), 'b'],
    ['the one that it names', volume('a', '3Gi') + volume('b', '9Gi') + claim(', volumeName: b'), 'b'],
    [
      'the one that was kept for it',
      volume('a', '3Gi') + volume('b', '9Gi', ', claimRef: {namespace: default, name: data}') + claim(),
      'b',
    ],
    ['none that is kept for another', volume('b', '9Gi', ', claimRef: {namespace: default, name: other}') + claim(), undefined],
    ['none of another mode', volume('a', '3Gi', ', volumeMode: Block') + claim(), undefined],
  ] as const)
    test(what, () => expect(claimOf(world(text)).spec.volumeName).toBe(name))
})

test('a bound claim and its volume say of each other, and show it', () => {
  const state = world(volume('a', '3Gi') + claim())
  expect(run(state, 'get pvc data --no-headers').stdout).toMatch(/^data +Bound +a +3Gi +RWO,ROX +<unset> /)
  expect(run(state, 'get pv a --no-headers').stdout).toMatch(/^a +3Gi +RWO,ROX +Retain +Bound +default\/data +<unset> /)
  expect(run(state, 'describe pv a').stdout).toContain('Claim:           default/data\n')
})

describe('what is said of a claim without a volume', () => {
  const CLASS = (mode: string): string =>
    `---\napiVersion: storage.k8s.io/v1\nkind: StorageClass\nmetadata: {name: fast}\nprovisioner: example.com/disk\nvolumeBindingMode: ${mode}\n`
  const said = (text: string): readonly string[] =>
    objectsOf(world(text), 'Event').flatMap(e => (e.involvedObject.kind === 'PersistentVolumeClaim' ? [`${e.reason}: ${e.message}`] : []))
  for (const [what, text, says] of [
    ['no class', claim(), 'FailedBinding: no persistent volumes available for this claim and no storage class is set'],
    ['a class that is not there', claim(', storageClassName: fast'), 'ProvisioningFailed: storageclass.storage.k8s.io "fast" not found'],
    [
      'a provisioner',
      CLASS('Immediate') + claim(', storageClassName: fast'),
      "ExternalProvisioning: Waiting for a volume to be created either by the external provisioner 'example.com/disk' or manually by the system administrator. If volume creation is delayed, please verify that the provisioner is running and correctly registered.",
    ],
    [
      'a class that waits for pods',
      CLASS('WaitForFirstConsumer') + volume('a', '3Gi', ', storageClassName: fast') + claim(', storageClassName: fast'),
      'WaitForFirstConsumer: waiting for first consumer to be created before binding',
    ],
  ] as const)
    test(what, () => expect(said(text)[0]).toBe(says))

  test('it is bound once a pod names it', () => {
    const state = world(
      CLASS('WaitForFirstConsumer') + volume('a', '3Gi', ', storageClassName: fast') + claim(', storageClassName: fast') + POD,
    )
    expect([claimOf(state).spec.volumeName, objectOf(state, 'Pod', 'default/db')?.status?.phase]).toEqual(['a', 'Running'])
  })
})

describe('a pod', () => {
  test('of a claim without a volume waits, and starts when a volume comes', () => {
    const state = world(claim() + POD)
    expect(whyPending(state)).toBe('0/3 nodes are available: pod has unbound immediate PersistentVolumeClaims. not found')
    const later = settle(run(state, 'create -f -', volume('a', '3Gi').slice(4)).state)
    expect(objectOf(later, 'Pod', 'default/db')?.status?.phase).toBe('Running')
  })
  test('of a claim that is not given runs', () => expect(objectOf(world(POD), 'Pod', 'default/db')?.status?.phase).toBe('Running'))
})

test('a claim that a pod uses goes after the pod, and its volume is released', () => {
  const state = world(volume('a', '3Gi'))
  const made = settle(run(settle(run(state, 'create -f -', claim().slice(4)).state), 'create -f -', POD.slice(4)).state)
  const going = settle(run(made, 'delete pvc data --wait=false').state)
  expect(claimOf(going).metadata.deletionTimestamp).toBeDefined()
  const gone = settle(run(going, 'delete pod db').state)
  expect([claimOf(gone), objectOf(gone, 'PersistentVolume', 'a')?.status?.phase]).toEqual([undefined, 'Released'])
})

test('a claim that names no class gets the default one', () => {
  const state = world(
    `---\napiVersion: storage.k8s.io/v1\nkind: StorageClass\nmetadata: {name: usual, annotations: {storageclass.kubernetes.io/is-default-class: 'true'}}\nprovisioner: x.y/z\n`,
  )
  expect(claimOf(run(state, 'create -f -', claim().slice(4)).state).spec.storageClassName).toBe('usual')
  expect(run(state, 'get sc --no-headers').stdout).toMatch(/^usual \(default\) +x\.y\/z +Delete +Immediate +false /)
})

describe('storage that is wrong', () => {
  for (const [kind, body, says] of [
    [
      'PersistentVolume',
      'spec: {capacity: {storage: 1Gi}, accessModes: [RWO], hostPath: {path: /}}',
      [
        'spec.accessModes: Unsupported value: "RWO": supported values: "ReadOnlyMany", "ReadWriteMany", "ReadWriteOnce", "ReadWriteOncePod"',
      ],
    ],
    [
      'PersistentVolume',
      'spec: {capacity: {storage: 1Gi}, accessModes: [ReadWriteOnce], local: {path: /a}}',
      ['spec.nodeAffinity: Required value: Local volume requires node affinity'],
    ],
    [
      'PersistentVolume',
      'spec: {accessModes: [ReadWriteOnce]}',
      [
        'spec.capacity: Required value',
        'spec.capacity: Unsupported value: null: supported values: "storage"',
        'spec: Required value: must specify a volume type',
      ],
    ],
    [
      'PersistentVolumeClaim',
      'spec: {}',
      ['spec.accessModes: Required value: at least 1 access mode is required', 'spec.resources[storage]: Required value'],
    ],
    [
      'PersistentVolume',
      'spec: {capacity: {storage: 1Gi}, accessModes: [ReadWriteOnce], iscsi: {targetPortal: a, iqn: foo, initiatorName: bar, secretRef: {}}}',
      [
        'spec.iscsi.iqn: Invalid value: "foo": must be valid format',
        'spec.iscsi.secretRef.name: Required value',
        'spec.iscsi.initiatorname: Invalid value: "bar": must be valid format',
      ],
    ],
    [
      'PersistentVolume',
      'spec: {capacity: {storage: 1Gi}, accessModes: [ReadWriteOnce], cinder: {volumeID: e, secretRef: {name: a}}}',
      ['spec.cinder.secretRef.namespace: Required value'],
    ],
    [
      'PersistentVolume',
      'spec: {capacity: {storage: 1Gi}, accessModes: [ReadWriteOnce], glusterfs: {endpoints: e, path: p, endpointsNamespace: ""}}',
      ['spec.glusterfs.endpointsNamespace: Invalid value: "": if the endpointnamespace is set, it must be a valid namespace name'],
    ],
    [
      'PersistentVolume',
      'spec: {capacity: {storage: 1Gi}, accessModes: [ReadWriteOnce], azureFile: {secretName: e, shareName: x, secretNamespace: ""}}',
      ['spec.azureFile.secretNamespace: Required value'],
    ],
    [
      'PersistentVolume',
      'spec: {capacity: {storage: 1Gi}, accessModes: [ReadWriteOnce], volumeAttributesClassName: "", hostPath: {path: /d}}',
      [
        'spec.volumeAttributesClassName: Required value: an empty string is disallowed',
        'spec.csi: Required value: has to be specified when using volumeAttributesClassName',
      ],
    ],
    [
      'PersistentVolumeClaim',
      'spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1}}, dataSource: {kind: PersistentVolumeClaim, name: a}, dataSourceRef: {kind: PersistentVolumeClaim, name: b}}',
      ['spec: Invalid value: {}: must match dataSourceRef'],
    ],
    ['StorageClass', 'provisioner: a\nallowedTopologies: [{}]', ['allowedTopologies[0].matchLabelExpressions: Duplicate value: ""']],
    [
      'StorageClass',
      'reclaimPolicy: Recycle\nprovisioner: a',
      ['reclaimPolicy: Unsupported value: "Recycle": supported values: "Delete", "Retain"'],
    ],
    [
      'StorageClass',
      'provisioner: a\nvolumeBindingMode: Later',
      ['volumeBindingMode: Unsupported value: "Later": supported values: "Immediate", "WaitForFirstConsumer"'],
    ],
  ] as const)
    test(`${kind}: ${body.replace('\n', ', ')}`, () => expect(errors(kind, body)).toEqual(says))
})

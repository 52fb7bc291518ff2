// Going back: what a Deployment keeps and what it gets again, and what `kubectl rollout` says on the way.
import { beforeEach, describe, expect, test } from 'vitest'
import { type Typed, typing } from './sequence'

const WEB = `
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 2
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, image: "nginx:1"}]}
`
const CAUSE = 'kubernetes.io/change-cause'

describe('a Deployment with two revisions and their causes', () => {
  let at: Typed
  beforeEach(() => {
    at = typing(WEB)
    at.kubectl(`annotate deploy/web ${CAUSE}=first note=old`)
    at.kubectl('set image deploy/web web=nginx:2')
    at.kubectl(`annotate deploy/web ${CAUSE}=second --overwrite`)
  })

  test('a revision is shown with its cause among the annotations of its template', () => {
    expect(at.kubectl('rollout history deploy/web --revision=2')).toContain(`  Annotations:\t${CAUSE}: second\n`)
  })

  test('going back brings the annotations of that time back', () => {
    at.kubectl('rollout undo deploy/web')
    expect(at.kubectl(`get deploy web -o 'jsonpath={.metadata.annotations}'`)).toBe(
      `{"deployment.kubernetes.io/revision":"3","${CAUSE}":"first","note":"old"}`,
    )
    expect(at.kubectl('rollout history deploy/web')).toMatch(/^2 +second\n3 +first\n/m)
  })

  test('a dry run shows the template as its ReplicaSet has it', () => {
    expect(at.kubectl('rollout undo deploy/web --dry-run=client')).toMatch(/Labels:\tapp=web\n\tpod-template-hash=\w+\n/)
  })

  test('a paused one is not rolled back, but its dry run is shown', () => {
    at.kubectl('rollout pause deploy/web')
    expect(at.kubectl('rollout undo deploy/web')).toBe(
      "error: you cannot rollback a paused deployment; resume it first with 'kubectl rollout resume' and try again\n",
    )
    expect(at.kubectl('rollout undo deploy/web --dry-run=client')).toContain('Pod Template:')
  })
})

test('a paused Deployment without history is told the latter', () => {
  const at = typing(WEB)
  at.kubectl('rollout pause deploy/web')
  expect(at.kubectl('rollout undo deploy/web')).toBe('error: no rollout history found for deployment "web"\n')
})

test('a StatefulSet with one revision has no last one, and its revisions have its annotations', () => {
  const at = typing(`
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: db, annotations: {${CAUSE}: made}}
spec:
  serviceName: db
  selector: {matchLabels: {app: db}}
  template:
    metadata: {labels: {app: db}}
    spec: {containers: [{name: db, image: "pg:1"}]}
`)
  expect(at.kubectl('rollout undo sts/db')).toBe('error: no last revision to roll back to\n')
  expect(at.kubectl('rollout history sts/db')).toMatch(/^1 +made\n/m)
})

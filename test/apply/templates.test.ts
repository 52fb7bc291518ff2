// Files that Helm or kustomize would read first, and versions that an API server has no more: refused or warned of as what they are.
import { expect, test } from 'vitest'
import { readStore } from '../../src/apply/store-input'
import { HopspecError, problemText } from '../../src/error'

/** What is said about one file: its problems, or else its warnings. */
function told(name: string, text: string): readonly string[] {
  try {
    return readStore([{ name, text }]).warnings.map(problemText)
  } catch (error) {
    if (!(error instanceof HopspecError)) throw error
    return error.problems.map(problemText)
  }
}

const RENDER = "Render it first ('helm template NAME CHART > rendered.yaml'), and give that."

const service = (name: string, port: string) =>
  `apiVersion: v1\nkind: Service\nmetadata:\n  name: ${name}\nspec:\n  ports:\n  - port: ${port}\n`

test('a template of Helm is told once, at its first line with braces', () =>
  expect(told('svc.yaml', service('{{ include "web.fullname" . }}', '{{ .Values.port }}'))).toEqual([
    `svc.yaml:4:9: The file is a template of Helm: '{{ … }}' stands for text that only Helm knows. ${RENDER}`,
  ]))

test('so is one that is no YAML', () =>
  expect(told('svc.yaml', `{{- if .Values.service }}\n${service('web', '80')}{{- end }}\n`)).toEqual([
    `svc.yaml:1:1: The file is a template of Helm: '{{ … }}' stands for text that only Helm knows. ${RENDER}`,
  ]))

test('braces in a text are a text', () =>
  expect(
    told(
      'map.yaml',
      'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: alerts}\ndata:\n  mail: |\n    {{ range .Alerts }}\n    {{ end }}\n',
    ),
  ).toEqual([]))

for (const [file, words] of [
  ['app/kustomization.yaml', "kustomize reads it. Give what 'kubectl kustomize FOLDER' prints."],
  ['chart/Chart.yaml', "Helm reads it. Give what 'helm template NAME CHART' prints."],
  ['chart/values-prod.yaml', "Helm reads it. Give what 'helm template NAME CHART' prints."],
  ['chart/other.yaml', "Add a line like 'kind: Service'."],
])
  test(`${file} without a kind`, () =>
    expect(told(file!, 'resources: [a.yaml]\n')).toEqual([`${file}:1:1: The document has no 'kind'. ${words}`]))

const OLD = `apiVersion: extensions/v1beta1
kind: Deployment
metadata: {name: web}
spec: {template: {metadata: {labels: {app: web}}, spec: {containers: [{name: web, image: web}]}}}
`
const CLUSTER = (version: string) => `---\napiVersion: hopspec/v1\nkind: Cluster\nkubernetesVersion: ${version}\n`

test('a version that the API server has no more is taken with a warning', () =>
  expect(told('old.yaml', OLD + CLUSTER('v1.35.4'))).toEqual([
    "old.yaml:1:1: The API server of v1.35 has no Deployment in extensions/v1beta1; it is taken as older ones had it, and kubectl apply would refuse it. Write 'apiVersion: apps/v1'.",
  ]))

test('where it still had it, there is none', () => expect(told('old.yaml', OLD + CLUSTER('v1.13.0'))).toEqual([]))

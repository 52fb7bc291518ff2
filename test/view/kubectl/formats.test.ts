// What kubectl prints by a template, and which label selectors it reads: each row is a template or selector and its answer.
import { expect, test } from 'vitest'
import { goTemplateText } from '../../../src/view/kubectl/go-template'
import { jsonPathText } from '../../../src/view/kubectl/jsonpath'
import { labelFilterError, readLabelFilter } from '../../../src/view/kubectl/label-filter'
import { pathText } from '../../../src/view/kubectl/print-paths'

const LIST = {
  kind: 'List',
  items: [
    {
      metadata: { name: 'a', labels: { app: 'web', 'x/y': '1' } },
      spec: { containers: [{ image: 'i1' }, { image: 'i2' }] },
      status: { n: 3 },
    },
    { metadata: { name: 'b', labels: { app: 'db' } }, spec: { containers: [{ image: 'i3' }] }, status: { n: 12 } },
  ],
}

const paths = [
  { template: '{.items[*].metadata.name}', text: 'a b' },
  { template: '{.items[0].metadata.labels}', text: '{"app":"web","x/y":"1"}' },
  { template: '{.items[0].metadata.labels.x\\/y}', text: '1' },
  { template: "{.items[0].metadata.labels['x/y']}", text: '1' },
  { template: '{..image}', text: 'i1 i2 i3' },
  { template: '{.items[-1:].metadata.name}', text: 'b' },
  { template: '{.items[0,1].status.n}', text: '3 12' },
  { template: "{.items[*]['kind','status.n']}", text: '' },
  { template: '{.items[?(@.metadata.name=="b")].status.n}', text: '12' },
  { template: '{.items[?(@.status.n>5)].metadata.name}', text: 'b' },
  { template: '{.items[?(@.metadata.nosuch)].metadata.name}', text: '' },
  { template: '{range .items[*]}{.metadata.name}:{range .spec.containers[*]}{.image},{end}{"\\n"}{end}', text: 'a:i1,i2,\nb:i3,\n' },
  { template: 'n={.items[1].status.n}{"\\t"}.', text: 'n=12\t.' },
  { template: '{.nosuch.deep}', text: '' },
]
for (const { template, text } of paths) test(`jsonpath ${template}`, () => expect(jsonPathText(template, LIST)).toEqual({ text }))

const broken = [
  { template: '{.x', wrong: 'unclosed action' },
  { template: '{items}', wrong: 'unrecognized identifier items' },
  { template: '{.a[}', wrong: 'unterminated array' },
  { template: '{#}', wrong: "unrecognized character in action: U+0023 '#'" },
  { template: '{end}', wrong: 'not in range, nothing to end' },
]
for (const { template, wrong } of broken)
  test(`jsonpath ${template} is no template`, () =>
    expect(jsonPathText(template, LIST)).toEqual({ wrong: `error: error parsing jsonpath ${template}, ${wrong}` }))

test('an index beyond the list is told with the object', () => {
  expect(pathText('jsonpath={.items[0]}', { items: [] }, [], true)).toEqual({
    wrong:
      'error: error executing jsonpath "{.items[0]}": Error executing template: array index out of bounds: index 0, length 0. Printing more information for debugging the template:\n\ttemplate was:\n\t\t{.items[0]}\n\tobject given to jsonpath engine was:\n\t\tmap[string]interface {}{"items":[]interface {}{}}\n',
  })
})

const templates = [
  { template: '{{.kind}}', text: 'List' },
  { template: '{{range .items}}{{.metadata.name}} {{end}}', text: 'a b ' },
  { template: '{{range $i, $x := .items}}{{$i}}{{$x.metadata.name}}{{end}}', text: '0a1b' },
  { template: '{{range .none}}x{{else}}nothing{{end}}', text: 'nothing' },
  { template: '{{with index .items 1}}{{.status.n}}{{end}}', text: '12' },
  { template: '{{if eq .kind "List"}}yes{{else if .items}}some{{else}}no{{end}}', text: 'yes' },
  { template: '{{if and .kind (not .nosuch)}}both{{end}}', text: 'both' },
  { template: '{{len .items}} {{printf "%-3s|%q" .kind "a"}}', text: '2 List|"a"' },
  { template: '{{(index .items 0).metadata.labels}}', text: 'map[app:web x/y:1]' },
  { template: 'a {{- " b " -}} c', text: 'a b c' },
  { template: '{{/* nothing */}}{{.nosuch}}', text: '<no value>' },
  { template: '{{ "aGk=" | base64decode }}', text: 'hi' },
]
for (const { template, text } of templates) test(`go-template ${template}`, () => expect(goTemplateText(template, LIST)).toEqual({ text }))

test('a function that does not exist', () => expect(goTemplateText('{{foo .x}}', LIST)).toHaveProperty('wrong'))
test('an action that does not end', () => expect(goTemplateText('{{.x', LIST)).toHaveProperty('wrong'))

const labels = { app: 'web', tier: '5' }
const selectors = [
  { selector: 'app=web', holds: true },
  { selector: 'app==web,tier', holds: true },
  { selector: 'app!=web', holds: false },
  { selector: 'app in (db, web)', holds: true },
  { selector: 'app notin (web)', holds: false },
  { selector: 'other notin (web)', holds: true },
  { selector: '!other', holds: true },
  { selector: 'tier>4,tier<6', holds: true },
  { selector: 'other=', holds: false },
  { selector: '', holds: true },
]
for (const { selector, holds } of selectors)
  test(`-l '${selector}' ${holds ? 'takes' : 'leaves'} app=web,tier=5`, () => expect(readLabelFilter(selector)?.(labels)).toBe(holds))

const unreadable = [
  { selector: 'a b', wrong: "unable to parse requirement: found 'b', expected: in, notin, =, ==, !=, gt, lt" },
  { selector: 'a in b', wrong: "unable to parse requirement: found 'b' expected: '('" },
  { selector: 'a in (b', wrong: "unable to parse requirement: found '', expected: ',' or ')'" },
  { selector: 'a=b,,c', wrong: "found ',', expected: identifier after ','" },
  { selector: '=x', wrong: "found '=', expected: !, identifier, or 'end of string'" },
  { selector: 'a=b!', wrong: "found '!', expected: ',' or 'end of string'" },
]
for (const { selector, wrong } of unreadable)
  test(`-l '${selector}' is no selector`, () => {
    expect(readLabelFilter(selector)).toBeUndefined()
    expect(labelFilterError(selector)).toBe(wrong)
  })

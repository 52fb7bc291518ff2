// PriorityClasses: what a pod gets of its class, what is refused, and which classes every cluster has.
import { describe, expect, test } from 'vitest'
import { readStore } from '../../src/apply/store-input'
import { begin } from '../../src/cluster/begin'
import { objectOf, objectsOf, type State } from '../../src/cluster/state'
import { settle } from '../../src/control/settle'
import { runKubectl } from '../../src/view/kubectl/run'
import { errors } from '../apply/decoded'

const empty = settle(begin(readStore([]), { seed: 1 }))
const run = (state: State, line: string, stdin = '') => runKubectl(state, line.split(' '), { read: () => undefined, stdin: () => stdin })
const pod = (spec: string): string => `{apiVersion: v1, kind: Pod, metadata: {name: p}, spec: {containers: [{name: c, image: i}], ${spec}}}`
const high = run(empty, 'create priorityclass high --value=1000 --preemption-policy=Never').state
const given = (state: State, spec: string): unknown => {
  const made = objectOf(run(state, 'create -f -', pod(spec)).state, 'Pod', 'default/p')?.spec as
    | { priority?: number; priorityClassName?: string; preemptionPolicy?: string }
    | undefined
  return made && [made.priority, made.priorityClassName, made.preemptionPolicy]
}

test('a pod gets the value and the policy of its class', () => {
  expect(given(high, 'priorityClassName: high')).toEqual([1000, 'high', 'Never'])
  expect(given(high, 'priorityClassName: system-node-critical')).toEqual([2000001000, 'system-node-critical', 'PreemptLowerPriority'])
  expect(given(high, '')).toEqual([0, undefined, 'PreemptLowerPriority'])
})

test('a pod that names no class gets the default one', () => {
  const state = run(high, 'create priorityclass usual --value=7 --global-default').state
  expect(given(state, '')).toEqual([7, 'usual', 'PreemptLowerPriority'])
  expect(run(state, 'create priorityclass other --value=7 --global-default').stderr).toBe(
    'error: failed to create priorityclass: priorityclasses.scheduling.k8s.io "other" is forbidden: PriorityClass usual is already marked as default. Only one default can exist\n',
  )
})

describe('a pod is refused', () => {
  const forbidden = (why: string): string => `Error from server (Forbidden): error when creating "STDIN": pods "p" is forbidden: ${why}\n`
  const must = (what: string, value: string): string =>
    `the ${what} must not be provided in pod spec; priority admission controller computed ${value} from the given PriorityClass name`
  for (const [spec, why] of [
    ['priorityClassName: low', 'no PriorityClass with name low was found'],
    ['priorityClassName: high, priority: 5', must('integer value of priority (5)', '1000')],
    [
      'priorityClassName: high, preemptionPolicy: PreemptLowerPriority',
      must('string value of PreemptionPolicy (PreemptLowerPriority)', 'Never'),
    ],
  ] as const)
    test(spec, () => expect(run(high, 'create -f -', pod(spec)).stderr).toBe(forbidden(why)))
})

test('a Deployment whose class is missing gets no pods, and gets them once it is there', () => {
  const manifest =
    '{apiVersion: apps/v1, kind: Deployment, metadata: {name: web}, spec: {selector: {matchLabels: {a: b}}, template: {metadata: {labels: {a: b}}, spec: {priorityClassName: low, containers: [{name: c, image: i}]}}}}'
  const state = settle(run(empty, 'create -f -', manifest).state)
  expect(objectsOf(state, 'Event').find(e => e.reason === 'FailedCreate')?.message).toMatch(
    /^Error creating: pods "web-[\w-]+" is forbidden: no PriorityClass with name low was found$/,
  )
  expect(objectsOf(state, 'Pod')).toEqual([])
})

test('the classes of the system are shown, and cannot be made again', () => {
  expect(run(high, 'get pc').stdout.replace(/ {2,}/g, ' ')).toMatch(
    /^NAME VALUE GLOBAL-DEFAULT AGE PREEMPTIONPOLICY\nhigh 1000 false \S+ Never\nsystem-cluster-critical 2000000000 false \S+ PreemptLowerPriority\nsystem-node-critical 2000001000 false /,
  )
  expect(run(high, 'describe pc high').stdout).toBe(
    'Name:              high\nValue:             1000\nGlobalDefault:     false\nPreemptionPolicy:  Never\nDescription:       \nAnnotations:       <none>\nEvents:            <none>\n',
  )
  expect(run(high, 'create priorityclass system-node-critical --value=2000001000').stderr).toContain('already exists')
})

describe('a class that is wrong', () => {
  const reserved = "metadata.name: Forbidden: priority class names with 'system-' prefix are reserved for system use only. error: "
  for (const [name, body, says] of [
    ['x', 'value: 1000000001', 'value: Forbidden: maximum allowed value of a user defined priority is 1000000000'],
    ['x', 'value: 1\npreemptionPolicy: x', 'preemptionPolicy: Unsupported value: "x": supported values: "PreemptLowerPriority", "Never"'],
    ['system-mine', 'value: 1', `${reserved}system-mine is not a known system priority class`],
    ['system-node-critical', 'value: 1', `${reserved}value of system-node-critical PriorityClass must be 2000001000`],
  ] as const)
    test(`${name}: ${body.replace('\n', ', ')}`, () => expect(errors('PriorityClass', body, `name: ${name}`)).toEqual([says]))
})

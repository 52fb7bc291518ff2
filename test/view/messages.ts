// Builds the messages of a run without running it: features as plain data become the envelopes that cucumber-js would send.
import type { Envelope, TestStepResultStatus } from '@cucumber/messages'
import type { Status } from '../../src/view/run'

export interface StepSpec {
  readonly text: string
  readonly status?: Status
  readonly message?: string
  readonly rows?: readonly (readonly string[])[]
  readonly docString?: string
  /** Words of the text that parameters matched. */
  readonly values?: readonly string[]
  /** By media type. */
  readonly attach?: Readonly<Record<string, unknown>>
}

export interface ScenarioSpec {
  readonly name: string
  readonly tags?: readonly string[]
  readonly steps: readonly StepSpec[]
  /** Cells of the example row by head. */
  readonly example?: Readonly<Record<string, string>>
}

export interface FeatureSpec {
  readonly uri: string
  readonly name: string
  readonly description?: string
  readonly scenarios: readonly ScenarioSpec[]
}

/** The envelopes of a run; `salt` goes into every id, as each run of cucumber-js has other ones. */
export function messages(features: readonly FeatureSpec[], salt = 'a'): readonly Envelope[] {
  let count = 0
  const id = () => `${salt}-${count++}`
  const list: unknown[] = []
  const time = { seconds: salt.length, nanos: 7 }
  for (const feature of features) {
    let line = 3
    const children: unknown[] = []
    const rest: unknown[] = []
    for (const scenario of feature.scenarios) {
      const head = (line += 2)
      const steps = scenario.steps.map(step => {
        const [, keyword = '', text = ''] = /^(\S+ )(.*)$/.exec(step.text) ?? []
        return { ...step, keyword, text, line: ++line, ast: id(), pickle: id(), test: id() }
      })
      const ids = { scenario: id(), pickle: id(), testCase: id(), started: id(), row: id() }
      const cells = Object.entries(scenario.example ?? {})
      const rowLine = (line += cells.length ? 3 : 0)
      children.push({
        scenario: {
          id: ids.scenario,
          name: scenario.name,
          keyword: 'Scenario',
          description: '',
          location: { line: head, column: 3 },
          tags: [],
          steps: steps.map(step => ({ id: step.ast, keyword: step.keyword, text: step.text, location: { line: step.line, column: 5 } })),
          examples: cells.length
            ? [
                {
                  tableHeader: { cells: cells.map(([value]) => ({ value })) },
                  tableBody: [{ id: ids.row, location: { line: rowLine, column: 7 }, cells: cells.map(([, value]) => ({ value })) }],
                },
              ]
            : [],
        },
      })
      rest.push(
        {
          pickle: {
            id: ids.pickle,
            uri: feature.uri,
            name: scenario.name,
            language: 'en',
            tags: (scenario.tags ?? []).map(name => ({ name, astNodeId: 'x' })),
            astNodeIds: cells.length ? [ids.scenario, ids.row] : [ids.scenario],
            steps: steps.map(step => ({
              id: step.pickle,
              text: step.text,
              astNodeIds: [step.ast],
              argument: step.rows
                ? { dataTable: { rows: step.rows.map(row => ({ cells: row.map(value => ({ value })) })) } }
                : step.docString === undefined
                  ? undefined
                  : { docString: { content: step.docString } },
            })),
          },
        },
        {
          testCase: {
            id: ids.testCase,
            pickleId: ids.pickle,
            testSteps: steps.map(step => ({
              id: step.test,
              pickleStepId: step.pickle,
              stepMatchArgumentsLists: [
                { stepMatchArguments: (step.values ?? []).map(value => ({ group: { start: step.text.indexOf(value), value } })) },
              ],
            })),
          },
        },
        { testCaseStarted: { id: ids.started, testCaseId: ids.testCase, attempt: 0, timestamp: time } },
      )
      for (const step of steps) {
        for (const [mediaType, body] of Object.entries(step.attach ?? {}))
          rest.push({
            attachment: {
              mediaType,
              body: typeof body === 'string' ? body : JSON.stringify(body),
              contentEncoding: 'IDENTITY',
              testCaseStartedId: ids.started,
              testStepId: step.test,
            },
          })
        rest.push({
          testStepFinished: {
            testCaseStartedId: ids.started,
            testStepId: step.test,
            timestamp: time,
            testStepResult: {
              status: (step.status ?? 'passed').toUpperCase() as TestStepResultStatus,
              duration: time,
              ...(step.message === undefined ? {} : { message: step.message }),
            },
          },
        })
      }
      rest.push({ testCaseFinished: { testCaseStartedId: ids.started, timestamp: time, willBeRetried: false } })
    }
    list.push(
      {
        gherkinDocument: {
          uri: feature.uri,
          comments: [],
          feature: {
            name: feature.name,
            description: feature.description ?? '',
            keyword: 'Feature',
            language: 'en',
            tags: [],
            location: { line: 1, column: 1 },
            children,
          },
        },
      },
      ...rest,
    )
  }
  return list as Envelope[]
}

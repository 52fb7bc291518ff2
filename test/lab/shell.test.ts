// The shell: places, requests, names, time, and a machinery that can be stopped.
import { expect, test } from 'vitest'
import { beginSession, type Session } from '../../src/lab/shell/session'
import { runCommand, wordsOf } from '../../src/lab/shell/run'
import { readDuration } from '../../src/lab/shell/time'
import { settle } from '../../src/control/settle'
import { ARTICLE, cluster, config } from '../control/world'

const article = (): Session => beginSession({ state: settle(cluster([ARTICLE.deployment, ARTICLE.service], { pins: ARTICLE.pins })) })

/** Runs the lines one after the other; the last one's answer. */
function run(session: Session, ...lines: readonly string[]) {
  let now = session
  let answer = { stdout: '', stderr: '', exit: 0 }
  for (const line of lines) {
    const ran = runCommand(now, wordsOf(line), { stdin: '', read: () => undefined })
    now = ran.session
    answer = ran.answer
  }
  return { ...answer, session: now }
}

test('a line becomes words as a shell takes them', () => {
  expect(wordsOf(`kubectl patch x -p '{"a": 1}' "b c" d\\e`)).toEqual(['kubectl', 'patch', 'x', '-p', '{"a": 1}', 'b c', 'd\\e'])
})

test('durations are written as kubectl writes them', () => {
  expect(['30s', '1m30s', '0.5s', '250ms', '7'].map(readDuration)).toEqual([30_000, 90_000, 500, 250, 7000])
  expect(['', 's', '-1s', '5x'].map(readDuration)).toEqual([undefined, undefined, undefined, undefined])
})

test('curl of the Service from a node answers as one of its pods', () => {
  expect(run(article(), 'curl http://10.100.77.149/').stdout).toMatch(
    /^Hello Kubernetes bootcamp! \| Running on: mytest-88d46bf99-\w{5} \| v=1\n$/,
  )
})

test('a port where nobody listens refuses, and it is said why', () => {
  const { stderr, exit } = run(article(), 'curl 10.244.1.2:80')
  expect(exit).toBe(7)
  expect(stderr).toMatch(/^curl: \(7\) Failed to connect to 10\.244\.1\.2 port 80 after \d+ ms: Couldn't connect to server\n/)
  expect(stderr).toContain('hopspec: ')
})

test('`on` moves the session; with a command it runs only that one there', () => {
  const there = run(article(), 'on node/node02')
  expect(there.session.place).toBe('node/node02')
  const once = run(article(), 'in pod/default/mytest-88d46bf99-cd4zk hostname')
  expect([once.stdout, once.session.place]).toEqual(['mytest-88d46bf99-cd4zk\n', 'node/master'])
})

test('a place that is not there is told with the nearest', () => {
  const { stderr, exit } = run(article(), 'on node/node03')
  expect(exit).toBe(2)
  expect(stderr).toContain("Did you mean 'node/node01' or 'node/node02'?")
})

test('an unknown command is refused by name', () => {
  expect(run(article(), 'traceroute 10.0.0.1')).toMatchObject({ exit: 127, stdout: '' })
  expect(run(article(), 'constructor')).toMatchObject({ exit: 127, stdout: '' })
  expect(run(article(), 'stop constructor').stderr).toContain("there is no component 'constructor'")
  expect(run(article(), 'ipvsadm -ln').stderr).toContain('ipvsadm')
})

test('docker ps lists a pod with its pause container below, under dockershim names', () => {
  const lines = run(article(), 'on node/node02 docker ps').stdout.trimEnd().split('\n')
  expect(lines).toHaveLength(3)
  expect(lines[1]).toMatch(/k8s_mytest_mytest-88d46bf99-cd4zk_default_[0-9a-f-]{36}_0$/)
  expect(lines[2]).toMatch(/k8s\.gcr\.io\/pause:3\.1 +"\/pause".*k8s_POD_mytest-88d46bf99-cd4zk_default_/)
})

test('containers know the Services that were there before them', () => {
  const { stdout } = run(article(), 'in pod/default/mytest-88d46bf99-cd4zk env')
  expect(stdout).toContain('MYTEST_SVC_SERVICE_HOST=10.100.77.149\nMYTEST_SVC_SERVICE_PORT=80\n')
  expect(stdout).toContain('KUBERNETES_PORT_443_TCP_ADDR=10.96.0.1\n')
})

test('after an explicit wait the cluster is as it is at that moment', () => {
  const scaled = run(article(), 'kubectl scale deployment mytest --replicas=5', 'wait 100ms', 'kubectl get deployment mytest')
  expect(scaled.stdout).toMatch(/mytest +3\/5/)
  expect(run(scaled.session, 'wait 2s', 'kubectl get deployment mytest').stdout).toMatch(/mytest +5\/5/)
})

test('a lost node is NotReady after its grace, and its pods are evicted after their toleration', () => {
  const lost = run(article(), 'fail node02', 'wait 39s', 'kubectl get nodes')
  expect(lost.stdout).toMatch(/node02 +Ready/)
  const noticed = run(lost.session, 'wait 2s', 'kubectl get nodes')
  expect(noticed.stdout).toMatch(/node02 +NotReady/)
  expect(run(noticed.session, 'kubectl get endpoints mytest-svc').stdout).not.toContain('10.244.2.2')
  const evicted = run(noticed.session, 'wait 301s', 'kubectl get pods -o wide').stdout
  expect(evicted).toMatch(/cd4zk .*Terminating .*node02/)
  expect(evicted.match(/node01/g)).toHaveLength(3)
})

test('the timeline tells who wrote what after which write', () => {
  const { stdout } = run(beginSession({ state: settle(cluster([ARTICLE.deployment], {}, config('v1.35'))) }), 'timeline')
  const [, at, by] = /#(\d+) +replicaset-controller +#\d+ +created +Pod default\/mytest-/.exec(stdout) ?? []
  expect([at, by]).toEqual([expect.any(String), undefined])
  expect(stdout).toMatch(new RegExp(`default-scheduler +#${at} +changed +Pod default/mytest-`))
})

test('a name that nobody knows is told as curl does', () => {
  expect(run(article(), 'curl http://nosuch.example/')).toMatchObject({
    exit: 6,
    stderr: expect.stringMatching(/^curl: \(6\) Could not resolve host: nosuch\.example\nhopspec: .+\n$/),
  })
})

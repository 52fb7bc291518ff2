// The shell: places, requests, names, time, and a machinery that can be stopped.
import { describe, expect, test } from 'vitest'
import type { KubeObject } from '../../src/apply/object'
import type { State } from '../../src/cluster/state'
import { expandEnv } from '../../src/lab/machine'
import { beginSession, type Session } from '../../src/lab/shell/session'
import { wordsOf } from '../../src/lab/shell/line'
import { runLine } from '../../src/lab/shell/run'
import { readDuration } from '../../src/lab/shell/time'
import { settle } from '../../src/control/settle'
import { ARTICLE, cluster, config, template } from '../control/world'

const article = (): Session => beginSession({ state: settle(cluster([ARTICLE.deployment, ARTICLE.service], { pins: ARTICLE.pins })) })

/** Runs the lines one after the other; the last one's answer. */
function run(session: Session, ...lines: readonly string[]) {
  let now = session
  let answer = { stdout: '', stderr: '', exit: 0 }
  for (const line of lines) {
    const ran = runLine(now, line, { stdin: '', read: () => undefined })
    now = ran.session
    answer = ran.answer
  }
  return { ...answer, session: now }
}

test('a line becomes words as a shell takes them', () => {
  expect(wordsOf(`kubectl patch x -p '{"a": 1}' "b c" d\\e`)).toEqual(['kubectl', 'patch', 'x', '-p', '{"a": 1}', 'b c', 'd\\e'])
})

for (const [line, operator] of [
  ['kubectl get pods | grep web', '|'],
  ['curl x > file', '>'],
  ['kubectl apply -f - < web.yaml', '<'],
  ['time; time', ';'],
  ['time && time', '&&'],
  ['curl http://x/?a=1&b=2', '&'],
  ['curl $(hostname)', '$('],
  ['curl "$(hostname)"', '$('],
  ['curl $HOST', '$'],
] as const)
  test(`a shell's own is refused by name: ${line}`, () => {
    const { stderr, exit } = run(article(), line)
    expect([exit, stderr]).toEqual([2, expect.stringContaining(`'${operator}': a command line is one program, without pipes`)])
  })

test('quoted, the same characters are part of a word', () => {
  expect(wordsOf(`a '$(x) | y;' "b > c" # d`)).toEqual(['a', '$(x) | y;', 'b > c'])
  expect(run(article(), `curl 'http://x`).stderr).toBe("hopspec: a ' is opened and not closed. Close it with '.\n")
})

for (const [line, message] of [
  ['curl -I http://10.100.77.149', 'curl -I is not modelled.'],
  ['curl -sI http://10.100.77.149', 'curl -I (in -sI) is not modelled.'],
  ['curl -x proxy:3128 http://10.100.77.149', 'curl -x is not modelled.'],
  ['curl --interface eth0 http://10.100.77.149', 'curl --interface is not modelled.'],
  ['curl --resolve a:80:10.0.0.1 http://a', 'curl --resolve is not modelled.'],
  ['curl -o page.html http://10.100.77.149', 'curl -o page.html: no files are written.'],
  ['curl -w %{time_total} http://10.100.77.149', 'curl -w %{time_total} is not modelled.'],
  ['curl https://10.100.77.149:80', '10.100.77.149:80 accepts the connection; what TLS makes of it is not modelled.'],
  ['curl http://10.100.77.149 http://10.100.77.149', "curl: 'http://10.100.77.149' is a word too many."],
  ['nc -l 80', 'nc -l is not modelled.'],
  ['ping -c 100 10.244.1.2', "ping -c '100' is no number from 1 to 20."],
  ['ping -M want 10.244.1.2', 'ping -M want is not modelled.'],
  ['dig +trace x', 'dig +trace is not modelled.'],
  ['nslookup -debug x', 'nslookup -debug is not modelled.'],
  ['fail node02 node01', '2 words follow. Write fail NODE.'],
  ['cut node01 node01', 'a link joins two nodes, and both are node01.'],
  ['stop kube-proxy on node02 node01', 'stop and start take a component and where it runs.'],
  ['timeline 5x', "timeline '5x' is no duration."],
  ['ip -br addr', "ip -br addr: '-br' is not modelled."],
  ['ip -4 -o addr show dev eth0', "ip -4 -o addr show dev eth0: '-o' is not modelled."],
  ['ip route show table all', "ip route show table all: 'table all' is not modelled."],
  ['ip route get 10.0.0.1', "ip route get 10.0.0.1: 'get' is not modelled."],
  ['iptables-save -t natt', "iptables-save: there is no table 'natt'."],
  ['iptables-save -c', 'iptables-save -c is not modelled.'],
  ['conntrack -D -p udp', 'conntrack -D is not modelled.'],
  ['conntrack -L -p upd', "conntrack -p 'upd' is no protocol."],
  ['docker ps -q', 'docker ps -q is not modelled.'],
  ['cat /etc/hosts /etc/hostname', "cat: '/etc/hostname' is a word too many."],
  ['time now', "time: 'now' is a word too many."],
] as const)
  test(`${line} is refused: ${message}`, () => {
    const { stdout, stderr, exit } = run(article(), line)
    expect({ stdout, exit }).toEqual({ stdout: '', exit: 2 })
    expect(stderr).toContain(`hopspec: ${message}`)
  })

for (const [line, stdout] of [
  ["curl -s -o /dev/null -w '%{http_code} %{remote_ip}\\n' http://10.100.77.149/", '200 10.100.77.149\n'],
  ["curl -sm2 -w '%{http_code}' http://10.244.1.2:81", '000'],
  ['wget -q --spider http://10.100.77.149', ''],
  ['nc -zw2 10.100.77.149 80', ''],
] as const)
  test(`${line} prints what the tool does`, () => expect(run(article(), line).stdout).toBe(stdout))

test('options that take no value leave the next word alone', () => {
  expect(run(article(), 'wget -q http://10.100.77.149').stdout).toContain('Hello Kubernetes bootcamp!')
  expect(run(article(), 'curl --header X:1 http://10.100.77.149').stdout).toContain('Hello Kubernetes bootcamp!')
})

test('ping sends what it is told to, under one id', () => {
  const { stdout, session } = run(article(), 'ping -c 2 -s 1400 -M do 10.244.1.2')
  expect(stdout).toMatch(/^PING 10\.244\.1\.2 \(10\.244\.1\.2\) 1400\(1428\) bytes of data\.\n1408 bytes .*\n1408 bytes/)
  expect(run(session, 'conntrack -L').stdout.match(/^icmp /gm)).toHaveLength(1)
  expect(run(article(), 'ping -s 2000 -M do 10.244.1.2').stdout).toContain('100% packet loss')
  expect(run(article(), 'ping -t 1 10.244.1.2').stdout).toContain('Time to live exceeded')
})

test('routes and addresses are shown by device, family and table', () => {
  const routes = run(article(), 'on node/node01 ip route show dev cni0').stdout
  expect(routes).toBe('10.244.1.0/24 proto kernel scope link src 10.244.1.1\n')
  expect(run(article(), 'ip route show table 100')).toMatchObject({
    exit: 2,
    stderr: 'Error: ipv4: FIB table does not exist.\nDump terminated\n',
  })
  const address = run(article(), 'on node/node01 ip -4 addr show dev cni0').stdout
  expect(address).toMatch(/^\d+: cni0: <.*\n {4}inet 10\.244\.1\.1\/24 .*\n +valid_lft .*\n$/)
  expect(run(article(), 'ip addr show nosuch').stderr).toBe('Device "nosuch" does not exist.\n')
})

test('conntrack lists what is asked for, and flushes one namespace', () => {
  const { session } = run(article(), 'ping 10.244.1.2', 'curl http://10.100.77.149')
  expect(run(session, 'conntrack -L').stdout).toMatch(/^icmp .*\n(?:.*\n)*tcp /)
  expect(run(session, 'conntrack -L -p tcp --dport 80').stdout).toMatch(/^tcp .*\n$/)
  expect(run(session, 'conntrack -L -p tcp --dport 81').stdout).toBe('')
  const flushed = run(session, 'conntrack -F').session
  expect(run(flushed, 'conntrack -L').stdout).toBe('')
  expect(run(flushed, 'on node/node01 conntrack -L').stdout).toContain('10.244.1.2')
})

test('questions to the name server are connections too', () => {
  expect(run(article(), 'curl http://nosuch.example/', 'conntrack -L').stdout).toMatch(/^udp .*:53 /m)
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

describe('the environment of a container', () => {
  const withEnv = (env: readonly object[]): Session => {
    const { spec } = template({}, 'c', 'busybox')
    const metadata = { name: 'e', namespace: 'default' }
    const pod = { apiVersion: 'v1', kind: 'Pod', metadata, spec: { ...spec, containers: [{ ...spec.containers[0]!, env }] } }
    const map = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'conf', namespace: 'default' }, data: { HOST: 'db' } }
    return beginSession({ state: settle(cluster([map, pod as KubeObject])) })
  }
  const host = { name: 'DB_HOST', valueFrom: { configMapKeyRef: { name: 'conf', key: 'HOST' } } }
  const password = { name: 'PASSWORD', valueFrom: { fileKeyRef: { volumeName: 'v', path: 'f', key: 'k' } } }

  test('has what a ConfigMap says', () => expect(run(withEnv([host]), 'in pod/default/e env').stdout).toMatch(/^DB_HOST=db$/m))

  test('is refused where a file brings some of it, by the names of what is not known', () => {
    const { stderr, exit } = run(withEnv([host, password]), 'in pod/default/e env')
    expect([stderr, exit]).toEqual(['hopspec: not all is known of this environment: PASSWORD; write printenv NAME of what is.\n', 2])
    expect(run(withEnv([host, password]), 'in pod/default/e printenv DB_HOST').stdout).toBe('db\n')
    expect(run(withEnv([host, password]), 'in pod/default/e printenv PASSWORD').stderr).toBe(
      'hopspec: PASSWORD is not known: its value is the key k of a file in a volume. Files of volumes are not modelled.\n',
    )
  })

  test('is read by steps', () => {
    const { state } = withEnv([host, password]).world as { state: State }
    expect(expandEnv(state, 'e', '$DB_HOST:1')).toBe('db:1')
    expect(() => expandEnv(state, 'e', '$PASSWORD')).toThrow('PASSWORD is not known: its value is the key k of a file in a volume')
  })
})

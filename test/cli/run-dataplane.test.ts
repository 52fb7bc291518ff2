// `hopspec run --dataplane real|both`: shipped features on both dataplanes, exit codes, what is counted apart, users without rights, the machine untouched.
import { strict as assert } from 'node:assert'
import { spawn, spawnSync } from 'node:child_process'
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, test } from 'vitest'
import { givenDataplane } from '../../src/cli/run-kernel'
import { HopspecError } from '../../src/error'
import { PREFIX } from '../../src/real/guard'
import { unavailable } from '../../src/real/rights'

const why = unavailable()
if (why) console.log(`skipped: scenarios on the real kernel: ${why}`)

const folder = mkdtempSync(join(tmpdir(), 'hopspec-dataplane-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const hopspec = (args: readonly string[], before: readonly string[] = [], out = folder) => {
  const [program, ...rest] = [...before, process.execPath, './bin/hopspec', 'run', ...args, '--out', out]
  const { status, stdout, stderr } = spawnSync(program!, rest, { encoding: 'utf8' })
  return { exit: status, text: `${stdout}${stderr}` }
}
const verdicts = (): readonly string[] =>
  [...readFileSync(join(folder, 'index.html'), 'utf8').matchAll(/data-k="([\w ]+)"/g)].map(m => m[1]!)

const FEATURES = [
  'features/networks/flannel-vxlan.feature',
  'features/services/source-ip.feature',
  'features/services/session-affinity.feature',
  'features/control-plane/failure.feature',
]

describe('a machine that cannot run the real dataplane', () => {
  const lacking = () => 'it needs nftables: apt-get install nftables'
  const asked = (dataplane: 'simulated' | 'real' | 'both') => ({ dataplane, dryRun: false })
  const refused = (run: () => unknown) =>
    assert.throws(
      run,
      (e: Error) => e instanceof HopspecError && e.problems[0]!.code === 'REAL_UNAVAILABLE' && e.message.includes(lacking()),
    )

  test('real is refused, with how to get it', () => refused(() => givenDataplane(asked('real'), { env: {} }, lacking)))
  test('real is refused in CI too', () => refused(() => givenDataplane(asked('real'), { env: { CI: 'true' } }, lacking)))
  test('both is refused', () => refused(() => givenDataplane(asked('both'), { env: {} }, lacking)))
  test('both in CI goes on with the simulator, and says why', () =>
    assert.deepEqual(givenDataplane(asked('both'), { env: { CI: 'true' } }, lacking), { dataplane: 'simulated', skipped: lacking() }))
  test('the simulator needs nothing', () =>
    assert.deepEqual(givenDataplane(asked('simulated'), { env: {} }, lacking), { dataplane: 'simulated', skipped: null }))
  test('a dry run sends nothing, so it needs nothing', () =>
    assert.equal(givenDataplane({ dataplane: 'real', dryRun: true }, { env: {} }, lacking).skipped, null))
})

describe.skipIf(why !== undefined)(`shipped features on the kernel${why ? ` (skipped: ${why})` : ''}`, () => {
  test('simulator and kernel agree, and the machine’s own network is as it was', { timeout: 120_000 }, () => {
    const before = machine()
    const { exit, text } = hopspec(['--dataplane', 'both', ...FEATURES])
    assert.equal(exit, 0, text)
    assert.match(text, /^kernel: \d+ agree/m)
    assert.ok(verdicts().length > 10)
    assert.deepEqual(
      verdicts().filter(v => v !== 'agrees' && v !== 'nothing sent'),
      [],
    )
    assert.deepEqual(machine(), before)
  })

  test('on the kernel alone they hold; what it does not show is counted apart, and the exit code says so', { timeout: 120_000 }, () => {
    const { exit, text } = hopspec(['--dataplane', 'real', ...FEATURES])
    assert.equal(exit, 3, text)
    assert.match(text, /\d+ scenarios \(\d+ steps\): \d+ passed, \d+ counted apart\n/)
    assert.match(text, /not on the kernel: a kernel shows which rules matched/)
    assert.ok(verdicts().includes('apart') && verdicts().includes('agrees'))
  })

  test('names are looked up on both, and the requests after them are compared', { timeout: 120_000 }, () => {
    const { exit, text } = hopspec(['--dataplane', 'both', 'features/dns/questions.feature', 'features/dns/pod-files.feature'])
    assert.equal(exit, 0, text)
    assert.match(text, /^kernel: [1-9]\d* agree, \d+ send nothing$/m)
    assert.match(readFileSync(join(folder, 'index.html'), 'utf8'), /answers of 192\.0\.2\.53: it is in the world outside/)
  })

  test('on the kernel alone what the world outside would answer is counted apart', { timeout: 120_000 }, () => {
    const { exit, text } = hopspec(['--dataplane', 'real', 'features/dns/pod-files.feature'])
    assert.equal(exit, 3, text)
    assert.match(text, /the name server 192\.0\.2\.53 is in the world outside, of which nothing is built/)
  })

  test('a connection that outlives its request stays open while the cluster changes', { timeout: 120_000 }, () => {
    const { exit, text } = hopspec(['--dataplane', 'both', 'features/control-plane/convergence.feature'])
    assert.equal(exit, 0, text)
    assert.match(text, /^kernel: [4-9] agree, \d+ send nothing$/m)
  })

  test('and on the kernel alone Thens speak of what it did', { timeout: 120_000 }, () => {
    const { exit, text } = hopspec(['--dataplane', 'real', 'features/control-plane/convergence.feature'])
    assert.equal(exit, 3, text)
    assert.match(text, /6 scenarios \(\d+ steps\): 5 passed, 1 counted apart/)
    assert.match(
      text,
      /^features\/control-plane\/convergence\.feature:18:5: not on the kernel: .* not the order of its steps, and no reasons$/m,
    )
  })

  test('nothing of a run stays behind when it is told to end', { timeout: 60_000 }, async () => {
    const child = spawn(process.execPath, ['./bin/hopspec', 'run', '--dataplane', 'both', '--out', folder], { stdio: 'ignore' })
    const ended = new Promise<number | null>(done => child.once('exit', done))
    while (registered(child.pid!).length === 0 && child.exitCode === null) await new Promise(later => setTimeout(later, 20))
    child.kill('SIGTERM')
    assert.equal(await ended, 143)
    assert.deepEqual([...registered(child.pid!), ...namespacesOf(child.pid!)], [])
  })

  test.skipIf(process.getuid?.() !== 0)('a user without rights has a user namespace, or is told why not', { timeout: 60_000 }, () => {
    const out = join(folder, 'nobody')
    spawnSync('mkdir', ['-p', out])
    chmodSync(folder, 0o755)
    chmodSync(out, 0o777)
    const nobody = ['setpriv', '--reuid', '65534', '--regid', '65534', '--clear-groups', 'env', `HOME=${out}`]
    const allowed = spawnSync(nobody[0]!, [...nobody.slice(1), 'unshare', '-Urnm', 'true']).status === 0
    const { exit, text } = hopspec(['--dataplane', 'both', FEATURES[0]!], nobody, out)
    if (allowed) assert.equal(exit, 0, text)
    else {
      assert.equal(exit, 2, text)
      assert.match(text, /neither root nor a user namespace/)
    }
  })
})

/** The runs that a process has recorded. */
function registered(pid: number): readonly string[] {
  try {
    const folder = join(tmpdir(), `hopspec-real-${process.getuid?.() ?? 0}`)
    return readdirSync(folder).filter(name => name.startsWith(`${PREFIX}${pid.toString(36)}-`))
  } catch {
    return []
  }
}

/** The network namespaces that a process made as root; those in a user namespace are gone with it. */
function namespacesOf(pid: number): readonly string[] {
  try {
    return readdirSync('/run/netns').filter(name => name.startsWith(`${PREFIX}${pid.toString(36)}-`))
  } catch {
    return []
  }
}

/** What listing tools print of the machine's own namespace; lifetimes that count down are left out. */
function machine(): readonly string[] {
  return ['ip -o link', 'ip -o address', 'ip route show table all', 'ip rule', 'nft list ruleset', 'iptables-save'].map(command => {
    const [program, ...args] = command.split(' ')
    const { stdout } = spawnSync(program!, args, { encoding: 'utf8' })
    return stdout.replace(/^#.*$/gm, '').replace(/(?:valid|preferred)_lft \d+sec/g, '')
  })
}

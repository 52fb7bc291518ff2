// Runs `hopspec run` many times in one process, each in a folder of its own: a JSON list of {files, args} on stdin, a JSON list of {exit, stdout, stderr, files} on stdout.
const { mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, writeFileSync } = require('node:fs')
const { tmpdir } = require('node:os')
const { dirname, join } = require('node:path')

const root = join(__dirname, '..', '..')
process.env.TS_NODE_PROJECT = join(root, 'tsconfig.json')
require('ts-node/register')
const { main } = require('../../src/cli.ts')
const { systemIo } = require('../../src/cli/system-io.ts')

async function one({ files, args, env = {}, write = false }) {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'hopspec-run-')))
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), text)
  }
  const said = { stdout: '', stderr: '' }
  process.chdir(folder)
  const io = { ...systemIo(), stdout: text => (said.stdout += text), stderr: text => (said.stderr += text), terminal: false, env }
  const exit = await main(['run', ...args], io)
  process.chdir(root)
  const written = write ? Object.fromEntries(reports(join(folder, 'reports'))) : {}
  rmSync(folder, { recursive: true })
  return { exit, stdout: said.stdout.replaceAll(folder, ''), stderr: said.stderr.replaceAll(folder, ''), files: written }
}

const reports = folder => readdirSync(folder).map(name => [name, readFileSync(join(folder, name), 'utf8')])

async function all() {
  const answers = []
  for (const job of JSON.parse(readFileSync(0, 'utf8'))) answers.push(await one(job))
  process.stdout.write(JSON.stringify(answers))
}

all()

// Installs what is missing from the lock file: `npm ci` when node_modules is absent or belongs to another lock file. Needs no network otherwise.
'use strict'
const { spawnSync } = require('node:child_process')
const { createHash } = require('node:crypto')
const { existsSync, readFileSync, writeFileSync } = require('node:fs')
const { join } = require('node:path')

const root = join(__dirname, '..')
const lock = createHash('sha256')
  .update(readFileSync(join(root, 'package-lock.json')))
  .digest('hex')
const stamp = join(root, 'node_modules', '.hopspec-lock')

if (!existsSync(stamp) || readFileSync(stamp, 'utf8') !== lock) {
  console.error('hopspec: installing packages from package-lock.json …')
  const npm = spawnSync('npm', ['ci', '--no-audit', '--no-fund'], {
    cwd: root,
    stdio: ['ignore', 'ignore', 'inherit'],
    shell: process.platform === 'win32',
  })
  if (npm.status !== 0) {
    console.error('hopspec: npm ci failed; see above')
    process.exit(npm.status ?? 1)
  }
  writeFileSync(stamp, lock)
}

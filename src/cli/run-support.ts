// Our step definitions and the user's: which files, and how Node reads them. One copy of cucumber: ours, also for those who import it themselves.
// TypeScript of users is transpiled on load by esbuild, without type checks.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import Module, { createRequire } from 'node:module'
import { join, sep } from 'node:path'
import { counted } from './run-assertions'

const fromSource = __filename.endsWith('.ts')

/** Where `src` and `steps` of this copy begin: the checkout, or `dist` of a package. */
const ours = (): string => join(__dirname, '..', '..')

/** The folder of hopspec itself: of the checkout, or of the installed package. */
export const home = (): string => (fromSource ? ours() : join(ours(), '..'))

/** The folder above our step files. */
export const stepsRoot = ours

const stepsFolder = (): string => join(ours(), 'steps')

/** Our step files, absolute, sorted: sources in a checkout, compiled files in a package. */
export function ourSteps(): readonly string[] {
  const ending = fromSource ? /\.ts$/ : /\.js$/
  const names = readdirSync(stepsFolder()).filter(name => ending.test(name))
  return names.sort().map(name => join(stepsFolder(), name))
}

/** Whether a step file, absolute, is one of ours. */
export const isOurStep = (file: string): boolean => file.startsWith(stepsFolder() + sep)

type Loader = (module: NodeModule & { _compile(code: string, file: string): void }, file: string) => void
interface ModuleInternals {
  _resolveFilename(request: string, ...rest: unknown[]): string
  _load(request: string, ...rest: unknown[]): unknown
  _extensions: Record<string, Loader>
}

let installed = false

/** Makes `hopspec` and `@cucumber/cucumber` mean ours for required files (`chai` too, where there is no other), and lets Node require the user's TypeScript. Once per process. */
export function installHooks(): void {
  if (installed) return
  installed = true
  const internals = Module as unknown as ModuleInternals
  const resolve = internals._resolveFilename
  const cucumber = require.resolve('@cucumber/cucumber')
  const index = join(ours(), 'src', fromSource ? 'index.ts' : 'index.js')
  internals._resolveFilename = (request, ...rest) => {
    if (request === '@cucumber/cucumber') return cucumber
    if (request === 'hopspec' && existsSync(index)) return index
    try {
      return resolve(request, ...rest)
    } catch (error) {
      if (request === 'chai') return require.resolve('chai')
      throw error
    }
  }
  const load = internals._load
  internals._load = (request, ...rest) => counted(request, load(request, ...rest))
  for (const extension of ['.ts', '.cts', '.mts']) {
    const before = internals._extensions[extension]
    internals._extensions[extension] = (module, file) =>
      before !== undefined && isOurs(file) ? before(module, file) : module._compile(transpiled(file), file)
  }
}

const isOurs = (file: string) => ['src', 'steps', 'test'].some(folder => file.startsWith(join(ours(), folder) + sep))

function transpiled(file: string): string {
  const esbuild = createRequire(__filename)('esbuild') as typeof import('esbuild')
  const { code } = esbuild.transformSync(readFileSync(file, 'utf8'), {
    loader: 'ts',
    format: 'cjs',
    target: 'node20',
    sourcefile: file,
    sourcemap: 'inline',
  })
  return code
}

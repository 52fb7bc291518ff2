// Files that other tools make manifests of, given as they are: Helm's templates, charts and values, kustomizations. None of them is rendered here.
import type { Problem } from '../error'
import { readSource, type SourceFile } from './source'

/** Problems on lines with `{{ … }}` as what they are: a template that nobody has rendered, told once a file. */
export function unrendered(problems: readonly Problem[], files: readonly SourceFile[]): readonly Problem[] {
  const faulty = new Set(problems.map(p => p.place?.file))
  const lines = new Map(
    files.flatMap(file => {
      const text = faulty.has(file.name) ? readSource(file) : ''
      return typeof text === 'string' ? [[file.name, text.split('\n')]] : []
    }),
  )
  const told = new Set<string>()
  return problems.flatMap(problem => {
    const { place } = problem
    const line = place && lines.get(place.file)?.[(place.line ?? 0) - 1]
    if (place === undefined || line === undefined || !/(?:^|[:\-\s])\{\{/.test(line)) return [problem]
    if (told.has(place.file)) return []
    told.add(place.file)
    return [
      {
        ...problem,
        place: { ...place, column: line.indexOf('{{') + 1 },
        message: "The file is a template of Helm: '{{ … }}' stands for text that only Helm knows.",
        fix: "Render it first ('helm template NAME CHART > rendered.yaml'), and give that.",
      },
    ]
  })
}

/** What to write instead of a file that is no manifest, by its name; undefined where the name tells nothing. */
export function otherTool(file: string): string | undefined {
  const name = file.split('/').at(-1)!
  if (/^kustomization(?:\.ya?ml)?$/i.test(name)) return "kustomize reads it. Give what 'kubectl kustomize FOLDER' prints."
  if (/^(?:Chart|values.*)\.ya?ml$/.test(name)) return "Helm reads it. Give what 'helm template NAME CHART' prints."
  return undefined
}

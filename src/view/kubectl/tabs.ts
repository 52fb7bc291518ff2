// Aligned text, cell by cell. Stands for Go's text/tabwriter as kubectl uses it: a column is a run of lines that have a cell there, padded to its longest.

/** Lines with tabs between cells, aligned; the last cell of a line is never padded. */
export function aligned(text: string, options: { readonly minWidth: number; readonly padding: number }): string {
  const lines = text.split('\n').map(line => line.split('\t'))
  const out = lines.map(() => '')
  format(lines, out, 0, lines.length, 0, options)
  return out.map((line, i) => line + lines[i]!.at(-1)!).join('\n')
}

/** Pads column `column` of the lines from `from` to `to`, run by run, then the columns right of it. */
function format(
  lines: readonly string[][],
  out: string[],
  from: number,
  to: number,
  column: number,
  options: { readonly minWidth: number; readonly padding: number },
): void {
  const has = (i: number) => lines[i]!.length - 1 > column
  for (let start = from; start < to; ) {
    if (!has(start)) {
      start++
      continue
    }
    let end = start
    while (end < to && has(end)) end++
    let width = options.minWidth
    for (let i = start; i < end; i++) width = Math.max(width, [...lines[i]![column]!].length + options.padding)
    for (let i = start; i < end; i++) out[i] += lines[i]![column]!.padEnd(width)
    format(lines, out, start, end, column + 1, options)
    start = end
  }
}

/** A table as `kubectl get` prints it. */
export const table = (rows: readonly (readonly string[])[]): string =>
  `${aligned(rows.map(r => r.join('\t')).join('\n'), { minWidth: 6, padding: 3 })}\n`

/** Text as `kubectl describe` prints it. */
export const described = (text: string): string => aligned(text, { minWidth: 0, padding: 2 })

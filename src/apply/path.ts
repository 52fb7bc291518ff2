// The way to a field inside an object: keys and list indices.

export type Path = readonly (string | number)[]

/** `spec.ports[0].nodePort`, as Kubernetes writes it. */
export function pathText(path: Path): string {
  return path.map((step, i) => (typeof step === 'number' ? `[${step}]` : i === 0 ? step : `.${step}`)).join('')
}

/** Reads `spec.ports.0.nodePort` or `spec.ports[0].nodePort`. */
export function readPath(text: string): Path {
  return text
    .split(/[.[\]]+/)
    .filter(Boolean)
    .map(step => (/^\d+$/.test(step) ? Number(step) : step))
}

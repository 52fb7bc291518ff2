// Names of objects as a scenario writes them: `web` or `shop/web`.

/** `shop/web` in its parts; a bare name is in namespace default. */
export function split(name: string): { readonly namespace: string; readonly name: string } {
  const [namespace, ...rest] = keyed(name).split('/')
  return { namespace: namespace!, name: rest.join('/') }
}

/** `default/NAME` for a bare name; a name with its namespace as it is. */
export const keyed = (name: string): string => (name.includes('/') ? name : `default/${name}`)

// HTML as values: text is escaped unless it was made here. In: strings from manifests and features. Out: markup that cannot be broken out of.

/** Markup that is safe to insert as it is. A class, so that nothing read from a file can pass for it. */
export class Safe {
  constructor(readonly html: string) {}
}
export type Part = string | number | Safe | readonly Part[] | null | undefined | false

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }

/** Escapes for element content and attributes in double quotes (ours always are); control and direction characters become visible `\u202e`. */
const escapeText = (text: string): string =>
  text
    .replace(/[&<>"]/g, char => ENTITIES[char]!)
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
    .replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069\ufffe\uffff]/g, char =>
      char === '\r' ? '' : `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
    )

/** Markup made elsewhere in the report. */
export const raw = (html: string): Safe => new Safe(html)
export const NOTHING = raw('')

const partHtml = (part: Part): string => {
  if (part === null || part === undefined || part === false) return ''
  if (typeof part === 'string') return escapeText(part)
  if (typeof part === 'number') return String(part)
  if (Array.isArray(part)) return (part as readonly Part[]).map(partHtml).join('')
  return part instanceof Safe ? part.html : escapeText(String(part))
}

/** Template tag: everything between `${` and `}` is escaped. */
export function html(strings: TemplateStringsArray, ...parts: readonly Part[]): Safe {
  let text = strings[0]!
  for (let i = 0; i < parts.length; i++) text += partHtml(parts[i]) + strings[i + 1]!
  return new Safe(text)
}

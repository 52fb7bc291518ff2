// Why a text is no JSON object, in the words of Go's encoding/json.

/** Undefined for an object and for null. */
export function goJsonError(text: string): string | undefined {
  const scan = new Scan(text)
  try {
    const is = scan.value(0)
    scan.blank()
    if (scan.at < text.length) scan.fail('after top-level value')
    return is === 'object' || is === 'null' ? undefined : `json: cannot unmarshal ${is} into Go value of type map[string]interface {}`
  } catch (e) {
    if (e instanceof Wrong) return e.message
    throw e
  }
}

class Wrong extends Error {}
/** Go reads ten thousand levels; more than this is no configuration either. */
const MOST_LEVELS = 1000
const ESCAPED = new Set('bfnrt\\/"')

class Scan {
  at = 0
  constructor(readonly text: string) {}

  fail(context: string): never {
    const c = this.text[this.at]
    if (c === undefined) throw new Wrong('unexpected end of JSON input')
    const shown = c === "'" ? "'\\''" : c === '"' ? `'"'` : `'${JSON.stringify(c).slice(1, -1)}'`
    throw new Wrong(`invalid character ${shown} ${context}`)
  }

  blank(): void {
    while (' \t\r\n'.includes(this.text[this.at] ?? 'x')) this.at++
  }

  value(level: number): 'object' | 'array' | 'string' | 'number' | 'bool' | 'null' {
    this.blank()
    if (level > MOST_LEVELS) throw new Wrong('exceeded max depth')
    const c = this.text[this.at] ?? ''
    if (c === '{') return this.object(level)
    if (c === '[') return this.array(level)
    if (c === '"') return this.string()
    if (c === '-' || (c >= '0' && c <= '9')) return this.number()
    if (c === 't') return this.word('true', 'bool')
    if (c === 'f') return this.word('false', 'bool')
    return c === 'n' ? this.word('null', 'null') : this.fail('looking for beginning of value')
  }

  object(level: number): 'object' {
    this.at++
    this.blank()
    if (this.text[this.at] === '}') return this.closed('object')
    for (;;) {
      this.blank()
      if (this.text[this.at] !== '"') this.fail('looking for beginning of object key string')
      this.string()
      this.blank()
      if (this.text[this.at] !== ':') this.fail('after object key')
      this.at++
      this.value(level + 1)
      this.blank()
      if (this.text[this.at] === '}') return this.closed('object')
      if (this.text[this.at] !== ',') this.fail('after object key:value pair')
      this.at++
    }
  }

  array(level: number): 'array' {
    this.at++
    this.blank()
    if (this.text[this.at] === ']') return this.closed('array')
    for (;;) {
      this.value(level + 1)
      this.blank()
      if (this.text[this.at] === ']') return this.closed('array')
      if (this.text[this.at] !== ',') this.fail('after array element')
      this.at++
    }
  }

  closed<T>(is: T): T {
    this.at++
    return is
  }

  string(): 'string' {
    for (this.at++; this.text[this.at] !== '"'; this.at++) {
      const c = this.text[this.at]
      if (c === undefined || c < ' ') this.fail('in string literal')
      if (c !== '\\') continue
      this.at++
      if (this.text[this.at] === 'u') {
        for (let i = 0; i < 4; i++) if (!/[0-9a-fA-F]/.test(this.text[++this.at] ?? ' ')) this.fail('in \\u hexadecimal character escape')
      } else if (!ESCAPED.has(this.text[this.at] ?? 'x')) this.fail('in string escape code')
    }
    return this.closed('string')
  }

  digits(context: string): void {
    if (!/\d/.test(this.text[this.at] ?? ' ')) this.fail(context)
    while (/\d/.test(this.text[this.at] ?? ' ')) this.at++
  }

  number(): 'number' {
    if (this.text[this.at] === '-') this.at++
    if (this.text[this.at] === '0') this.at++
    else this.digits('in numeric literal')
    if (this.text[this.at] === '.') {
      this.at++
      this.digits('after decimal point in numeric literal')
    }
    if (/[eE]/.test(this.text[this.at] ?? ' ')) {
      this.at++
      if (/[-+]/.test(this.text[this.at] ?? ' ')) this.at++
      this.digits('in exponent of numeric literal')
    }
    return 'number'
  }

  word<T>(word: string, is: T): T {
    for (let i = 1; i < word.length; i++) {
      this.at++
      if (this.text[this.at] !== word[i]) this.fail(`in literal ${word} (expecting '${word[i]}')`)
    }
    return this.closed(is)
  }
}

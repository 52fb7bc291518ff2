// Base64 as Go reads it in a manifest (standard alphabet, padded, line ends passed over), and bytes as the API prints them.

const ALPHABET = /[A-Za-z0-9+/]/

/** Where Go stops reading, as an offset into the text; undefined where it is sound. Stands for encoding/base64's CorruptInputError. */
export function corruptAt(text: string): number | undefined {
  const isEnd = (i: number): boolean => text[i] === '\n' || text[i] === '\r'
  const past = (i: number): number => (isEnd(i) ? past(i + 1) : i)
  for (let at = 0; at < text.length; ) {
    for (let digits = 0; digits < 4; ) {
      if (at >= text.length) return digits === 0 ? undefined : at - digits
      const here = at++
      if (isEnd(here)) continue
      if (ALPHABET.test(text[here]!)) digits++
      else if (text[here] !== '=' || digits < 2) return here
      else return badPadding(text, digits === 2 ? past(at) : at, digits, past)
    }
  }
  return undefined
}

/** Behind the first `=`: a second one after two digits, and nothing more. */
function badPadding(text: string, at: number, digits: number, past: (i: number) => number): number | undefined {
  if (digits === 2) {
    if (at === text.length) return text.length
    if (text[at] !== '=') return at - 1
  }
  const rest = past(digits === 2 ? at + 1 : at)
  return rest < text.length ? rest : undefined
}

/** The bytes of a sound text. */
export const bytesOf = (base64: string): Uint8Array => Uint8Array.from(atob(base64.replace(/[\r\n]/g, '')), c => c.charCodeAt(0))

export function base64Of(bytes: Uint8Array): string {
  let binary = ''
  for (const byte of bytes) binary += String.fromCharCode(byte)
  return btoa(binary)
}

/** UTF-8 text as the API holds it in a Secret. */
export const base64OfText = (text: string): string => base64Of(new TextEncoder().encode(text))

/** The text in it; bytes that are none become U+FFFD, as in Go. */
export const textOf = (base64: string): string => new TextDecoder().decode(bytesOf(base64))

/** How many bytes are in it. */
export const lengthOf = (base64: string): number => {
  const digits = base64.replace(/[\r\n=]/g, '').length
  return Math.floor((digits * 3) / 4)
}

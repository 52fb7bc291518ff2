// The bytes of a file as text, as kubectl takes them: UTF-8 with or without a mark, UTF-16 with one, any line ends. Too big or not text: a Problem.
import type { Problem } from '../error'

/** The largest file that is read: 64 MiB; 10,000 Services with their slices are 17 MB. */
const MAX_BYTES = 64 * 1024 * 1024

export interface SourceFile {
  readonly name: string
  readonly text: string | Uint8Array
}

/** The text with `\n` as its only line end, or why there is none. */
export function readSource(file: SourceFile): string | Problem {
  if (file.text.length > MAX_BYTES) return tooLarge(file)
  const text = typeof file.text === 'string' ? file.text : decode(file.text)
  if (text === undefined)
    return {
      code: 'YAML_SYNTAX',
      message: 'The file is not UTF-8 text.',
      place: { file: file.name, line: 1, column: 1 },
      fix: 'Save it as UTF-8.',
    }
  const bare = text.charCodeAt(0) === 0xfeff ? text.slice(1) : text
  return bare.includes('\r') ? bare.replace(/\r\n?/g, '\n') : bare
}

function tooLarge(file: SourceFile): Problem {
  const mebibytes = (file.text.length / 1024 / 1024).toFixed(1)
  return {
    code: 'FILE_TOO_LARGE',
    message: `The file has ${mebibytes} MiB; hopspec reads up to ${MAX_BYTES / 1024 / 1024} MiB.`,
    place: { file: file.name, line: 1, column: 1 },
    fix: 'Split it into several files.',
  }
}

function decode(bytes: Uint8Array): string | undefined {
  const encoding = bytes[0] === 0xff && bytes[1] === 0xfe ? 'utf-16le' : bytes[0] === 0xfe && bytes[1] === 0xff ? 'utf-16be' : 'utf-8'
  try {
    return encoding === 'utf-16be' ? decodeUtf16be(bytes) : new TextDecoder(encoding, { fatal: true }).decode(bytes)
  } catch {
    return undefined
  }
}

function decodeUtf16be(bytes: Uint8Array): string {
  const swapped = new Uint8Array(bytes.length - (bytes.length % 2))
  for (let i = 0; i + 1 < bytes.length; i += 2) {
    swapped[i] = bytes[i + 1]!
    swapped[i + 1] = bytes[i]!
  }
  return new TextDecoder('utf-16le', { fatal: true }).decode(swapped)
}

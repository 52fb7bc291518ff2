// The real file system and streams behind Io.
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'
import { createInterface } from 'node:readline'
import { problem } from '../error'
import type { Io } from './io'

/** Files larger than this are refused: a mistake, or an attack. */
const MAX_FILE_BYTES = 64 * 1024 * 1024

/** The machine's own files and streams. */
export function systemIo(): Io {
  return {
    files: {
      read(path) {
        const stat = statSync(path, { throwIfNoEntry: false })
        if (!stat?.isFile()) return undefined
        if (stat.size > MAX_FILE_BYTES)
          throw problem('FILE_TOO_LARGE', `${path} has ${stat.size} bytes; hopspec reads files of up to ${MAX_FILE_BYTES} bytes.`)
        return readFileSync(path)
      },
      list(path) {
        if (!statSync(path, { throwIfNoEntry: false })?.isDirectory()) return undefined
        return readdirSync(path).sort((a, b) => (a < b ? -1 : 1))
      },
      write(path, text) {
        mkdirSync(dirname(path), { recursive: true })
        writeFileSync(path, text)
      },
    },
    stdin: () => readFileSync(0),
    stdinLines: () => createInterface({ input: process.stdin, crlfDelay: Number.POSITIVE_INFINITY }),
    stdout: text => writeAll(1, text),
    stderr: text => writeAll(2, text),
    terminal: process.stdout.isTTY === true,
    env: process.env,
  }
}

/** Writes everything, also where the reader is slow (EAGAIN) or gone (EPIPE). */
function writeAll(fd: number, text: string): void {
  let rest = Buffer.from(text)
  while (rest.length > 0) {
    try {
      rest = rest.subarray(writeSync(fd, rest))
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code
      if (code === 'EPIPE') return
      if (code !== 'EAGAIN') throw error
    }
  }
}

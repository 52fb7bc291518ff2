// Bob Jenkins' hash (lookup3) as the kernel computes it on a little-endian machine: include/linux/jhash.h.
const INITIAL = 0xdeadbeef

const turn = (x: number, by: number): number => (x << by) | (x >>> (32 - by))

/** 32 bits of these bytes and a seed. */
export function jhash(bytes: readonly number[], seed: number): number {
  let a = (INITIAL + bytes.length + seed) | 0
  let [b, c] = [a, a]
  const word = (at: number) => (bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8) | ((bytes[at + 2] ?? 0) << 16) | ((bytes[at + 3] ?? 0) << 24)
  let at = 0
  for (; bytes.length - at > 12; at += 12) {
    ;[a, b, c] = [(a + word(at)) | 0, (b + word(at + 4)) | 0, (c + word(at + 8)) | 0]
    ;[a, b, c] = mix(a, b, c)
  }
  if (bytes.length === 0) return c >>> 0
  return last((a + word(at)) | 0, (b + word(at + 4)) | 0, (c + word(at + 8)) | 0)
}

function mix(x: number, y: number, z: number): [number, number, number] {
  let [a, b, c] = [x, y, z]
  a = ((a - c) ^ turn(c, 4)) | 0
  c = (c + b) | 0
  b = ((b - a) ^ turn(a, 6)) | 0
  a = (a + c) | 0
  c = ((c - b) ^ turn(b, 8)) | 0
  b = (b + a) | 0
  a = ((a - c) ^ turn(c, 16)) | 0
  c = (c + b) | 0
  b = ((b - a) ^ turn(a, 19)) | 0
  a = (a + c) | 0
  c = ((c - b) ^ turn(b, 4)) | 0
  b = (b + a) | 0
  return [a, b, c]
}

function last(x: number, y: number, z: number): number {
  let [a, b, c] = [x, y, z]
  c = ((c ^ b) - turn(b, 14)) | 0
  a = ((a ^ c) - turn(c, 11)) | 0
  b = ((b ^ a) - turn(a, 25)) | 0
  c = ((c ^ b) - turn(b, 16)) | 0
  a = ((a ^ c) - turn(c, 4)) | 0
  b = ((b ^ a) - turn(a, 14)) | 0
  c = ((c ^ b) - turn(b, 24)) | 0
  return c >>> 0
}

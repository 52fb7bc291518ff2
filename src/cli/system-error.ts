// What the operating system refuses (no rights, no room, a folder where a file should be), told as the user's to mend and not as a bug of ours.

const REASONS: ReadonlyMap<string, string> = new Map([
  ['EACCES', 'permission denied'],
  ['EPERM', 'operation not permitted'],
  ['EISDIR', 'it is a folder'],
  ['ENOTDIR', 'a part of the path is no folder'],
  ['EEXIST', 'something else has that name'],
  ['ENOENT', 'no such file or folder'],
  ['ENOSPC', 'no space left on the disk'],
  ['EDQUOT', 'the disk quota is used up'],
  ['EROFS', 'the file system is read-only'],
  ['ENAMETOOLONG', 'the name is too long'],
  ['ELOOP', 'too many symbolic links'],
  ['EMFILE', 'too many open files'],
])
const VERBS: ReadonlyMap<string, string> = new Map([
  ['open', 'opened'],
  ['read', 'read'],
  ['write', 'written'],
  ['mkdir', 'made'],
  ['mkdtemp', 'made'],
  ['scandir', 'listed'],
  ['stat', 'looked at'],
  ['lstat', 'looked at'],
  ['unlink', 'removed'],
  ['rm', 'removed'],
  ['rename', 'renamed'],
])

/** One sentence for an error of a file system call; undefined for every other error. */
export function systemRefusal(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined
  const { code, syscall, path } = error as NodeJS.ErrnoException
  const reason = REASONS.get(code ?? '')
  const verb = VERBS.get(syscall ?? '')
  if (reason === undefined || verb === undefined) return undefined
  return `${path ?? 'a file'} cannot be ${verb}: ${reason}.`
}

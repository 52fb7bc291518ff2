// How iptables 1.8.9 fails when a plugin names a chain that is not there, or deletes one that is in use, as go-iptables hands it on.

const failed = (tool: string, words: string, exit: number, why: string): string =>
  `running [/usr/sbin/${tool} -t nat ${words} --wait]: exit status ${exit}: ${tool} v1.8.9 (nf_tables): ${why}\n`

/** `words` name a chain that is not there. */
export const missingChain = (tool: string, words: string, chain: string): string =>
  failed(tool, words, 2, `Chain '${chain}' does not exist\nTry \`${tool} -h' or '${tool} --help' for more information.`)

/** A chain that other rules jump to cannot go. */
export const busyChain = (tool: string, chain: string): string =>
  failed(tool, `-X ${chain}`, 4, ` CHAIN_DEL failed (Device or resource busy): chain ${chain}`)

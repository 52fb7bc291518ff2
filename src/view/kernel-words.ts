// How many scenarios the kernel agreed with, in words: `5 agree, 1 differs, 1 sends nothing`. The same on the terminal and in the summary.
import { KERNEL_VERDICTS, type KernelCounts, type KernelVerdict } from './run'

/** For one scenario, and for several. */
const WORDS: Readonly<Record<KernelVerdict, readonly [one: string, several: string]>> = {
  agrees: ['agrees', 'agree'],
  differs: ['differs', 'differ'],
  apart: ['counted apart', 'counted apart'],
  'nothing sent': ['sends nothing', 'send nothing'],
}

/** Only verdicts that occur. */
export const kernelCountsText = (counts: KernelCounts): string =>
  KERNEL_VERDICTS.filter(v => counts[v].length > 0)
    .map(v => `${counts[v].length} ${WORDS[v][counts[v].length === 1 ? 0 : 1]}`)
    .join(', ')

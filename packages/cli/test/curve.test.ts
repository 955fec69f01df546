import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Terminal } from '../src/terminal.js'
import { beside, curveLines, withCurves } from '../src/training/curve.js'

/** Dots of the plot as text: the highest line first. */
const dots = (lines: readonly string[]): readonly string[] =>
  lines.slice(1, -1).flatMap(line => {
    const cells = Array.from(line.slice(line.indexOf('│') + 1), letter => letter.codePointAt(0)! - 0x2800)
    const rows = [
      [0x01, 0x08],
      [0x02, 0x10],
      [0x04, 0x20],
      [0x40, 0x80],
    ]
    return rows.map(bits => cells.flatMap(cell => bits.map(bit => (cell & bit ? '#' : ' '))).join(''))
  })

describe('a curve in the terminal', () => {
  it('falls as its values fall, with its ends beside the axis', () => {
    const lines = curveLines('loss', [4, 3, 2, 1], { width: 20, height: 4 })
    expect(lines[0]).toBe('loss 1.000')
    expect(lines[1]).toMatch(/^ {3}4\.000 │/)
    expect(lines[4]).toMatch(/^ {3}1\.000 │/)
    expect(lines[5]).toBe('         └1────────4')
    const plot = dots(lines)
    const heights = Array.from(plot[0]!, (_, x) => plot.findIndex(row => row[x] === '#'))
    expect(heights[0]).toBe(0)
    expect(heights.at(-1)).toBe(15)
    expect(heights).toEqual([...heights].sort((a, b) => a - b))
  })

  it('loses no spike, however many steps share a column', () => {
    const values = Array.from({ length: 10_000 }, (_, i) => (i === 4_321 ? 9 : 1))
    const plot = dots(curveLines('loss', values, { width: 30, height: 4 }))
    expect(plot[0]).toContain('#')
    expect(plot[0]!.indexOf('#')).toBe(Math.floor((4_321 * 40) / 10_000))
  })

  it('is a line without holes that fits its width, whatever the values', () => {
    const value = fc.option(fc.float({ noNaN: true, noDefaultInfinity: true, min: -1e6, max: 1e6 }), { nil: null })
    fc.assert(
      fc.property(fc.array(value, { maxLength: 300 }), fc.integer({ min: 1, max: 120 }), (values, width) => {
        const lines = curveLines('loss', values, { width, height: 5 })
        const isDrawn = values.filter(one => one !== null).length >= 2 && width >= 18
        expect(lines).toHaveLength(isDrawn ? 7 : 0)
        if (!isDrawn) return
        for (const line of lines) expect(line.length).toBeLessThanOrEqual(Math.max(width, 24))
        const plot = dots(lines)
        for (let x = 0; x < plot[0]!.length; x++)
          expect(
            plot.some(row => row[x] === '#'),
            `column ${x}`,
          ).toBe(true)
      }),
    )
  })

  it('stands beside another', () => {
    expect(beside([['a', 'bbb'], ['c']], 2)).toEqual(['a    c', 'bbb'])
  })
})

describe('a terminal with curves', () => {
  const drawing = (columns: number, rows: number, epsilons: readonly (number | null)[]) => {
    const drawn: string[] = []
    const terminal = { size: () => ({ columns, rows }), redraw: (text: string) => void drawn.push(text) }
    withCurves(terminal as unknown as Terminal, [3, 2, 1], epsilons).redraw('line')
    return drawn[0]!.split('\n')
  }

  it('draws loss, and with privacy epsilon, above the line that is redrawn', () => {
    const plain = drawing(80, 24, [null, null, null])
    expect(plain).toHaveLength(11)
    expect(plain.at(-1)).toBe('line')
    expect(plain[0]).toBe('loss 1.000')
    const both = drawing(100, 24, [0.5, 0.7, 0.9])
    expect(both[0]).toMatch(/^loss 1\.000 +epsilon 0\.900$/)
    for (const line of both) expect(line.length).toBeLessThan(100)
  })

  it('draws the line alone where there is no room', () => {
    expect(drawing(80, 10, [])).toEqual(['line'])
    expect(drawing(12, 40, [])).toEqual(['line'])
  })
})

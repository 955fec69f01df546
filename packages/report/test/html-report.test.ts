import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { ReportInput } from '@attestry/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { errorCatalogue, htmlReport, renderReport } from '../src/index.js'
import { styleSheet } from '../src/style.js'
import { complete } from './fixtures/complete.js'
import { hostile, hostileText } from './fixtures/hostile.js'
import { denied, failed, input, record, stages, waiting, withRecord } from './fixtures/run.js'
import { elements, textIn } from './fixtures/tags.js'

const everyRun = { input, waiting, denied, failed }
const sectionOf = (page: string, id: string): string =>
  page.slice(page.indexOf(`<section id="${id}"`), page.indexOf('</section>', page.indexOf(`<section id="${id}"`)))

describe('htmlReport', () => {
  it('opens with the verdict, in plain words', () => {
    expect(textIn(sectionOf(htmlReport(input), 'verdict'))).toContain('Permitted')
    expect(textIn(sectionOf(htmlReport(denied), 'verdict'))).toContain('equalized-odds-difference 0.1503 > limit 0.15')
    const waits = textIn(sectionOf(htmlReport(waiting), 'verdict'))
    expect(waits).toContain('Waiting for people')
    expect(waits).toContain('no impact assessment covers this dataset and purpose')
    expect(textIn(sectionOf(htmlReport(failed), 'verdict'))).toContain('tickets.csv has no column urgency')
  })

  it('prints what epsilon speaks of, as the evidence of training states it', () => {
    const training = textIn(sectionOf(htmlReport(complete), 'training'))
    expect(training).toContain('Epsilon speaks of one record.')
    expect(training).toContain('Without the sampling it is 9.87.')
    expect(textIn(sectionOf(htmlReport(input), 'training'))).not.toContain('Epsilon speaks of')
  })

  it('says how a clipping norm followed a quantile, and where it ended', () => {
    const { record } = input
    const train = record.stages.train!
    const adaptiveClipping = { quantile: 0.5, learningRate: 0.2, countNoise: 6 }
    const figures = (facts: typeof train.facts): string => {
      const plan = { ...train.plan, privacy: { ...train.plan.privacy!, adaptiveClipping } }
      const stages = { ...record.stages, train: { ...train, plan, facts: { ...train.facts, ...facts } } }
      const adaptive = { ...input, record: { ...record, stages } }
      return textIn(sectionOf(htmlReport(adaptive), 'figures')).replace(/\s+/g, ' ')
    }
    expect(figures({ clippingNorm: { lastNorm: 0.2512 } })).toContain(
      'clipping norm that began at 1 and ended at 0.251, after quantile 0.5 of the norms, noise multiplier 0.874',
    )
    expect(figures({})).toContain('clipping norm that began at 1, after quantile 0.5 of the norms')
  })

  it('prints key figures with their context', () => {
    const figures = textIn(sectionOf(htmlReport(input), 'figures')).replace(/\s+/g, ' ')
    expect(figures).toContain('9,660 of 10,000 read: 214 dropped by plugins (2.14%), 126 in quarantine')
    expect(figures).toContain(
      'ε 2.97 of 3 at delta 1e-5, per record. Poisson sampling 0.0166, clipping norm 1, noise multiplier 0.874, accountant pld',
    )
    expect(figures).toContain(
      '0.873 interval [0.857, 0.887], 1,932 test rows; always answering with the most frequent class scores 0.688',
    )
    expect(figures).toContain(
      '0.171 of 0.2 intersectional equalized odds difference over region × age-band, interval [0.131, 0.211]; within the limit',
    )
    expect(figures).toContain('11 of 18')
    expect(textIn(sectionOf(htmlReport(denied), 'figures'))).toContain('No epsilon can be stated')
  })

  it('says of every stage that was not reached that it was not', () => {
    const page = htmlReport(failed)
    for (const id of ['data', 'training', 'quality', 'groups', 'membership', 'monitoring', 'lineage'])
      expect(textIn(sectionOf(page, id)), id).toContain('Not reached.')
    expect(textIn(sectionOf(page, 'figures')).match(/not reached/g)).toHaveLength(4)
    for (const [stage, ids] of [
      ['train', ['training']],
      ['evaluate', ['quality', 'groups', 'membership']],
    ] as const) {
      const { [stage]: _, ...rest } = stages
      const partly = htmlReport(withRecord({ status: 'failed', stages: rest }))
      for (const id of ids) expect(textIn(sectionOf(partly, id)), id).toContain('Not reached.')
    }
  })

  it('shows the curves of a training that did not finish, and no model', () => {
    const { preprocess } = stages
    const page = sectionOf(htmlReport(withRecord({ status: 'failed', stages: { preprocess } })), 'training')
    expect(textIn(page)).toContain('Not reached.')
    expect(page.match(/<svg /g)).toHaveLength(4)
    expect(page).not.toContain('Model files')
  })

  it('says so when the steps of a training cannot be read', () => {
    const page = textIn(sectionOf(htmlReport(withRecord({ steps: [] })), 'training'))
    expect(page).toContain('No record of a step is at hand')
    expect(textIn(sectionOf(htmlReport(input), 'training'))).not.toContain('No record of a step')
  })

  it('gives each state of a control a word beside its symbol', () => {
    const page = sectionOf(htmlReport(input), 'controls')
    for (const state of ['present', 'missing', 'stale', 'failed'])
      expect(textIn(page), state).toMatch(new RegExp(`[✓○◔✕] ${state}`))
    expect(textIn(page).match(/unverified text/g)).toHaveLength(3)
  })

  it('says that the lost rows of a plugin, and rows that nobody explains, are lost', () => {
    const { preprocess } = stages
    const page = (rowsUsed: number) =>
      sectionOf(htmlReport(withRecord({ stages: { ...stages, preprocess: { ...preprocess, rowsUsed } } })), 'data')
    expect(page(9_660)).not.toContain('not accounted for')
    expect(page(9_600)).toContain('not accounted for by any plugin')
    expect(page(9_700)).toContain('do not add up: 40 rows more are used than were left')
  })

  it('asks for nothing and runs nothing', () => {
    for (const [name, run] of Object.entries(everyRun)) {
      const page = htmlReport(run)
      const found = elements(page)
      expect(
        found.some(({ tag }) => ['script', 'img', 'iframe', 'object', 'form', 'base'].includes(tag)),
        name,
      ).toBe(false)
      for (const { tag, attributes } of found)
        for (const [attribute, value] of Object.entries(attributes)) {
          expect(attribute, tag).not.toMatch(/^(?:on|src|style|action|formaction|srcset|background)/)
          if (attribute === 'href' && tag === 'a') expect(value).toMatch(/^(?:#|https:\/\/)/)
          if (attribute === 'href' && tag === 'link') expect(value).toBe('data:,')
        }
      expect(page).toContain('default-src &#39;none&#39;')
      expect(page).not.toMatch(/@import|url\(/)
    }
  })

  it('has one first heading, captions on tables, and a name on every plot', () => {
    const page = htmlReport(input)
    expect(page.match(/<h1>/g)).toHaveLength(1)
    expect(page.match(/<table/g)!.length).toBe(page.match(/<caption>/g)!.length)
    const plots = elements(page).filter(({ tag }) => tag === 'svg')
    expect(plots.length).toBeGreaterThan(15)
    for (const { attributes } of plots) {
      expect(attributes['role']).toBe('img')
      expect(attributes['aria-label']!.length).toBeGreaterThan(20)
    }
    const ids = elements(page).flatMap(({ attributes }) => attributes['id'] ?? [])
    expect(new Set(ids).size).toBe(ids.length)
  })

  it('stays one well-formed page whatever names, notes and sources say', () => {
    fc.assert(
      fc.property(fc.array(hostileText, { minLength: 1, maxLength: 40 }), texts => {
        let i = 0
        const page = htmlReport(hostile(input, () => texts[i++ % texts.length]!))
        const found = elements(page)
        expect(found.filter(({ tag }) => tag === 'script')).toEqual([])
        for (const { tag, attributes } of found)
          for (const [name, value] of Object.entries(attributes)) {
            expect(name).toMatch(/^(?!on)/)
            if (name === 'href' && tag === 'a') expect(value).toMatch(/^(?:#|https:\/\/)/)
          }
      }),
      { numRuns: 25 },
    )
  })

  it('links to a source only when it is plainly a web address', () => {
    const withSource = (source: string): ReportInput =>
      withRecord({
        plugins: record.plugins.map(plugin => ({
          ...plugin,
          controls: plugin.controls.map(one => ({ ...one, source })),
        })),
      })
    const links = (source: string) =>
      elements(htmlReport(withSource(source))).filter(({ tag, attributes }) => tag === 'a' && attributes['rel'])
    expect(links('https://eur-lex.europa.eu/eli/reg/2016/679/oj')).toHaveLength(3)
    for (const source of ['javascript:alert(1)', 'http://a.b/c', 'https://a.b/"onclick=', 'https://user@evil.example/'])
      expect(links(source), source).toEqual([])
  })
})

describe('colours', () => {
  const luminance = (hex: string): number => {
    const full = hex.length === 4 ? [...hex.slice(1)].map(digit => digit + digit).join('') : hex.slice(1)
    const [r, g, b] = [0, 2, 4].map(at => {
      const part = Number.parseInt(full.slice(at, at + 2), 16) / 255
      return part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4
    }) as [number, number, number]
    return 0.2126 * r + 0.7152 * g + 0.0722 * b
  }
  const contrast = (a: string, b: string): number => {
    const [low, high] = [luminance(a), luminance(b)].sort((x, y) => x - y) as [number, number]
    return (high + 0.05) / (low + 0.05)
  }
  const themes = [...styleSheet.matchAll(/:root\{([^}]*)\}/g)].map(([, body]) =>
    Object.fromEntries([...body!.matchAll(/--([a-z]+):(#[0-9a-f]+)/g)].map(([, name, value]) => [name!, value!])),
  )

  it('of text have a contrast of at least 4.5 to 1 in light, in dark and in print', () => {
    expect(themes).toHaveLength(3)
    for (const theme of themes)
      for (const text of ['ink', 'quiet', 'accent', 'good', 'warn', 'bad', 'old'])
        for (const ground of ['paper', 'ground'])
          expect(contrast(theme[text]!, theme[ground]!), `${text} on ${ground}`).toBeGreaterThanOrEqual(4.5)
  })
})

describe('what is claimed', () => {
  const forbidden =
    /compliant|certified|anonym|de-?identified|immutable|erased from|passes the audit|\)-DP|non-discriminatory|lawful|guarantee|tamper-proof|unhackable/i

  it('is none of what nobody can claim, in any file of any run', () => {
    for (const [name, run] of Object.entries(everyRun))
      for (const [file, content] of Object.entries(renderReport(run)))
        expect(content.match(forbidden)?.[0], `${name} ${file}`).toBeUndefined()
  })

  it('is none of it in any string of the sources, the errors or the README', () => {
    const root = join(import.meta.dirname, '..')
    const files = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' }).filter(name =>
      name.endsWith('.ts'),
    )
    expect(files.length).toBeGreaterThan(20)
    for (const file of [...files.map(name => join('src', name)), 'README.md']) {
      const text = readFileSync(join(root, file), 'utf8')
      expect(text.match(forbidden)?.[0], file).toBeUndefined()
    }
    expect(JSON.stringify(errorCatalogue)).not.toMatch(forbidden)
  })
})

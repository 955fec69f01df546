import { accessSync, constants } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { chromium, type Browser, type Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { htmlReport } from '../src/html-report.js'
import { trainingPage } from '../src/training-page.js'
import { complete } from './fixtures/complete.js'
import { hostile } from './fixtures/hostile.js'
import { training } from './fixtures/training.js'
import { denied, failed, input, waiting } from './fixtures/run.js'

const executable = (process.env['PATH'] ?? '')
  .split(delimiter)
  .flatMap(folder => ['chromium', 'chromium-browser', 'google-chrome'].map(name => join(folder, name)))
  .find(isExecutable)

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

if (!executable) console.warn('browser tests are skipped: no chromium or google-chrome is on the PATH')

const payloads = [
  '<img src=https://x.example/a.png onerror=alert(1)>',
  '</title><script>alert(1)</script>',
  '" onmouseover="alert(1)',
  'a'.repeat(3000),
  '| ` </svg><script>alert(1)</script>',
]
let next = 0
const pages = {
  permitted: input,
  complete,
  waiting,
  denied,
  failed,
  hostile: hostile(complete, () => payloads[next++ % payloads.length]!),
}
const rendered = {
  ...Object.fromEntries(Object.entries(pages).map(([name, shown]) => [name, htmlReport(shown)])),
  training: trainingPage(training),
} as Readonly<Record<keyof typeof pages | 'training', string>>
type PageName = keyof typeof rendered

describe.skipIf(!executable)(
  'the report in a browser',
  () => {
    let browser: Browser
    let folder: string

    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'attestry-report-browser-'))
      browser = await chromium.launch({
        executablePath: executable!,
        args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'],
      })
    }, 60_000)

    afterAll(async () => {
      await browser?.close()
      await rm(folder, { recursive: true, force: true })
    })

    /** Opens a page and gives what it did that a report must not do. */
    async function open(name: PageName, width: number, colorScheme: 'light' | 'dark') {
      const file = join(folder, `${name}.html`)
      await writeFile(file, rendered[name])
      const context = await browser.newContext({ viewport: { width, height: 900 }, colorScheme })
      const page = await context.newPage()
      const faults: string[] = []
      page.on('console', message => faults.push(`console: ${message.text()}`))
      page.on('pageerror', error => faults.push(`error: ${error.message}`))
      page.on('dialog', dialog => {
        faults.push('a script ran')
        void dialog.dismiss()
      })
      page.on('request', request => {
        if (!/^(?:file|data):/.test(request.url())) faults.push(`request: ${request.url()}`)
      })
      await page.goto(pathToFileURL(file).href)
      return { page, faults }
    }

    /** Opens every fold: what is behind them must be as neat. */
    const unfold = (page: Page): Promise<unknown> =>
      page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true })")

    const overflow = (page: Page): Promise<number> =>
      page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth')

    for (const name of Object.keys(rendered) as PageName[])
      it(`loads ${name} without a message, a request or a script, and without scrolling sideways`, async () => {
        const { page, faults } = await open(name, 1280, name === 'waiting' ? 'dark' : 'light')
        for (const width of [1280, 400, 380]) {
          await page.setViewportSize({ width, height: 900 })
          expect(await overflow(page), `${name} at ${width}`).toBe(0)
        }
        await unfold(page)
        for (const width of [380, 400, 1280]) {
          await page.setViewportSize({ width, height: 900 })
          expect(await overflow(page), `${name}, unfolded, at ${width}`).toBe(0)
        }
        expect(faults).toEqual([])
        await page.context().close()
      })

    it('gives every plot a name that assistive technology reads', async () => {
      const { page } = await open('complete', 1280, 'light')
      await unfold(page)
      const plots = await page.locator('svg').count()
      expect(plots).toBeGreaterThan(15)
      expect(await page.getByRole('img', { name: /[a-z]{3}/i }).count()).toBe(plots)
      expect(await page.getByRole('table', { name: /[a-z]{3}/i }).count()).toBe(await page.locator('table').count())
      await page.context().close()
    })

    it('keeps the words of plots inside them, and the cells of tables apart', async () => {
      for (const width of [400, 1280]) {
        const { page } = await open('complete', width, 'light')
        await unfold(page)
        const outside = await page.evaluate(`[...document.querySelectorAll('svg text')].filter(text => {
        const box = text.getBoundingClientRect(), plot = text.ownerSVGElement.getBoundingClientRect()
        return box.left < plot.left - 1 || box.right > plot.right + 1 || box.bottom > plot.bottom + 1
      }).map(text => text.textContent)`)
        expect(outside, `at ${width}`).toEqual([])
        const wide = await page.evaluate(`[...document.querySelectorAll('.stack tbody :is(td, th)')]
        .filter(cell => cell.scrollWidth > cell.clientWidth + 1).map(cell => cell.textContent)`)
        expect(wide, `at ${width}`).toEqual([])
        await page.context().close()
      }
    })

    it('prints what is folded on the screen', async () => {
      const { page } = await open('complete', 1280, 'light')
      const visible = (): Promise<readonly boolean[]> =>
        page.evaluate("[...document.querySelectorAll('details table')].map(one => one.checkVisibility())")
      expect(new Set(await visible())).toEqual(new Set([false]))
      await page.emulateMedia({ media: 'print' })
      expect((await visible()).length).toBeGreaterThan(10)
      expect(new Set(await visible())).toEqual(new Set([true]))
      await page.context().close()
    })

    it('follows the colours that the reader prefers', async () => {
      const ground = async (scheme: 'light' | 'dark'): Promise<unknown> => {
        const { page } = await open('permitted', 1280, scheme)
        const colour = await page.evaluate('getComputedStyle(document.body).backgroundColor')
        await page.context().close()
        return colour
      }
      expect(await ground('light')).toBe('rgb(246, 247, 248)')
      expect(await ground('dark')).toBe('rgb(18, 22, 26)')
    })
  },
  60_000,
)

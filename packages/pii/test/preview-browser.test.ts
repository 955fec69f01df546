import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'
import { chromium, type Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { detect, preview } from '../src/index.js'

const executable = (process.env['PATH'] ?? '')
  .split(delimiter)
  .flatMap(folder => ['chromium', 'chromium-browser', 'google-chrome'].map(name => join(folder, name)))
  .find(path => {
    try {
      accessSync(path, constants.X_OK)
      return true
    } catch {
      return false
    }
  })

if (!executable) console.warn('browser tests are skipped: no chromium or google-chrome is on the PATH')

describe.skipIf(!executable)('the preview in a browser', { timeout: 60_000 }, () => {
  let browser: Browser
  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: executable!, args: ['--no-sandbox', '--disable-gpu'] })
  }, 60_000)
  afterAll(() => browser?.close())

  it.each([320, 1200])('fits a window of %i pixels, runs nothing, and has its colours', async width => {
    const text = `to jo@example.org <script>alert(1)</script> https://example.org/${'a'.repeat(400)}, call (310) 555-0142`
    const page = await browser.newPage({ viewport: { width, height: 800 } })
    const told: string[] = []
    page.on('console', message => told.push(message.text()))
    page.on('dialog', dialog => told.push(dialog.message()))
    await page.setContent(preview(text, detect(text), { showValues: true, policy: 'ccpa' }))
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width)
    expect(await page.locator('pre mark').count()).toBe(3)
    expect(await page.evaluate('document.scripts.length')).toBe(0)
    const colours: unknown = await page.evaluate(
      "[...document.querySelectorAll('pre mark')].map(mark => getComputedStyle(mark).backgroundColor)",
    )
    expect(new Set(colours as string[]).size).toBe(3)
    expect(told).toEqual([])
    await page.close()
  })
})

import { type Browser, chromium } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { useService } from '../support/service.ts'

const service = useService()
const quiet = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

let browser: Browser
beforeAll(async () => {
  browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: quiet,
  })
})
afterAll(() => browser?.close())

describe('Swagger UI', () => {
  it('shows every operation, and nothing that its content security policy blocks', async () => {
    const page = await browser.newPage()
    const complaints: string[] = []
    page.on('console', message => message.type() === 'error' && complaints.push(message.text()))
    page.on('pageerror', error => complaints.push(error.message))
    await page.goto(service.url)
    await page.waitForSelector('.opblock')
    const document = (await (await fetch(`${service.url}/openapi.json`)).json()) as { paths: object }
    const operations = Object.values(document.paths).flatMap(methods => Object.keys(methods))
    expect(new URL(page.url()).pathname).toMatch(/^\/docs/)
    expect(await page.locator('.opblock').count()).toBe(operations.length)
    expect(complaints).toEqual([])
    await page.close()
  })

  it('tries an estimate out with the example of the document', async () => {
    const page = await browser.newPage()
    await page.goto(`${service.url}/docs`)
    const operation = page.locator('#operations-estimates-estimateTraining')
    await operation.locator('.opblock-summary-control').click()
    await operation.locator('button.execute').click()
    const status = operation.locator('.live-responses-table tbody td.response-col_status').first()
    await expect.poll(() => status.textContent(), { timeout: 10_000 }).toContain('200')
    expect(await operation.locator('.live-responses-table').textContent()).toContain('deviceYears')
    await page.close()
  })
})

// The report in a real browser: Debian's Chromium. Skipped, and said so, where it is not installed.
import { strict as assert } from 'node:assert'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { chromium } from 'playwright-core'
import { afterAll, beforeAll, describe, test } from 'vitest'
import { renderReport } from '../../../src/view/report/render'
import { messages } from '../messages'
import { FACTS, kernelRun, largeRun, longRun, mixedRun } from '../sample-run'

const CHROMIUM = '/usr/bin/chromium'
const installed = existsSync(CHROMIUM)
if (!installed) console.log(`skipped: the report in a browser, because ${CHROMIUM} does not exist`)

const axe = readFileSync('node_modules/axe-core/axe.min.js', 'utf8')
const RUNS = { mixed: mixedRun, thousand: largeRun(1000, 50), long: longRun(), empty: [], kernel: kernelRun() }

describe.skipIf(!installed)('in Chromium', () => {
  const folder = mkdtempSync(join(tmpdir(), 'hopspec-report-'))
  let browser: Browser
  beforeAll(async () => {
    for (const [name, run] of Object.entries(RUNS))
      writeFileSync(join(folder, `${name}.html`), renderReport(messages(run), name === 'kernel' ? { ...FACTS, dataplane: 'both' } : FACTS))
    browser = await chromium.launch({
      executablePath: CHROMIUM,
      args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--no-first-run'],
    })
  })
  afterAll(async () => {
    await browser?.close()
    rmSync(folder, { recursive: true })
  })

  /** Opens a report, does something, and sees that the console stayed silent and nothing was requested but the file. */
  async function on(
    name: keyof typeof RUNS,
    look: (page: Page) => Promise<void>,
    options: Parameters<Browser['newPage']>[0] & { hash?: string } = {},
  ) {
    const { hash = '', ...rest } = options
    const page = await browser.newPage({ viewport: { width: 1440, height: 1000 }, ...rest })
    const heard: string[] = []
    page.on('console', message => heard.push(`${message.type()}: ${message.text()}`))
    page.on('pageerror', error => heard.push(error.message))
    page.on('request', request => !request.url().startsWith('file://') && heard.push(`request ${request.url()}`))
    await page.goto(`file://${folder}/${name}.html${hash}`)
    await look(page)
    assert.deepEqual(heard, [])
    await page.close()
  }
  const shown = (page: Page) => page.locator('.scenario:visible').count()

  for (const [name, colorScheme, width] of [
    ...(['light', 'dark'] as const).flatMap(scheme => [1440, 390].map(width => ['mixed', scheme, width] as const)),
    ['kernel', 'light', 1440] as const,
    ['kernel', 'dark', 390] as const,
  ])
    test(`axe finds nothing: ${name}, ${colorScheme}, ${width} pixels, probes open`, () =>
      on(
        name,
        async page => {
          // axe cannot be added through a script element: the page's policy forbids foreign scripts, as it should
          await page.evaluate("document.querySelectorAll('main details').forEach(d => { d.open = true })")
          await page.waitForTimeout(100)
          await page.evaluate("document.querySelectorAll('main details').forEach(d => { d.open = true })")
          await page.evaluate(axe)
          const result = (await page.evaluate('axe.run(document, { resultTypes: ["violations"] })')) as {
            violations: { id: string; nodes: { html: string; failureSummary: string }[] }[]
          }
          assert.deepEqual(
            result.violations.map(v => [v.id, v.nodes.slice(0, 3).map(node => `${node.html.slice(0, 160)} ${node.failureSummary}`)]),
            [],
          )
        },
        { colorScheme, viewport: { width, height: 900 } },
      ))

  test('the filter by the kernel’s verdict shows those scenarios, and a link keeps it', () =>
    on(
      'kernel',
      async page => {
        assert.equal(await shown(page), 1)
        await page.selectOption('#k', '')
        assert.equal(await shown(page), 4)
        await page.selectOption('#k', 'agrees')
        assert.equal(await shown(page), 1)
        assert.match(page.url(), /kernel=agrees/)
      },
      { hash: '#main?kernel=differs' },
    ))

  test('the keys: / f j k o ?', () =>
    on('mixed', async page => {
      await page.keyboard.press('/')
      assert.equal(await page.evaluate('document.activeElement.id'), 'q')
      await page.keyboard.type('fixed')
      assert.equal(await shown(page), 1)
      await page.locator('#q').fill('')
      await page.keyboard.press('Escape')
      await page.keyboard.press('f')
      assert.equal(await shown(page), 4)
      await page.keyboard.press('f')
      assert.equal(await shown(page), 6)
      await page.keyboard.press('j')
      const first = await page.evaluate('document.activeElement.id')
      await page.keyboard.press('j')
      assert.notEqual(await page.evaluate('document.activeElement.id'), first)
      await page.keyboard.press('k')
      assert.equal(await page.evaluate('document.activeElement.id'), first)
      await page.keyboard.press('o')
      assert.match(
        (await page.locator('.failure .panel').first().locator('[aria-pressed=true][data-outcome]').textContent()) ?? '',
        /ntd5n/,
      )
      await page.keyboard.press('?')
      assert.ok(await page.locator('#help').isVisible())
      await page.keyboard.press('Escape')
      assert.ok(!(await page.locator('#help').isVisible()))
    }))

  test('a probe is drawn when it is opened; outcome and reply can be picked', () =>
    on('mixed', async page => {
      const probe = page.locator('.scenario details.probe').first()
      await probe.locator('> summary').click()
      await probe.locator('svg.wide').waitFor()
      assert.equal(await probe.locator('svg.wide:visible').count(), 1)
      await probe.locator('[data-outcome="2"]').click()
      assert.match((await probe.locator('svg.wide').textContent()) ?? '', /node02/)
      await probe.locator('[data-direction=reply]').click()
      assert.match((await probe.locator('svg.wide').getAttribute('aria-label')) ?? '', /^Reply: pod mytest-88d46bf99-cd4zk → node node02/)
      assert.equal(await page.evaluate('document.activeElement.dataset.direction'), 'reply')
    }))

  for (const [width, shape] of [
    [1440, 'wide'],
    [390, 'tall'],
  ] as const)
    test(`a timeline is drawn when it is opened, ${shape} at ${width} pixels, and can be reached by the keyboard`, () =>
      on(
        'mixed',
        async page => {
          const fold = page.locator('details.table', { hasText: /^Timeline/ }).first()
          await fold.locator('> summary').focus()
          await page.keyboard.press('Enter')
          await fold.locator(`svg.timeline.${shape}`).waitFor()
          assert.equal(await fold.locator('svg.timeline:visible').count(), 1)
          assert.match((await fold.locator(`svg.${shape}`).textContent()) ?? '', /default-scheduler/)
          await page.keyboard.press('Tab')
          assert.equal(await page.evaluate('document.activeElement.getAttribute("aria-label")'), 'Picture of the timeline')
          assert.ok(((await page.evaluate('document.documentElement.scrollWidth')) as number) <= width)
        },
        { viewport: { width, height: 900 } },
      ))

  test('what is asked for stands in the address, and the address asks for it again', async () => {
    let hash = ''
    await on('mixed', async page => {
      await page.locator('#q').fill('nodeport answers')
      await page.locator('#failed').check()
      hash = new URL(page.url()).hash
    })
    assert.match(hash, /q=nodeport%20answers&failed/)
    await on('mixed', async page => assert.equal(await shown(page), 2), { hash })
  })

  test('an anchor leads to its scenario, as does the tree', () =>
    on(
      'mixed',
      async page => {
        assert.ok((await page.locator('[id="features/services/nodeport.feature:5:10"]').boundingBox())!.y < 500)
        await page.locator('#side a', { hasText: 'docker owns FORWARD' }).click()
        assert.match(page.url(), /001-service\.feature:19$/)
      },
      { hash: '#features/services/nodeport.feature:5:10' },
    ))

  test('on a phone the tree is a drawer, pictures are tall, and nothing is wider than the screen', () =>
    on(
      'mixed',
      async page => {
        assert.ok(!(await page.locator('#side').isVisible()))
        await page.locator('#drawer').click()
        assert.ok(await page.locator('#side').isVisible())
        await page.keyboard.press('Escape')
        assert.ok(!(await page.locator('#side').isVisible()))
        assert.equal(await page.locator('svg.wide:visible').count(), 0)
        assert.ok((await page.locator('svg.tall:visible').count()) > 0)
        assert.ok(((await page.evaluate('document.documentElement.scrollWidth')) as number) <= 390)
      },
      { viewport: { width: 390, height: 800 } },
    ))

  test('names of 253 characters make nothing wider than the screen', () =>
    on('long', async page => assert.ok(((await page.evaluate('document.documentElement.scrollWidth')) as number) <= 900), {
      viewport: { width: 900, height: 800 },
    }))

  test('without JavaScript: verdicts, failures and their pictures can be read, and there are no dead controls', () =>
    on(
      'mixed',
      async page => {
        assert.equal(await page.locator('.failure svg.wide:visible').count(), 2)
        assert.equal(await page.locator('.scenario').count(), 6)
        assert.equal(await page.locator('#q:visible, #theme:visible, .direction:visible').count(), 0)
      },
      { javaScriptEnabled: false },
    ))

  test('the switch changes the theme and keeps it', () =>
    on(
      'mixed',
      async page => {
        const background = () => page.evaluate('getComputedStyle(document.body).backgroundColor')
        const before = await background()
        await page.locator('#theme').click()
        assert.notEqual(await background(), before)
        const after = await background()
        await page.reload()
        assert.equal(await background(), after)
      },
      { colorScheme: 'light' },
    ))

  test('on paper: failures with pictures, no controls', () =>
    on('mixed', async page => {
      await page.emulateMedia({ media: 'print' })
      assert.equal(await page.locator('.failure svg.hops:visible').count(), 2)
      assert.equal(await page.locator('button:not([data-outcome]):visible, #side:visible').count(), 0)
    }))

  test('1,000 scenarios: a filter takes the script less than 50 ms', () =>
    on('thousand', async page => {
      const median = await page.evaluate(`(() => {
        const times = ['a', 'case 7', 'case 77', '', 'nodeport', 'no such'].map(text => {
          const q = document.getElementById('q'); q.value = text
          const start = performance.now(); q.dispatchEvent(new Event('input')); return performance.now() - start
        }).sort((a, b) => a - b)
        return times[3]
      })()`)
      assert.ok((median as number) < 50, `${median} ms`)
    }))

  test('an empty run opens', () =>
    on('empty', async page => assert.match((await page.locator('h1').textContent()) ?? '', /nothing was tested/)))
})

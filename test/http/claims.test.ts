import { describe, expect, it } from 'vitest'
import { claim, editorial, formula, label, operandFrom, reportRequests } from '../support/reports.ts'
import { useService } from '../support/service.ts'

const service = useService()
const { mergePatch, newReport, problemOf } = reportRequests(service)

describe('a claim', () => {
  it('is 404 in a report that does not exist', async () => {
    expect(await problemOf('/v1/reports/nothing', claim('rent'), 404)).toMatchObject({
      code: 'not-found',
      detail: 'There is no report "nothing".',
    })
    const { id: _, ...content } = claim('rent')
    await service.http.put('/v1/reports/nothing/claims/x').set('if-none-match', '*').send(content).expect(404)
    await mergePatch('/v1/reports/nothing/claims/x', '*', {}).expect(404)
    await service.http.delete('/v1/reports/nothing/claims/x').set('if-match', '*').expect(404)
  })

  it.each<[string, object, string, string]>([
    ['an expression that stops', formula({ expression: 'price *' }), 'invalid-formula', '/expression'],
    ['a name that is no operand', formula({ expression: 'price * hours' }), 'missing-value', '/expression'],
    ['an operand that is not used', formula({ expression: 'price' }), 'unused-operand', '/operands/devices'],
    [
      'a division by zero',
      formula({ expression: 'price / (devices - 64)' }),
      'non-finite-quantity',
      '/expression',
    ],
    ['a number that is not finite', formula({ printed: '1E999' }), 'out-of-range', '/printed'],
    ['digits that are none', formula({ printed: 'a dozen' }), 'invalid-request', '/printed'],
    ['an unknown relation', formula({ relation: '>' }), 'invalid-request', '/relation'],
    [
      'words that its quote lacks',
      operandFrom({ quote: '65 devices' }),
      'missing-value',
      '/operands/x/from/quote',
    ],
    ['an unknown claim', operandFrom({ claim: 'N001' }), 'unknown-reference', '/operands/x/from/claim'],
    ['the claim itself', operandFrom({ claim: 'bad' }), 'unknown-reference', '/operands/x/from/claim'],
    [
      'an unknown dataset',
      operandFrom({ dataset: 'nothing', period: '2021' }),
      'unknown-reference',
      '/operands/x/from/dataset',
    ],
    [
      'a period that the dataset lacks',
      operandFrom({ dataset: 'games_gpc', period: '1999' }),
      'unknown-reference',
      '/operands/x/from/period',
    ],
    [
      'an unknown source',
      operandFrom({ source: 'hearsay', locator: 'p. 1' }),
      'unknown-reference',
      '/operands/x/from/source',
    ],
    [
      'an unknown table',
      operandFrom({ table: 9, row: 'gpt-3' }),
      'unknown-reference',
      '/operands/x/from/table',
    ],
    [
      'a year without a rate',
      operandFrom({ exchangeRate: 'CNY/USD', year: 1999 }),
      'unknown-reference',
      '/operands/x/from/exchangeRate',
    ],
  ])('is refused with %s, at the place', async (_, more, code, place) => {
    const problem = await problemOf(await newReport(), claim('bad', more))
    expect(problem).toMatchObject({ code, errors: [{ pointer: `/check/comparisons/0${place}` }] })
  })

  it('is refused without repeating more of a long quote than shows which one is meant', async () => {
    const report = await newReport()
    await service.http.post(`${report}/claims`).send(claim('first')).expect(201)
    const quote = '长'.repeat(4_000)
    const problem = await problemOf(report, claim('bad', operandFrom({ claim: 'first', quote })))
    expect(problem.errors[0].detail).toContain(`"${'长'.repeat(60)}…"`)
    expect(problem.errors[0].detail.length).toBeLessThan(300)
  })

  it('is refused with a check that mixes two kinds, at each place', async () => {
    const report = await newReport()
    const problem = await problemOf(report, claim('bad', { check: { kind: 'none', comparisons: [] } }))
    expect(problem.errors.map(({ pointer }: { pointer: string }) => pointer).toSorted()).toEqual([
      '/check/comparisons',
      '/check/reason',
    ])
    const guess = await problemOf(report, claim('bad', { check: { kind: 'guess' } }))
    expect(guess.errors).toMatchObject([{ pointer: '/check' }])
  })

  it('may rest on other claims, on their words, on tables, datasets, sources and rates', async () => {
    const table = {
      no: 1,
      title: label('T'),
      source: 'us',
      columns: [{ id: 'x', label: label('x') }],
      rows: [{ id: 'a', x: 1 }],
      note: null,
    }
    const report = await newReport({ tables: [table] })
    await service.http.post(`${report}/claims`).send(claim('first')).expect(201)
    const origins = [
      [{ claim: 'first' }, 0.11],
      [{ claim: 'first', quote: '64 devices' }, 64],
      [{ table: 1, row: 'a' }, 1],
      [{ dataset: 'games_gpc', period: '2021' }, 2965.13],
      [{ source: 'rp-gpt-3-paper', locator: 'Table D.1' }, 7],
      [{ exchangeRate: 'CNY/USD', year: 2022 }, 6.7261],
    ] as const
    for (const [index, [from, value]] of origins.entries()) {
      await service.http
        .post(`${report}/claims`)
        .send(claim(`c${index}`, operandFrom(from, value)))
        .expect(201)
      if ('source' in from) continue
      // Another number than stands there.
      const misquoted = await problemOf(report, claim(`d${index}`, operandFrom(from, value * 1.01)))
      expect(misquoted).toMatchObject({
        code: 'inconsistent-inputs',
        errors: [{ pointer: '/check/comparisons/0/operands/x/value' }],
      })
      expect(misquoted.detail).toContain(`is ${value * 1.01}, and where it is from stands ${value}`)
    }
    const places = [
      { claim: 'judged' },
      { table: 1, row: 'a' },
      { fact: 'It was so', source: 'rp-gpt-3-paper' },
    ]
    await service.http
      .post(`${report}/claims`)
      .send(claim('judged', editorial(...places)))
      .expect(201)
    const { body } = await service.http.get(`${report}/audit?claim=judged`).expect(200)
    expect(body.claims).toMatchObject([{ verdict: 'consistent', basis: 'judgement', evidence: places }])
    const problem = await problemOf(
      report,
      claim('bad', editorial({ claim: 'first', quote: '65 devices' }, { table: 1, row: 'b' })),
    )
    expect(problem.errors.map(({ pointer }: { pointer: string }) => pointer)).toEqual([
      '/check/evidence/0/quote',
      '/check/evidence/1/row',
    ])
  })
})

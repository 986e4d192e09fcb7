import { describe, expect, it } from 'vitest'
import { useService } from '../support/service.ts'

const service = useService({ worker: false })

describe('forecasts of companies', () => {
  it('are scored as any other: the prospectus of CloudWalk against its results, +220, +298 and +711 %', async () => {
    const { body } = await service.http
      .post('/v1/forecast-scores')
      .send({ dataset: 'cloudwalk_revenue' })
      .expect(200)
    const errors = body.forecasts.map(
      ({ period, relativeError }: { period: string; relativeError: number }) => [
        period,
        Math.round(100 * relativeError),
      ],
    )
    expect(errors).toEqual([
      ['2022', 220],
      ['2023', 298],
      ['2024', 711],
    ])
  })
})

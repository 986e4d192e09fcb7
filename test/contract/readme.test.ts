import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { useService } from '../support/service.ts'

const service = useService()
const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8')
const { paths } = JSON.parse(
  readFileSync(new URL('../../openapi/openapi.json', import.meta.url), 'utf8'),
) as {
  paths: Record<string, Record<string, unknown>>
}
const { dependencies, optionalDependencies, devDependencies } = JSON.parse(
  readFileSync(new URL('../../package.json', import.meta.url), 'utf8'),
) as Record<string, Record<string, string>>

describe('the README', () => {
  it('lists every address with its methods', () => {
    for (const [path, methods] of Object.entries(paths)) {
      const row = readme.split('\n').find(line => line.startsWith(`| \`${path}\` |`))
      expect(row, path).toBeDefined()
      const listed = row?.split('|')[2]?.trim().split(' ').toSorted()
      expect(listed, path).toEqual(
        Object.keys(methods)
          .map(method => method.toUpperCase())
          .toSorted(),
      )
    }
  })

  it('has no place left to fill in', () => {
    expect(readme).not.toMatch(/\b[A-Z]+_(TABLE|ANSWER)\b/)
  })

  it('gives a reason for every dependency, types aside', () => {
    for (const name of Object.keys({ ...dependencies, ...optionalDependencies, ...devDependencies })) {
      if (!name.startsWith('@types/')) expect(readme, name).toContain(`\`${name}\``)
    }
  })

  it('shows a first call whose answer is real', async () => {
    const [, body = ''] = /training -H 'content-type: application\/json' -d '(\{[^']*\})'/.exec(readme) ?? []
    const [, shown = ''] = /```json\n([^`]*)```/.exec(readme) ?? []
    const { body: answer } = await service.http
      .post('/v1/estimates/training')
      .send(JSON.parse(body))
      .expect(200)
    const { results, assumptions } = JSON.parse(shown)
    expect(answer.results).toMatchObject(results)
    for (const assumption of assumptions) expect(answer.assumptions).toContainEqual(assumption)
    expect(Object.keys(results)).toHaveLength(2)
  })
})

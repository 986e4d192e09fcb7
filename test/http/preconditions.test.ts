import { describe, expect, it } from 'vitest'
import { mergePatch } from '../support/changes.ts'
import { everything } from '../support/lists.ts'
import { useService } from '../support/service.ts'

const service = useService({ worker: false })

const inputs = { trainingPfDays: 268, throughput: { flopPerSecond: 125e12 }, devices: 8 }
const scenario = (name: string) => ({ name, estimator: 'training', inputs })
const report = (title: string) => ({
  title: { en: title, zh: title },
  publisher: { en: 'Us', zh: '我们' },
  date: '2026-11',
})
const kinds = [
  {
    path: '/v1/scenarios',
    content: scenario,
    broken: { inputs: { ...inputs, accelerator: { id: 'none' } } },
  },
  { path: '/v1/reports', content: report, broken: { source: 'none' } },
]
const make = (address: string, content: object) =>
  service.http.put(address).set('if-none-match', '*').send(content)

describe.each(kinds)('a change of $path', ({ path, content, broken }) => {
  it('to whatever is current goes through, however many come at once', async () => {
    const address = `${path}/crowded`
    await make(address, content('crowded')).expect(201)
    const member = path === '/v1/scenarios' ? 'description' : 'date'
    const answers = await Promise.all(
      Array.from({ length: 5 }, (_, index) =>
        mergePatch(service, address, '*', { [member]: `2026-0${index + 1}` }),
      ),
    )
    expect(answers.map(({ status }) => status)).toEqual(Array(5).fill(200))
    expect((await service.http.get(address).expect(200)).body.version).toBe(6)
  })

  it('needs the tag as it was given', async () => {
    const address = `${path}/tagged`
    await make(address, content('tagged')).expect(201)
    for (const tag of ['"01"', '"1.0"', '""']) await mergePatch(service, address, tag, {}).expect(412)
    await service.http.get(address).set('if-none-match', ', ,"1"').expect(304)
    await service.http.get(address).set('if-none-match', '"1",').expect(304)
    for (const tags of [', ,', '"1" "2"', ',1'])
      await service.http.get(address).set('if-none-match', tags).expect(400)
  })

  it('is refused for its precondition before its content is looked at', async () => {
    const address = `${path}/first`
    await make(address, content('first')).expect(201)
    const bad = { ...content('first'), ...broken }
    await service.http.put(address).send(bad).expect(428)
    await service.http.put(address).set('if-match', '"9"').send(bad).expect(412)
    await make(address, bad).expect(412)
    await service.http.put(address).set('if-match', '"1"').send(bad).expect(422)
    await service.http.put(`${path}/absent`).set('if-match', '*').send(bad).expect(404)
  })

  it('that makes what exists is told to replace it, and of a reserved id to take another', async () => {
    const address = `${path}/gone`
    await make(address, content('gone')).expect(201)
    const there = await make(address, content('gone')).expect(412)
    expect(there.body.detail).toContain('replace it with If-Match')
    await service.http.delete(address).set('if-match', '*').expect(204)
    const { body } = await make(address, content('gone')).expect(409)
    expect(body).toMatchObject({ code: 'conflict', detail: expect.stringContaining('choose another') })
    expect(body.detail).not.toContain('If-Match')
  })
})

it('a scenario may not take the name of a public one, when made or when changed', async () => {
  const { body } = await service.http.get('/v1/scenarios?limit=1').expect(200)
  const [{ name }] = body.items
  await service.http.post('/v1/scenarios').send(scenario(name)).expect(409)
  await make('/v1/scenarios/renamed', scenario('renamed')).expect(201)
  await service.http.put('/v1/scenarios/renamed').set('if-match', '"1"').send(scenario(name)).expect(409)
  await mergePatch(service, '/v1/scenarios/renamed', '"1"', { name }).expect(409)
  const { body: kept } = await service.http.get('/v1/scenarios/renamed').expect(200)
  expect(kept).toMatchObject({ name: 'renamed', version: 1 })
})

describe('a cursor', () => {
  it('stays short when titles are long', async () => {
    for (const end of ['a', 'b', 'c'])
      await make(`/v1/reports/long-${end}`, report(`"${'长'.repeat(3_998)}${end}`)).expect(201)
    for (const sort of ['name', '-name']) {
      const ids = (await everything(service, `/v1/reports?sort=${sort}`, 1)).map(({ id }) => id)
      expect(new Set(ids).size).toBe(ids.length)
      expect(ids).toEqual(expect.arrayContaining(['long-a', 'long-b', 'long-c']))
    }
  })

  it('is refused in any other spelling', async () => {
    for (const path of ['/v1/reports', '/v1/companies', '/v1/sources']) {
      const { body } = await service.http.get(`${path}?limit=1`).expect(200)
      const cursor: string = body.nextCursor
      await service.http.get(`${path}?limit=1&cursor=${cursor}`).expect(200)
      await service.http.get(`${path}?limit=1&cursor=${cursor}%3D`).expect(422)
      await service.http.get(`${path}?limit=1&cursor=${cursor}.`).expect(422)
    }
  })
})

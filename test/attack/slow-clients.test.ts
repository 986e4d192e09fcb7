import { connect, type Socket } from 'node:net'
import { describe, expect, it, onTestFinished } from 'vitest'
import { useService } from '../support/service.ts'

const service = useService({ worker: false })

/** Sockets that send a byte a second, and that send nothing. By hand: ATTACK_SOCKETS=10000. */
const dribbling = 500
const silent = Number(process.env.ATTACK_SOCKETS ?? 1_500)

/** Connections that open with some bytes, and when each was closed after that, in ms. */
async function hold(
  count: number,
  opening: string,
): Promise<{ sockets: Socket[]; closed: Promise<number[]>; heard: () => string }> {
  const { port } = new URL(service.url)
  let heard = ''
  const sockets: Socket[] = []
  const closings: Promise<number>[] = []
  for (let index = 0; index < count; index++) {
    const socket = connect(Number(port), '127.0.0.1')
    const start = performance.now()
    socket.on('error', () => {})
    socket.on('data', chunk => {
      heard += chunk
    })
    if (opening !== '') socket.write(opening)
    sockets.push(socket)
    closings.push(new Promise(resolve => socket.on('close', () => resolve(performance.now() - start))))
    // A hundred at a time, as the kernel keeps a bounded number of them waiting.
    if (index % 100 === 99) await new Promise(resolve => socket.once('connect', resolve))
  }
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy()
  })
  return { sockets, closed: Promise.all(closings), heard: () => heard }
}

describe.concurrent('connections that are held open', () => {
  it('by a byte a second, or by nothing at all, are closed, and others are answered meanwhile', async () => {
    const [slow, idle] = [await hold(dribbling, 'GET /livez HTTP/1.1\r\nhost: x\r\n'), await hold(silent, '')]
    const timer = setInterval(() => {
      for (const socket of slow.sockets) if (socket.writable) socket.write('x')
    }, 1_000)
    onTestFinished(() => clearInterval(timer))
    const times: number[] = []
    for (let count = 0; count < 200; count++) {
      const start = performance.now()
      await service.http.get('/livez').expect(200)
      times.push(performance.now() - start)
    }
    expect(times.toSorted((a, b) => a - b)[198]).toBeLessThan(200)
    const closed = [...(await slow.closed), ...(await idle.closed)]
    expect(closed).toHaveLength(dribbling + silent)
    expect(Math.max(...closed)).toBeLessThan(15_000)
    expect(Math.min(...closed)).toBeGreaterThan(5_000)
    expect(slow.heard().match(/HTTP\/1\.1 408 /g)).toHaveLength(dribbling)
    expect(slow.heard()).toContain('"code":"request-timeout"')
    const connections = () =>
      new Promise<number>((resolve, reject) =>
        service.app.server.getConnections((error, count) => (error ? reject(error) : resolve(count))),
      )
    await expect.poll(connections, { timeout: 5_000 }).toBeLessThan(5)
  })
  it('by a body that does not come are closed', async () => {
    const head = 'POST /v1/estimates/training HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n'
    const { closed } = await hold(50, `${head}content-length: 100\r\n\r\n{`)
    expect(Math.max(...(await closed))).toBeLessThan(20_000)
  })
})

import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { expect, it, onTestFinished } from 'vitest'
import { databaseForTest } from '../support/database.ts'
import { type ServiceProcess, startProcess } from '../support/process.ts'

/** A connection to the service, made but not used. */
async function knock(service: ServiceProcess): Promise<Socket> {
  const socket = connect(Number(new URL(service.url).port), '127.0.0.1')
  onTestFinished(() => {
    socket.destroy()
  })
  await once(socket, 'connect')
  return socket
}

/** All that comes until the other side closes; the error's code when it breaks. */
const heard = (socket: Socket): Promise<string> =>
  new Promise(resolve => {
    let text = ''
    socket.on('data', chunk => {
      text += chunk
    })
    socket.on('end', () => resolve(text))
    socket.on('error', (error: NodeJS.ErrnoException) => resolve(`${text}${error.code}`))
  })

const request = 'GET /livez HTTP/1.1\r\nhost: localhost\r\n\r\n'

it('a service that is told to stop answers requests whose connections it has not taken yet', async () => {
  const service = await startProcess({ DATABASE_URL: await databaseForTest(), ROLE: 'service' })
  // While it stands still the kernel makes its connections, which then all wait.
  service.child.kill('SIGSTOP')
  const sockets = await Promise.all(Array.from({ length: 50 }, () => knock(service)))
  for (const socket of sockets) socket.write(request)
  service.child.kill('SIGTERM')
  service.child.kill('SIGCONT')
  const answers = await Promise.all(sockets.map(heard))
  expect(answers.filter(answer => !answer.startsWith('HTTP/1.1 200 '))).toEqual([])
  expect(await service.exited).toBe(0)
}, 30_000)

it.each([
  ['nothing, as a browser that connects ahead', '', 3_000],
  ['half a request', 'GET /livez HTT', 9_000],
])(
  'a service that is told to stop does not wait for who has said %s',
  async (_, said, within) => {
    const service = await startProcess({ DATABASE_URL: await databaseForTest(), ROLE: 'service' })
    const socket = await knock(service)
    const answer = heard(socket)
    socket.write(said)
    // What has been said has arrived once the service has answered another.
    await fetch(`${service.url}/livez`)
    const told = performance.now()
    service.child.kill('SIGTERM')
    expect(await service.exited).toBe(0)
    expect(performance.now() - told).toBeLessThan(within)
    expect(await answer).not.toMatch(/^HTTP/)
  },
  30_000,
)

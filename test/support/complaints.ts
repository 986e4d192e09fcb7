import { pino } from 'pino'
import { buildApp } from '../../src/app.ts'
import { everything } from '../../src/http/deps.ts'
import type { Installation } from '../../src/installation.ts'

/** What a service logs as a warning or worse while `work` goes on and until its next answer is ready. */
export async function complaintsDuring(
  installation: Installation,
  work: (url: string) => Promise<void>,
): Promise<readonly string[]> {
  const lines: string[] = []
  const log = pino({ level: 'warn' }, { write: line => lines.push(line) })
  const app = await buildApp({ ...installation, log, principal: everything })
  const answered = new Promise<void>(resolve => app.addHook('onSend', async () => resolve()))
  await work(await app.listen({ host: '127.0.0.1', port: 0 }))
  await answered
  await app.close()
  return lines
}

import { parseArgs } from 'node:util'
import { pino } from 'pino'
import { readConfig } from '../config.ts'
import { openDatabase } from '../database.ts'
import { apiKeys } from '../http/credentials.ts'
import { keyHash, laterThan } from '../http/new-credential.ts'
import { newId, openInstallation } from '../installation.ts'
import { scopes as knownScopes } from '../schemas/key.ts'

// Makes, lists and revokes API keys without a running service: the way to the first key of an installation.
const usage = `npm run key -- create --name NAME [--scopes read,write,run,admin] [--workspace default] [--expires 2027-01-01T00:00:00Z]
npm run key -- list [--workspace default]
npm run key -- revoke ID [--workspace default]`

type Access = Awaited<ReturnType<typeof openInstallation>>

function complain(problem: string): never {
  console.error(`${problem}\n${usage}`)
  process.exit(64)
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    name: { type: 'string' },
    scopes: { type: 'string', default: 'read,write,run' },
    workspace: { type: 'string', default: 'default' },
    expires: { type: 'string' },
  },
})
const [action, keyId] = positionals
const { workspace } = values
if (!['create', 'list', 'revoke'].includes(action ?? '')) complain('Say what to do.')
if (!/^[a-z0-9][a-z0-9._-]{0,99}$/.test(workspace) || workspace === 'public')
  complain(
    `--workspace ${workspace} must be lower-case letters, digits, dots and hyphens, and other than public.`,
  )

async function create({ store, newId, newSecret, clock }: Access): Promise<void> {
  const { name, expires } = values
  if (name === undefined) complain('--name says what the key is for.')
  const scopes = knownScopes.filter(scope => values.scopes.split(',').includes(scope))
  if (scopes.length === 0 || scopes.length !== values.scopes.split(',').length)
    complain(`--scopes ${values.scopes} must be some of ${knownScopes.join(', ')}.`)
  await store.keys.ensureWorkspace(workspace)
  const id = newId('key')
  const key = apiKeys.write(id, newSecret())
  const expiresAt = laterThan(clock(), expires)
  await store.keys.create(viewer, { id, name, scopes, secretHash: keyHash(key), expiresAt }, clock())
  console.error(
    `The key ${id} of the workspace "${workspace}" may ${scopes.join(', ')}. It is shown this once:`,
  )
  console.log(key)
}

async function list({ store }: Access): Promise<void> {
  const page = { sort: 'createdAt', descending: false, after: null, limit: 1_000 }
  for (const { id, name, scopes, expiresAt, revokedAt } of (await store.keys.list(viewer, page)).items) {
    const end =
      revokedAt !== null
        ? `revoked ${revokedAt.toISOString()}`
        : expiresAt !== null
          ? `expires ${expiresAt.toISOString()}`
          : 'no end'
    console.log([id, name, scopes.join(','), end].join('\t'))
  }
}

async function revoke({ store, clock }: Access): Promise<void> {
  if (keyId === undefined) complain('Say which key to revoke.')
  const outcome = await store.keys.revoke(viewer, keyId, clock())
  if ('refused' in outcome) complain(`The workspace "${workspace}" has no key ${keyId}.`)
  console.log(`${keyId} is revoked; a running service forgets it within five seconds.`)
}

const viewer = {
  workspaceId: workspace,
  mayWritePublic: false,
  write: { actor: 'command', requestId: null, at: new Date(), newId },
}
const config = readConfig(process.env)
const database = await openDatabase(config)
try {
  const log = pino({ level: 'warn' })
  const installation = await openInstallation(database.url, { pool: 2, publicUrl: null, log })
  try {
    if (action === 'create') await create(installation)
    else if (action === 'list') await list(installation)
    else await revoke(installation)
  } finally {
    await installation.close()
  }
} finally {
  await database.close()
}

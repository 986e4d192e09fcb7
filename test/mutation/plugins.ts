import { createHash } from 'node:crypto'
import { CheckStatus } from '@stryker-mutator/api/check'
import type { Mutant } from '@stryker-mutator/api/core'
import { declareValuePlugin, PluginKind } from '@stryker-mutator/api/plugin'

/** Share of the mutants that are tried, and what draws them: the same seed draws the same ones. */
const share = Number(process.env.MUTATION_SHARE ?? 1)
const seed = process.env.MUTATION_SEED ?? '1'

/** Whether a mutant is in the sample: each is by its own, whatever else is mutated. */
function isDrawn({ fileName, location: { start, end }, mutatorName, replacement }: Mutant): boolean {
  const file = fileName.replace(/^.*?\/(src\/domain\/)/, '$1')
  const place = [start.line, start.column, end.line, end.column]
  const text = JSON.stringify([seed, file, ...place, mutatorName, replacement])
  return createHash('sha256').update(text).digest().readUInt32BE() < share * 2 ** 32
}

/** What Stryker hands over of a node: more than its types say. */
interface Node {
  readonly isStringLiteral?: () => boolean
  readonly isTemplateLiteral?: () => boolean
  readonly parent?: { readonly type: string; readonly key?: { readonly name?: string } }
}

export const strykerPlugins = [
  declareValuePlugin(PluginKind.Checker, 'sample', {
    init: async () => {},
    check: async mutants =>
      Object.fromEntries(
        mutants.map(mutant => [
          mutant.id,
          isDrawn(mutant)
            ? { status: CheckStatus.Passed }
            : { status: CheckStatus.CompileError, reason: 'Not in the sample.' },
        ]),
      ),
    group: async mutants => [mutants.map(({ id }) => id)],
  }),
  // Labels are words for readers, in two languages: a test of their letters would only repeat them.
  declareValuePlugin(PluginKind.Ignore, 'labels', {
    shouldIgnore: path => {
      const { isStringLiteral, isTemplateLiteral, parent } = path as Node
      const isText = isStringLiteral?.call(path) === true || isTemplateLiteral?.call(path) === true
      const isLabel = parent?.type === 'ObjectProperty' && /^(en|zh)$/.test(parent.key?.name ?? '')
      return isText && isLabel ? 'A label, which is words for readers.' : undefined
    },
  }),
]

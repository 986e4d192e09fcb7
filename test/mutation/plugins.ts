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
  /** Its place among the arguments of a call. */
  readonly key?: string | number | null
  readonly node?: { readonly expressions?: readonly { readonly type: string }[] }
  readonly parent?: {
    readonly type: string
    readonly key?: { readonly name?: string }
    readonly callee?: { readonly name?: string }
  }
}

/** Why a text is not mutated, if it is one that only readers see. Codes, pointers, ids and units are mutated. */
function wordsForReaders({ key, parent }: Node): string | undefined {
  if (parent?.type === 'ObjectProperty' && /^(en|zh)$/.test(parent.key?.name ?? ''))
    return 'A label, which is words for readers.'
  // The code comes first, then the message; both numbers in it are tested where they are worked out.
  if (parent?.type === 'NewExpression' && parent.callee?.name === 'DomainError' && key === 1)
    return 'The message of an error, which is words for readers.'
  if (parent?.type === 'NewExpression' && parent.callee?.name === 'Error')
    return 'The message of a defect, which no caller reads.'
  return undefined
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
  // A test of the letters of a text would only repeat them, and says nothing about numbers.
  declareValuePlugin(PluginKind.Ignore, 'words', {
    shouldIgnore: path => {
      const node = path as Node
      const isText = node.isStringLiteral?.call(path) === true || node.isTemplateLiteral?.call(path) === true
      // What is worked out within a text is a calculation like any other.
      const isPlain = (node.node?.expressions ?? []).every(({ type }) =>
        /^(Identifier|MemberExpression)$/.test(type),
      )
      return isText && isPlain ? wordsForReaders(node) : undefined
    },
  }),
]

import { describe, it } from 'vitest'
import { collectiveFormulas } from '../../../../src/domain/compute/serving/collective.ts'
import { deviceUseFormulas } from '../../../../src/domain/compute/serving/device-use-formulas.ts'
import { operationFormulas } from '../../../../src/domain/compute/serving/operation-formulas.ts'
import { powerFormulas } from '../../../../src/domain/compute/serving/power.ts'
import { shareFormulas } from '../../../../src/domain/compute/serving/share-formulas.ts'
import { stepFormulas } from '../../../../src/domain/compute/serving/step-formulas.ts'
import type { Formula } from '../../../../src/domain/sheet/formula.ts'
import { expectReadsAsComputed } from '../../../support/formula-text.ts'

const formulas = [
  collectiveFormulas,
  deviceUseFormulas,
  operationFormulas,
  powerFormulas,
  shareFormulas,
  stepFormulas,
].flatMap(named => Object.entries(named as Record<string, Formula>))

describe('formulas of serving', () => {
  it.each(formulas)('%s reads as it computes, and names a source that there is', (_, formula) => {
    // Exponents are among the symbols: from 1 on every power stays a number.
    expectReadsAsComputed(formula, { min: 1.01, max: 6 })
  })
})

import { DomainError } from '../../errors.ts'
import type { PerformanceRequest } from './performance-request.ts'
import type { ServedModel } from './served-model.ts'
import { constantKeys, servingConstants } from './serving-constants.ts'
import type { PlanQuestion, ServingPlan } from './serving-plan.ts'
import { stepCost, stepSeconds } from './step-time.ts'

/** Refuses a layout that the model cannot be cut into, with both numbers. */
export function checkParallel({ parallel = {} }: PerformanceRequest, { transformer }: ServedModel): void {
  const { tensor, expert } = parallel
  const { heads, experts, layers } = transformer
  const refuse = (member: string, message: string, facts: Record<string, number>): never => {
    throw new DomainError('inconsistent-inputs', message, { pointer: `/parallel/${member}`, facts })
  }
  if (tensor !== undefined && heads % tensor !== 0) {
    refuse('tensor', `${heads} heads cannot be split ${tensor} ways; tensor must divide heads.`, {
      heads,
      tensor,
    })
  }
  if (parallel.pipeline !== undefined && parallel.pipeline > layers) {
    const { pipeline } = parallel
    refuse('pipeline', `${layers} layers cannot make ${pipeline} stages; lower pipeline.`, {
      layers,
      pipeline,
    })
  }
  if (expert === undefined || expert === 1) return
  if (experts === 0) {
    refuse('expert', `The model has ${experts} experts to lay on ${expert} devices; leave expert out.`, {
      experts,
      expert,
    })
  }
  if (tensor !== undefined && expert % tensor !== 0) {
    refuse(
      'expert',
      `Experts on ${expert} devices cannot share them with layers split ${tensor} ways; tensor must divide expert.`,
      {
        expert,
        tensor,
      },
    )
  }
}

const scratch = stepCost()

/** Refuses a claimed rate that devices would have to read their memory faster for than they can, with both numbers. */
export function checkClaim(
  { claim }: PerformanceRequest,
  { unit, copies, batch }: ServingPlan,
  question: PlanQuestion,
): void {
  if (claim === undefined) return
  const { input, output, accepted } = question.workload
  const { tensor, attentionReplicas, pipeline } = unit.layout
  // Stages work at the same time on parts of the batch.
  const parts = Math.max(1, Math.min(pipeline, batch))
  const sequences = batch / attentionReplicas / parts
  // With no passes over logits and activations the bytes of a step are those that must be read.
  const least = stepSeconds(scratch, unit, bare, sequences, input + output / 2, 0, 0, 0).bytes
  const bound = (copies * batch * accepted * unit.bandwidth) / least
  if (claim.outputTokensPerSecond <= bound) return
  const reading = tensor * attentionReplicas * parts * copies
  const delivered = unit.bandwidth * reading
  const needed = (claim.outputTokensPerSecond / bound) * delivered
  throw new DomainError(
    'out-of-range',
    `${claim.outputTokensPerSecond} output tokens a second at ${batch * copies} sequences at once would need ${needed.toPrecision(4)} bytes a second from memory, but the ${reading} devices that read at once deliver ${delivered.toPrecision(4)}, enough for at most ${bound.toPrecision(4)} tokens a second; check the batch, the precision and the number of devices of the claim.`,
    {
      pointer: '/claim/outputTokensPerSecond',
      facts: { claimed: claim.outputTokensPerSecond, bound, bytesPerSecond: needed },
    },
  )
}

const bare = { ...servingConstants({}, constantKeys([])), samplingPasses: 0, activationPasses: 0 }

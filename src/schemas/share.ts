import { Type } from 'typebox'
import { idPattern } from './common.ts'
import { pageOf } from './document.ts'
import { Estimate } from './estimate.ts'
import { endsAt } from './key.ts'
import { nullable, ref } from './reference.ts'
import { Scenario } from './scenario.ts'

const moment = (description: string) => Type.String({ format: 'date-time', maxLength: 30, description })
const momentOrNull = (description: string) =>
  Type.Unsafe<string | null>({ type: ['string', 'null'], format: 'date-time', maxLength: 30, description })

export const ShareCreate = Type.Object(
  { expiresAt: endsAt('link') },
  { $id: 'ShareCreate', additionalProperties: false, description: 'A link to be made' },
)

const members = {
  id: Type.String({ pattern: idPattern, maxLength: 100, description: 'Id of the link' }),
  scenario: Type.String({ pattern: idPattern, maxLength: 100, description: 'The scenario that it shows' }),
  createdAt: moment('When it was made'),
  expiresAt: momentOrNull('When it ends; null: never'),
  revokedAt: momentOrNull('When it was revoked; null: it was not'),
}

export const Share = Type.Object(members, {
  $id: 'Share',
  additionalProperties: false,
  description: 'A link under which anybody may read one scenario, without its token',
})

export const NewShare = Type.Object(
  {
    ...members,
    link: Type.String({
      maxLength: 500,
      description: 'The address itself, shown this once: whoever has it may read the scenario and its result',
    }),
  },
  { $id: 'NewShare', additionalProperties: false, description: 'A link at the moment it is made' },
)

export const SharePage = pageOf(Share, 'SharePage', 'Some of the links of a scenario')

export const SharedScenario = Type.Object(
  { scenario: ref(Scenario), result: nullable(Estimate) },
  {
    $id: 'SharedScenario',
    additionalProperties: false,
    description: 'A scenario with the result of its latest run that succeeded; null before any has',
  },
)

export const shareComponents = [ShareCreate, Share, NewShare, SharePage, SharedScenario]

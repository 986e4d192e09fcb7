import { Type } from 'typebox'
import { share, year } from './market-members.ts'
import { ref } from './reference.ts'

const PenetrationAnchor = Type.Object(
  { year: year('Year of the anchor'), value: share('Share of the segment that is penetrated in that year') },
  {
    $id: 'PenetrationAnchor',
    additionalProperties: false,
    description: 'A point that a path passes through',
  },
)

const PenetrationCurve = Type.Object(
  {
    from: ref(PenetrationAnchor),
    to: ref(PenetrationAnchor),
    ceiling: Type.Optional(
      Type.Number({
        format: 'double',
        minimum: 1e-6,
        maximum: 1,
        description:
          'Share that the path cannot exceed; default 1. A logistic or Gompertz path needs anchors strictly between 0 and it',
      }),
    ),
  },
  {
    $id: 'PenetrationCurve',
    additionalProperties: false,
    description: 'A path through two anchors, the second in a later year than the first',
  },
)

const ceiling = Type.Optional(
  Type.Number({
    format: 'double',
    minimum: 1e-6,
    maximum: 1,
    description: 'Share that the curve approaches; default 1',
  }),
)

const FittedCurve = Type.Object(
  {
    origin: year('Year that the curve counts years from'),
    offset: Type.Number({
      format: 'double',
      minimum: -1_000,
      maximum: 1_000,
      description: 'Exponent at the origin (b)',
    }),
    rate: Type.Number({ format: 'double', minimum: -100, maximum: 100, description: 'Rate a year (r)' }),
    ceiling,
  },
  {
    $id: 'FittedCurve',
    additionalProperties: false,
    description: 'A curve by its own parameters, as POST /v1/fits gives them for yearly shares',
  },
)

const FittedDiffusion = Type.Object(
  {
    launch: year('Year of the launch, which is period 1; nothing is penetrated before it'),
    innovation: Type.Number({
      format: 'double',
      minimum: 1e-9,
      maximum: 1,
      description: 'Coefficient of innovation a year (p)',
    }),
    imitation: Type.Number({
      format: 'double',
      minimum: 0,
      maximum: 10,
      description: 'Coefficient of imitation a year (q)',
    }),
    ceiling,
  },
  {
    $id: 'FittedDiffusion',
    additionalProperties: false,
    description: 'Bass diffusion by its own parameters, as POST /v1/fits gives them for yearly data',
  },
)

export const Penetration = Type.Object(
  {
    constant: Type.Optional(share('The same share in all years')),
    linear: Type.Optional(ref(PenetrationCurve)),
    logistic: Type.Optional(ref(PenetrationCurve)),
    gompertz: Type.Optional(ref(PenetrationCurve)),
    fittedLogistic: Type.Optional(ref(FittedCurve)),
    fittedGompertz: Type.Optional(ref(FittedCurve)),
    bass: Type.Optional(ref(FittedDiffusion)),
  },
  {
    $id: 'Penetration',
    additionalProperties: false,
    minProperties: 1,
    maxProperties: 1,
    description: 'How much of a segment is penetrated, by year: exactly one of the members',
  },
)

export const penetrationComponents = [
  PenetrationAnchor,
  PenetrationCurve,
  FittedCurve,
  FittedDiffusion,
  Penetration,
]

import { Type } from 'typebox'
import { Label } from './common.ts'
import { number, text, textOrNull } from './datum.ts'
import { pageOf } from './document.ts'
import { ref } from './reference.ts'

const CalibrationConstant = Type.Object(
  {
    id: text(100, 'Id of the constant; `name:scope` multiplies `name` for a software stack or device family'),
    label: ref(Label),
    unit: text(40, 'Unit of the value'),
    value: number('The fitted value, in `unit`', 0, 1e30),
    median: number('What is known before any measurement: half of all values lie below', 0, 1e30),
    spread: number('Standard deviation of the logarithm before any measurement', 0, 100),
    reason: text(1_000, 'The physical reason for the constant and its median'),
    source: textOrNull(100, 'Id of the source of the median; null for a judgement'),
  },
  {
    $id: 'CalibrationConstant',
    additionalProperties: false,
    description: 'A constant that only measurement can tell, with what was known of it before',
  },
)

export const CalibrationProfile = Type.Object(
  {
    id: text(100, 'Id of the family of models'),
    version: text(40, 'Day of the fit'),
    publishers: Type.Array(text(100, 'A publisher'), {
      maxItems: 200,
      description: 'Whose measurements it was fitted on',
    }),
    rows: Type.Integer({
      format: 'int32',
      minimum: 0,
      maximum: 1_000_000,
      description: 'How many measurements it was fitted on',
    }),
    constants: Type.Array(ref(CalibrationConstant), {
      maxItems: 500,
      description: 'The constants; a device or stack that has none of its own takes the plain ones',
    }),
  },
  {
    $id: 'CalibrationProfile',
    additionalProperties: false,
    description: 'Constants of a family of models, with what they were fitted on',
  },
)

export const CalibrationProfilePage = pageOf(
  CalibrationProfile,
  'CalibrationProfilePage',
  'Some of the list of calibration profiles',
)

export const calibrationComponents = [CalibrationConstant, CalibrationProfile, CalibrationProfilePage]

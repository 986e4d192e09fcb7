import { Type } from 'typebox'
import { atLeast } from './common.ts'

export const Energy = Type.Object(
  {
    powerPerDevice: atLeast(
      0.1,
      1e5,
      'Mean power of a device with its share of the server in W, in place of thermal design power and the two factors',
    ),
    powerFraction: atLeast(
      0.01,
      2,
      'Mean power as a share of the thermal design power; default by kind of device',
    ),
    serverFactor: atLeast(1, 10, 'Power of a server by that of its devices; default by device family'),
    pue: atLeast(1, 5, 'Power usage effectiveness; default 1.25'),
    gridIntensity: atLeast(
      0,
      5,
      'Carbon intensity in kgCO2e per kWh; default 0.385, the average of the United States',
    ),
    wue: atLeast(0, 100, 'Water evaporated on site in litres per kWh of IT energy; default 0.55'),
    electricityWater: atLeast(0, 1000, 'Water consumed in generation in litres per kWh; default 3.142'),
    embodiedPerDevice: atLeast(0, 1e6, 'Emissions of making a device and its share of the server in kgCO2e'),
    embodiedLifetime: atLeast(0.1, 50, 'Years of use that they are spread over; default 3'),
  },
  {
    $id: 'Energy',
    additionalProperties: false,
    description: 'How devices are powered; an empty object takes all defaults',
  },
)

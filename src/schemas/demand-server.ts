import { Type } from 'typebox'
import { moneyScales } from '../domain/market/currency.ts'
import { reportedShareIds } from '../domain/market/demand/demand-request.ts'
import { Label } from './common.ts'
import { currency, dataset, number, whole, year } from './demand-members.ts'
import { choice, ref } from './reference.ts'

const ServerPrice = Type.Object(
  {
    perServer: Type.Number({
      format: 'double',
      minimum: 0,
      maximum: 1e10,
      description: 'Price of a server with its devices, in `currency`',
    }),
    currency,
  },
  { $id: 'ServerPrice', additionalProperties: false, description: 'What a server costs to buy' },
)

const ServerDevicePrice = Type.Object(
  {
    perDevice: Type.Number({
      format: 'double',
      minimum: 0,
      maximum: 1e9,
      description: 'Price of one device, in `currency`',
    }),
    currency,
  },
  { $id: 'ServerDevicePrice', additionalProperties: false, description: 'What a device costs to buy' },
)

export const DemandServer = Type.Object(
  {
    devices: whole('Devices of a server; default: of the accelerator, else 8', 1, 100_000),
    price: Type.Optional(ref(ServerPrice)),
    devicePrice: Type.Optional(ref(ServerDevicePrice)),
    overhead: number(
      'Price of a server by that of its devices; default: the one of the device family',
      1,
      10,
    ),
    networkShare: number(
      'Share of the network between servers in the price of the cluster; default 0.19',
      0,
      0.99,
    ),
    installed: number('Servers that serve already before the base year; default 0', 0, 1e9),
    lifetime: whole(
      'Years after which a server is replaced and over which its price is spread; default: what buyers of the base year expected',
      1,
      30,
    ),
  },
  {
    $id: 'DemandServer',
    additionalProperties: false,
    description:
      'What servers are bought at: by the server or by the device; default: the catalogue price of the device at the end of the base year',
  },
)

export const ServerVendor = Type.Object(
  {
    id: Type.String({
      pattern: '^[A-Za-z0-9][A-Za-z0-9_-]{0,59}$',
      maxLength: 60,
      description:
        'What the vendor is called in ids of quantities; `inspur` has shares in the founding report',
    }),
    label: Type.Optional(ref(Label)),
    share: number('Share of the spending on servers that goes to the vendor', 0, 1),
    claim: Type.Optional(
      choice(reportedShareIds, {
        description:
          'Share as the founding report prints it, in place of a number: N081 AI servers in China, 50 % as a lower bound; N082 all servers worldwide in 2022, 9.9 %; N083 all servers in China in 2020, 35.6 %',
      }),
    ),
  },
  { $id: 'ServerVendor', additionalProperties: false, description: 'A vendor of servers and its share' },
)

export const ServerMarket = Type.Object(
  {
    value: number('Size, in `unit`', 0, 1e20),
    unit: Type.Optional(choice(moneyScales, { description: 'Unit of the value; default 亿美元' })),
    dataset: dataset('Id of a dataset of money whose observation of the year is the size'),
    year: Type.Optional(year('Year that the size is of; default: the target year')),
  },
  {
    $id: 'ServerMarket',
    additionalProperties: false,
    minProperties: 1,
    description:
      'A server market that the spending is held against: exactly one of value and dataset, such as idc_world_ai_servers',
  },
)

export const demandServerComponents = [
  ServerPrice,
  ServerDevicePrice,
  DemandServer,
  ServerVendor,
  ServerMarket,
]

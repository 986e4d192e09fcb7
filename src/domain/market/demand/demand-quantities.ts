import { quantity } from '../../sheet/quantity.ts'

/** From users to what they ask a day. */
export const useQuantities = {
  users: quantity('users', 'person', 'Users', '用户数'),
  dailyUsers: quantity('dailyUsers', 'person', 'Users a day', '日活用户'),
  dailyShare: quantity('dailyShare', '1', 'Share of the users who come on a day', '日活占用户比例'),
  userGrowth: quantity('userGrowth', '1', 'Growth of the users a year', '用户年增速'),
  usageGrowth: quantity('usageGrowth', '1', 'Growth of the sessions of a user a year', '人均会话年增速'),
  usage: quantity('usage', '1', 'Sessions of a user over those of the base year', '人均会话相对基准年倍数'),
  sessionsPerUser: quantity('sessionsPerUser', 'count', 'Sessions of a user a day', '每用户每日会话数'),
  requestsPerSession: quantity('requestsPerSession', 'count', 'Requests of a session', '每会话请求数'),
  sessionsPerDay: quantity('sessionsPerDay', 'count', 'Sessions a day', '每日会话数'),
  requestsPerDay: quantity('requestsPerDay', 'count', 'Requests a day', '每日请求数'),
  dailyInputTokens: quantity('dailyInputTokens', 'token', 'Input tokens a day', '每日输入 token 数'),
  dailyOutputTokens: quantity('dailyOutputTokens', 'token', 'Output tokens a day', '每日输出 token 数'),
  dailyTokens: quantity('dailyTokens', 'token', 'Tokens a day, input and output', '每日 token 总数'),
} as const

/** From requests to compute and devices. */
export const computeQuantities = {
  activeParameters: quantity(
    'activeParameters',
    'parameter',
    'Parameters that a token passes through',
    '每 token 激活参数量',
  ),
  promptPair: quantity(
    'modelPromptPairFlop',
    'FLOP/token',
    'Attention of a pair of tokens in a prompt, of all layers',
    '提示内每对 token 注意力计算量（全部层）',
  ),
  decodePair: quantity(
    'modelDecodePairFlop',
    'FLOP/token',
    'Attention of a pair of tokens when decoding, of all layers',
    '解码时每对 token 注意力计算量（全部层）',
  ),
  windowedPromptPair: quantity(
    'modelWindowedPromptPairFlop',
    'FLOP/token',
    'The same in a prompt in layers with a window',
    '窗口层提示内每对 token 注意力计算量',
  ),
  windowedDecodePair: quantity(
    'modelWindowedDecodePairFlop',
    'FLOP/token',
    'The same when decoding in layers with a window',
    '窗口层解码时每对 token 注意力计算量',
  ),
  inputAttention: quantity(
    'inputAttentionFlop',
    'FLOP/token',
    'Attention of an input token',
    '每输入 token 注意力计算量',
  ),
  outputAttention: quantity(
    'outputAttentionFlop',
    'FLOP/token',
    'Attention of an output token',
    '每输出 token 注意力计算量',
  ),
  inputFlop: quantity('inputFlopPerToken', 'FLOP/token', 'Compute of an input token', '每输入 token 计算量'),
  outputFlop: quantity(
    'outputFlopPerToken',
    'FLOP/token',
    'Compute of an output token',
    '每输出 token 计算量',
  ),
  requestFlop: quantity('flopPerRequest', 'FLOP', 'Compute of a request', '每请求计算量'),
  meanFlop: quantity(
    'meanFlopPerSecond',
    'FLOP/s',
    'Compute a second that users ask for on average',
    '平均所需算力',
  ),
  requiredFlop: quantity(
    'requiredFlopPerSecond',
    'FLOP/s',
    'Compute a second that users ask for at the peak',
    '峰值所需算力',
  ),
  efficiencyGain: quantity(
    'efficiencyGain',
    '1',
    'Growth of what a device delivers a year',
    '单卡效率年增速',
  ),
  efficiency: quantity(
    'efficiency',
    '1',
    'What a device delivers over what it does in the base year',
    '单卡效率相对基准年倍数',
  ),
  rate: quantity(
    'copyTokensPerSecond',
    'token/s',
    'Output tokens a second of a copy, with that gain',
    '每副本每秒输出 token（含效率提升）',
  ),
  requestTime: quantity(
    'yearRequestSeconds',
    's',
    'Time of a request, with that gain',
    '请求用时（含效率提升）',
  ),
  devices: quantity('devices', 'device', 'Devices that serve the users', '推理所需设备数'),
  flopUtilisation: quantity(
    'flopUtilisation',
    '1',
    'Compute at the peak over the matrix peak of the devices',
    '峰值算力占设备峰值比例',
  ),
} as const

/** From devices to servers and money. */
export const serverQuantities = {
  devicesPerServer: quantity('devicesPerServer', 'device', 'Devices of a server', '单服务器设备数'),
  serverPrice: quantity('serverPrice', 'USD/server', 'Price of a server', '服务器单价'),
  serverPriceCny: quantity('serverPriceCny', 'CNY/server', 'Price of a server in yuan', '服务器人民币单价'),
  installed: quantity('installedServers', 'server', 'Servers before the base year', '基准年前已有服务器'),
  servers: quantity('servers', 'server', 'Servers that hold the devices', '所需服务器数'),
  kept: quantity('serversKept', 'server', 'Servers of the years before still in use', '仍在用的往年服务器'),
  bought: quantity('serversBought', 'server', 'Servers bought in the year', '当年购置服务器数'),
  owned: quantity('serversOwned', 'server', 'Servers owned after buying', '购置后服务器总数'),
  spending: quantity('serverSpending', 'USD', 'Spending on these servers', '当年服务器支出'),
  capital: quantity(
    'capitalExpenditure',
    'USD',
    'Capital expenditure of the year: servers bought and their network',
    '当年资本开支（新购服务器及网络）',
  ),
  capitalCny: quantity('capitalExpenditureCny', 'CNY', 'The same in yuan', '同上（人民币）', '亿元'),
  purchasePrice: quantity(
    'fleetPurchasePrice',
    'USD',
    'Price of all servers that are needed, with their network',
    '全部所需服务器及网络购置价',
  ),
  windowCapital: quantity(
    'windowCapitalExpenditure',
    'USD',
    'Capital expenditure of all years together',
    '各年资本开支合计',
  ),
} as const

/** What training takes, beside serving. */
export const trainingQuantities = {
  growth: quantity('trainingGrowth', '1', 'Growth of the compute of a training run a year', '训练算力年增速'),
  scale: quantity(
    'trainingScale',
    '1',
    'Compute of a run over that of the base year',
    '训练算力相对基准年倍数',
  ),
  flop: quantity('yearTrainingFlop', 'FLOP', 'Compute of a training run of the year', '当年单次训练算力'),
  deviceDays: quantity('trainingDeviceDays', 'day', 'Device-days of a training run', '单次训练卡日'),
  days: quantity('trainingDays', 'day', 'Days that a training run may take', '单次训练允许天数'),
  runs: quantity('trainingRunsPerYear', 'count', 'Training runs a year', '每年训练次数'),
  devices: quantity('trainingDevices', 'device', 'Devices that train', '训练所需设备数'),
  servers: quantity('trainingServers', 'server', 'Servers that train', '训练所需服务器数'),
  installed: quantity(
    'installedTrainingServers',
    'server',
    'Servers that train before the base year',
    '基准年前训练服务器',
  ),
  kept: quantity(
    'trainingServersKept',
    'server',
    'Servers that train, of the years before',
    '仍在用的往年训练服务器',
  ),
  bought: quantity(
    'trainingServersBought',
    'server',
    'Servers bought in the year to train',
    '当年购置训练服务器数',
  ),
  owned: quantity(
    'trainingServersOwned',
    'server',
    'Servers that train, after buying',
    '购置后训练服务器总数',
  ),
  spending: quantity('trainingServerSpending', 'USD', 'Spending on servers that train', '当年训练服务器支出'),
  capital: quantity(
    'trainingCapitalExpenditure',
    'USD',
    'Capital expenditure of the year on training',
    '当年训练资本开支',
  ),
  totalSpending: quantity(
    'totalServerSpending',
    'USD',
    'Spending on servers that serve and that train',
    '推理与训练服务器支出合计',
  ),
  totalCapital: quantity(
    'totalCapitalExpenditure',
    'USD',
    'Capital expenditure of the year on serving and training',
    '当年推理与训练资本开支合计',
  ),
  daysOnFleet: quantity(
    'trainingDaysOnServingFleet',
    'day',
    'Days that a run would take on the devices that serve',
    '单次训练占用全部推理设备的天数',
  ),
} as const

/** What serving costs and earns in a year. */
export const economyQuantities = {
  costPerDay: quantity('rentPerDay', 'USD/day', 'Rent of the devices a day', '每日设备租金'),
  rent: quantity('rent', 'USD', 'Rent of the devices in the year', '全年设备租金'),
  deviceDays: quantity('servingDeviceDays', 'day', 'Device-days of serving in the year', '全年推理卡日'),
  energy: quantity('electricity', 'MWh', 'Electricity of serving in the year', '全年推理用电'),
  electricity: quantity('electricityCost', 'USD', 'Cost of that electricity', '全年电费'),
  depreciation: quantity('depreciation', 'USD', 'Purchase price over years of use', '全年折旧'),
  owning: quantity(
    'ownedCostToServe',
    'USD',
    'Cost of serving on servers of one’s own: depreciation and electricity',
    '自有服务器服务成本（折旧与电费）',
  ),
  cost: quantity('costToServe', 'USD', 'Cost of serving the users in the year', '全年服务成本'),
  costPerUser: quantity(
    'costToServePerUser',
    'USD/person',
    'Cost of serving a user for a month',
    '每用户每月服务成本',
  ),
  price: quantity('subscriptionPrice', 'USD/person', 'Price of a subscription for a month', '每月订阅价格'),
  priceCny: quantity(
    'subscriptionPriceCny',
    'CNY/person',
    'Price of a subscription for a month in yuan',
    '每月人民币订阅价格',
  ),
  payerRate: quantity('payerRate', '1', 'Share of the users who pay', '付费率'),
  revenue: quantity('subscriptionRevenue', 'USD', 'Revenue of subscriptions in the year', '全年订阅收入'),
  margin: quantity(
    'servingMargin',
    'USD',
    'Revenue of subscriptions less the cost of serving',
    '订阅收入减服务成本',
  ),
  breakEven: quantity(
    'breakEvenPayerRate',
    '1',
    'Share of payers from which subscriptions cover the cost of serving',
    '订阅收入覆盖服务成本的付费率',
  ),
  marketSize: quantity('marketSize', '亿美元', 'Server market', '服务器市场规模'),
  marketSizeCny: quantity('marketSizeCny', '亿元', 'Server market as published', '服务器市场规模（原值）'),
  shareOfMarket: quantity(
    'shareOfMarket',
    '1',
    'Spending on servers over the server market',
    '服务器支出占市场比例',
  ),
} as const

import type { ExampleRequest } from '../example-requests.ts'

const inputs = {
  model: { parameters: 13e9 },
  tokens: 1e12,
  accelerator: { id: 'h100-sxm-80gb' },
  precision: 'bf16',
  throughput: { mfu: 0.4 },
  devices: 64,
  price: { perDeviceHour: 2.35, currency: 'USD' },
}
const id = 'our-13b'

export const scenarioExamples: readonly ExampleRequest[] = [
  {
    name: 'scenario-create',
    operation: 'createScenario',
    summary: 'A model of our own',
    body: {
      name: id,
      estimator: 'training',
      inputs,
      tags: ['2026-plan'],
      description: 'Pretraining of our 13B model',
    },
  },
  {
    name: 'scenario-read',
    operation: 'getScenario',
    summary: 'The scenario as it stands',
    parameters: { id },
  },
  {
    name: 'scenario-patch',
    operation: 'patchScenario',
    summary: 'Twice the devices',
    parameters: { id, 'if-match': '"1"' },
    body: { inputs: { devices: 128 } },
  },
  {
    name: 'scenario-replace',
    operation: 'replaceScenario',
    summary: 'All of it, as a third version',
    parameters: { id, 'if-match': '"2"' },
    body: { name: id, estimator: 'training', inputs: { ...inputs, devices: 256 }, tags: ['2026-plan'] },
  },
  {
    name: 'scenario-list',
    operation: 'listScenarios',
    summary: 'Those of a plan',
    parameters: { tag: '2026-plan' },
  },
  {
    name: 'scenario-versions',
    operation: 'listScenarioVersions',
    summary: 'The last two versions',
    parameters: { id, limit: 2, sort: '-version' },
  },
  {
    name: 'scenario-version',
    operation: 'getScenarioVersion',
    summary: 'As it was at first',
    parameters: { id, version: 1 },
  },
  {
    name: 'run-start',
    operation: 'startRun',
    summary: 'Run it and wait for the end',
    parameters: { id, prefer: 'wait=10' },
    body: {},
  },
  {
    name: 'run-read',
    operation: 'getRun',
    summary: 'The run with its result',
    parameters: { id: 'run_example1' },
  },
  {
    name: 'run-list',
    operation: 'listRuns',
    summary: 'The latest run of a scenario',
    parameters: { scenario: id, sort: '-createdAt', limit: 1 },
  },
  {
    name: 'run-list-of-scenario',
    operation: 'listRunsOfScenario',
    summary: 'The runs of a scenario',
    parameters: { id },
  },
  { name: 'result', operation: 'getScenarioResult', summary: 'What a dashboard polls', parameters: { id } },
  {
    name: 'run-events',
    operation: 'watchRun',
    summary: 'The one event of a run that has finished',
    parameters: { id: 'run_example1' },
  },
  {
    name: 'scenario-uncertain',
    operation: 'createScenario',
    summary: 'A scenario whose inputs are uncertain',
    body: {
      name: 'our-13b-uncertain',
      estimator: 'training',
      rerunOn: ['catalogue'],
      inputs: { ...inputs, throughput: { mfu: { triangular: { low: 0.3, mode: 0.4, high: 0.5 } } } },
    },
  },
  {
    name: 'run-simulation',
    operation: 'startRun',
    summary: 'Simulate it',
    parameters: { id: 'our-13b-uncertain', prefer: 'wait=10' },
    body: { kind: 'simulation', simulation: { samples: 1024, outputs: ['trainingCost'], histogramBins: 4 } },
  },
  {
    name: 'run-chart',
    operation: 'getRunChart',
    summary: 'The spread of the cost, for a Chinese page',
    parameters: { id: 'run_example2', language: 'zh', width: 480, height: 270 },
  },
  {
    name: 'run-again',
    operation: 'startRun',
    summary: 'An older version of the scenario, to compare with',
    parameters: { id, prefer: 'wait=10' },
    body: { scenarioVersion: 1 },
  },
  {
    name: 'comparison',
    operation: 'compareRuns',
    summary: 'Fewer devices: longer, for the same money',
    parameters: { runs: 'run_example1,run_example3' },
  },
  {
    name: 'run-sweep',
    operation: 'startRunAlone',
    summary: 'A sweep that is kept: the cost of the model on three devices at four utilisations',
    parameters: { prefer: 'wait=10' },
    body: {
      kind: 'sweep',
      estimator: 'training',
      inputs,
      sweep: {
        over: [
          { member: '/accelerator/id', values: ['a100-sxm-80gb', 'h100-sxm-80gb', 'h200-sxm-141gb'] },
          { input: 'mfu', from: 0.2, to: 0.5, steps: 4 },
        ],
        outputs: ['trainingCost', 'wallClockDays'],
      },
    },
  },
  {
    name: 'run-rows',
    operation: 'getRunRows',
    summary: 'Its rows',
    parameters: { id: 'run_example4' },
  },
  {
    name: 'run-sweep-of-scenario',
    operation: 'startRun',
    summary: 'A sweep of the scenario, over numbers of devices',
    parameters: { id, prefer: 'wait=10' },
    body: {
      kind: 'sweep',
      sweep: { over: [{ input: 'devices', values: [64, 128, 256] }], outputs: ['wallClockDays'] },
    },
  },
  {
    name: 'run-plan',
    operation: 'startRunAlone',
    summary:
      'A search for the layout of Llama 3 8B on up to 64 H100, as a run: also for more than a call may search',
    parameters: { prefer: 'wait=10' },
    body: {
      kind: 'plan',
      plan: {
        model: { id: 'llama-3-8b' },
        accelerator: { id: 'h100-sxm-80gb' },
        maximumDevices: 64,
        sequence: 8192,
        space: { zeroStage: [1], recompute: ['none', 'full'] },
      },
    },
  },
  {
    name: 'run-cancel',
    operation: 'cancelRun',
    summary: 'A run that has finished stays as it is',
    parameters: { id: 'run_example1' },
  },
  {
    name: 'scenario-delete',
    operation: 'deleteScenario',
    summary: 'Delete it; its runs stay',
    parameters: { id, 'if-match': '"3"' },
  },
  {
    name: 'scenario-companies',
    operation: 'getTouchedCompanies',
    summary: 'Who stands behind the training of GPT-3: the vendor of its devices, the developer of its model',
    parameters: { id: 'galaxy-2023-gpt3-175b-training' },
  },
]

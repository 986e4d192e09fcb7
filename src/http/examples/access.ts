import type { ExampleRequest } from '../example-requests.ts'

export const accessExamples: readonly ExampleRequest[] = [
  {
    name: 'key-create',
    operation: 'createKey',
    summary: 'A key for a dashboard, for a year',
    body: { name: 'Dashboard', scopes: ['read'], expiresAt: '2027-11-24T00:00:00Z' },
  },
  { name: 'key-list', operation: 'listKeys', summary: 'All keys', parameters: { limit: 10 } },
  { name: 'key-read', operation: 'getKey', summary: 'One key', parameters: { id: 'key_example1' } },
  {
    name: 'key-revoke',
    operation: 'revokeKey',
    summary: 'From now on it opens nothing',
    parameters: { id: 'key_example1' },
  },
  {
    name: 'shared-scenario',
    operation: 'createScenario',
    summary: 'A scenario to be shown to others, with a key that makes repeating harmless',
    parameters: { 'idempotency-key': '6f1c3a0e-8c1d-4c43-9f2e-0a4f6a1f7b11' },
    body: {
      name: 'our-7b',
      estimator: 'training',
      inputs: {
        model: { parameters: 7e9 },
        tokens: 2e12,
        accelerator: { id: 'h100-sxm-80gb' },
        throughput: { mfu: 0.4 },
      },
    },
  },
  {
    name: 'share-create',
    operation: 'createShare',
    summary: 'A link to it that ends with the month',
    parameters: { id: 'our-7b' },
    body: { expiresAt: '2026-12-01T00:00:00Z' },
  },
  {
    name: 'share-list',
    operation: 'listShares',
    summary: 'The links to it',
    parameters: { id: 'our-7b' },
  },
  {
    name: 'share-read',
    operation: 'getShare',
    summary: 'One link, without its token',
    parameters: { id: 'our-7b', share: 'share_example1' },
  },
  {
    name: 'share-follow',
    operation: 'getSharedScenario',
    summary: 'What whoever has the link sees',
    parameters: { token: 'rs_example1_example-00000000000000000000000000000000000' },
  },
  {
    name: 'audit-list',
    operation: 'listAuditEntries',
    summary: 'What was deleted',
    parameters: { action: 'delete' },
  },
  {
    name: 'audit-read',
    operation: 'getAuditEntry',
    summary: 'The first write, with what it made',
    parameters: { id: 'audit_example1' },
  },
  {
    name: 'share-revoke',
    operation: 'revokeShare',
    summary: 'The link shows nothing any more',
    parameters: { id: 'our-7b', share: 'share_example1' },
  },
]

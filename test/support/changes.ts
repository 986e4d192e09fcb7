import type { Test } from 'supertest'
import type { TestService } from './service.ts'

/** Sends a merge patch to a resource, made to the version of `tag`. */
export function mergePatch(service: TestService, address: string, tag: string, patch: object): Test {
  return service.http
    .patch(address)
    .set('if-match', tag)
    .set('content-type', 'application/merge-patch+json')
    .send(JSON.stringify(patch))
}

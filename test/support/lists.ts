import type { TestService } from './service.ts'

/** Every element of a list, page by page along `nextCursor`. */
export async function everything<T = Readonly<Record<string, unknown>> & { readonly id: string }>(
  service: TestService,
  path: string,
  limit = 200,
): Promise<T[]> {
  const items: T[] = []
  let cursor: string | null = null
  do {
    const query: string = new URLSearchParams({
      limit: String(limit),
      ...(cursor !== null && { cursor }),
    }).toString()
    const { body } = await service.http.get(`${path}${path.includes('?') ? '&' : '?'}${query}`).expect(200)
    items.push(...(body.items as T[]))
    cursor = body.nextCursor
  } while (cursor !== null)
  return items
}

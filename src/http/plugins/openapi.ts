import swagger from '@fastify/swagger'
import swaggerUi from '@fastify/swagger-ui'
import type { FastifyInstance } from 'fastify'
import { stringify } from 'yaml'
import { engineVersion } from '../../domain/estimate.ts'
import { finishDocument, type OpenApiDocument } from '../openapi-document.ts'
import { answerHeaders, tags } from '../operation.ts'

const description = `What generative AI costs to train and to serve, and how big the market is that it feeds. Every number carries its unit, its formula or source, and who says so.

**Quantities.** An answer's \`results\` are quantities: value, unit, the formula in plain text with its symbols, and the quantities that it takes. With \`trace=true\` every intermediate quantity comes along, so that the sum can be redone on paper.

**Formulas** are one small grammar: numbers (digits may be grouped by spaces), names, \`+ - * / ^\` (also \`· × −\`), parentheses, and \`ln log10 exp sqrt abs ceil floor min max\`.

**Assumptions** say who decides each input: the caller (\`input\`), the estimator (\`default\`), the catalogue (\`catalogue\`), or a count from catalogue data (\`derived\`). Data is \`read\` when it was seen in its source and \`recalled\` when it is public knowledge whose source was not seen.

**Changes** to stored resources name the version that they are made to: \`If-Match\` with the \`ETag\` of the last read. Without it the answer is 428, with another version 412.

**Keys.** Every operation names the scopes that let a principal in: \`read\`, \`write\`, \`run\` (start and cancel runs), \`admin\` (all of these, keys, and the log of writes). A principal sees the rows of its workspace and the public ones; others' do not exist for it.

**Repeating.** A POST that writes takes an \`Idempotency-Key\`: sent again within a day with the same body it gets the first answer, byte for byte, with \`Idempotency-Replayed: true\`. Another body is 422, a first request that is still under way 409; what failed may be sent again under the same key.

**Limits.** A request costs one unit, more when it asks for more. \`RateLimit\` says what is left, \`RateLimit-Policy\` what there is in a minute; beyond it the answer is 429 with \`Retry-After\`.

**Lists** answer \`{ items, nextCursor }\`; the \`Link\` header has the address of the next page.

**Problems** are documents after RFC 9457, with a stable \`code\`, every place that is wrong, and a remedy.`

/** The OpenAPI document of all routes registered after this, and Swagger UI over it. */
export async function registerOpenapi(app: FastifyInstance, publicUrl: string | null): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.1',
      info: {
        title: 'Reckon',
        version: engineVersion,
        summary: 'Estimates of the economics of generative AI, with their working',
        description,
        contact: { name: 'Reckon' },
        license: { name: 'All rights reserved', identifier: 'LicenseRef-Proprietary' },
      },
      servers: [
        { url: publicUrl ?? '/', description: 'This installation, local or production', 'x-internal': false },
      ],
      tags: Object.entries(tags).map(([name, about]) => ({ name, description: about })),
      components: {
        securitySchemes: {
          bearer: {
            type: 'http',
            scheme: 'bearer',
            description:
              'An API key (`rk_…`), or a JSON Web Token after RFC8725 of the issuer that the installation trusts. An installation without keys, which listens on loopback alone, asks for neither. The names beside it are scopes, any one of which is enough; `admin` has them all.',
          },
        },
        headers: Object.fromEntries(
          Object.entries(answerHeaders).map(([name, about]) => [
            name,
            { description: about, schema: { type: 'string', maxLength: 4_000 } },
          ]),
        ),
      },
    } as never,
    refResolver: { buildLocalReference: ({ $id }, _base, _fragment, index) => String($id ?? `def-${index}`) },
    transformObject: document =>
      'openapiObject' in document
        ? (finishDocument(document.openapiObject as OpenApiDocument) as never)
        : document.swaggerObject,
  })

  await app.register(swaggerUi, {
    routePrefix: '/docs',
    staticCSP: {
      'default-src': "'self'",
      'base-uri': "'self'",
      'img-src': "'self' data:",
      'object-src': "'none'",
      'frame-ancestors': "'none'",
      // Swagger UI writes styles into the page as it runs; scripts come from here alone.
      'style-src': "'self' 'unsafe-inline'",
    },
    uiConfig: {
      deepLinking: true,
      tryItOutEnabled: true,
      displayRequestDuration: true,
      docExpansion: 'list',
    },
    theme: { title: 'Reckon' },
  })

  const hidden = { schema: { hide: true } } as const
  app.get('/', hidden, async (_request, reply) => reply.redirect('/docs'))
  let json: string | undefined
  let yaml: string | undefined
  app.get('/openapi.json', hidden, async (_request, reply) => {
    json ??= `${JSON.stringify(app.swagger(), null, 2)}\n`
    return reply.type('application/json; charset=utf-8').send(json)
  })
  app.get('/openapi.yaml', hidden, async (_request, reply) => {
    yaml ??= stringify(app.swagger(), { aliasDuplicateObjects: false })
    return reply.type('application/yaml; charset=utf-8').send(yaml)
  })
}

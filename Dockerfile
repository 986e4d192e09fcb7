# syntax=docker/dockerfile:1

# Dependencies and the generated client, with everything that building them takes.
FROM node:24-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
COPY prisma/schema.prisma prisma/generate.ts prisma/
COPY prisma.config.ts ./
# The image brings its own Node and is used with a PostgreSQL beside it: the optional packages stay out.
RUN npm ci --omit=optional
# What production needs alone, in a folder of its own; --legacy-peer-deps keeps Prisma's command line out,
# which the client names as a peer and never calls.
RUN mkdir /production && cp package.json package-lock.json .npmrc /production/ \
 && cd /production && npm ci --omit=dev --omit=optional --legacy-peer-deps --ignore-scripts

FROM node:24-bookworm-slim
# A container is reached from outside, and a service that is reached from outside needs keys: without AUTH it would
# not start.
ENV NODE_ENV=production HOST=0.0.0.0 PORT=3000 AUTH=keys
WORKDIR /app
COPY --from=build /production/node_modules node_modules
COPY --from=build /app/src/generated src/generated
COPY package.json ./
COPY src src
COPY prisma prisma
COPY openapi openapi
COPY docker/entrypoint.sh docker/healthcheck.mjs docker/
USER node
EXPOSE 3000
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s --retries=3 CMD ["node", "docker/healthcheck.mjs"]
ENTRYPOINT ["docker/entrypoint.sh"]
CMD ["node", "src/main.ts"]

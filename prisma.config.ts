import { defineConfig } from 'prisma/config'

// Read by Prisma's own commands alone. The service applies the same migrations itself (src/store/migrations.ts).
export default defineConfig({
  schema: 'prisma/schema.prisma',
  migrations: { path: 'prisma/migrations' },
  ...(process.env.DATABASE_URL && { datasource: { url: process.env.DATABASE_URL } }),
})

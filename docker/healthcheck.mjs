// Exits with 0 when the service is ready. A worker listens on no port: being alive is all that is asked of it.
if (process.env.ROLE !== 'worker') {
  const answer = await fetch(`http://127.0.0.1:${process.env.PORT ?? 3000}/readyz`).catch(() => null)
  process.exit(answer?.ok ? 0 : 1)
}

import type { Tx } from './tx.ts'

/**
 * A source that is read inside a transaction, which says something to the database while it is: a session that is silent
 * for long is ended, and reading a large file that brings little takes longer than that. Begun with the connection free;
 * an open COPY counts as talking.
 */
export async function* stayAwake<T>(tx: Tx, source: AsyncIterable<T>): AsyncGenerator<T> {
  const [silence] = await tx.sql<{ ms: number }>(
    `select (extract(epoch from current_setting('idle_in_transaction_session_timeout')::interval) * 1000)::integer as ms`,
  )
  let spokeAt = performance.now()
  for await (const part of source) {
    if (silence!.ms > 0 && performance.now() - spokeAt > silence!.ms / 4) {
      if (!tx.isCopying()) await tx.client.query('select 1')
      spokeAt = performance.now()
    }
    yield part
  }
}

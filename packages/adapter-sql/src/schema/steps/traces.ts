import { addColumn } from '../alter-table.js'
import type { Schema } from '../schema.js'

/** A message carries the trace of the request that caused it. */
export async function traces(schema: Schema): Promise<void> {
  await addColumn(schema, `${schema.prefix}mq_message`, 'traceparent', { type: 'key', value: null })
}

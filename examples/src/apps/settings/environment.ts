export type Environment = Readonly<Record<string, string | undefined>>

/** Reads one variable; what `parse` throws is put down as a mistake in it. */
export type Read = <Value>(name: string, parse: (text: string | undefined) => Value) => Value | undefined

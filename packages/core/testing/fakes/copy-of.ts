/** A structural copy of plain data: what is stored and what is handed out never share an object. */
export function copyOf<Value>(value: Value): Value {
  return copy(value) as Value
}

function copy(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value
  // Not `slice`: a Buffer's shares its memory.
  if (value instanceof Uint8Array) return new Uint8Array(value)
  if (Array.isArray(value)) return value.map(copy)
  const members: Record<string, unknown> = { ...value }
  for (const name of Object.keys(members)) {
    const member = members[name]
    if (typeof member === 'object' && member !== null) members[name] = copy(member)
  }
  return members
}

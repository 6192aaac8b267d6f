/** Mistakes in the code of a unit of work: no outage, so no `store_unavailable`, and never run again. */
export const nestedUnit = (): Error =>
  new Error(
    'A unit of work waits for another one, or for an outer store that writes, inside itself: use the stores that it was given.',
  )

export const endedUnit = (): Error =>
  new Error('A store of a unit of work was used after the unit had ended: await every call.')
